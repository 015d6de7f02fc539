//! What a client does not take of an answer that keeps to its offer, by the rules of its profile.

use crate::hellos;
use pki::{Certificate, KeyKind};
use report::{ClientHello, Extension, ProtocolVersion};
use wire::flight::ServerFlight;
use wire::handshake::HandshakeMessage;
use wire::profile::HandshakeRules;
use wire::registry;

const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;
/// The last octets of the random of a server that could do TLS 1.3, and of one that could do TLS 1.2 (RFC 8446
/// section 4.1.3).
const COULD_TLS13: &[u8] = b"DOWNGRD\x01";
const COULD_TLS12: &[u8] = b"DOWNGRD\x00";
/// Handshake type and length.
const HEADER: usize = 4;

/// Why a client ends a handshake that the server is content with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Objection {
    /// The finite-field prime is too short: S15.
    SmallDh { bits: u32, least: u32 },
    /// No renegotiation_info: S16.
    NoSecureRenegotiation,
    /// No extended_master_secret: S17.
    NoExtendedMasterSecret,
    /// The server's random says that a newer version was possible: S40.
    Downgrade {
        chosen: ProtocolVersion,
        possible: ProtocolVersion,
    },
    /// The CertificateRequest is longer than the client reads: S22.
    LongRequest {
        octets: usize,
        most: u32,
        authorities: usize,
    },
    /// The certificate's key is not of the kind that the cipher suite signs with: S41.
    OtherKey { key: String, suite: String },
}

/// Everything in `flight` that a client with `rules`, which sent `hello`, ends the handshake for.
pub(crate) fn objections(
    rules: &HandshakeRules,
    hello: &ClientHello,
    flight: &ServerFlight,
) -> Vec<Objection> {
    let (Some(version), Some(server)) = (flight.version, &flight.server_hello) else {
        return Vec::new();
    };
    let mut objections = Vec::new();
    if version < ProtocolVersion::TLS1_3 {
        if let (Some(bits), Some(least)) = (flight.dh_bits, rules.min_dh_bits)
            && bits < least
        {
            objections.push(Objection::SmallDh { bits, least });
        }
        // A server answers only who asked.
        if rules.needs_secure_renegotiation
            && hellos::announces_renegotiation(hello)
            && server.extension(RENEGOTIATION_INFO).is_none()
        {
            objections.push(Objection::NoSecureRenegotiation);
        }
        let offers = |wanted: &Extension| hello.extensions.contains(wanted);
        if rules.needs_extended_master_secret
            && offers(&Extension::ExtendedMasterSecret)
            && server.extension(EXTENDED_MASTER_SECRET).is_none()
        {
            objections.push(Objection::NoExtendedMasterSecret);
        }
        if let Some(possible) = downgraded(&server.random, version)
            && rules.checks_downgrade
            && hello.versions().contains(&possible)
        {
            objections.push(Objection::Downgrade {
                chosen: version,
                possible,
            });
        }
        objections.extend(other_key(flight));
    }
    if let Some(request) = &flight.certificate_request {
        let octets = request_length(request, version);
        if usize::try_from(rules.max_certificate_request).is_ok_and(|most| octets > most) {
            objections.push(Objection::LongRequest {
                octets,
                most: rules.max_certificate_request,
                authorities: request.authorities.len(),
            });
        }
    }
    objections
}

/// The length of a CertificateRequest, in octets of its body.
pub(crate) fn request_length(
    request: &wire::handshake::CertificateRequest,
    version: ProtocolVersion,
) -> usize {
    HandshakeMessage::CertificateRequest(request.clone())
        .encode(version)
        .len()
        .saturating_sub(HEADER)
}

/// The version that a server's random says was possible, where it is newer than the one it chose.
fn downgraded(random: &[u8; 32], chosen: ProtocolVersion) -> Option<ProtocolVersion> {
    if random.ends_with(COULD_TLS13) {
        return Some(ProtocolVersion::TLS1_3);
    }
    let older = chosen < ProtocolVersion::TLS1_2;
    (older && random.ends_with(COULD_TLS12)).then_some(ProtocolVersion::TLS1_2)
}

/// Before TLS 1.3 the suite's name says which key signs (RFC 5246 section 7.4.2, RFC 8422 section 5.3).
fn other_key(flight: &ServerFlight) -> Option<Objection> {
    let suite = registry::cipher_suite_name(flight.cipher_suite?);
    let (exchange, _) = suite.strip_prefix("TLS_")?.split_once("_WITH_")?;
    let leaf = Certificate::parse(flight.certificates.first()?).certificate?;
    // Static ECDH by the older names: the second word is the issuer's key.
    let rsa = exchange.ends_with("RSA") && exchange != "ECDH_RSA";
    let elliptic = exchange.ends_with("ECDSA") || exchange == "ECDH_RSA";
    let fits = match leaf.key.kind {
        KeyKind::Rsa | KeyKind::RsaPss => rsa,
        KeyKind::P256
        | KeyKind::P384
        | KeyKind::P521
        | KeyKind::OtherCurve
        | KeyKind::Ed25519
        | KeyKind::Ed448 => elliptic,
        KeyKind::Dsa | KeyKind::MlDsa | KeyKind::Other => return None,
    };
    // A suite that names neither (PSK, anonymous) says nothing.
    let named = rsa || elliptic;
    (named && !fits).then(|| Objection::OtherKey {
        key: leaf.key.text.clone(),
        suite: suite.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use report::CipherSuite;
    use wire::handshake::{CertificateRequest, RawExtension, ServerHello};
    use wire::profile::profile;

    fn flight(extensions: &[u16], random_end: &[u8; 8]) -> ServerFlight {
        let mut random = [0; 32];
        random[24..].copy_from_slice(random_end);
        let extension = |code: &u16| RawExtension {
            code: report::ExtensionType(*code),
            body: Vec::new(),
        };
        ServerFlight {
            version: Some(ProtocolVersion::TLS1_2),
            server_hello: Some(ServerHello {
                legacy_version: ProtocolVersion::TLS1_2,
                random,
                session_id: Vec::new(),
                cipher_suite: CipherSuite(0x009e),
                compression: 0,
                extensions: extensions.iter().map(extension).collect(),
            }),
            ..ServerFlight::default()
        }
    }

    fn of(id: &str, flight: &ServerFlight) -> Vec<Objection> {
        let profile = profile(id).expect("a profile");
        objections(&profile.handshake, &profile.hello, flight)
    }

    const ALL: &[u16] = &[EXTENDED_MASTER_SECRET, RENEGOTIATION_INFO];

    #[test]
    fn a_prime_is_short_for_some() {
        let with = |bits| ServerFlight {
            dh_bits: Some(bits),
            ..flight(ALL, &[0; 8])
        };
        let short = |id, bits| !of(id, &with(bits)).is_empty();
        assert!(short("openssl3", 1024) && !short("java17", 1024));
        assert!(short("java17", 768) && !short("openssl3", 2048));
    }

    #[test]
    fn what_is_missing_stops_only_who_demands_it() {
        let bare = flight(&[], &[0; 8]);
        assert_eq!(of("openssl3", &bare), [Objection::NoSecureRenegotiation]);
        assert_eq!(of("go-fips", &bare), [Objection::NoExtendedMasterSecret]);
        for id in ["chrome", "firefox", "java17", "go"] {
            assert_eq!(of(id, &bare), [], "{id}");
        }
    }

    #[test]
    fn a_downgrade_counts_where_the_newer_version_was_offered() {
        let down = flight(ALL, b"DOWNGRD\x01");
        let expected = Objection::Downgrade {
            chosen: ProtocolVersion::TLS1_2,
            possible: ProtocolVersion::TLS1_3,
        };
        assert_eq!(of("chrome", &down), [expected]);
        let profile = profile("chrome").expect("a profile");
        let offers = report::Offers {
            tls_max: Some(ProtocolVersion::TLS1_2),
            ..report::Offers::default()
        };
        let old = crate::hellos::limited(&profile.hello, &offers);
        assert_eq!(objections(&profile.handshake, &old, &down), []);
        // Of TLS 1.2 itself the older signal says nothing.
        assert_eq!(of("chrome", &flight(ALL, b"DOWNGRD\x00")), []);
    }

    #[test]
    fn a_long_request_stops_java() {
        let asking = |count: usize| ServerFlight {
            certificate_request: Some(CertificateRequest {
                certificate_types: vec![64],
                authorities: vec![vec![0; 98]; count],
                ..CertificateRequest::default()
            }),
            ..flight(ALL, &[0; 8])
        };
        assert_eq!(of("java17", &asking(327)), []);
        assert!(matches!(
            of("java17", &asking(328)).as_slice(),
            [Objection::LongRequest {
                authorities: 328,
                ..
            }]
        ));
        assert_eq!(of("go", &asking(328)), []);
    }
}
