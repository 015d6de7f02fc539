//! ClientHellos derived from another by one stated change.

use report::{
    CipherSuite, ClientHello, Extension, GREASE, NamedGroup, Offers, ProtocolVersion, RecordSplit,
    SignatureScheme,
};
use wire::registry;

/// The profile id of a client made from the command line's limits.
pub(crate) const CUSTOM: &str = "custom";

/// Groups that `wire` can do the arithmetic for, the classical ones first.
const SHARES: [NamedGroup; 4] = [
    NamedGroup(0x001d),
    NamedGroup(0x0017),
    NamedGroup(0x0018),
    NamedGroup(0x0019),
];

/// Cipher suites that no server of this century agrees to: without encryption, or with 40 bits of it (RFC 2246 appendix A.5).
pub(crate) const UNUSABLE: [CipherSuite; 2] = [CipherSuite(0x0001), CipherSuite(0x0006)];

/// The same hello without server_name.
pub(crate) fn without_server_name(hello: &ClientHello) -> ClientHello {
    without(hello, |extension| {
        matches!(extension, Extension::ServerName)
    })
}

/// The same, offering this application protocol alone.
pub(crate) fn with_alpn(hello: &ClientHello, protocol: &str) -> ClientHello {
    let mut hello = without_alpn(hello);
    hello.extensions.push(Extension::Alpn {
        protocols: vec![protocol.to_owned()],
    });
    hello
}

/// Whether `hello` offers this application protocol.
pub(crate) fn offers(hello: &ClientHello, protocol: &str) -> bool {
    hello
        .alpn()
        .is_some_and(|protocols| protocols.iter().any(|own| own == protocol))
}

/// The same hello without ALPN.
pub(crate) fn without_alpn(hello: &ClientHello) -> ClientHello {
    without(hello, |extension| {
        matches!(
            extension,
            Extension::Alpn { .. } | Extension::ApplicationSettings { .. }
        )
    })
}

fn without(hello: &ClientHello, drop: impl Fn(&Extension) -> bool) -> ClientHello {
    ClientHello {
        extensions: hello
            .extensions
            .iter()
            .filter(|extension| !drop(extension))
            .cloned()
            .collect(),
        ..hello.clone()
    }
}

/// The same hello that also offers TLS 1.1 and TLS 1.0.
pub(crate) fn with_old_versions(hello: &ClientHello) -> ClientHello {
    with_versions(hello, &[ProtocolVersion::TLS1_1, ProtocolVersion::TLS1_0])
}

/// The same hello that also offers TLS 1.2 by its legacy version, with what TLS 1.2 needs.
pub(crate) fn with_tls12(hello: &ClientHello) -> ClientHello {
    let mut newer = if hello.legacy_version < ProtocolVersion::TLS1_2 {
        ClientHello {
            legacy_version: ProtocolVersion::TLS1_2,
            ..hello.clone()
        }
    } else {
        with_versions(hello, &[ProtocolVersion::TLS1_2])
    };
    if hello.signature_schemes().is_none() {
        newer.extensions.push(Extension::SignatureAlgorithms {
            schemes: all_schemes(),
        });
    }
    newer
}

/// The same hello without cipher suites of finite-field Diffie-Hellman before TLS 1.3.
pub(crate) fn without_finite_fields(hello: &ClientHello) -> ClientHello {
    let finite = |suite: &CipherSuite| {
        let name = registry::cipher_suite_name(*suite);
        name.starts_with("TLS_DHE_") || name.starts_with("TLS_DH_")
    };
    let mut curves = hello.clone();
    curves.cipher_suites.retain(|suite| !finite(suite));
    curves
}

/// The same hello that also offers TLS 1.3, with what TLS 1.3 needs.
pub(crate) fn with_tls13(hello: &ClientHello) -> ClientHello {
    let mut wider = with_versions(hello, &[ProtocolVersion::TLS1_3]);
    extend(
        &mut wider.cipher_suites,
        [0x1301, 0x1302, 0x1303].map(CipherSuite),
    );
    let groups = hello.groups();
    let share = SHARES
        .iter()
        .copied()
        .find(|group| groups.contains(group))
        .unwrap_or(NamedGroup(0x001d));
    if hello.key_shares().is_empty() {
        wider.extensions.push(Extension::KeyShare {
            groups: vec![share],
        });
        wider
            .extensions
            .push(Extension::PskKeyExchangeModes { modes: vec![1] });
    }
    if groups.is_empty() {
        wider.extensions.push(Extension::SupportedGroups {
            groups: SHARES.to_vec(),
        });
    }
    if hello.signature_schemes().is_none() {
        wider.extensions.push(Extension::SignatureAlgorithms {
            schemes: all_schemes(),
        });
    }
    wider
}

fn with_versions(hello: &ClientHello, more: &[ProtocolVersion]) -> ClientHello {
    let mut versions = hello.versions();
    extend(&mut versions, more.iter().copied());
    let mut wider = hello.clone();
    match wider
        .extensions
        .iter_mut()
        .find_map(|extension| match extension {
            Extension::SupportedVersions { versions } => Some(versions),
            _ => None,
        }) {
        Some(listed) => extend(listed, more.iter().copied()),
        None => wider
            .extensions
            .push(Extension::SupportedVersions { versions }),
    }
    wider
}

/// The same hello with everything registered added to it: versions down to TLS 1.0, every cipher suite, every group,
/// every signature scheme. What it starts with keeps its place.
pub(crate) fn widest(hello: &ClientHello) -> ClientHello {
    wider(&with_tls13(&with_old_versions(&with_tls12(hello))))
}

/// The same hello with every cipher suite, group and signature scheme, and no other version.
pub(crate) fn wider(hello: &ClientHello) -> ClientHello {
    let mut wide = hello.clone();
    extend(
        &mut wide.cipher_suites,
        registry::cipher_suites()
            .iter()
            .map(|suite| suite.code)
            .filter(|code| !is_signalling(*code)),
    );
    for extension in &mut wide.extensions {
        match extension {
            Extension::SupportedGroups { groups } => extend(groups, classical_groups()),
            Extension::SignatureAlgorithms { schemes } => extend(schemes, all_schemes()),
            Extension::KeyShare { groups } => extend(groups, SHARES),
            _ => {}
        }
    }
    wide
}

/// A small hello that everything since 2008 understands: TLS 1.2, the same cipher suites less GREASE, four extensions.
pub(crate) fn plainest(hello: &ClientHello) -> ClientHello {
    let suites: Vec<CipherSuite> = hello
        .cipher_suites
        .iter()
        .copied()
        .filter(|suite| !is_grease(suite.0) && !is_tls13(*suite))
        .collect();
    let kept = |extension: &&Extension| {
        matches!(
            extension,
            Extension::ServerName
                | Extension::EcPointFormats { .. }
                | Extension::RenegotiationInfo
                | Extension::ExtendedMasterSecret
        )
    };
    let mut extensions: Vec<Extension> = hello.extensions.iter().filter(kept).cloned().collect();
    extensions.push(Extension::SupportedGroups {
        groups: hello
            .groups()
            .into_iter()
            .filter(|group| is_classical(*group))
            .collect(),
    });
    let schemes = hello
        .signature_schemes()
        .map_or_else(all_schemes, <[SignatureScheme]>::to_vec);
    extensions.push(Extension::SignatureAlgorithms { schemes });
    ClientHello {
        legacy_version: hello.legacy_version.min(ProtocolVersion::TLS1_2),
        session_id_length: 0,
        cipher_suites: suites,
        compression_methods: vec![0],
        extensions,
        records: RecordSplit::Whole,
        ..hello.clone()
    }
}

/// A cipher suite that nobody has (RFC 8701 section 2).
const NO_SUITE: CipherSuite = CipherSuite(0x5a5a);

/// A small hello that no server can accept: the answer is an alert, which needs neither key nor certificate.
pub(crate) fn unanswerable(hello: &ClientHello) -> ClientHello {
    ClientHello {
        cipher_suites: vec![NO_SUITE],
        ..plainest(hello)
    }
}

/// Whether it is such a hello.
pub(crate) fn is_unanswerable(hello: &ClientHello) -> bool {
    hello.cipher_suites == [NO_SUITE]
}

/// `base` with the extension types of `other` that it lacks, so that one question tries both.
pub(crate) fn joined(base: &ClientHello, other: &ClientHello) -> ClientHello {
    let mut joined = base.clone();
    for extension in &other.extensions {
        let kind = std::mem::discriminant(extension);
        let special = matches!(
            extension,
            Extension::Raw { .. }
                | Extension::Grease { .. }
                | Extension::Padding { .. }
                | Extension::PaddingTo { .. }
        );
        if !special
            && !joined
                .extensions
                .iter()
                .any(|own| std::mem::discriminant(own) == kind)
        {
            joined.extensions.push(extension.clone());
        }
    }
    joined
}

/// `hello` within the limits of the command line.
pub(crate) fn limited(hello: &ClientHello, offers: &Offers) -> ClientHello {
    let mut limited = hello.clone();
    let lowest = offers.tls_min.unwrap_or(ProtocolVersion(0));
    let highest = offers.tls_max.unwrap_or(ProtocolVersion(u16::MAX));
    if offers.tls_min.is_some() || offers.tls_max.is_some() {
        let mut versions: Vec<_> = hello
            .versions()
            .into_iter()
            .filter(|version| (lowest..=highest).contains(version))
            .collect();
        if versions.is_empty() {
            versions = (lowest.0.max(ProtocolVersion::SSL3.0)
                ..=highest.0.min(ProtocolVersion::TLS1_3.0))
                .rev()
                .map(ProtocolVersion)
                .collect();
        }
        let modern = versions.contains(&ProtocolVersion::TLS1_3);
        let top = versions
            .iter()
            .copied()
            .max()
            .unwrap_or(ProtocolVersion::TLS1_2);
        limited.legacy_version = top.min(ProtocolVersion::TLS1_2);
        let old = |version: &ProtocolVersion| *version < ProtocolVersion::TLS1_2;
        if !modern {
            limited = without(&limited, |extension| {
                matches!(
                    extension,
                    Extension::SupportedVersions { .. }
                        | Extension::KeyShare { .. }
                        | Extension::PskKeyExchangeModes { .. }
                )
            });
            limited.cipher_suites.retain(|suite| !is_tls13(*suite));
            limited.session_id_length = 0;
        } else {
            for extension in &mut limited.extensions {
                if let Extension::SupportedVersions { versions: listed } = extension {
                    listed.clone_from(&versions);
                }
            }
            if !versions
                .iter()
                .any(|version| *version <= ProtocolVersion::TLS1_2)
            {
                limited.cipher_suites.retain(|suite| is_tls13(*suite));
            }
        }
        if versions.iter().any(old) {
            extend(
                &mut limited.cipher_suites,
                [0xc013, 0xc014, 0xc009, 0xc00a, 0x002f, 0x0035].map(CipherSuite),
            );
        }
    }
    if let Some(suites) = &offers.cipher_suites {
        let signals = limited.cipher_suites.iter().copied();
        let signals: Vec<CipherSuite> = signals.filter(|code| is_signalling(*code)).collect();
        limited.cipher_suites.clone_from(suites);
        let missing = signals.into_iter().filter(|code| !suites.contains(code));
        limited.cipher_suites.extend(missing);
    }
    for extension in &mut limited.extensions {
        match extension {
            Extension::SupportedGroups { groups } => {
                if let Some(wanted) = &offers.groups {
                    groups.clone_from(wanted);
                }
            }
            Extension::KeyShare { groups } => {
                if let Some(wanted) = &offers.groups {
                    *groups = wanted.iter().copied().take(1).collect();
                }
            }
            Extension::SignatureAlgorithms { schemes }
            | Extension::SignatureAlgorithmsCert { schemes } => {
                if let Some(wanted) = &offers.signature_schemes {
                    schemes.clone_from(wanted);
                }
            }
            _ => {}
        }
    }
    if let Some(protocols) = &offers.alpn {
        limited = without_alpn(&limited);
        if !protocols.is_empty() {
            limited.extensions.push(Extension::Alpn {
                protocols: protocols.clone(),
            });
        }
    }
    limited
}

/// Whether every element of `client`'s hello that a server could stumble over is also in one of `accepted`.
pub(crate) fn covered(client: &ClientHello, accepted: &[&ClientHello]) -> bool {
    client.extensions.iter().all(|extension| {
        let kind = std::mem::discriminant(extension);
        accepted.iter().any(|other| {
            other
                .extensions
                .iter()
                .any(|own| std::mem::discriminant(own) == kind)
        })
    })
}

pub(crate) fn is_grease(code: u16) -> bool {
    code & 0x0f0f == GREASE && code >> 8 == code & 0xff
}

fn is_tls13(suite: CipherSuite) -> bool {
    registry::cipher_suite(suite).is_some_and(|info| info.tls13)
}

/// Whether it asks for secure renegotiation, by the extension or the signal among its suites (RFC 5746 section 3.4).
pub(crate) fn announces_renegotiation(hello: &ClientHello) -> bool {
    hello.extensions.contains(&Extension::RenegotiationInfo)
        || hello.cipher_suites.contains(&RENEGOTIATION_SIGNAL)
}

const RENEGOTIATION_SIGNAL: CipherSuite = CipherSuite(0x00ff);

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV and TLS_FALLBACK_SCSV are signals, not suites.
fn is_signalling(suite: CipherSuite) -> bool {
    matches!(suite.0, 0x00ff | 0x5600)
}

fn is_classical(group: NamedGroup) -> bool {
    group.0 < 0x0100
}

fn classical_groups() -> Vec<NamedGroup> {
    let registered = (1..=0x29)
        .map(NamedGroup)
        .filter(|group| !registry::group_name(*group).starts_with("0x"));
    registered.chain((0x100..=0x104).map(NamedGroup)).collect()
}

fn all_schemes() -> Vec<SignatureScheme> {
    [
        0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
        0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0402, 0x0101,
    ]
    .map(SignatureScheme)
    .to_vec()
}

fn extend<T: PartialEq>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chrome() -> ClientHello {
        wire::profile::profile("chrome")
            .expect("a reference profile")
            .hello
            .clone()
    }

    #[test]
    fn without_one_thing_differs_in_one_thing() {
        let hello = chrome();
        assert_eq!(
            without_server_name(&hello).extensions.len() + 1,
            hello.extensions.len()
        );
        assert!(without_alpn(&hello).alpn().is_none());
    }

    #[test]
    fn the_widest_contains_the_hello_it_grew_from() {
        let hello = chrome();
        let wide = widest(&hello);
        assert!(
            hello
                .cipher_suites
                .iter()
                .all(|suite| wide.cipher_suites.contains(suite))
        );
        assert!(
            hello
                .groups()
                .iter()
                .all(|group| wide.groups().contains(group))
        );
        assert!(wide.versions().contains(&ProtocolVersion::TLS1_0));
        assert!(wide.cipher_suites.len() > 300);
    }

    #[test]
    fn a_limit_takes_tls13_and_all_that_belongs_to_it_away() {
        let offers = Offers {
            tls_max: Some(ProtocolVersion::TLS1_2),
            ..Offers::default()
        };
        let hello = limited(&chrome(), &offers);
        assert!(!hello.versions().contains(&ProtocolVersion::TLS1_3));
        assert!(hello.key_shares().is_empty());
        assert!(!hello.cipher_suites.contains(&CipherSuite(0x1301)));
    }

    #[test]
    fn joined_covers_both() {
        let (openssl, java) = (
            &wire::profile::profile("openssl3").expect("profile").hello,
            &wire::profile::profile("java17").expect("profile").hello,
        );
        let both = joined(openssl, java);
        assert!(covered(java, &[&both]) && covered(openssl, &[&both]));
    }
}
