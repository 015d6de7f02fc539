//! C09, C10, C12: the client is what does not fit.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Condition, Endpoint, KeyType, Library, Refusal, Rule, Script, Stack, Stage,
};
use report::{Certainty, ProtocolVersion};

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];
const BOTH: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2];
const OLD: &[ProtocolVersion] = &[ProtocolVersion::TLS1_1, ProtocolVersion::TLS1_0];

const RSA_3DES: u16 = 0x000a;
const RSA_AES128_SHA: u16 = 0x002f;
const RSA_AES128_GCM: u16 = 0x009c;
const ECDHE_RSA_AES128_SHA: u16 = 0xc013;

pub(super) fn scenarios() -> Vec<Scenario> {
    [too_old(), nameless(), updated()]
        .into_iter()
        .flatten()
        .collect()
}

fn library(versions: &'static [ProtocolVersion]) -> Stage {
    Stage::library(Library {
        versions,
        ..Library::default()
    })
}

fn rsa(stage: Stage) -> Stage {
    stage.with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
}

fn only(client: &str, cause: &'static str) -> Expected {
    Expected {
        clients_failing: Some(vec![client.to_owned()]),
        ..Expected::fails(cause, Certainty::Proven)
    }
}

fn too_old() -> Vec<Scenario> {
    const TLS11: &[&str] = &["--tls-max", "1.1"];
    const TLS10: &[&str] = &["--tls-max", "1.0"];
    const SILENT: &[Rule] = &[Rule {
        when: Condition::WithoutVersion(0x0303),
        then: Refusal::Close,
    }];
    let asked = |arguments, stage: Stage| Stage { arguments, ..stage };
    let closing = || {
        rsa(Stage::tls(Endpoint {
            rules: SILENT,
            stack: Stack::Library(Library {
                versions: TLS12,
                ..Library::default()
            }),
            ..Endpoint::default()
        }))
    };
    let name = |variant, title| Name::new("C09", variant, title);
    vec![
        name(
            "tls11",
            "A client that stops at TLS 1.1 asks a server of 1.2.",
        )
        .broken(
            only("custom", "C09"),
            asked(TLS11, rsa(library(TLS12))),
            rsa(library(TLS12)),
        ),
        name(
            "tls10",
            "A client that stops at TLS 1.0 asks a server of 1.2 and 1.3.",
        )
        .broken(
            only("custom", "C09"),
            asked(TLS10, library(BOTH)),
            library(BOTH),
        ),
        name(
            "tls13-only",
            "A client that stops at TLS 1.1 asks a server of 1.3 alone.",
        )
        .broken(
            only("custom", "C09"),
            asked(TLS11, library(TLS13)),
            library(TLS13),
        ),
        name("closed", "An old client is dropped without a word.").broken(
            only("custom", "C09"),
            asked(TLS11, closing()),
            closing(),
        ),
    ]
}

fn nameless() -> Vec<Scenario> {
    const NAMELESS: &[&str] = &["--server-name", "none"];
    const KNOWN: &[&str] = &["www.shop.test"];
    const RULES: [&[Rule]; 3] = [
        &[Rule {
            when: Condition::NamesNone(KNOWN),
            then: Refusal::Alert(112),
        }],
        &[Rule {
            when: Condition::NamesNone(KNOWN),
            then: Refusal::Alert(40),
        }],
        &[Rule {
            when: Condition::NamesNone(KNOWN),
            then: Refusal::Reset,
        }],
    ];
    let [unrecognized, failure, reset] = RULES;
    let asked = |stage: Stage| Stage {
        arguments: NAMELESS,
        ..stage
    };
    let default = |versions| {
        Stage::library(Library {
            versions,
            other_default: true,
            ..Library::default()
        })
    };
    let expected = || Expected::fails("C10", Certainty::Proven);
    let name = |variant, title| Name::new("C10", variant, title);
    vec![
        name("alert-112", "Without a server name, alert 112.").broken(
            expected(),
            asked(Stage::gated(unrecognized)),
            Stage::gated(unrecognized),
        ),
        name("alert-40", "Without a server name, alert 40.").broken(
            expected(),
            asked(Stage::gated(failure)),
            Stage::gated(failure),
        ),
        name("reset", "Without a server name, a reset.").broken(
            expected(),
            asked(Stage::gated(reset)),
            Stage::gated(reset),
        ),
        name(
            "default",
            "Without a server name, another site's certificate.",
        )
        .broken(expected(), asked(default(BOTH)), default(BOTH)),
        name(
            "default-tls12",
            "Without a server name, another site's certificate in TLS 1.2.",
        )
        .broken(expected(), asked(default(TLS12)), default(TLS12)),
    ]
}

fn updated() -> Vec<Scenario> {
    const GO: &[&str] = &["--as", "go"];
    const CHROME: &[&str] = &["--as", "chrome"];
    let script = |arguments, suites| Stage {
        arguments,
        ..rsa(Stage::script(Script {
            suites,
            ..Script::default()
        }))
    };
    let old = Stage {
        arguments: GO,
        ..rsa(Stage::script(Script {
            versions: OLD,
            reads_supported_versions: false,
            suites: &[ECDHE_RSA_AES128_SHA],
            ..Script::default()
        }))
    };
    let twin = |arguments| Stage {
        arguments,
        ..rsa(library(TLS12))
    };
    let name = |variant, title| Name::new("C12", variant, title);
    vec![
        name(
            "rsa-key-exchange",
            "Go asks a server of RSA key exchange alone.",
        )
        .broken(
            only("go", "C12"),
            script(GO, &[RSA_AES128_GCM, RSA_AES128_SHA]),
            twin(GO),
        ),
        name("3des", "Go asks a server of 3DES alone.").broken(
            only("go", "C12"),
            script(GO, &[RSA_3DES]),
            twin(GO),
        ),
        name("chrome-3des", "Chrome asks a server of 3DES alone.").broken(
            only("chrome", "C12"),
            script(CHROME, &[RSA_3DES]),
            twin(CHROME),
        ),
        name("old-versions", "Go asks a server of TLS 1.0 and 1.1.").broken(
            only("go", "C12"),
            old,
            twin(GO),
        ),
    ]
}
