//! What was done to a chain, for people and for programs.

use super::issuers::{Fetched, Issuers};
use crate::fault::text;
use crate::render;
use crate::replace::Replaced;
use pki::Certificate;
use pki::path::{Path, PathProblem, PathProblemKind};
use pki::pem::encode;
use pki::repair::{Dropped, Repair};
use report::{CertificateSource, CertificateSummary, Text};
use serde::Serialize;

/// What became of the file.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was good.
    Nothing,
    /// The new chain was only printed.
    Printed,
    /// It was replaced.
    Replaced(Replaced),
    /// It was not, because no path leads to an anchor.
    Refused,
}

/// Everything there is to say.
pub(super) struct Said<'a> {
    pub(super) path: &'a str,
    pub(super) leaf: &'a Certificate,
    pub(super) is_der: bool,
    pub(super) has_key: bool,
    pub(super) repair: &'a Repair,
    pub(super) issuers: &'a Issuers,
    /// The stores that hold the anchor reached.
    pub(super) stores: Option<String>,
    pub(super) outcome: &'a Outcome,
}

/// For programs.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: &'a str,
    changed: bool,
    trusted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<CertificateSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stores: Option<&'a str>,
    chain: Vec<CertificateSummary>,
    pem: String,
    reordered: bool,
    dropped: Vec<DroppedCertificate>,
    missing: Vec<&'a str>,
    problems: Vec<Text>,
    contacted: &'a [Fetched],
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
}

#[derive(Serialize)]
struct DroppedCertificate {
    #[serde(flatten)]
    certificate: CertificateSummary,
    why: &'static str,
}

impl Said<'_> {
    /// Whether the chain that was printed or written, or stood there, leads to an anchor and nothing is wrong on the way.
    pub(super) fn is_good(&self) -> bool {
        let path = self.repair.path.as_ref();
        path.is_some_and(|path| path.problems.is_empty())
    }

    /// For people: first what the file is, then what was done, then what came of it.
    pub(super) fn lines(&self) -> Vec<Text> {
        let mut lines = vec![text(
            "ui-fix-leaf",
            [("path", self.path), ("subject", &self.leaf.subject.text)],
        )];
        if self.is_der {
            lines.push(text("ui-fix-der", []));
        }
        for fetched in &self.issuers.fetches {
            lines.push(of_fetch(fetched));
        }
        for (certificate, why) in &self.repair.dropped {
            let id = format!("ui-fix-dropped-{}", word(*why));
            lines.push(about(&id, certificate));
        }
        for certificate in &self.repair.chain {
            match self.source(certificate) {
                CertificateSource::Known => lines.push(about("ui-fix-added-known", certificate)),
                CertificateSource::Aia => lines.push(about("ui-fix-added-fetched", certificate)),
                _ => {}
            }
        }
        if self.repair.reordered {
            lines.push(text("ui-fix-reordered", []));
        }
        match &self.repair.path {
            Some(path) => lines.extend(self.trusted(path)),
            None => lines.push(self.untrusted()),
        }
        lines.extend(self.ending());
        lines
    }

    /// For programs, on one line.
    pub(super) fn json(&self) -> String {
        let repair = self.repair;
        let shown = |path: &std::path::Path| path.display().to_string();
        let (written, backup) = match self.outcome {
            Outcome::Replaced(done) => (Some(shown(&done.file)), Some(shown(&done.backup))),
            _ => (None, None),
        };
        let path = repair.path.as_ref();
        let dropped = repair
            .dropped
            .iter()
            .map(|(certificate, why)| DroppedCertificate {
                certificate: certificate.summary(CertificateSource::File),
                why: word(*why),
            });
        let store = CertificateSource::Store;
        render::json(&Document {
            schema: "tlsmedic/chain/1",
            file: self.path,
            changed: !matches!(self.outcome, Outcome::Nothing),
            trusted: path.is_some(),
            anchor: path.map(|path| path.anchor.certificate.summary(store)),
            stores: self.stores.as_deref(),
            chain: repair
                .chain
                .iter()
                .map(|certificate| certificate.summary(self.source(certificate)))
                .collect(),
            pem: repair.chain.iter().map(|link| encode(&link.der)).collect(),
            reordered: repair.reordered,
            dropped: dropped.collect(),
            missing: repair
                .missing
                .iter()
                .map(|issuer| &issuer.name[..])
                .collect(),
            problems: path.map(problems).unwrap_or_default(),
            contacted: &self.issuers.fetches,
            written,
            backup,
        })
    }

    fn source(&self, certificate: &Certificate) -> CertificateSource {
        let found = self.issuers.pool.source(&certificate.sha256);
        found.unwrap_or(CertificateSource::File)
    }

    fn trusted(&self, path: &Path) -> Vec<Text> {
        let params = [
            ("root", path.anchor.certificate.subject.text.as_str()),
            ("store", self.stores.as_deref().unwrap_or_default()),
        ];
        let mut lines = vec![text("ui-fix-trusted", params)];
        lines.extend(problems(path));
        lines
    }

    fn untrusted(&self) -> Text {
        let last = self.repair.chain.last().unwrap_or(self.leaf);
        let missing = self.repair.missing.first();
        let issuer = missing.map_or(&last.issuer.text, |missing| &missing.name);
        text(
            "ui-fix-untrusted",
            [
                ("issuer", issuer.as_str()),
                ("store", &self.issuers.stores()),
            ],
        )
    }

    fn ending(&self) -> Vec<Text> {
        match self.outcome {
            Outcome::Nothing if self.repair.path.is_some() => vec![text("ui-fix-nothing", [])],
            Outcome::Nothing => Vec::new(),
            Outcome::Printed if self.has_key => vec![text("ui-fix-key", [])],
            Outcome::Printed => Vec::new(),
            Outcome::Refused => vec![text("ui-fix-refused", [("path", self.path)])],
            Outcome::Replaced(done) => {
                let file = done.file.display().to_string();
                let backup = done.backup.display().to_string();
                let mut lines = Vec::new();
                if done.is_link {
                    lines.push(text("ui-fix-link", [("path", self.path), ("file", &file)]));
                }
                lines.push(text(
                    "ui-fix-written",
                    [("file", &file), ("backup", &backup)],
                ));
                lines
            }
        }
    }
}

fn about(id: &str, certificate: &Certificate) -> Text {
    let end = certificate.not_after.to_string();
    text(
        id,
        [
            ("subject", certificate.subject.text.as_str()),
            ("issuer", &certificate.issuer.text),
            ("date", end.get(..10).unwrap_or(&end)),
        ],
    )
}

fn of_fetch(fetched: &Fetched) -> Text {
    let addresses: Vec<String> = fetched.addresses.iter().map(ToString::to_string).collect();
    let id = match (fetched.addresses.is_empty(), fetched.certificates) {
        (true, _) => "ui-fix-unreached",
        (false, 0) => "ui-fix-fetched-nothing",
        (false, _) => "ui-fix-fetched",
    };
    text(
        id,
        [
            ("url", fetched.url.as_str()),
            ("address", &addresses.join(", ")),
        ],
    )
}

/// What is wrong on the way to the anchor.
fn problems(path: &Path) -> Vec<Text> {
    path.problems
        .iter()
        .filter_map(|found| problem(path, found))
        .collect()
}

fn problem(path: &Path, found: &PathProblem) -> Option<Text> {
    use PathProblemKind as Kind;
    let anchor = &path.anchor.certificate;
    let certificate = path.certificates.get(found.depth).unwrap_or(anchor);
    let id = match &found.kind {
        Kind::Expired { .. } => "ui-fix-problem-expired",
        Kind::NotYetValid { .. } => "ui-fix-problem-not-yet",
        Kind::BadSignature | Kind::UnsupportedSignature { .. } => "ui-fix-problem-signature",
        Kind::NotACa | Kind::PathLength { .. } | Kind::KeyUsage => "ui-fix-problem-issuer",
        Kind::Purpose | Kind::AnyPurpose | Kind::NoDigitalSignature => "ui-fix-problem-purpose",
        Kind::UnknownCritical(_) => "ui-fix-problem-critical",
        Kind::NameConstraint { .. } | Kind::TooManyNames => "ui-fix-problem-names",
        Kind::AnchorNotSelfSigned | Kind::CaAsLeaf => return None,
    };
    let date = match &found.kind {
        Kind::Expired { not_after } => not_after.to_string(),
        Kind::NotYetValid { not_before } => not_before.to_string(),
        _ => String::new(),
    };
    let params = [
        ("subject", certificate.subject.text.as_str()),
        ("date", date.get(..10).unwrap_or_default()),
    ];
    Some(text(id, params))
}

fn word(why: Dropped) -> &'static str {
    match why {
        Dropped::Duplicate => "duplicate",
        Dropped::Root => "root",
        Dropped::Expired => "expired",
        Dropped::Spare => "spare",
        Dropped::Unrelated => "unrelated",
        Dropped::Unplaced => "unplaced",
    }
}
