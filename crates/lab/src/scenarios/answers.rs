//! S14–S17, S22, S40, S41: the server goes along, and some clients do not take its answer.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, ClientAuth, Condition, KeyType, Library, Odd, Prime, Script, Stage, TimeSource,
};
use report::{CauseId, Certainty, ProtocolVersion, SignatureScheme};
use wire::profile::Profile;

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];

const DHE_RSA_AES128_GCM: u16 = 0x009e;
const ECDHE_ECDSA_AES128_GCM: u16 = 0xc02b;
const ECDHE_RSA_AES128_GCM: u16 = 0xc02f;
const ECDHE_RSA_AES256_GCM: u16 = 0xc030;
const ECDHE_RSA_AES128_SHA: u16 = 0xc013;
const RENEGOTIATION_SCSV: u16 = 0x00ff;

const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;

const RSA_PKCS1_SHA1: u16 = 0x0201;
const RSA_PKCS1_SHA512: u16 = 0x0601;
const RSA_PSS_SHA256: u16 = 0x0804;

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        schemes(),
        finite_fields(),
        renegotiation(),
        master_secret(),
        requests(),
        downgrades(),
        keys(),
        oddities(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rsa(suites: &'static [u16], odd: Odd) -> Stage {
    let script = Script {
        suites,
        odd,
        ..Script::default()
    };
    Stage::script(script).with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
}

fn elliptic(odd: Odd) -> Stage {
    Stage::script(Script {
        suites: &[ECDHE_ECDSA_AES128_GCM],
        odd,
        ..Script::default()
    })
}

fn schemes() -> Vec<Scenario> {
    const ONE_SCHEME: &[&str] = &["--tls-max", "1.2", "--sigalgs", "rsa_pkcs1_sha256"];
    let signing = |schemes, imposes_scheme| {
        let odd = Odd {
            schemes,
            imposes_scheme,
            ..Odd::default()
        };
        rsa(&[ECDHE_RSA_AES128_GCM], odd)
    };
    let without = |scheme: u16| {
        Expected::fails_for("S14", move |profile: &Profile| {
            let offered = profile.hello.signature_schemes();
            !offered.is_some_and(|offered| offered.contains(&SignatureScheme(scheme)))
        })
    };
    let custom = || Expected {
        clients_failing: Some(vec!["custom".to_owned()]),
        ..Expected::fails("S14", Certainty::Proven)
    };
    let asked = |stage: Stage| Stage {
        arguments: ONE_SCHEME,
        ..stage
    };
    let twin = || signing(&[], false);
    vec![
        Name::new(
            "S14",
            "sha1",
            "Signs with SHA-1 alone, which some no longer offer.",
        )
        .broken(
            without(RSA_PKCS1_SHA1),
            signing(&[RSA_PKCS1_SHA1], false),
            twin(),
        ),
        Name::new("S14", "sha1-imposed", "Signs with SHA-1, offered or not.").broken(
            without(RSA_PKCS1_SHA1),
            signing(&[RSA_PKCS1_SHA1], true),
            twin(),
        ),
        Name::new(
            "S14",
            "pss-only",
            "Signs with PSS alone, asked by a client without PSS.",
        )
        .broken(
            custom(),
            asked(signing(&[RSA_PSS_SHA256], false)),
            asked(twin()),
        ),
        Name::new(
            "S14",
            "sha512-only",
            "Signs with SHA-512 alone, asked by a client that knows SHA-256.",
        )
        .broken(
            custom(),
            asked(signing(&[RSA_PKCS1_SHA512], false)),
            asked(twin()),
        ),
    ]
}

fn finite_fields() -> Vec<Scenario> {
    const PREFERRED: &[u16] = &[DHE_RSA_AES128_GCM, ECDHE_RSA_AES128_GCM];
    let with = |suites, prime| {
        let odd = Odd {
            prime,
            ..Odd::default()
        };
        rsa(suites, odd)
    };
    let shorter_than = |bits: u32| {
        Expected::fails_for("S15", move |profile: &Profile| {
            profile
                .handshake
                .min_dh_bits
                .is_some_and(|least| bits < least)
        })
    };
    let twin = || with(PREFERRED, Prime::Bits2048);
    let alone = |profile: &Profile| profile.id != "java17";
    let both = Expected {
        causes: vec![CauseId::new("S12"), CauseId::new("S15")],
        ..Expected::fails_for("S15", alone)
    };
    vec![
        Name::new(
            "S15",
            "1024",
            "Prefers Diffie-Hellman with 1,024 bits, which OpenSSL refuses.",
        )
        .broken(shorter_than(1024), with(PREFERRED, Prime::Bits1024), twin()),
        Name::new(
            "S15",
            "768",
            "Prefers Diffie-Hellman with 768 bits, which Java refuses too.",
        )
        .broken(shorter_than(768), with(PREFERRED, Prime::Bits768), twin()),
        Name::new("S15", "1536", "Prefers Diffie-Hellman with 1,536 bits.").broken(
            shorter_than(1536),
            with(PREFERRED, Prime::Bits1536),
            twin(),
        ),
        Name::new(
            "S15",
            "alone",
            "Nothing but Diffie-Hellman with 1,024 bits: who offers it may not take it.",
        )
        .broken(both, with(&[DHE_RSA_AES128_GCM], Prime::Bits1024), twin()),
    ]
}

fn renegotiation() -> Vec<Scenario> {
    let silent = || Odd {
        omits: &[RENEGOTIATION_INFO],
        ..Odd::default()
    };
    let expected = || {
        Expected::fails_for("S16", |profile| {
            profile.handshake.needs_secure_renegotiation
        })
    };
    vec![
        Name::new("S16", "rsa", "No secure renegotiation, with an RSA key.").broken(
            expected(),
            rsa(&[ECDHE_RSA_AES128_GCM], silent()),
            rsa(&[ECDHE_RSA_AES128_GCM], Odd::default()),
        ),
        Name::new(
            "S16",
            "ecdsa",
            "No secure renegotiation, with an ECDSA key.",
        )
        .broken(expected(), elliptic(silent()), elliptic(Odd::default())),
        Name::new("S16", "cbc", "No secure renegotiation, and CBC alone.").broken(
            expected(),
            rsa(&[ECDHE_RSA_AES128_SHA], silent()),
            rsa(&[ECDHE_RSA_AES128_SHA], Odd::default()),
        ),
    ]
}

fn master_secret() -> Vec<Scenario> {
    const STRICT: &[&str] = &["--as", "go-fips"];
    let asked = |stage: Stage| Stage {
        arguments: STRICT,
        ..stage
    };
    let old = || Odd {
        omits: &[EXTENDED_MASTER_SECRET],
        ..Odd::default()
    };
    let expected = || Expected {
        clients_failing: Some(vec!["go-fips".to_owned()]),
        ..Expected::fails("S17", Certainty::Proven)
    };
    let pair = |stage: fn(Odd) -> Stage| (asked(stage(old())), asked(stage(Odd::default())));
    let (rsa_old, rsa_new) = pair(|odd| rsa(&[ECDHE_RSA_AES128_GCM], odd));
    let (aes256_old, aes256_new) = pair(|odd| rsa(&[ECDHE_RSA_AES256_GCM], odd));
    let (ecdsa_old, ecdsa_new) = pair(elliptic);
    vec![
        Name::new(
            "S17",
            "rsa",
            "No extended master secret, which Go in FIPS mode demands.",
        )
        .broken(expected(), rsa_old, rsa_new),
        Name::new("S17", "aes256", "No extended master secret, with AES-256.").broken(
            expected(),
            aes256_old,
            aes256_new,
        ),
        Name::new(
            "S17",
            "ecdsa",
            "No extended master secret, with an ECDSA key.",
        )
        .broken(expected(), ecdsa_old, ecdsa_new),
    ]
}

fn asking(versions: &'static [ProtocolVersion], authorities: usize) -> Stage {
    Stage::library(Library {
        versions,
        client_auth: ClientAuth::Optional,
        authorities,
        ..Library::default()
    })
}

fn requests() -> Vec<Scenario> {
    let expected = || Expected {
        certainty: Certainty::Supported,
        ..Expected::fails_for("S22", |profile| profile.id == "java17")
    };
    let rsa = |stage: Stage| stage.with_certificate(CertificateSpec::with_key(KeyType::Rsa2048));
    vec![
        Name::new("S22", "tls13", "700 client CAs are named in TLS 1.3.").broken(
            expected(),
            asking(TLS13, 700),
            asking(TLS13, 3),
        ),
        Name::new("S22", "tls12", "700 client CAs are named in TLS 1.2.").broken(
            expected(),
            asking(TLS12, 700),
            asking(TLS12, 3),
        ),
        Name::new(
            "S22",
            "rsa-1100",
            "1,100 client CAs are named with an RSA key.",
        )
        .broken(expected(), rsa(asking(TLS12, 1100)), rsa(asking(TLS12, 3))),
    ]
}

fn downgrades() -> Vec<Scenario> {
    const TLS13_WAS_POSSIBLE: Odd = Odd {
        prime: Prime::Bits2048,
        omits: &[],
        random_end: Some(*b"DOWNGRD\x01"),
        random_clock: None,
        schemes: &[],
        imposes_scheme: false,
        other_key: None,
        greases: false,
    };
    let expected = || Expected::fails("S40", Certainty::Proven);
    vec![
        Name::new(
            "S40",
            "rsa",
            "TLS 1.2, and a random that says 1.3 was possible.",
        )
        .broken(
            expected(),
            rsa(&[ECDHE_RSA_AES128_GCM], TLS13_WAS_POSSIBLE),
            rsa(&[ECDHE_RSA_AES128_GCM], Odd::default()),
        ),
        Name::new("S40", "ecdsa", "The same with an ECDSA key.").broken(
            expected(),
            elliptic(TLS13_WAS_POSSIBLE),
            elliptic(Odd::default()),
        ),
        Name::new(
            "S40",
            "cbc",
            "A random that says 1.3 was possible, and CBC alone.",
        )
        .broken(
            expected(),
            rsa(&[ECDHE_RSA_AES128_SHA], TLS13_WAS_POSSIBLE),
            rsa(&[ECDHE_RSA_AES128_SHA], Odd::default()),
        ),
    ]
}

fn keys() -> Vec<Scenario> {
    let wrong = |condition| Odd {
        other_key: Some(condition),
        ..Odd::default()
    };
    let signalling = || {
        Expected::fails_for("S41", |profile| {
            let offered = &profile.hello.cipher_suites;
            offered.contains(&report::CipherSuite(RENEGOTIATION_SCSV))
        })
    };
    const BOTH: &[u16] = &[ECDHE_ECDSA_AES128_GCM, ECDHE_RSA_AES128_GCM];
    vec![
        Name::new(
            "S41",
            "rsa",
            "An RSA certificate for a cipher suite of ECDSA.",
        )
        .broken(
            Expected::fails("S41", Certainty::Proven),
            rsa(BOTH, wrong(Condition::Always)),
            rsa(BOTH, Odd::default()),
        ),
        Name::new(
            "S41",
            "ecdsa",
            "An ECDSA certificate for a cipher suite of RSA.",
        )
        .broken(
            Expected::fails("S41", Certainty::Proven),
            Stage::script(Script {
                suites: BOTH,
                odd: wrong(Condition::Always),
                ..Script::default()
            }),
            elliptic(Odd::default()),
        ),
        Name::new(
            "S41",
            "signalling",
            "The wrong certificate for whoever sends the renegotiation signal among its suites.",
        )
        .broken(
            signalling(),
            rsa(BOTH, wrong(Condition::Suite(RENEGOTIATION_SCSV))),
            rsa(BOTH, Odd::default()),
        ),
    ]
}

/// What looks like one of these and harms nobody.
fn oddities() -> Vec<Scenario> {
    const OLD_CLIENT: &[&str] = &["--tls-max", "1.2"];
    let sentinel = Odd {
        random_end: Some(*b"DOWNGRD\x01"),
        ..Odd::default()
    };
    let clock = Odd {
        random_clock: Some(0),
        ..Odd::default()
    };
    let no_master_secret = Odd {
        omits: &[EXTENDED_MASTER_SECRET],
        ..Odd::default()
    };
    vec![
        odd(
            "dhe-2048",
            "Prefers Diffie-Hellman with 2,048 bits.",
            rsa(&[DHE_RSA_AES128_GCM, ECDHE_RSA_AES128_GCM], Odd::default()),
        ),
        odd(
            "no-master-secret",
            "No extended master secret, and nobody demands it.",
            rsa(&[ECDHE_RSA_AES128_GCM], no_master_secret),
        ),
        odd(
            "sentinel",
            "A downgrade signal for a client that stops at TLS 1.2.",
            Stage {
                arguments: OLD_CLIENT,
                ..rsa(&[ECDHE_RSA_AES128_GCM], sentinel)
            },
        ),
        odd(
            "clock-in-random",
            "The time at the start of the server's random, as once was the rule.",
            Stage {
                time_sources: TimeSource::RIGHT,
                ..rsa(&[ECDHE_RSA_AES128_GCM], clock)
            },
        ),
        odd(
            "authorities",
            "400 client CAs are named, and read by all.",
            asking(TLS13, 400),
        ),
    ]
}
