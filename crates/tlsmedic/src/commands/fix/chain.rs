//! `tlsmedic fix chain FILE`

use super::issuers::Issuers;
use super::said::{Outcome, Said};
use crate::args::{FixChainArguments, Format};
use crate::commands::run::Session;
use crate::fault::Fault;
use crate::replace::replace;
use crate::{files, terminal};
use jiff::Timestamp;
use pki::Certificate;
use pki::path::Anchor;
use pki::pem::{self, PemError, PemFile};
use pki::repair::{self, LeafError, Repair};
use report::Exit;

/// The file, as far as it matters here.
struct Input {
    octets: Vec<u8>,
    certificates: Vec<Certificate>,
    /// Whether it is DER and not PEM.
    is_der: bool,
    /// The server's own certificate.
    leaf: Certificate,
    /// Whether a private key stands in it.
    has_key: bool,
}

/// Judges and completes the chain of a file, and prints or writes it.
pub(crate) async fn chain(arguments: FixChainArguments, session: &Session) -> Result<Exit, Fault> {
    let path = arguments.chain.as_str();
    if arguments.write && path == "-" {
        return Err(Fault::new("ui-fault-write-stdin", []));
    }
    let ca_file = arguments
        .ca_file
        .as_deref()
        .map(files::ca_file)
        .transpose()?;
    let input = Input::read(path)?;
    if arguments.write && input.is_der {
        let hint = ("path", path);
        return Err(Fault::new("ui-fault-write-der", [hint]).hint("ui-hint-write-der", [hint]));
    }
    let mut issuers = Issuers::new(ca_file)?;
    let now = Timestamp::now();
    let (repair, anchors) = completed(&input, &mut issuers, arguments.alone, now).await;
    let stores = anchors
        .into_iter()
        .find(|(anchor, _)| {
            let reached = repair.path.as_ref().map(|path| &path.anchor);
            reached == Some(anchor)
        })
        .map(|(_, stores)| stores.join(", "));
    let ders: Vec<&[u8]> = repair.chain.iter().map(|link| &link.der[..]).collect();
    let file = if input.is_der {
        None
    } else {
        Some(PemFile::read(&input.octets).map_err(|error| files::unusable(error, path))?)
    };
    let outcome = match &file {
        Some(file) if file.gives(&ders) => Outcome::Nothing,
        Some(file) if arguments.write && repair.path.is_some() => {
            Outcome::Replaced(replace(path, &input.octets, &file.with_chain(&ders))?)
        }
        _ if arguments.write => Outcome::Refused,
        _ => Outcome::Printed,
    };
    let said = Said {
        path,
        leaf: &input.leaf,
        is_der: input.is_der,
        has_key: input.has_key,
        repair: &repair,
        issuers: &issuers,
        stores,
        outcome: &outcome,
    };
    match session.format {
        Format::Json => terminal::data(&said.json())?,
        Format::Text => {
            for line in said.lines() {
                terminal::note(&session.texts.format(&line));
            }
            if !arguments.write {
                let text: String = ders.iter().map(|der| pem::encode(der)).collect();
                terminal::data(&text)?;
            }
        }
    }
    Ok(if said.is_good() {
        Exit::Works
    } else {
        Exit::Fails
    })
}

/// The repair with what the file holds, and where that is not enough, with what is known and then with what can be fetched.
async fn completed(
    input: &Input,
    issuers: &mut Issuers,
    alone: bool,
    now: Timestamp,
) -> (Repair, Vec<(Anchor, Vec<String>)>) {
    loop {
        let anchors = issuers.anchors(&input.certificates).await;
        let plain: Vec<Anchor> = anchors.iter().map(|(anchor, _)| anchor.clone()).collect();
        let own = &input.certificates;
        let repair = repair::repair(&input.leaf, own, &issuers.pool, &plain, now);
        // What is wrong with the server's own certificate no other certificate heals.
        let is_whole = repair
            .path
            .as_ref()
            .is_some_and(|path| path.problems.iter().all(|problem| problem.depth == 0));
        let is_own = input.leaf.is_self_issued();
        if is_whole
            || is_own
            || !(issuers.know(own, now) || (!alone && issuers.fetch(&repair.missing).await))
        {
            return (repair, anchors);
        }
    }
}

impl Input {
    fn read(path: &str) -> Result<Self, Fault> {
        let octets = files::read(path)?;
        let (ders, is_der) = match pem::certificates(&octets) {
            Ok(ders) => (ders, false),
            Err(PemError::DerNotPem) => (pem::fetched_certificates(&octets), true),
            Err(error) => return Err(files::unusable(error, path)),
        };
        if ders.is_empty() {
            return Err(files::unusable(PemError::DerNotPem, path));
        }
        let mut certificates = Vec::new();
        for (number, der) in (1..).zip(&ders) {
            let parsed = Certificate::parse(der);
            let unreadable = || {
                let number: usize = number;
                let number = number.to_string();
                let params = [("path", path), ("number", number.as_str())];
                Fault::new("ui-fault-certificate", params)
            };
            certificates.push(parsed.certificate.ok_or_else(unreadable)?);
        }
        let (key, has_key) = match pem::private_key(&octets) {
            Ok(key) => (Some(key), true),
            // One that is locked or broken is a key all the same, and stays where it is.
            Err(PemError::Encrypted { .. } | PemError::Malformed { .. }) => (None, true),
            Err(_) => (None, false),
        };
        let leaf =
            repair::leaf(&certificates, key.as_ref()).map_err(|error| no_leaf(error, path))?;
        Ok(Self {
            octets,
            certificates,
            is_der,
            leaf,
            has_key,
        })
    }
}

/// One exhaustive mapping from what hides the server's own certificate to a message.
fn no_leaf(error: LeafError, path: &str) -> Fault {
    let about = |id| Fault::new(id, [("path", path)]);
    match error {
        LeafError::None => about("ui-fault-no-certificate").hint("ui-hint-no-certificate", []),
        LeafError::KeyOfNone => about("ui-fault-key-of-none").hint("ui-hint-key-mismatch", []),
        LeafError::Several(several) => {
            let names: Vec<&str> = several
                .iter()
                .map(|certificate| certificate.subject.text.as_str())
                .collect();
            let params = [("path", path), ("names", &names.join("; "))];
            Fault::new("ui-fault-several-leaves", params).hint("ui-hint-several-leaves", [])
        }
    }
}
