//! What the CA says of the certificates seen: stapled answers, fetched answers, fetched lists.

use crate::case::{Case, Entry};
use crate::chain::{self, Chain};
use crate::time::Now;
use jiff::SignedDuration;
use pki::Certificate;
use pki::revocation::list::{self, ListDefect};
use pki::revocation::ocsp::{self, AnswerDefect};
use pki::revocation::{Freshness, Statement, Status};
use pki::signature::verify_certificate;
use report::{
    Action, AnchorStore, Answer, Bytes, ExperimentId, Extension, FetchPurpose, HttpReply,
    PhaseOutcome,
};

/// Certificates whose revocation is asked about: one of each kind of key that a server may hold.
const SUBJECTS: usize = 2;
/// Revocation lists fetched for one certificate, when the first gives nothing.
const LISTS: usize = 2;

/// A certificate served, with the certificate that can speak for its CA.
pub(crate) struct Subject {
    pub(crate) chain: Chain,
    pub(crate) issuer: Certificate,
}

/// Where a CA's word came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Staple,
    Ocsp,
    List,
}

/// One thing consulted, and what came of it.
pub(crate) struct Consulted {
    pub(crate) source: Source,
    /// The address asked, without the question in it.
    pub(crate) url: String,
    /// The statement, or why there is none, in no language.
    pub(crate) said: Result<Statement, String>,
    pub(crate) evidence: Vec<ExperimentId>,
}

/// The certificates whose issuer is known, served or fetched or held by a store.
pub(crate) fn subjects(case: &Case<'_>) -> Vec<Subject> {
    let chains = chain::chains(case);
    if chains.is_empty() {
        return Vec::new();
    }
    let fetched = chain::fetched(case);
    let anchors = chain::anchors(case);
    let with_issuer = |chain: Chain| {
        let served = chain::parsed(&chain.served);
        let issuer = served
            .iter()
            .skip(1)
            .chain(&fetched)
            .chain(anchors.iter().map(|anchor| &anchor.certificate))
            .find(|issuer| {
                issuer.subject.matches(&chain.leaf.issuer)
                    && verify_certificate(&chain.leaf, issuer).is_ok()
            })?
            .clone();
        Some(Subject { chain, issuer })
    };
    chains
        .into_iter()
        .filter_map(with_issuer)
        .take(SUBJECTS)
        .collect()
}

impl Subject {
    pub(crate) fn leaf(&self) -> &Certificate {
        &self.chain.leaf
    }

    /// Whether its root is one of the public list, which browsers bring with them.
    pub(crate) fn is_public(&self, case: &Case<'_>, now: &Now) -> bool {
        let in_store = chain::anchors_in(case, |store| *store == AnchorStore::Mozilla);
        let anchors = chain::anchors(case);
        let search = chain::search(case, &self.chain, &anchors, true, now.best);
        search.paths.iter().any(|path| {
            let anchor = &path.anchor.certificate;
            in_store
                .iter()
                .any(|public| public.certificate.sha256 == anchor.sha256)
                || pki::anchor::mozilla().any(|public| public == anchor.der)
        })
    }

    /// Each answer with this certificate by a server that had been asked for a staple, in the order of asking.
    pub(crate) fn staples<'a>(&self, case: &Case<'a>) -> Vec<(&'a Entry, Option<Vec<u8>>)> {
        let asked = |entry: &&Entry| match &entry.experiment.action {
            Action::Handshake(_) => true,
            Action::Hello(hello) => hello
                .hello
                .extensions
                .iter()
                .any(|extension| matches!(extension, Extension::StatusRequest)),
            _ => false,
        };
        case.entries
            .iter()
            .filter(|entry| entry.accepted())
            .filter(asked)
            .filter_map(|entry| {
                let flight = &entry.reading.as_ref()?.flight;
                let own = flight.certificates.first()? == &self.leaf().der;
                own.then(|| (entry, flight.ocsp_staple.clone()))
            })
            .collect()
    }

    /// What a stapled or fetched answer says.
    pub(crate) fn answer(&self, der: &[u8], now: &Now) -> Result<Statement, AnswerDefect> {
        ocsp::check(der, self.leaf(), &self.issuer, now.best).map(|answer| answer.statement)
    }

    /// What the responder and the lists came to, as far as they were asked.
    pub(crate) fn consulted(&self, case: &Case<'_>, now: &Now) -> Vec<Consulted> {
        let actions = self.responder(case).into_iter().chain(self.lists(case));
        actions
            .filter_map(|action| {
                let entry = case.doing(&action).find(|entry| entry.ended)?;
                Some(self.read(entry, &action, now))
            })
            .collect()
    }

    fn read(&self, entry: &Entry, action: &Action, now: &Now) -> Consulted {
        let (url, purpose) = match action {
            Action::Fetch { url, purpose, .. } => (url.as_str(), *purpose),
            _ => ("", FetchPurpose::Crl),
        };
        let is_list = purpose == FetchPurpose::Crl;
        let said = body(entry).and_then(|reply| {
            let statement = if is_list {
                let digest = reply.excerpt.as_ref().map(|kept| kept.digest.as_slice());
                let said = list::check(&reply.body, digest, self.leaf(), &self.issuer);
                said.map_err(|defect| of_list(&defect))
            } else {
                let said = self.answer(&reply.body, now);
                said.map_err(|defect| of_answer(&defect))
            }?;
            match freshness(&statement, now) {
                Freshness::Stale if !matches!(statement.status, Status::Revoked { .. }) => {
                    Err(format!("nextUpdate {}", end(&statement)))
                }
                Freshness::Early => Err(format!("thisUpdate {}", statement.this_update)),
                _ => Ok(statement),
            }
        });
        let shown = if is_list {
            url
        } else {
            url.rsplit_once('/').map_or(url, |(base, _)| base)
        };
        Consulted {
            source: if is_list { Source::List } else { Source::Ocsp },
            url: shown.to_owned(),
            said,
            evidence: vec![entry.id()],
        }
    }

    fn responder(&self, case: &Case<'_>) -> Option<Action> {
        let base = fetchable(&self.leaf().ocsp_urls).into_iter().next()?;
        let request = ocsp::request(self.leaf(), &self.issuer)?;
        Some(Action::Fetch {
            url: ocsp::url(base, &request),
            purpose: FetchPurpose::Ocsp,
            from_public: from_public(case),
            serials: Vec::new(),
        })
    }

    fn lists(&self, case: &Case<'_>) -> Vec<Action> {
        let serials = vec![Bytes(self.leaf().serial.clone())];
        fetchable(&self.leaf().crl_urls)
            .into_iter()
            .take(LISTS)
            .map(|url| Action::Fetch {
                url: url.to_owned(),
                purpose: FetchPurpose::Crl,
                from_public: from_public(case),
                serials: serials.clone(),
            })
            .collect()
    }
}

/// The next thing to fetch about each certificate: the responder's answer first, and while nothing was said, the lists
/// one after the other.
pub(crate) fn asks(case: &Case<'_>) -> Vec<(&'static str, Action)> {
    if case.question.offline {
        return Vec::new();
    }
    let now = Now::of(case);
    let next = |subject: &Subject| {
        let answered = subject.consulted(case, &now);
        // A responder that does not know the certificate leaves the lists worth asking.
        let told = |consulted: &Consulted| {
            let said = consulted.said.as_ref();
            said.is_ok_and(|statement| statement.status != Status::Unknown)
        };
        if answered.iter().any(told) {
            return None;
        }
        let responder = subject.responder(case).map(|action| ("ocsp", action));
        let lists = subject.lists(case).into_iter().map(|list| ("crl", list));
        responder
            .into_iter()
            .chain(lists)
            .find(|(_, action)| !case.doing(action).any(|entry| entry.ended))
    };
    subjects(case).iter().filter_map(next).collect()
}

/// The URLs over HTTP; where there is none, the first of the others, which is then refused by name.
fn fetchable(urls: &[String]) -> Vec<&str> {
    let http: Vec<&str> = urls
        .iter()
        .map(String::as_str)
        .filter(|url| url.starts_with("http://"))
        .collect();
    if http.is_empty() {
        urls.first().map(String::as_str).into_iter().collect()
    } else {
        http
    }
}

fn from_public(case: &Case<'_>) -> bool {
    case.is_public()
}

/// The reply of a fetch that went well; otherwise what came instead, in no language.
fn body(entry: &Entry) -> Result<&HttpReply, String> {
    let failed = || {
        let end = entry.observation.end();
        let outcome = end.map_or(PhaseOutcome::Aborted, |end| end.outcome);
        let word = serde_json::to_value(outcome)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default();
        match end.and_then(|end| end.detail.as_deref()) {
            Some(detail) => format!("{word}: {detail}"),
            None => word,
        }
    };
    let ok = entry
        .observation
        .end()
        .is_some_and(|end| end.outcome == PhaseOutcome::Ok);
    match &entry.observation.answer {
        Some(Answer::Http(reply)) if ok => Ok(reply),
        _ => Err(failed()),
    }
}

/// When a statement ends.
pub(crate) fn end(statement: &Statement) -> String {
    statement
        .next_update
        .unwrap_or(statement.this_update)
        .to_string()
}

fn of_list(defect: &ListDefect) -> String {
    match defect {
        ListDefect::NotAList { looks } => (*looks).to_owned(),
        ListDefect::Malformed { field } => (*field).to_owned(),
        ListDefect::Delta => "deltaCRLIndicator".to_owned(),
        ListDefect::Indirect => "indirectCRL".to_owned(),
        ListDefect::OtherIssuer { issuer } => issuer.clone(),
        ListDefect::OtherScope { scope } => scope.clone(),
        ListDefect::NotAllowed => "keyUsage - cRLSign".to_owned(),
        ListDefect::UnknownCritical { oid } => oid.to_string(),
        ListDefect::Signature(_) => "signature".to_owned(),
    }
}

/// What is wrong with an answer, in no language.
pub(crate) fn of_answer(defect: &AnswerDefect) -> String {
    match defect {
        AnswerDefect::NotAnAnswer { looks } => (*looks).to_owned(),
        AnswerDefect::Malformed { field } => (*field).to_owned(),
        AnswerDefect::Unsuccessful { status } => ocsp::status_name(*status).to_owned(),
        AnswerDefect::OtherCertificate { serial } => format!("serialNumber {serial}"),
        AnswerDefect::WrongSigner { signer } => signer.clone(),
        AnswerDefect::Signature(_) => "signature".to_owned(),
    }
}

/// Whether a statement counts by the believed clock, which stands at the examination's start: an answer made for us is a
/// little younger. As much is granted as the `openssl ocsp` command does.
pub(crate) fn freshness(statement: &Statement, now: &Now) -> Freshness {
    const LEEWAY: SignedDuration = SignedDuration::from_mins(5);
    statement.freshness(now.best, now.uncertainty.max(LEEWAY))
}

/// A day: what Firefox grants an answer on both sides (mozilla::pkix, SLOP_SECONDS).
pub(crate) const SLACK: SignedDuration = SignedDuration::from_hours(24);
