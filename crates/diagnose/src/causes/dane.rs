//! X34: the TLSA records in DNS do not fit what is served.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::records::{self, Records};
use crate::time::Now;
use crate::wording::Judgement;
use pki::Certificate;
use pki::dane::{Mismatch, Presented, Standing, TlsaRecord, Verdict};
use pki::name::ServerIdentity;
use report::{Certainty, RecordType, Severity, Starttls, Text};

/// Who heeds the records: mail servers that validate DANE. No profile, because they are any server software so configured.
pub(crate) const SENDERS: &str = "dane-mail-senders";

const SERVER_FAILURE: u16 = 2;
const DANE_EE: u8 = 3;

/// One judgement at most: what the first answer says. Several chains are judged each.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let answers = records::answers(case, RecordType::Tlsa);
    if let Some(answer) = answers.iter().find(|answer| !answer.data.is_empty()) {
        let chains = chain::chains(case);
        return chains
            .iter()
            .filter_map(|chain| one(case, answer, chain))
            .collect();
    }
    // RFC 7672 section 2.2: to a sender a lookup that fails is not one that finds nothing; mail waits. Only where the name
    // itself resolves is it the record's zone that is broken.
    let broken = answers
        .iter()
        .find(|answer| answer.response_code == SERVER_FAILURE);
    match broken {
        Some(answer) if counts(case) && !case.addresses().is_empty() => {
            let text = Text::new(
                "seen-X34-lookup",
                [
                    ("name", answer.name.to_owned()),
                    ("server", answer.server.to_string()),
                ],
            );
            let judgement =
                Judgement::new("X34", Certainty::Suspected, text, vec![answer.evidence]);
            vec![judgement.weakness(Severity::Warning)]
        }
        _ => Vec::new(),
    }
}

/// Whether the records are heeded by the clients asked about. Nobody in the reference set looks them up; a sending mail
/// server may, so that for `smtp`, where it is the client, they are a cause. Elsewhere whoever publishes them wants to
/// know, and nobody is stopped.
fn counts(case: &Case<'_>) -> bool {
    let question = case.question;
    question.starttls == Some(Starttls::Smtp)
        && question.target.service == "smtp"
        && !case.one_client()
}

fn one(case: &Case<'_>, answer: &Records<'_>, chain: &Chain) -> Option<Judgement> {
    let parsed: Vec<TlsaRecord> = answer
        .data
        .iter()
        .filter_map(|data| TlsaRecord::parse(data))
        .collect();
    let smtp = case.question.starttls == Some(Starttls::Smtp);
    let now = Now::of(case).best;
    let served = chain::parsed(&chain.served);
    let anchors = chain::anchors(case);
    let trusted = chain::search(case, chain, &anchors, false, now)
        .trusted()
        .map(whole);
    let held: Vec<Certificate> = chain::search(case, chain, &anchors, true, now)
        .best()
        .map(whole)
        .unwrap_or_default();
    let identity = ServerIdentity::parse(&case.question.target.host).ok();
    let presented = Presented {
        chain: &served,
        held: &held,
        identity: identity.as_ref(),
        trusted: trusted.as_deref(),
        smtp,
        at: now,
    };
    let (verdict, standings) = pki::dane::judge(&parsed, &presented);
    let mut evidence = chain.evidence.clone();
    evidence.push(answer.evidence);
    let kind = match verdict {
        Verdict::Authenticated | Verdict::CannotTell => return None,
        Verdict::Unusable => return Some(unusable(answer, &parsed, &standings, evidence)),
        Verdict::Fails => mismatch(&standings)?,
    };
    let shown: Vec<String> = parsed.iter().map(TlsaRecord::to_string).collect();
    let certificate = match kind {
        // What would have to be published is about the issuer that signs, not about the leaf.
        Mismatch::NotServed => held.last(),
        _ => served.first(),
    };
    let params = [
        ("name", answer.name.to_owned()),
        ("records", shown.join("; ")),
        ("subject", chain.leaf.subject.text.clone()),
        ("server", answer.server.to_string()),
        (
            "served",
            certificate
                .and_then(|certificate| as_served(&parsed, certificate))
                .unwrap_or_default(),
        ),
    ];
    if !answer.authenticated {
        // Nobody heeds what is not signed, and a resolver that does not validate cannot tell.
        let text = Text::new("seen-X34-unsigned", params);
        let judgement = Judgement::new("X34", Certainty::Suspected, text, evidence);
        return Some(judgement.weakness(Severity::Warning));
    }
    let id = match kind {
        Mismatch::NotServed => "seen-X34-not-served",
        Mismatch::IssuerAsServer => "seen-X34-issuer-as-server",
        Mismatch::ServerAsIssuer => "seen-X34-server-as-issuer",
        _ => "seen-X34",
    };
    let judgement = Judgement::new("X34", Certainty::Proven, Text::new(id, params), evidence);
    Some(if counts(case) {
        judgement.stopping(vec![SENDERS.to_owned()])
    } else {
        judgement.weakness(Severity::Error)
    })
}

/// The mismatch that speaks for all: one that tells what was meant before one that does not. Where the right certificate
/// is served and something else about it is wrong (path, name, trust), other causes say so.
fn mismatch(standings: &[Standing]) -> Option<Mismatch> {
    let failed: Vec<&Mismatch> = standings
        .iter()
        .filter_map(|standing| match standing {
            Standing::Fails(mismatch) => Some(mismatch),
            _ => None,
        })
        .collect();
    let elsewhere = |mismatch: &&&Mismatch| {
        matches!(
            mismatch,
            Mismatch::Path(_) | Mismatch::Name | Mismatch::Untrusted
        )
    };
    if failed.iter().any(|mismatch| elsewhere(&mismatch)) {
        return None;
    }
    let telling = failed
        .iter()
        .find(|mismatch| ***mismatch != Mismatch::Other);
    telling
        .or_else(|| failed.first())
        .map(|mismatch| (*mismatch).clone())
}

fn unusable(
    answer: &Records<'_>,
    parsed: &[TlsaRecord],
    standings: &[Standing],
    evidence: Vec<report::ExperimentId>,
) -> Judgement {
    let why = |(record, standing): (&TlsaRecord, &Standing)| match standing {
        Standing::Defective(defect) => format!("{record}: {defect}"),
        _ => format!("{record}: SMTP ≠ {}", record.usage),
    };
    let mut reasons: Vec<String> = parsed.iter().zip(standings).map(why).collect();
    if parsed.is_empty() {
        reasons.push("< 3 octets".to_owned());
    }
    let text = Text::new(
        "seen-X34-unusable",
        [
            ("name", answer.name.to_owned()),
            ("records", reasons.join("; ")),
        ],
    );
    Judgement::new("X34", Certainty::Proven, text, evidence).weakness(Severity::Warning)
}

/// The record to publish for what is served: with the numbers of one that is there, about the server's key where there
/// is a choice.
fn as_served(parsed: &[TlsaRecord], certificate: &Certificate) -> Option<String> {
    let like = parsed
        .iter()
        .find(|record| record.usage == DANE_EE && record.defect().is_none())
        .or_else(|| parsed.iter().find(|record| record.defect().is_none()))?;
    like.of(certificate).map(|record| record.to_string())
}

/// A path with its anchor.
fn whole(path: &pki::path::Path) -> Vec<Certificate> {
    let mut certificates = path.certificates.clone();
    certificates.push(path.anchor.certificate.clone());
    certificates
}
