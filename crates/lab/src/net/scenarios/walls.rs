//! Boxes that stop every connection, every ClientHello or every answer.

use super::broken;
use crate::net::middlebox::{Deed, Middlebox, SynDeed, Syns, Trigger};
use crate::net::path::{Middle, Path, Placed, Way};
use crate::net::scenario::NetScenario;
use crate::net::stage::{NetStage, Serving};
use crate::scenario::Expected;
use report::CauseId;
use report::Certainty::{Proven, Supported};

/// More octets than an alert has in its record.
const ALERT_AND_MORE: usize = 48;

/// The hello arrives, and nothing comes back whatever it says.
fn nothing_comes() -> Expected {
    Expected::undecided(&["P14", "S05", "S06", "S33"])
}

/// The hello arrives, and the end comes back.
fn after_hello() -> Expected {
    Expected::undecided(&["S34", "S35", "S37"])
}

pub(super) fn scenarios() -> Vec<NetScenario> {
    [syns(), hellos(), answers()]
        .into_iter()
        .flatten()
        .collect()
}

fn boxed(hop: u8, middlebox: Middlebox) -> NetStage {
    NetStage::over(Path::with(Placed::at(hop, middlebox)))
}

fn syn(hop: u8, then: SynDeed) -> NetStage {
    let which = Syns::All;
    boxed(hop, Middlebox::Syn { which, then })
}

fn firewall(rules: &'static str) -> NetStage {
    NetStage::over(Path {
        middle: Some(Middle::Firewall { hop: 2, rules }),
        ..Path::default()
    })
}

fn guarded(server_rules: &'static str) -> NetStage {
    NetStage {
        server_rules,
        ..NetStage::default()
    }
}

fn behind_proxy() -> Path {
    Path {
        middle: Some(Middle::Proxy { hop: 2 }),
        ..Path::default()
    }
}

fn syns() -> Vec<NetScenario> {
    let fails = |cause| Expected::fails(cause, Supported);
    let healthy = NetStage::default;
    let dropped = |variant, title, stage| {
        let expected = Expected::undecided(&["P10", "P37"]);
        broken("P10", variant, title, expected, stage, healthy())
    };
    let silent = |variant, title, stage| {
        let expected = Expected::undecided(&["P10", "S05"]);
        broken("P10", variant, title, expected, stage, healthy())
    };
    let refused =
        |variant, title, stage| broken("P11", variant, title, fails("P11"), stage, healthy());
    let closed = |variant, title, stage| {
        let expected = Expected::undecided(&["S01", "P11"]);
        broken("P11", variant, title, expected, stage, healthy())
    };
    let prohibited = |variant, title, stage| {
        let expected = Expected::fails("P12", Proven);
        broken("P12", variant, title, expected, stage, healthy())
    };
    vec![
        dropped(
            "drop-hop-1",
            "The first router drops every SYN.",
            syn(1, SynDeed::Drop),
        ),
        dropped(
            "drop-hop-2",
            "The second router drops every SYN.",
            syn(2, SynDeed::Drop),
        ),
        dropped(
            "nft-drop",
            "A firewall in the middle drops every SYN, by nftables.",
            firewall("tcp flags & (syn|ack) == syn drop"),
        ),
        silent(
            "drop-end",
            "SYNs are dropped at the server's door.",
            syn(4, SynDeed::Drop),
        ),
        silent(
            "nft-drop-end",
            "The server's own firewall drops SYNs, by nftables.",
            guarded("tcp flags & (syn|ack) == syn drop"),
        ),
        refused(
            "reset-hop-2",
            "The second router resets every SYN.",
            syn(2, SynDeed::Reset),
        ),
        refused(
            "nft-reset",
            "A firewall in the middle resets every SYN, by nftables.",
            firewall("tcp flags & (syn|ack) == syn reject with tcp reset"),
        ),
        closed(
            "reset-end",
            "SYNs are reset at the server's door.",
            syn(4, SynDeed::Reset),
        ),
        closed(
            "nft-reset-end",
            "The server's own firewall resets SYNs, by nftables.",
            guarded("tcp flags & (syn|ack) == syn reject with tcp reset"),
        ),
        prohibited(
            "code-9",
            "The second router says the network is prohibited.",
            syn(2, SynDeed::Prohibit(9)),
        ),
        prohibited(
            "code-10",
            "The second router says the host is prohibited.",
            syn(2, SynDeed::Prohibit(10)),
        ),
        prohibited(
            "code-13",
            "The second router says its filter prohibits it.",
            syn(2, SynDeed::Prohibit(13)),
        ),
        prohibited(
            "nft-admin",
            "A firewall in the middle says by ICMP that it prohibits SYNs.",
            firewall("tcp flags & (syn|ack) == syn reject with icmpx type admin-prohibited"),
        ),
        broken(
            "S01",
            "closed",
            "Nothing listens.",
            Expected::undecided(&["S01", "P11"]),
            NetStage::serving(Serving::Closed),
            healthy(),
        ),
        broken(
            "P40",
            "proxy-hop-2",
            "A proxy at the second router takes TCP connections in the server's place.",
            Expected::healthy(),
            NetStage::over(behind_proxy()),
            healthy(),
        ),
    ]
}

fn hellos() -> Vec<NetScenario> {
    let hello = |hop, then| {
        let when = Trigger::Always;
        boxed(hop, Middlebox::Hello { when, then })
    };
    let blocked = |variant, title, stage| {
        let expected = Expected::fails("P41", Supported);
        broken("P41", variant, title, expected, stage, NetStage::default())
    };
    let at_the_end = |variant, title, stage| {
        let expected = Expected::undecided(&["P41", "S09"]);
        broken("P41", variant, title, expected, stage, NetStage::default())
    };
    let payload = Middlebox::Payload {
        way: Way::Forth,
        at_least: 1,
        then: Deed::Drop,
    };
    vec![
        blocked(
            "drop-hop-1",
            "Every ClientHello is dropped behind the first router.",
            hello(1, Deed::Drop),
        ),
        blocked(
            "drop-hop-2",
            "Every ClientHello is dropped behind the second router.",
            hello(2, Deed::Drop),
        ),
        blocked(
            "reset-hop-2",
            "Every ClientHello is reset behind the second router.",
            hello(2, Deed::Reset),
        ),
        blocked(
            "payload-hop-2",
            "Whatever the client says is dropped behind the second router.",
            boxed(2, payload.clone()),
        ),
        at_the_end(
            "drop-end",
            "Every ClientHello is dropped at the server's door.",
            hello(4, Deed::Drop),
        ),
        broken(
            "S09",
            "payload-end",
            "The server knows nothing of the connection and drops what the client says.",
            Expected::undecided(&["P41", "S09"]),
            boxed(4, payload),
            NetStage::default(),
        ),
    ]
}

fn answers() -> Vec<NetScenario> {
    let back = |at_least| {
        let way = Way::Back;
        let then = Deed::Drop;
        boxed(
            2,
            Middlebox::Payload {
                way,
                at_least,
                then,
            },
        )
    };
    let healthy = NetStage::default;
    let silent = |cause, variant, title, serving| {
        broken(
            cause,
            variant,
            title,
            nothing_comes(),
            NetStage::serving(serving),
            healthy(),
        )
    };
    vec![
        broken(
            "P14",
            "answers",
            "Whatever the server says is dropped behind the second router.",
            nothing_comes(),
            back(1),
            healthy(),
        ),
        broken(
            "P14",
            "large-answers",
            "What the server says in more than a few octets is dropped behind the second router.",
            Expected::undecided(&["P14", "S38"]),
            back(ALERT_AND_MORE),
            healthy(),
        ),
        silent(
            "S06",
            "silent",
            "The server accepts and says nothing.",
            Serving::Silent,
        ),
        broken(
            "P40",
            "proxy-silent",
            "A proxy at the second router takes connections in the place of a server that says nothing.",
            Expected {
                findings: vec![CauseId::new("P40")],
                ..Expected::undecided(&["P14", "P40", "S05", "S06", "S33"])
            },
            NetStage {
                path: behind_proxy(),
                ..NetStage::serving(Serving::Silent)
            },
            NetStage::over(behind_proxy()),
        ),
        silent(
            "S05",
            "never-accepts",
            "The server never accepts.",
            Serving::NeverAccepts,
        ),
        silent(
            "S33",
            "wants-4000",
            "The server waits for more than any hello has.",
            Serving::Wants(4000),
        ),
        broken(
            "S05",
            "full-queue",
            "The server's queue of connections to accept is full.",
            Expected::undecided(&["P10", "S05"]),
            NetStage::serving(Serving::FullQueue(None)),
            healthy(),
        ),
        broken(
            "S34",
            "reset",
            "The server resets after the hello.",
            after_hello(),
            NetStage::serving(Serving::Resets),
            healthy(),
        ),
        broken(
            "S34",
            "closed",
            "The server ends after the hello.",
            after_hello(),
            NetStage::serving(Serving::Ends),
            healthy(),
        ),
    ]
}
