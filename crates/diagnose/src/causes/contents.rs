//! X16, X17, X18, X22, X28, X31, X32: what stands in the certificates of a chain, and who refuses it.
//!
//! Each is a fact of the certificates; which clients mind it their rules say. What no client minds is no cause. A key that
//! everybody has is one nobody looks for, and a finding.

use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::time::Now;
use crate::wording::Judgement;
use pki::strength::{WeakHash, weak_hash};
use pki::weak_key::{self, WeakKey};
use pki::{Certificate, EncodingFault, KeyKind, validity};
use report::{AnchorStore, Certainty, Severity, Text};
use wire::profile::{ContentFault, Rules};

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
        Self::new(id, text, certificate, more, move |rules| {
            rules.contents.refuses.contains_key(&fault)
        })
    }
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
    let mut judgements: Vec<Judgement> = flaws
        .into_iter()
        .filter_map(|flaw| of_flaw(chain, flaw, &clients))
        .collect();
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
    Some(Judgement::new(flaw.id, Certainty::Proven, flaw.text, evidence).stopping(stopped))
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
