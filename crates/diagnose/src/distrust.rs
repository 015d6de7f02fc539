//! CAs and keys that root programmes distrust (`data/roots/distrusted.toml`).

use report::Distrusted;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    distrusted: Vec<Distrusted>,
}

static KNOWN: LazyLock<Vec<Distrusted>> =
    LazyLock::new(
        || match distrusted(include_str!("../../../data/roots/distrusted.toml")) {
            Ok(entries) => entries,
            Err(error) => panic!("data/roots/distrusted.toml, built into this program: {error}"),
        },
    );

/// Those known here.
pub(crate) fn known() -> &'static [Distrusted] {
    &KNOWN
}

/// Why a list of distrusted CAs and keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DistrustedError {
    /// It is not TOML of the form of `data/roots/distrusted.toml`.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// An entry does not say which certificate or key it is about.
    #[error("{name}: neither sha256 nor spki-sha256 with 64 hexadecimal digits")]
    Fingerprint {
        /// What the entry is called.
        name: String,
    },
}

/// Reads a list of distrusted CAs and keys, in the form of `data/roots/distrusted.toml`.
///
/// # Errors
///
/// When it is not of that form, or an entry has no fingerprint.
pub fn distrusted(text: &str) -> Result<Vec<Distrusted>, DistrustedError> {
    let mut entries = toml::from_str::<Table>(text)?.distrusted;
    for entry in &mut entries {
        let mut known = false;
        for fingerprint in [&mut entry.sha256, &mut entry.spki_sha256] {
            let Some(digits) = fingerprint else {
                continue;
            };
            const DIGITS: usize = 64;
            if digits.len() != DIGITS || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(DistrustedError::Fingerprint {
                    name: entry.name.clone(),
                });
            }
            digits.make_ascii_lowercase();
            known = true;
        }
        if !known {
            return Err(DistrustedError::Fingerprint {
                name: entry.name.clone(),
            });
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_stores_that_profiles_have() {
        let stores: Vec<&str> = wire::profile::profiles()
            .iter()
            .map(|profile| profile.rules.store.as_str())
            .collect();
        assert!(known().len() > 20);
        for entry in known() {
            assert!(!entry.stores.is_empty() && !entry.source.is_empty());
            for store in &entry.stores {
                assert!(stores.contains(&store.as_str()), "{store}");
            }
        }
    }

    #[test]
    fn an_entry_needs_a_fingerprint() {
        let entry = |line: &str| {
            format!("[[distrusted]]\n{line}\nname = \"x\"\nstores = [\"chrome\"]\nsource = \"y\"\n")
        };
        let error = DistrustedError::Fingerprint {
            name: "x".to_owned(),
        };
        assert_eq!(distrusted(&entry("")), Err(error.clone()));
        assert_eq!(distrusted(&entry("sha256 = \"abc\"")), Err(error));
        let digits = "AB".repeat(32);
        let read = distrusted(&entry(&format!("spki-sha256 = \"{digits}\""))).unwrap();
        assert_eq!(read[0].spki_sha256, Some("ab".repeat(32)));
        assert!(matches!(
            distrusted("[[distrusted]]\nunknown = 1"),
            Err(DistrustedError::Form(_))
        ));
    }
}
