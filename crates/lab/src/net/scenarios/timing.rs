//! Networks and servers that are slow, and what gives up on them.

use super::broken;
use crate::net::middlebox::{Answer, Deed, Middlebox, SynDeed, Syns, Trigger};
use crate::net::path::{Only, Path, Placed, Times, Way};
use crate::net::scenario::NetScenario;
use crate::net::stage::{Families, NetStage, Resolving, Serving};
use crate::scenario::Expected;
use crate::stage::{CertificateSpec, KeyType, Library, Pace, Stage};
use report::{CauseId, Certainty, ProtocolVersion};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// A client that waits for three seconds.
const IMPATIENT: &[&str] = &["--timeout", "3"];

pub(super) fn scenarios() -> Vec<NetScenario> {
    [names(), links(), servers()]
        .into_iter()
        .flatten()
        .collect()
}

fn paced(pace: Pace) -> NetStage {
    NetStage {
        stage: Stage {
            pace,
            ..Stage::default()
        },
        ..NetStage::default()
    }
}

fn resolved(resolvers: Vec<Resolving>) -> NetStage {
    NetStage {
        resolvers,
        ..NetStage::default()
    }
}

fn names() -> Vec<NetScenario> {
    let late = Resolving {
        late: 2 * SECOND,
        ..Resolving::RIGHT
    };
    let very_late = Resolving {
        late: 6 * SECOND,
        ..Resolving::RIGHT
    };
    let false_one = Resolving {
        false_address: true,
        ..Resolving::RIGHT
    };
    let healthy = || resolved(vec![Resolving::RIGHT]);
    let two = |resolvers| NetStage {
        servers: vec![Serving::Staged, Serving::Silent],
        ..resolved(resolvers)
    };
    vec![
        broken(
            "T01",
            "two-seconds",
            "The resolver takes two seconds.",
            Expected::finding("T01"),
            resolved(vec![late]),
            healthy(),
        ),
        broken(
            "P02",
            "six-seconds",
            "One resolver takes six seconds, another none.",
            Expected::healthy(),
            resolved(vec![very_late, Resolving::RIGHT]),
            healthy(),
        ),
        broken(
            "P04",
            "false-address",
            "One of two resolvers gives an address where nobody answers.",
            Expected {
                outcome: report::Outcome::WorksWithProblems,
                ..Expected::undecided(&["P04", "S27", "C29"])
            },
            two(vec![Resolving::RIGHT, false_one]),
            two(vec![Resolving::RIGHT, Resolving::RIGHT]),
        ),
    ]
}

fn links() -> Vec<NetScenario> {
    let syn = |hop, which| {
        let then = SynDeed::Drop;
        Placed::at(hop, Middlebox::Syn { which, then })
    };
    let both = |path| NetStage {
        path,
        families: Families::Both,
        ..resolved(vec![Resolving::RIGHT])
    };
    let dead_family = || Expected {
        outcome: report::Outcome::WorksWithProblems,
        findings: vec![report::CauseId::new("T08")],
        ..Expected::undecided(&["C31", "P31"])
    };
    let healthy = NetStage::default;
    let v6_syn = || both(Path::with(syn(2, Syns::All).only(Only::V6)));
    let v6_dead = both(Path::with(Placed::at(1, Middlebox::Wall).only(Only::V6)));
    let forgets = |after, then| {
        NetStage::over(Path::with(Placed::at(
            2,
            Middlebox::Forgets { after, then },
        )))
    };
    let late_forgets = |then| NetStage {
        stage: Stage {
            pace: Pace::Late(3 * SECOND),
            ..Stage::default()
        },
        ..forgets(2 * SECOND, then)
    };
    vec![
        broken(
            "T02",
            "first-syn",
            "The first SYN of each connection is lost.",
            Expected::finding("T02"),
            NetStage::over(Path::with(syn(2, Syns::All).times(Times::First(1)))),
            healthy(),
        ),
        broken(
            "T02",
            "every-second",
            "Every second SYN is lost.",
            Expected::finding("T02"),
            NetStage::over(Path::with(syn(2, Syns::All).times(Times::Every(2)))),
            healthy(),
        ),
        broken(
            "P31",
            "dead",
            "IPv6 leads nowhere behind the first router.",
            dead_family(),
            v6_dead,
            both(Path::default()),
        ),
        broken(
            "T08",
            "v6-syn",
            "SYNs over IPv6 are dropped behind the second router.",
            dead_family(),
            v6_syn(),
            both(Path::default()),
        ),
        broken(
            "C23",
            "two-far-addresses",
            "Two addresses, and a round trip to either takes 300 ms.",
            Expected::finding("C23"),
            both(Path::default().of_milliseconds(300)),
            both(Path::default()),
        ),
        broken(
            "T13",
            "satellite",
            "A round trip takes 600 ms.",
            Expected::finding("T13"),
            NetStage::over(Path::default().of_milliseconds(600)),
            healthy(),
        ),
        broken(
            "P37",
            "timestamps",
            "SYNs with timestamps are dropped behind the second router.",
            Expected::undecided(&["P10", "P37"]),
            NetStage::over(Path::with(syn(2, Syns::Timestamps))),
            healthy(),
        ),
        broken(
            "P37",
            "window-scale",
            "SYNs with a window scale are dropped behind the second router.",
            Expected::undecided(&["P10", "P37"]),
            NetStage::over(Path::with(syn(2, Syns::WindowScale))),
            healthy(),
        ),
        broken(
            "P30",
            "third-line-hellos",
            "Of three lines side by side, which the client's port chooses, one drops what is said.",
            Expected {
                outcome: report::Outcome::WorksWithProblems,
                ..Expected::undecided(&["P30", "S35"])
            },
            NetStage::over(Path::with(
                Placed::at(
                    2,
                    Middlebox::Payload {
                        way: Way::Forth,
                        at_least: 1,
                        then: Deed::Drop,
                    },
                )
                .only(Only::ThirdPorts),
            )),
            healthy(),
        ),
        broken(
            "P30",
            "third-line",
            "Of three lines side by side, which the client's port chooses, one is dead.",
            Expected {
                outcome: report::Outcome::WorksWithProblems,
                ..Expected::undecided(&["P29", "P30"])
            },
            NetStage::over(Path::with(
                Placed::at(2, Middlebox::Wall).only(Only::ThirdPorts),
            )),
            healthy(),
        ),
        broken(
            "S35",
            "third-backend",
            "Of three servers behind one address, which the client's port chooses, one is a load balancer's dead one: it hangs up.",
            Expected {
                outcome: report::Outcome::WorksWithProblems,
                ..Expected::undecided(&["S27", "S35"])
            },
            NetStage::over(Path::with(
                Placed::at(
                    4,
                    Middlebox::Hello {
                        when: Trigger::Always,
                        then: Deed::Answer(Answer::End),
                    },
                )
                .only(Only::ThirdPorts),
            )),
            healthy(),
        ),
        broken(
            "P38",
            "idle-reset",
            "A box forgets connections after two seconds; the server thinks for three.",
            Expected::undecided(&["P38", "S34", "S35", "S37"]),
            late_forgets(Deed::Reset),
            forgets(2 * SECOND, Deed::Reset),
        ),
    ]
}

fn servers() -> Vec<NetScenario> {
    let healthy = NetStage::default;
    let mut long = CertificateSpec::with_key(KeyType::Rsa4096);
    long.names
        .extend((0..400).map(|number| format!("a-long-name-of-tenant-{number}.shop.test")));
    let flight = |certificate| NetStage {
        stage: Stage::default().with_certificate(certificate),
        ..NetStage::over(Path::default().of_milliseconds(100))
    };
    let retry = NetStage {
        stage: Stage::library(Library {
            versions: &[ProtocolVersion::TLS1_3],
            groups: &[0x0018],
            ..Library::default()
        }),
        ..NetStage::over(Path::default().of_milliseconds(100))
    };
    vec![
        broken(
            "T04",
            "five-seconds",
            "The server thinks for five seconds about every hello.",
            Expected::finding("T04"),
            paced(Pace::Late(5 * SECOND)),
            healthy(),
        ),
        broken(
            "C24",
            "three-of-five",
            "The server thinks for five seconds, and the client waits for three.",
            Expected {
                causes: vec![CauseId::new("C24"), CauseId::new("T04")],
                ..Expected::fails("C24", Certainty::Supported)
            },
            NetStage {
                arguments: IMPATIENT,
                ..paced(Pace::Late(5 * SECOND))
            },
            NetStage {
                arguments: IMPATIENT,
                ..healthy()
            },
        ),
        broken(
            "T04",
            "one-second",
            "The server thinks for a second about every hello.",
            Expected::finding("T04"),
            paced(Pace::Late(SECOND)),
            healthy(),
        ),
        broken(
            "S38",
            "slow-key",
            "The server's key takes two seconds for a signature.",
            Expected::finding("T04"),
            paced(Pace::SlowKey(2 * SECOND)),
            healthy(),
        ),
        broken(
            "T10",
            "ten-seconds",
            "The server ends after ten seconds without a word.",
            Expected::undecided(&["P14", "S05", "S06", "S33"]),
            NetStage::serving(Serving::EndsAfter(10 * SECOND)),
            healthy(),
        ),
        broken(
            "T11",
            "first-hit",
            "The first handshake of all takes three seconds.",
            Expected::healthy(),
            paced(Pace::FirstLate(3 * SECOND)),
            healthy(),
        ),
        broken(
            "T05",
            "long-flight",
            "The server's flight is longer than the first window.",
            Expected::finding("T05"),
            flight(long),
            flight(CertificateSpec::default()),
        ),
        broken(
            "T06",
            "retry",
            "The server wants another group, at 100 ms.",
            Expected::finding("T06"),
            retry,
            NetStage::over(Path::default().of_milliseconds(100)),
        ),
    ]
}
