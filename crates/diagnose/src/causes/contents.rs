//! X16, X17, X18, X22, X28, X31, X32: what stands in the certificates of a chain, and who refuses it. Where the one client
//! asked does and without its policy or its stricter checks would not, that is the cause: C11, C13.
//!
//! Each is a fact of the certificates; which clients mind it their rules say. What no client minds is no cause. A key that
//! everybody has is one nobody looks for, and a finding.

use super::policy;
use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::time::Now;
use crate::wording::Judgement;
use pki::profile::{Breach, breaches};
use pki::strength::{WeakHash, weak_hash};
use pki::weak_key::{self, WeakKey};
use pki::{Certificate, EncodingFault, KeyKind, validity};
use report::{AnchorStore, Certainty, Severity, Text};
use wire::profile::{ContentFault, Rules, Strictness};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    chain::chains(case)
        .iter()
        .flat_map(|chain| one(case, chain))
        .collect()
}

/// Something in one chain, and which clients mind it.
struct Flaw {
    id: &'static str,
    text: Text,
    /// What it is, in no language.
    fault: String,
    minded: Box<dyn Fn(&Rules) -> bool>,
}

impl Flaw {
    fn new(
        id: &'static str,
        text: &str,
        certificate: &Certificate,
        more: &[(&str, String)],
        minded: impl Fn(&Rules) -> bool + 'static,
    ) -> Self {
        let subject = ("subject", certificate.subject.text.clone());
        let params = std::iter::once(&subject).chain(more);
        Self {
            id,
            text: Text {
                id: text.to_owned(),
                params: params
                    .map(|(key, value)| ((*key).to_owned(), value.clone()))
                    .collect(),
            },
            fault: id.to_owned(),
            minded: Box::new(minded),
        }
    }

    fn refused(
        id: &'static str,
        text: &str,
        certificate: &Certificate,
        more: &[(&str, String)],
        fault: ContentFault,
    ) -> Self {
        let minded = move |rules: &Rules| rules.contents.refuses.contains_key(&fault);
        Self {
            fault: kebab(fault),
            ..Self::new(id, text, certificate, more, minded)
        }
    }
}

/// As it stands in a profile.
fn kebab(fault: ContentFault) -> String {
    serde_json::to_value(fault)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn one(case: &Case<'_>, chain: &Chain) -> Vec<Judgement> {
    let line = Line::of(case, chain);
    let clients = case.clients();
    let mut flaws = Vec::new();
    for certificate in &line.below {
        flaws.extend(signature(certificate));
        flaws.extend(encoding(certificate));
    }
    flaws.extend(line.below.iter().chain(&line.anchor).filter_map(size));
    flaws.extend(line.below.first().filter(|_| line.public).and_then(length));
    flaws.extend(amount(chain));
    let strict: Vec<Flaw> = line
        .below
        .iter()
        .chain(&line.anchor)
        .flat_map(form)
        .collect();
    let unminded = |flaw: &&Flaw| {
        let rules = clients.iter().map(|client| &client.profile.rules);
        !rules.into_iter().any(|rules| (flaw.minded)(rules))
    };
    let findings: Vec<Judgement> = strict
        .iter()
        .filter(unminded)
        .map(|flaw| passed(chain, flaw))
        .collect();
    flaws.extend(strict);
    let mut judgements: Vec<Judgement> = flaws
        .into_iter()
        .filter_map(|flaw| of_flaw(chain, flaw, &clients))
        .collect();
    judgements.extend(findings);
    judgements.extend(
        line.below
            .iter()
            .filter_map(|certificate| known(chain, certificate)),
    );
    judgements
}

/// The certificates that count: the best path, or as far as one goes.
struct Line {
    /// From the leaf up, without the trust anchor and without a root that is none.
    below: Vec<Certificate>,
    anchor: Option<Certificate>,
    /// Whether the anchor is one of the public list.
    public: bool,
}

impl Line {
    fn of(case: &Case<'_>, chain: &Chain) -> Self {
        let anchors = chain::anchors(case);
        let search = chain::search(case, chain, &anchors, true, Now::of(case).best);
        let path = search.paths.iter().find(|path| chain::is_linked(path));
        let anchor = path.map(|path| path.anchor.certificate.clone());
        let certificates = match path {
            Some(path) => path.certificates.clone(),
            None => search
                .incomplete
                .first()
                .map(|path| path.certificates.clone())
                .unwrap_or_else(|| vec![chain.leaf.clone()]),
        };
        let public = anchor.as_ref().is_some_and(|anchor| {
            chain::anchors_in(case, |store| *store == AnchorStore::Mozilla)
                .iter()
                .any(|known| known.certificate.sha256 == anchor.sha256)
        });
        let is_root = |certificate: &Certificate| {
            anchor.as_ref() == Some(certificate) || certificate.is_self_issued()
        };
        Self {
            below: certificates
                .into_iter()
                .filter(|certificate| !is_root(certificate))
                .collect(),
            anchor,
            public,
        }
    }
}

fn of_flaw(chain: &Chain, flaw: Flaw, clients: &[Client<'_>]) -> Option<Judgement> {
    let stopped: Vec<String> = clients
        .iter()
        .filter(|client| (flaw.minded)(&client.profile.rules))
        .map(|client| client.id.to_owned())
        .collect();
    if stopped.is_empty() {
        return None;
    }
    let evidence = chain.evidence.clone();
    if let Some((id, text)) = of_setting(&flaw, clients) {
        let mut judgement = Judgement::new(id, Certainty::Proven, text, evidence).stopping(stopped);
        judgement.own = true;
        return Some(judgement);
    }
    Some(Judgement::new(flaw.id, Certainty::Proven, flaw.text, evidence).stopping(stopped))
}

/// C11 and C13: the one client asked minds the flaw, and the same client without what makes it stricter does not.
fn of_setting(flaw: &Flaw, clients: &[Client<'_>]) -> Option<(&'static str, Text)> {
    let [client] = clients else {
        return None;
    };
    let (lenient, _) = client.profile.lenient()?;
    if (flaw.minded)(&lenient.rules) {
        return None;
    }
    let (by, [client, setting, lenient]) = policy::parties(client.profile)?;
    let (id, text) = match by {
        Strictness::Policy => ("C11", "seen-C11-certificate"),
        Strictness::Checks => ("C13", "seen-C13"),
    };
    let subject = flaw.text.params.get("subject").cloned().unwrap_or_default();
    let fault = ("fault", flaw.fault.clone());
    let params = [client, fault, lenient, setting, ("subject", subject)];
    Some((id, Text::new(text, params)))
}

/// C13, as a finding: none of the clients asked checks that strictly, and others do.
fn passed(chain: &Chain, flaw: &Flaw) -> Judgement {
    let text = Text {
        id: "seen-C13-passed".to_owned(),
        ..flaw.text.clone()
    };
    Judgement::new("C13", Certainty::Proven, text, chain.evidence.clone())
        .weakness(Severity::Warning)
}

/// What RFC 5280 demands of a certificate, and clients that check its form strictly insist on.
fn form(certificate: &Certificate) -> Vec<Flaw> {
    let fault = |breach| match breach {
        Breach::NoAuthorityKeyId => Some(ContentFault::NoAuthorityKeyId),
        Breach::NoSubjectKeyId => Some(ContentFault::NoSubjectKeyId),
        Breach::NoKeyUsage => Some(ContentFault::NoKeyUsage),
        Breach::SigningButNoCa => Some(ContentFault::SigningButNoCa),
        Breach::AlternativeNotCritical | Breach::NoAlternative => {
            Some(ContentFault::AlternativeNames)
        }
        Breach::BasicConstraintsNotCritical => Some(ContentFault::BasicConstraintsNotCritical),
        Breach::PathLengthButNoCa => Some(ContentFault::PathLengthButNoCa),
        // Minded by none of the stricter clients, or by those without stricter checks too.
        Breach::NameConstraintsNotCritical
        | Breach::NameConstraintsButNoCa
        | Breach::NoConstraint
        | Breach::PolicyConstraintsNotCritical
        | Breach::NoPurpose
        | Breach::CriticalInformationAccess
        | Breach::NoSubject
        | Breach::CriticalAuthorityKeyId
        | Breach::CriticalSubjectKeyId
        | Breach::ExtensionsInOldVersion => None,
    };
    let mut faults: Vec<ContentFault> = Vec::new();
    for found in breaches(certificate).into_iter().filter_map(fault) {
        if !faults.contains(&found) {
            faults.push(found);
        }
    }
    let flaw = |fault| {
        let more = [("fault", kebab(fault))];
        Flaw::refused("C13", "seen-C13", certificate, &more, fault)
    };
    faults.into_iter().map(flaw).collect()
}

fn signature(certificate: &Certificate) -> Option<Flaw> {
    const EDWARDS: [&str; 2] = ["1.3.101.112", "1.3.101.113"];
    let algorithm = &certificate.signature_algorithm;
    let more = [
        ("algorithm", algorithm.text.clone()),
        ("issuer", certificate.issuer.text.clone()),
    ];
    if EDWARDS.contains(&algorithm.oid.as_str()) {
        let (text, fault) = ("seen-X31-signature", ContentFault::EdwardsSignature);
        return Some(Flaw::refused("X31", text, certificate, &more, fault));
    }
    let fault = match weak_hash(certificate)? {
        WeakHash::Md5 => ContentFault::Md5,
        WeakHash::Sha1 => ContentFault::Sha1,
    };
    Some(Flaw::refused("X16", "seen-X16", certificate, &more, fault))
}

fn encoding(certificate: &Certificate) -> Vec<Flaw> {
    let mut faults: Vec<EncodingFault> = Vec::new();
    for defect in Certificate::parse(&certificate.der).defects {
        if let Some(fault) = defect.fault
            && !faults.contains(&fault)
        {
            faults.push(fault);
        }
    }
    let flaw = |fault: &EncodingFault| {
        let (text, rule) = match fault {
            EncodingFault::NegativeSerial => {
                ("seen-X28-negative-serial", ContentFault::NegativeSerial)
            }
            EncodingFault::TimeWithoutSeconds => {
                ("seen-X28-no-seconds", ContentFault::TimeWithoutSeconds)
            }
            EncodingFault::TimeNotPlain => ("seen-X28-time", ContentFault::TimeNotPlain),
            EncodingFault::LooseBoolean => ("seen-X28-boolean", ContentFault::LooseBoolean),
            EncodingFault::DuplicateExtension => {
                ("seen-X28-duplicate", ContentFault::DuplicateExtension)
            }
            EncodingFault::ExtensionsBeforeVersion3 => {
                ("seen-X28-version", ContentFault::ExtensionsBeforeVersion3)
            }
            EncodingFault::AlgorithmsDiffer => {
                ("seen-X28-algorithms", ContentFault::AlgorithmsDiffer)
            }
            EncodingFault::BadAlternativeName => {
                ("seen-X28-name", ContentFault::BadAlternativeName)
            }
        };
        Flaw::refused("X28", text, certificate, &[], rule)
    };
    faults.iter().map(flaw).collect()
}

fn size(certificate: &Certificate) -> Option<Flaw> {
    let key = &certificate.key;
    if !matches!(key.kind, KeyKind::Rsa | KeyKind::RsaPss) || key.bits == 0 {
        return None;
    }
    let bits = key.bits;
    let more = [("key", key.text.clone())];
    Some(Flaw::new(
        "X17",
        "seen-X17",
        certificate,
        &more,
        move |rules| bits < rules.min_rsa_bits,
    ))
}

/// Only a publicly trusted certificate has a limit.
fn length(leaf: &Certificate) -> Option<Flaw> {
    let too_long = validity::too_long(leaf).filter(|too_long| too_long.enforced)?;
    let more = [
        ("days", too_long.days.to_string()),
        ("allowed", too_long.allowed.to_string()),
    ];
    let fault = ContentFault::LongValidity;
    Some(Flaw::refused("X22", "seen-X22", leaf, &more, fault))
}

/// More octets or certificates than somebody reads. The Certificate message of TLS 1.2 is the shorter one.
fn amount(chain: &Chain) -> Vec<Flaw> {
    const LENGTH_OCTETS: usize = 3;
    let lengths = chain.served.iter().map(|der| der.len() + LENGTH_OCTETS);
    let octets = LENGTH_OCTETS + lengths.sum::<usize>();
    let number = chain.served.len();
    let long = [("octets", octets.to_string())];
    let many = [("number", number.to_string())];
    vec![
        Flaw::new("X32", "seen-X32-octets", &chain.leaf, &long, move |rules| {
            octets > rules.contents.max_message as usize
        }),
        Flaw::new("X32", "seen-X32-number", &chain.leaf, &many, move |rules| {
            let most = rules.contents.max_certificates;
            most.is_some_and(|most| number > most as usize)
        }),
    ]
}

/// X18, as a finding: the clients of the reference set let the key pass, and so does everybody who has it.
fn known(chain: &Chain, certificate: &Certificate) -> Option<Judgement> {
    let subject = ("subject", certificate.subject.text.clone());
    let text = match weak_key::judge(certificate)? {
        WeakKey::Known { name, source } => {
            let (name, source) = (("name", name.to_owned()), ("source", source.to_owned()));
            Text::new("seen-X18-known", [subject, name, source])
        }
        WeakKey::Roca => Text::new("seen-X18-roca", [subject]),
        WeakKey::SmallFactor { factor } => {
            Text::new("seen-X18-factor", [subject, ("factor", factor.to_string())])
        }
        WeakKey::BadExponent => Text::new("seen-X18-exponent", [subject]),
    };
    let evidence = chain.evidence.clone();
    Some(Judgement::new("X18", Certainty::Proven, text, evidence).weakness(Severity::Error))
}
