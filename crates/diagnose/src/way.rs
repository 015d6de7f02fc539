//! The way to the target: directly or through a proxy, and how the latter ends before TLS begins.

use crate::case::{Case, Entry};
use crate::chain;
use crate::reading::{End, http_status};
use report::{Action, Observation, PhaseName, PhaseOutcome, ProxyKind, ProxySetting, Via};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A way to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    /// Through the proxy of the question, speaking this with it.
    Through(ProxyKind),
}

impl Way {
    /// The way an action takes.
    pub(crate) fn of(action: &Action) -> Self {
        action
            .via()
            .map_or(Self::Direct, |via| Self::Through(via.kind))
    }

    /// Whether the target's name is resolved at the other end of it.
    pub(crate) fn resolves(self) -> bool {
        matches!(self, Self::Through(kind) if kind.resolves())
    }
}

/// Why there is no tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tunnel {
    /// No TCP connection to the proxy.
    Unreached(PhaseOutcome),
    /// The status of its answer to CONNECT.
    Status(u16),
    /// Its reply in SOCKS, not 0 (RFC 1928 section 6).
    Reply(u8),
    /// It takes nobody in SOCKS without another user name and password, or none at all.
    Login,
    /// Nobody here vouches for its certificate.
    Untrusted,
    /// It speaks something else.
    Foreign,
    Closed,
    Reset,
    /// It did not answer.
    Silent,
    /// We could not ask.
    Unasked,
}

impl Tunnel {
    /// Why an observation through a proxy saw no tunnel; `None` where it saw one, or has seen nothing yet.
    pub(crate) fn failed(observation: &Observation) -> Option<Self> {
        let connect = observation.phase(PhaseName::Connect)?;
        if connect.outcome != PhaseOutcome::Ok {
            return Some(Self::Unreached(connect.outcome));
        }
        let proxy = observation.phase(PhaseName::Proxy)?;
        let detail = proxy.detail.as_deref().unwrap_or_default();
        Some(match proxy.outcome {
            PhaseOutcome::Ok => return None,
            PhaseOutcome::Refused => refused(detail),
            PhaseOutcome::Denied => Self::Untrusted,
            PhaseOutcome::Garbage | PhaseOutcome::Alert => Self::Foreign,
            PhaseOutcome::Closed => Self::Closed,
            PhaseOutcome::Reset => Self::Reset,
            PhaseOutcome::Timeout | PhaseOutcome::Aborted => Self::Silent,
            _ => Self::Unasked,
        })
    }
}

fn refused(detail: &str) -> Tunnel {
    if let Some(status) = http_status(detail.as_bytes()) {
        return Tunnel::Status(status);
    }
    let reply = detail.strip_prefix("SOCKS reply ");
    let code = reply.and_then(|reply| reply.split(' ').next()?.parse().ok());
    code.map_or(Tunnel::Login, Tunnel::Reply)
}

impl fmt::Display for Tunnel {
    /// A few technical words in no language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = |outcome: &PhaseOutcome| {
            serde_json::to_value(outcome)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        match self {
            Self::Unreached(how) => f.write_str(&outcome(how)),
            Self::Status(status) => write!(f, "HTTP {status}"),
            Self::Reply(code) => write!(f, "SOCKS {code}"),
            Self::Login => f.write_str("SOCKS login"),
            Self::Untrusted => f.write_str("certificate"),
            Self::Foreign => f.write_str("garbage"),
            Self::Closed => f.write_str("closed"),
            Self::Reset => f.write_str("reset"),
            Self::Silent => f.write_str("timeout"),
            Self::Unasked => f.write_str("error"),
        }
    }
}

impl<'a> Case<'a> {
    /// The way the user's client takes.
    pub(crate) fn asked_way(&self) -> Way {
        match &self.question.proxy {
            Some(setting) if setting.excluded.is_none() => Way::Through(setting.kind),
            _ => Way::Direct,
        }
    }

    /// The way on which TLS begins, where it never does on the way asked for. What is wrong with the handshake itself is looked
    /// for there. Through the proxy in another manner comes before past it.
    pub(crate) fn found_way(&self) -> Option<Way> {
        self.question.proxy.as_ref()?;
        let asked = self.asked_way();
        let mut found = None;
        for entry in self.entries.iter().filter(|entry| entry.came_through()) {
            match entry.way() {
                way if way == asked => return None,
                Way::Direct => found = found.or(Some(Way::Direct)),
                through => found = Some(through),
            }
        }
        // A proxy that is slow may be no worse than that.
        found.filter(|way| *way != Way::Direct || !self.entries.iter().any(Entry::waits_for_tunnel))
    }

    /// The way in use: the one asked for, or the one that leads to the target.
    pub(crate) fn way(&self) -> Way {
        self.found_way().unwrap_or_else(|| self.asked_way())
    }

    /// Through which proxy `address` is reached on the way in use.
    pub(crate) fn via(&self, address: SocketAddr) -> Option<Box<Via>> {
        self.via_by(self.way(), address)
    }

    /// Through which proxy `address` is reached on `way`.
    pub(crate) fn via_by(&self, way: Way, address: SocketAddr) -> Option<Box<Via>> {
        let Way::Through(kind) = way else {
            return None;
        };
        let setting = self.question.proxy.as_ref()?;
        let target = &self.question.target;
        let authority = if self.is_named() && kind.resolves() {
            format!("{}:{}", target.host, target.port)
        } else {
            address.to_string()
        };
        Some(Box::new(Via {
            proxy: self.proxy_address()?,
            kind,
            host: setting.host.clone(),
            authority,
            credentials: setting.credentials,
        }))
    }

    /// The proxy's name, where it has to be looked up.
    pub(crate) fn proxy_name(&self) -> Option<&'a String> {
        let setting = self.proxy_in_use()?;
        setting
            .host
            .parse::<IpAddr>()
            .is_err()
            .then_some(&setting.host)
    }

    /// The proxy, where the target is reached through it, or tried to be.
    fn proxy_in_use(&self) -> Option<&'a ProxySetting> {
        let setting = self.question.proxy.as_ref()?;
        let used = self.asked_way() != Way::Direct || crate::causes::proxy::compares_through(self);
        used.then_some(setting)
    }

    /// The lookups of the proxy's name that have ended.
    pub(crate) fn proxy_lookups(&self) -> Vec<&'a Entry> {
        let Some(name) = self.proxy_name() else {
            return Vec::new();
        };
        self.lookups_of(name).filter(|entry| entry.ended).collect()
    }

    /// Where the proxy is: the first of its addresses that takes connections, as far as is known.
    pub(crate) fn proxy_address(&self) -> Option<SocketAddr> {
        let setting = self.question.proxy.as_ref()?;
        if let Ok(ip) = setting.host.parse::<IpAddr>() {
            return Some(SocketAddr::new(ip, setting.port));
        }
        let addresses = self.found(self.lookups_of(&setting.host), setting.port);
        let dead = |address: &&SocketAddr| {
            let at = |entry: &&Entry| {
                let via = entry.experiment.action.via();
                via.is_some_and(|via| via.proxy == **address)
            };
            let end = |entry: &Entry| entry.reading.as_ref().map(|reading| reading.end.clone());
            let mut ends = self.entries.iter().filter(at).filter_map(end).peekable();
            ends.peek().is_some() && ends.all(|end| matches!(end, End::Proxy(Tunnel::Unreached(_))))
        };
        let alive = addresses.iter().find(|address| !dead(address));
        alive.or_else(|| addresses.first()).copied()
    }

    /// Whether the target is one of the public internet, whose certificates must not lead to private addresses; one whose
    /// address only the proxy knows is taken for one.
    pub(crate) fn is_public(&self) -> bool {
        let public =
            |address: &SocketAddr| !self.is_local(*address) && chain::is_public(address.ip());
        (self.is_named() && self.way().resolves()) || self.addresses().iter().any(public)
    }
}

#[cfg(test)]
mod tests;
