use super::record::{TlsaDefect, TlsaRecord};
use crate::certificate::Certificate;
use crate::name::{self, ServerIdentity};
use crate::path::{Anchor, PathProblem, Pool, build};
use jiff::Timestamp;
use report::CertificateSource;

const PKIX_TA: u8 = 0;
const PKIX_EE: u8 = 1;
const DANE_TA: u8 = 2;
const WHOLE: u8 = 0;
const KEY: u8 = 1;

/// What a server presents, and what its client goes by.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// As served, leaf first.
    pub chain: &'a [Certificate],
    /// Further certificates that the client holds, such as the anchor of the path it trusts: a record about one of them
    /// shows what the server fails to send.
    pub held: &'a [Certificate],
    /// The name asked for; it counts for every usage but DANE-EE (RFC 7671 section 5.1).
    pub identity: Option<&'a ServerIdentity>,
    /// Whether the chain is trusted without DANE too, which usages 0 and 1 demand, and over which certificates, the
    /// leaf first and the anchor last.
    pub trusted: Option<&'a [Certificate]>,
    /// Whether this is mail between servers, where usages 0 and 1 are unusable (RFC 7672 section 3.1.3).
    pub smtp: bool,
    /// When.
    pub at: Timestamp,
}

/// What one record says of what is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It authenticates the server.
    Matches,
    /// It does not.
    Fails(Mismatch),
    /// It can match nothing.
    Defective(TlsaDefect),
    /// Its usage counts for nothing in SMTP.
    NotForSmtp,
    /// A key alone that no certificate at hand has: whether it signed the chain cannot be told from here.
    CannotTell,
}

/// Why a usable record does not authenticate the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is about no certificate that is served.
    Other,
    /// It is about an issuer that the server does not send, and with a digest alone nobody knows it (RFC 7671 section 5.2.2).
    NotServed,
    /// It is about an issuer but its usage is one of the server's own certificate.
    IssuerAsServer,
    /// It is about the server's own certificate but its usage is one of an issuer.
    ServerAsIssuer,
    /// It is about a certificate that is served, to which no valid path leads.
    Path(Vec<PathProblem>),
    /// It is about the right issuer, and the certificate is for another name.
    Name,
    /// It is about the right certificate, and the chain is not trusted, which its usage demands as well.
    Untrusted,
}

/// What all records together say (RFC 7671 section 4: one that matches is enough).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One matches.
    Authenticated,
    /// There are usable records, and none matches.
    Fails,
    /// None is usable: clients go on as if there were no authentication (RFC 7672 section 2.2: TLS is mandatory all the same).
    Unusable,
    /// None matches, and of one that cannot be told from here.
    CannotTell,
}

/// Compares every record with what is presented; both answers are in the order of the records.
pub fn judge(records: &[TlsaRecord], presented: &Presented<'_>) -> (Verdict, Vec<Standing>) {
    let standings: Vec<Standing> = records
        .iter()
        .map(|record| standing(record, presented))
        .collect();
    let any = |wanted: fn(&Standing) -> bool| standings.iter().any(wanted);
    let verdict = if any(|standing| *standing == Standing::Matches) {
        Verdict::Authenticated
    } else if any(|standing| *standing == Standing::CannotTell) {
        Verdict::CannotTell
    } else if any(|standing| matches!(standing, Standing::Fails(_))) {
        Verdict::Fails
    } else {
        Verdict::Unusable
    };
    (verdict, standings)
}

fn standing(record: &TlsaRecord, presented: &Presented<'_>) -> Standing {
    if let Some(defect) = record.defect() {
        return Standing::Defective(defect);
    }
    let Some((leaf, issuers)) = presented.chain.split_first() else {
        return Standing::CannotTell;
    };
    if presented.smtp && record.usage <= PKIX_EE {
        return Standing::NotForSmtp;
    }
    match record.usage {
        PKIX_TA => pkix_ta(record, leaf, presented),
        DANE_TA => dane_ta(record, leaf, issuers, presented),
        usage => end_entity(record, usage, leaf, issuers, presented),
    }
}

/// Usages 1 and 3: the server's own certificate. For 3 neither its dates nor its names nor its issuers matter.
fn end_entity(
    record: &TlsaRecord,
    usage: u8,
    leaf: &Certificate,
    issuers: &[Certificate],
    presented: &Presented<'_>,
) -> Standing {
    if !record.matches(leaf) {
        let about_issuer = issuers
            .iter()
            .chain(presented.held)
            .any(|issuer| issuer.sha256 != leaf.sha256 && record.matches(issuer));
        return Standing::Fails(if about_issuer {
            Mismatch::IssuerAsServer
        } else {
            Mismatch::Other
        });
    }
    if usage != PKIX_EE {
        return Standing::Matches;
    }
    trusted(leaf, presented)
}

/// Usage 0: an issuer on a path that is trusted anyway.
fn pkix_ta(record: &TlsaRecord, leaf: &Certificate, presented: &Presented<'_>) -> Standing {
    let Some(path) = presented.trusted else {
        return Standing::Fails(Mismatch::Untrusted);
    };
    if path.iter().skip(1).any(|issuer| record.matches(issuer)) {
        return trusted(leaf, presented);
    }
    Standing::Fails(if record.matches(leaf) {
        Mismatch::ServerAsIssuer
    } else {
        Mismatch::Other
    })
}

fn trusted(leaf: &Certificate, presented: &Presented<'_>) -> Standing {
    if presented.trusted.is_none() {
        return Standing::Fails(Mismatch::Untrusted);
    }
    named(leaf, presented)
}

fn named(leaf: &Certificate, presented: &Presented<'_>) -> Standing {
    match presented.identity {
        Some(identity) if name::check(leaf, identity).is_err() => Standing::Fails(Mismatch::Name),
        _ => Standing::Matches,
    }
}

/// Usage 2: an issuer that is trusted because the record says so. It must be served, unless the record holds it whole.
fn dane_ta(
    record: &TlsaRecord,
    leaf: &Certificate,
    issuers: &[Certificate],
    presented: &Presented<'_>,
) -> Standing {
    let whole = (record.selector, record.matching) == (0, WHOLE);
    let published = whole
        .then(|| Certificate::parse(&record.association).certificate)
        .flatten();
    // A self-signed certificate is its own issuer.
    let own = leaf.is_self_signed().then_some(leaf);
    let anchors: Vec<Anchor> = issuers
        .iter()
        .chain(own)
        .filter(|issuer| record.matches(issuer))
        .chain(&published)
        .map(|certificate| Anchor {
            certificate: certificate.clone(),
        })
        .collect();
    if anchors.is_empty() {
        return if record.matches(leaf) {
            Standing::Fails(Mismatch::ServerAsIssuer)
        } else if presented.held.iter().any(|held| record.matches(held)) {
            Standing::Fails(Mismatch::NotServed)
        } else if (record.selector, record.matching) == (KEY, WHOLE) {
            Standing::CannotTell
        } else {
            Standing::Fails(Mismatch::Other)
        };
    }
    let mut pool = Pool::default();
    for issuer in issuers {
        pool.add(issuer.clone(), CertificateSource::Served);
    }
    let search = build(leaf, &pool, &anchors, presented.at);
    if search.trusted().is_some() {
        return named(leaf, presented);
    }
    let problems = search.best().map(|path| path.problems.clone());
    match problems {
        // Published whole, and nothing that is served leads there.
        None if whole => Standing::Fails(Mismatch::Other),
        problems => Standing::Fails(Mismatch::Path(problems.unwrap_or_default())),
    }
}
