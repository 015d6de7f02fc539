//! Files the command line names.

use crate::fault::Fault;
use pki::pem::{self, PemError};
use probe::{CaFile, ClientAuth};
use std::io::{self, ErrorKind, Read};

/// The trust anchors of `--ca-file`.
///
/// # Errors
///
/// A fault when the file cannot be read or holds no certificate in PEM.
pub(crate) fn ca_file(path: &str) -> Result<CaFile, Fault> {
    Ok(CaFile {
        path: path.to_owned(),
        certificates: certificates(path, &read(path)?)?,
    })
}

/// The DER certificates of `--deployed`, as they stand in the file.
///
/// # Errors
///
/// A fault when the file cannot be read or holds no certificate in PEM.
pub(crate) fn deployed(path: &str) -> Result<Vec<Vec<u8>>, Fault> {
    certificates(path, &read(path)?)
}

/// The client certificate with its key; without `key`, the key is looked for in the certificate's file.
///
/// # Errors
///
/// A fault when a file cannot be read, or holds no certificate or no usable key.
pub(crate) fn client_auth(certificate: &str, key: Option<&str>) -> Result<ClientAuth, Fault> {
    let octets = read(certificate)?;
    let chain = certificates(certificate, &octets)?;
    let key = match key {
        Some(path) => pem::private_key(&read(path)?).map_err(|error| unusable(error, path))?,
        None => pem::private_key(&octets).map_err(|error| match error {
            PemError::NoPrivateKey { .. } => {
                Fault::new("ui-fault-no-key", [("path", certificate)]).hint("ui-hint-no-key", [])
            }
            error => unusable(error, certificate),
        })?,
    };
    Ok(ClientAuth { chain, key })
}

/// The octets of a file, or of standard input for `-`.
///
/// # Errors
///
/// A fault when it cannot be read.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, Fault> {
    let octets = if path == "-" {
        let mut octets = Vec::new();
        io::stdin().lock().read_to_end(&mut octets).map(|_| octets)
    } else {
        std::fs::read(path)
    };
    octets.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Fault::new("ui-fault-no-file", [("path", path)]).hint("ui-hint-no-file", [])
        }
        ErrorKind::PermissionDenied => Fault::new("ui-fault-file-denied", [("path", path)]),
        ErrorKind::IsADirectory => Fault::new("ui-fault-directory", [("path", path)]),
        _ => Fault::new(
            "ui-fault-file",
            [("path", path), ("detail", &reason(&error))],
        ),
    })
}

/// An error of the operating system in no language: its number, where it has one.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => format!("errno {number}"),
        None => format!("{:?}", error.kind()),
    }
}

fn certificates(path: &str, octets: &[u8]) -> Result<Vec<Vec<u8>>, Fault> {
    pem::certificates(octets).map_err(|error| unusable(error, path))
}

/// One exhaustive mapping from what is wrong with a PEM file to a message.
pub(crate) fn unusable(error: PemError, path: &str) -> Fault {
    let about = |id| Fault::new(id, [("path", path)]);
    match error {
        PemError::Empty => about("ui-fault-file-empty").hint("ui-hint-pem", []),
        PemError::DerNotPem => {
            about("ui-fault-file-der").hint("ui-hint-file-der", [("path", path)])
        }
        PemError::Pkcs12 => {
            about("ui-fault-file-pkcs12").hint("ui-hint-file-pkcs12", [("path", path)])
        }
        PemError::Utf16 => about("ui-fault-file-utf16").hint("ui-hint-file-utf16", []),
        PemError::NoCertificate { .. } => {
            about("ui-fault-no-certificate").hint("ui-hint-no-certificate", [])
        }
        PemError::NoPrivateKey { .. } => about("ui-fault-key-file").hint("ui-hint-key-file", []),
        PemError::Encrypted { .. } => {
            about("ui-fault-key-encrypted").hint("ui-hint-key-encrypted", [("path", path)])
        }
        PemError::Malformed { line, .. } => Fault::new(
            "ui-fault-pem",
            [("path", path), ("line", &line.to_string())],
        )
        .hint("ui-hint-pem", []),
    }
}
