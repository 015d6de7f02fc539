//! Certificates that programs serve while they have none for the name asked for (`data/fallback-certificates.toml`).

use pki::Certificate;
use serde::Deserialize;
use std::sync::LazyLock;

/// A program's own certificate, and how to know it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fallback {
    /// Whose it is.
    pub(crate) program: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    issuer: String,
}

#[derive(Deserialize)]
struct Table {
    fallback: Vec<Fallback>,
}

static FALLBACKS: LazyLock<Vec<Fallback>> = LazyLock::new(|| {
    match toml::from_str::<Table>(include_str!("../../../data/fallback-certificates.toml")) {
        Ok(table) => table.fallback,
        Err(error) => panic!("data/fallback-certificates.toml, built into this program: {error}"),
    }
});

/// The program that made `certificate` for want of a better one.
pub(crate) fn program(certificate: &Certificate) -> Option<&'static Fallback> {
    FALLBACKS
        .iter()
        .find(|known| known.fits(&certificate.subject.text, &certificate.issuer.text))
}

impl Fallback {
    fn fits(&self, subject: &str, issuer: &str) -> bool {
        has(subject, &self.subject) && has(issuer, &self.issuer)
    }
}

/// Whether a name has `wanted`: as one of its parts, whole or up to a space; or, where that names no attribute, anywhere.
fn has(name: &str, wanted: &str) -> bool {
    if !wanted.contains('=') {
        return name.contains(wanted);
    }
    name.split(',').any(|part| {
        let rest = part.trim_start().strip_prefix(wanted);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

#[cfg(test)]
mod tests {
    use super::FALLBACKS;

    fn known(subject: &str, issuer: &str) -> Option<&'static str> {
        let fallback = FALLBACKS.iter().find(|known| known.fits(subject, issuer));
        fallback.map(|known| known.program.as_str())
    }

    #[test]
    fn each_row_says_what_it_looks_for() {
        for known in FALLBACKS.iter() {
            let vague = known.subject.len() + known.issuer.len() < "CN=Plesk".len();
            assert!(!vague, "{known:?} fits nearly everything");
        }
    }

    #[test]
    fn programs_are_known_by_their_certificates() {
        let fake = "CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co";
        let traefik = "CN=TRAEFIK DEFAULT CERT";
        let caddy = "CN=Caddy Local Authority - ECC Intermediate";
        assert_eq!(known(fake, fake), Some("ingress-nginx"));
        assert_eq!(known(traefik, traefik), Some("Traefik"));
        assert_eq!(known("", caddy), Some("Caddy"));
        assert_eq!(known("CN=shop.test", "CN=Some CA,O=Acme Co"), None);
        assert_eq!(known("CN=traefik.shop.test", "CN=R11"), None);
        assert_eq!(known("O=Plesk,CN=Plesk", "CN=Plesk"), Some("Plesk"));
        assert_eq!(known("CN=Pleskova-host", "CN=Pleskova-host"), None);
    }
}
