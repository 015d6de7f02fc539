//! Two faults at once, of different kinds: both must be named. Which go together is drawn by lot, the same lot each time.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Chain, ClientAuth, Dialogue, Endpoint, Issuer, KeyType, Library, Opening,
    Refusal, Script, Service, Stack, Stage, TimeSource,
};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt as _, SeedableRng};
use report::{CauseId, Certainty, Outcome, ProtocolVersion};
use wire::profile::Profile;

/// How many are drawn.
const PAIRS: usize = 48;
/// The lot. Another number draws other pairs.
const LOT: u64 = 0x5eed_0003;

/// What a fault is about. Two of one kind would overwrite each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Opening,
    Server,
    Date,
    Name,
    Trust,
}

/// One fault that can be added to a stage.
struct Fault {
    cause: &'static str,
    kind: Kind,
    /// As the second of two: the end of the scenario's id.
    second: &'static str,
    /// What it is, in a few words.
    words: &'static str,
    certainty: Certainty,
    /// Which clients it stops.
    stops: fn(&Profile) -> bool,
    apply: fn(&mut Stage),
}

const ALL: fn(&Profile) -> bool = |_| true;

const FAULTS: [Fault; 14] = [
    Fault {
        cause: "S03",
        kind: Kind::Opening,
        second: "and-starttls",
        words: "STARTTLS is needed",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| open(stage, Opening::Starttls(Dialogue::Smtp)),
    },
    Fault {
        cause: "S04",
        kind: Kind::Opening,
        second: "and-proxy-line",
        words: "a PROXY line is needed",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| open(stage, Opening::ProxyLine(Refusal::Close)),
    },
    Fault {
        cause: "S10",
        kind: Kind::Server,
        second: "and-old-versions",
        words: "only TLS 1.0 and 1.1",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| {
            script(
                stage,
                Script {
                    versions: &[ProtocolVersion::TLS1_1, ProtocolVersion::TLS1_0],
                    suites: &[0xc013],
                    ..Script::default()
                },
            );
        },
    },
    Fault {
        cause: "S12",
        kind: Kind::Server,
        second: "and-camellia",
        words: "a cipher suite nobody offers",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| {
            script(
                stage,
                Script {
                    suites: &[0x0041],
                    ..Script::default()
                },
            );
        },
    },
    Fault {
        cause: "S13",
        kind: Kind::Server,
        second: "and-secp256k1",
        words: "a group nobody offers",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| {
            script(
                stage,
                Script {
                    suites: &[0xc02f],
                    groups: &[0x0016],
                    ..Script::default()
                },
            );
        },
    },
    Fault {
        cause: "S21",
        kind: Kind::Server,
        second: "and-client-certificate",
        words: "a client certificate is required",
        certainty: Certainty::Supported,
        stops: ALL,
        apply: |stage| {
            stack(
                stage,
                Stack::Library(Library {
                    client_auth: ClientAuth::Required,
                    ..Library::default()
                }),
            );
        },
    },
    Fault {
        cause: "X01",
        kind: Kind::Date,
        second: "and-expired",
        words: "expired",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| dated(stage, (-24 * 90, -24 * 5)),
    },
    Fault {
        cause: "X02",
        kind: Kind::Date,
        second: "and-early",
        words: "not yet valid",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| dated(stage, (24 * 4, 24 * 60)),
    },
    Fault {
        cause: "X03",
        kind: Kind::Name,
        second: "and-no-www",
        words: "not for www",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| named(stage, &["shop.test", "api.shop.test"]),
    },
    Fault {
        cause: "X04",
        kind: Kind::Name,
        second: "and-wildcard-depth",
        words: "a wildcard of the wrong depth",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| {
            named(stage, &["*.shop.test"]);
            stage.host = "api.eu.shop.test";
        },
    },
    Fault {
        cause: "X06",
        kind: Kind::Name,
        second: "and-common-name",
        words: "a common name only",
        certainty: Certainty::Proven,
        stops: |profile| profile.rules.needs_san,
        apply: |stage| named(stage, &[]),
    },
    Fault {
        cause: "X09",
        kind: Kind::Trust,
        second: "and-self-signed",
        words: "self-signed",
        certainty: Certainty::Proven,
        stops: ALL,
        apply: |stage| {
            stage.certificate.issuer = Issuer::Itself;
            stage.certificate.chain = Chain::Alone;
        },
    },
    Fault {
        cause: "X10",
        kind: Kind::Trust,
        second: "and-private-root",
        words: "a private root",
        certainty: Certainty::Supported,
        stops: ALL,
        apply: |stage| {
            stage.trusts_root = false;
            stage.certificate.chain = Chain::WithRoot;
        },
    },
    Fault {
        cause: "X11",
        kind: Kind::Trust,
        second: "and-no-intermediate",
        words: "no intermediate",
        certainty: Certainty::Proven,
        stops: |profile| !profile.rules.fetches_issuers,
        apply: |stage| {
            stage.certificate.chain = Chain::Alone;
            stage.certificate.issuer_url = true;
        },
    },
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut pairs: Vec<(&Fault, &Fault)> = FAULTS
        .iter()
        .enumerate()
        .flat_map(|(number, one)| {
            FAULTS
                .iter()
                .skip(number + 1)
                .map(move |other| (one, other))
        })
        .filter(|(one, other)| one.kind != other.kind)
        .collect();
    let mut lot = SmallRng::seed_from_u64(LOT);
    pairs.shuffle(&mut lot);
    pairs.truncate(PAIRS);
    pairs
        .into_iter()
        .map(|(one, other)| {
            if lot.random_bool(0.5) {
                pair(one, other)
            } else {
                pair(other, one)
            }
        })
        .collect()
}

fn pair(one: &Fault, other: &Fault) -> Scenario {
    let stops = |profile: &Profile| (one.stops)(profile) || (other.stops)(profile);
    let expected = Expected {
        causes: vec![CauseId::new(one.cause), CauseId::new(other.cause)],
        certainty: one.certainty.max(other.certainty),
        ..Expected::fails_for(one.cause, stops)
    };
    let mut broken = Stage::default();
    (one.apply)(&mut broken);
    (other.apply)(&mut broken);
    let healthy = Stage {
        time_sources: TimeSource::RIGHT,
        ..Stage::default()
    };
    debug_assert_ne!(expected.outcome, Outcome::Works);
    Scenario {
        title: format!("Two at once: {}, and {}.", one.words, other.words),
        ..Name::new(one.cause, other.second, "").broken(expected, broken, healthy)
    }
}

fn endpoint(stage: &mut Stage) -> Option<&mut Endpoint> {
    match &mut stage.service {
        Service::Tls(endpoint) => Some(endpoint),
        Service::Nothing | Service::Plain(_) => None,
    }
}

fn open(stage: &mut Stage, opening: Opening) {
    if let Some(endpoint) = endpoint(stage) {
        endpoint.opening = opening;
    }
}

fn stack(stage: &mut Stage, stack: Stack) {
    if let Some(endpoint) = endpoint(stage) {
        endpoint.stack = stack;
    }
}

fn script(stage: &mut Stage, script: Script) {
    stage.certificate.key = KeyType::Rsa2048;
    stack(stage, Stack::Script(script));
}

fn dated(stage: &mut Stage, hours: (i64, i64)) {
    stage.certificate.hours = hours;
    stage.time_sources = TimeSource::RIGHT;
}

fn named(stage: &mut Stage, names: &[&str]) {
    stage.certificate.names = CertificateSpec::for_names(names).names;
}
