//! Where on the path a hello is lost or answered: one connection whose time to live rises with each retransmission.

use super::facts::{Acknowledged, acknowledged};
use crate::case::{Case, Entry};
use crate::hellos;
use crate::plan::{Ask, once};
use crate::reading::{End, Reading, Refusal};
use report::{
    Action, Hello, KernelMoment, Phase, PhaseName, PhaseOutcome, TcpConditions, TtlSweep,
};
use std::net::{IpAddr, SocketAddr};

/// Hops that a sweep looks at: most of the Internet is nearer, and each costs a retransmission.
const HOPS: u8 = 20;
/// SYNs sent to see whether the path goes on where hellos are lost: routers that say nothing are passed over.
const SYNS: u8 = 3;

/// Where a hello came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HelloPlace {
    /// The last hop that was seen to pass it on, counted from here; 0 when none was.
    pub(crate) after: u8,
    /// That hop's address, where it is known.
    pub(crate) router: Option<IpAddr>,
    /// Whether the path goes on beyond where it was lost or answered; otherwise that is its end.
    pub(crate) before_end: bool,
    /// Whether something answered there, by octets, a reset or a close.
    pub(crate) answered: bool,
}

/// The sweep of `hello`.
pub(super) fn action(hello: &Hello) -> Action {
    Action::Hello(Box::new(Hello {
        tcp: TcpConditions {
            hello_ttl: Some(TtlSweep { from: 1, to: HOPS }),
            ..TcpConditions::default()
        },
        ..hello.clone()
    }))
}

/// A SYN that goes so far.
pub(super) fn syn(address: SocketAddr, ttl: u8) -> Action {
    Action::Connect {
        address,
        via: None,
        tcp: TcpConditions {
            syn_ttl: Some(ttl),
            ..TcpConditions::default()
        },
    }
}

/// What a sweep saw.
struct Swept {
    /// The highest time to live with which it died on the way.
    died: u8,
    /// The time to live of the last transmission.
    last: u8,
    answered: bool,
}

impl Swept {
    /// The last hop that passed it on.
    fn after(&self) -> u8 {
        match self.answered {
            true => self.last.saturating_sub(1),
            false => self.died,
        }
    }
}

fn swept(entry: &Entry) -> Option<Swept> {
    let facts = &entry.observation.kernel;
    let ttls = |moment: KernelMoment| {
        facts
            .iter()
            .filter(move |fact| fact.moment == moment)
            .filter_map(|fact| fact.ttl)
    };
    let last = ttls(KernelMoment::Transmission).max()?;
    let died = ttls(KernelMoment::Icmp).max().unwrap_or(0);
    let reading = entry.reading.as_ref()?;
    let answered = match &reading.end {
        End::Unknown | End::Unconnected(_) | End::Proxy(_) | End::Prelude(_) => return None,
        // What ends while the hello still dies on the way is no answer to it.
        End::Refused {
            how: Refusal::Reset | Refusal::Closed,
            ..
        } if died >= last => return None,
        End::Refused {
            how: Refusal::Silent,
            ..
        } => acknowledged(entry) == Acknowledged::All,
        _ => true,
    };
    Some(Swept {
        died,
        last,
        answered,
    })
}

/// The questions that place what happens to `hello`: the sweep, then SYNs that go as far as it was lost or answered.
pub(super) fn asks(case: &Case<'_>, hello: &Hello) -> Vec<Ask> {
    let sweep = action(hello);
    let mut asks = vec![once("rung:hello-sweep", sweep.clone())];
    let Some(swept) = case.doing(&sweep).find_map(swept) else {
        return asks;
    };
    for ttl in beyond(&swept) {
        let syn = syn(hello.address, ttl);
        let silent = case.doing(&syn).any(is_silent);
        asks.push(once("rung:syn-ttl", syn));
        if !silent {
            break;
        }
    }
    // An open connection hears that its hello died, not where: a datagram asks for the router's address. Where it was answered,
    // two more tell whether that is the end of the path.
    let beyond = swept
        .answered
        .then_some([swept.last, swept.last.saturating_add(1)]);
    let hops = [swept.after()]
        .into_iter()
        .chain(beyond.into_iter().flatten());
    for hop in hops.filter(|hop| *hop > 0) {
        let datagram = Action::hop(hello.address.ip(), Some(hop));
        asks.push(once(format!("hop:{hop}"), datagram));
    }
    asks
}

/// The hop where connections to the address of `hello` end before the path does: the hello is acknowledged from there, while
/// datagrams that go as far, and one hop farther, die at routers.
pub(crate) fn ends_early(case: &Case<'_>, hello: &Hello) -> Option<u8> {
    let of = |hello: &Hello| {
        let has_it = |entry: &&Entry| acknowledged(entry) == Acknowledged::All;
        case.doing(&action(hello)).filter(has_it).find_map(swept)
    };
    let swept = of(hello).or_else(|| of(&plainest(hello)))?;
    let host = hello.address.ip();
    let dies = |ttl| {
        let mut entries = case.doing(&Action::hop(host, Some(ttl)));
        entries.any(|entry| died_at_router(entry, host))
    };
    let beyond = swept.last.saturating_add(1);
    (swept.answered && dies(swept.last) && dies(beyond)).then_some(swept.last)
}

/// Whether a router on the way to `host`, and not that, ended it.
pub(super) fn died_at_router(entry: &Entry, host: IpAddr) -> bool {
    let end = entry.observation.end();
    end.is_some_and(|end| died(end) && end.offender.is_some_and(|router| router != host))
}

/// Whether it ran out of hops. A firewall that forbids what comes to it says "unreachable" as well, and says it of every hop.
pub(super) fn died(end: &Phase) -> bool {
    /// Time exceeded in ICMP (RFC 792) and in ICMPv6 (RFC 4443 section 3.3).
    const EXCEEDED: (u8, u8) = (11, 3);
    let v6 = end.address.is_some_and(|address| address.is_ipv6());
    let kind = if v6 { EXCEEDED.1 } else { EXCEEDED.0 };
    end.outcome == PhaseOutcome::Unreachable && end.icmp.is_some_and(|icmp| icmp.kind == kind)
}

fn plainest(hello: &Hello) -> Hello {
    Hello {
        hello: hellos::plainest(&hello.hello),
        ..hello.clone()
    }
}

/// The same where another name is answered, so that it is the name that decides: whoever answers before the end of the path
/// is not the server.
pub(crate) fn place_asks(case: &Case<'_>, failing: &Hello) -> Vec<Ask> {
    let action = Action::Hello(Box::new(failing.clone()));
    let refused = case.doing(&action).any(|entry| {
        let refusal = entry.reading.as_ref().and_then(Reading::refusal);
        refusal.is_some_and(|refusal| !matches!(refusal, Refusal::Silent | Refusal::Reset))
    });
    if !refused || !super::is_remote(case, failing.address) {
        return Vec::new();
    }
    asks(case, failing)
}

/// The times to live with which a SYN tells whether the path goes on where the hello ended.
fn beyond(swept: &Swept) -> impl Iterator<Item = u8> + use<> {
    let first = match swept.answered {
        true => swept.last,
        false => swept.died.saturating_add(1),
    };
    let last = match swept.answered {
        true => first,
        false => first.saturating_add(SYNS - 1).min(swept.last),
    };
    first..=last
}

fn is_silent(entry: &Entry) -> bool {
    connecting(entry).is_some_and(|connect| connect.outcome == PhaseOutcome::Timeout)
}

/// The attempt to connect.
pub(super) fn connecting(entry: &Entry) -> Option<&Phase> {
    entry.observation.phase(PhaseName::Connect)
}

/// Where what happens to `hello` happens; `None` while that is not known, or cannot be.
pub(crate) fn hello_place(case: &Case<'_>, hello: &Hello) -> Option<HelloPlace> {
    let sweep = action(hello);
    let swept = case.doing(&sweep).find_map(swept)?;
    let mut before_end = None;
    for ttl in beyond(&swept) {
        for end in case.doing(&syn(hello.address, ttl)).filter_map(connecting) {
            match end.outcome {
                // This far a SYN comes, and is not at the end.
                PhaseOutcome::Unreachable if died(end) => before_end = Some(true),
                PhaseOutcome::Ok | PhaseOutcome::Refused => before_end = Some(false),
                _ => {}
            }
        }
        if before_end.is_some() {
            break;
        }
    }
    let after = swept.after();
    Some(HelloPlace {
        after,
        router: router(case, hello.address, after),
        before_end: before_end?,
        answered: swept.answered,
    })
}

/// The same for whichever of the hellos that stand for `failing` was swept.
pub(crate) fn placed(case: &Case<'_>, failing: &Hello) -> Option<HelloPlace> {
    hello_place(case, failing).or_else(|| hello_place(case, &plainest(failing)))
}

/// The router at that hop, where a datagram or a SYN that died there told of it.
pub(super) fn router(case: &Case<'_>, address: SocketAddr, ttl: u8) -> Option<IpAddr> {
    let datagram = Action::hop(address.ip(), Some(ttl));
    let died = case.doing(&datagram).chain(case.doing(&syn(address, ttl)));
    died.filter_map(|entry| entry.observation.end()?.offender)
        .next()
}

/// A small hello that is answered, if at all, with an alert alone (7 octets): it offers no cipher suite that any server has.
pub(crate) fn small_answer(failing: &Hello) -> Action {
    let mut hello = hellos::plainest(&failing.hello);
    hello.cipher_suites = hellos::UNUSABLE.to_vec();
    Action::Hello(Box::new(Hello {
        hello,
        ..failing.clone()
    }))
}

/// Whether anything at all came back.
pub(crate) fn spoke(entry: &Entry) -> bool {
    entry.reading.as_ref().is_some_and(Reading::speaks_tls)
}
