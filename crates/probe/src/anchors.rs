//! Trust anchors looked up by subject in this machine's store, Mozilla's or a file.

use crate::ending::{Ending, quoted};
use crate::hands::CaFile;
use crate::{Recorder, detached};
use report::{AnchorStore, Answer, Bytes, PhaseName, PhaseOutcome};
use std::env;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The stores of this machine and of the command line. This machine's is read once, when first asked.
#[derive(Debug)]
pub(crate) struct Stores {
    system: OnceCell<Arc<System>>,
    files: Vec<CaFile>,
}

/// This machine's store, or why there is none.
#[derive(Debug)]
struct System {
    certificates: Vec<Vec<u8>>,
    path: Option<String>,
    defect: Option<String>,
}

impl Stores {
    /// Stores with the files of the command line.
    pub(crate) fn new(files: Vec<CaFile>) -> Self {
        Self {
            system: OnceCell::new(),
            files,
        }
    }

    /// The certificates of this machine's store, DER.
    pub(crate) async fn system_certificates(&self) -> Result<Vec<Vec<u8>>, Ending> {
        Ok(self.system().await?.certificates.clone())
    }

    async fn system(&self) -> Result<&Arc<System>, Ending> {
        self.system
            .get_or_try_init(|| async { detached::run(system).await.map(Arc::new) })
            .await
    }
}

/// Looks up the certificates with one of the subjects, as the phase [`PhaseName::Fetch`].
pub(crate) async fn look_up(
    stores: &Stores,
    store: &AnchorStore,
    subjects: &[Bytes],
    recorder: &Recorder,
) -> Result<(), Ending> {
    recorder.begin(PhaseName::Fetch, None);
    match store {
        AnchorStore::System => {
            let system = stores.system().await?;
            let certificates = system.certificates.iter().map(Vec::as_slice);
            answer(certificates, subjects, system.path.clone(), recorder);
            match &system.defect {
                Some(defect) if system.certificates.is_empty() => {
                    Err(Ending::new(PhaseOutcome::NotFound, defect.clone()))
                }
                _ => Ok(()),
            }
        }
        AnchorStore::Mozilla => {
            answer(pki::anchor::mozilla(), subjects, None, recorder);
            Ok(())
        }
        AnchorStore::File(path) => match stores.files.iter().find(|file| file.path == *path) {
            Some(file) => {
                let certificates = file.certificates.iter().map(Vec::as_slice);
                answer(certificates, subjects, Some(path.clone()), recorder);
                Ok(())
            }
            None => Err(Ending::new(PhaseOutcome::NotFound, quoted(path.as_bytes()))),
        },
    }
}

fn answer<'a>(
    held: impl Iterator<Item = &'a [u8]>,
    subjects: &[Bytes],
    path: Option<String>,
    recorder: &Recorder,
) {
    let mut count = 0_u32;
    let counted = held.inspect(|_| count = count.saturating_add(1));
    let certificates = pki::anchor::with_subjects(counted, subjects);
    recorder.answer(Answer::Anchors {
        certificates: certificates.into_iter().map(Bytes::from).collect(),
        held: count,
        path,
    });
}

fn system() -> System {
    let read = rustls_native_certs::load_native_certs();
    System {
        certificates: read.certs.iter().map(|der| der.to_vec()).collect(),
        path: path(),
        defect: read
            .errors
            .first()
            .map(|error| quoted(error.to_string().as_bytes())),
    }
}

/// Where the store is read from: what the environment says, otherwise where this system keeps it.
fn path() -> Option<String> {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .into_iter()
        .find_map(|name| env::var_os(name).map(PathBuf::from));
    let found = named.or_else(|| {
        let probed = openssl_probe::probe();
        probed
            .cert_file
            .or_else(|| probed.cert_dir.into_iter().next())
    });
    found.map(|path| path.display().to_string())
}
