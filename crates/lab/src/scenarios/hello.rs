//! S18, S20, S32: something in the ClientHello that the server does not stand.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Condition, Endpoint, KeyType, Library, Refusal, Rule, Stack, Stage,
};
use report::{Certainty, CipherSuite, ExtensionType, GREASE, ProtocolVersion};
use wire::profile::Profile;

const KNOWN: &[&str] = &["shop.test", "api.shop.test"];
const STATUS_REQUEST_V2: u16 = 17;
const COMPRESS_CERTIFICATE: u16 = 27;
const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
/// Octets of a handshake message that old load balancers hold in one buffer.
const SHORT: usize = 512;

pub(super) fn scenarios() -> Vec<Scenario> {
    [server_name(), protocols(), intolerance()]
        .into_iter()
        .flatten()
        .collect()
}

fn server_name() -> Vec<Scenario> {
    const RULES: [&[Rule]; 4] = [
        &[Rule {
            when: Condition::NamesOther(KNOWN),
            then: Refusal::Alert(112),
        }],
        &[Rule {
            when: Condition::NamesOther(KNOWN),
            then: Refusal::Alert(80),
        }],
        &[Rule {
            when: Condition::NamesOther(KNOWN),
            then: Refusal::Alert(40),
        }],
        &[Rule {
            when: Condition::NamesNone(KNOWN),
            then: Refusal::Alert(112),
        }],
    ];
    let [unrecognized, internal, failure, no_default] = RULES;
    let proven = || Expected::fails("S18", Certainty::Proven);
    let rsa12 = |rules| {
        let library = Library {
            versions: &[ProtocolVersion::TLS1_2],
            ..Library::default()
        };
        Stage::tls(Endpoint {
            rules,
            stack: Stack::Library(library),
            ..Endpoint::default()
        })
        .with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
    };
    vec![
        Name::new(
            "S18",
            "alert-112",
            "A name the server does not know, refused with alert 112.",
        )
        .broken(proven(), Stage::gated(unrecognized), Stage::default()),
        Name::new(
            "S18",
            "alert-80",
            "A name the server does not know, refused with alert 80.",
        )
        .broken(proven(), Stage::gated(internal), Stage::default()),
        Name::new(
            "S18",
            "tls12-alert-40",
            "A name an older server does not know, refused with alert 40.",
        )
        .broken(proven(), rsa12(failure), rsa12(&[])),
        Name::new(
            "S18",
            "no-default",
            "A name the server does not know, and no answer without one.",
        )
        .broken(
            Expected::fails("S18", Certainty::Supported),
            Stage::gated(no_default),
            Stage::default(),
        ),
    ]
}

fn protocols() -> Vec<Scenario> {
    const MAIL: &[&str] = &["imap"];
    const CLOSES: &[Rule] = &[Rule {
        when: Condition::ProtocolsOther(MAIL),
        then: Refusal::Close,
    }];
    let expected = || Expected::fails_for("S20", |profile| profile.hello.alpn().is_some());
    let library = |versions| {
        Stage::library(Library {
            versions,
            protocols: MAIL,
            ..Library::default()
        })
    };
    let twin = |versions| {
        Stage::library(Library {
            versions,
            ..Library::default()
        })
    };
    const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
    const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];
    vec![
        Name::new(
            "S20",
            "tls13",
            "Application protocols that do not meet: alert 120 in TLS 1.3.",
        )
        .broken(expected(), library(TLS13), twin(TLS13)),
        Name::new(
            "S20",
            "tls12",
            "Application protocols that do not meet: alert 120 in TLS 1.2.",
        )
        .broken(expected(), library(TLS12), twin(TLS12)),
        Name::new(
            "S20",
            "close",
            "Application protocols that do not meet: the server hangs up.",
        )
        .broken(expected(), Stage::gated(CLOSES), Stage::default()),
    ]
}

fn intolerance() -> Vec<Scenario> {
    const RULES: [&[Rule]; 5] = [
        &[Rule {
            when: Condition::Extension(STATUS_REQUEST_V2),
            then: Refusal::Alert(50),
        }],
        &[Rule {
            when: Condition::Extension(COMPRESS_CERTIFICATE),
            then: Refusal::Alert(47),
        }],
        &[Rule {
            when: Condition::Extension(ENCRYPTED_CLIENT_HELLO),
            then: Refusal::Reset,
        }],
        &[Rule {
            when: Condition::GreaseSuite,
            then: Refusal::Close,
        }],
        &[Rule {
            when: Condition::LongerThan(SHORT),
            then: Refusal::Reset,
        }],
    ];
    let [status, compress, encrypted, grease, long] = RULES;
    let sending = |code: u16| Expected::fails_for("S32", move |profile| sends(profile, code));
    let greased = Expected::fails_for("S32", |profile| {
        profile.hello.cipher_suites.contains(&CipherSuite(GREASE))
    });
    let longer = Expected::fails_for("S32", |profile| {
        wire::build::build(&profile.hello, Some(Stage::default().host), &[0; 32])
            .message
            .len()
            > SHORT
    });
    let broken = |variant, title, expected, rules| {
        Name::new("S32", variant, title).broken(expected, Stage::gated(rules), Stage::default())
    };
    vec![
        broken(
            "status-request-v2",
            "Alert 50 for whoever asks for several OCSP responses.",
            sending(STATUS_REQUEST_V2),
            status,
        ),
        broken(
            "compress-certificate",
            "Alert 47 for whoever offers compressed certificates.",
            sending(COMPRESS_CERTIFICATE),
            compress,
        ),
        broken(
            "ech",
            "A reset for whoever sends an encrypted ClientHello.",
            sending(ENCRYPTED_CLIENT_HELLO),
            encrypted,
        ),
        broken(
            "grease",
            "A server that hangs up on GREASE cipher suites.",
            greased,
            grease,
        ),
        broken(
            "length",
            "A reset for hellos over 512 octets.",
            longer,
            long,
        ),
    ]
}

fn sends(profile: &Profile, code: u16) -> bool {
    let typ = |extension| wire::build::extension_type(extension) == Some(ExtensionType(code));
    profile.hello.extensions.iter().any(typ)
}
