//! The question and everything seen so far, with the views that planning and judging share.

mod clients;
mod patience;

pub(crate) use clients::{Client, ClientAnswer};
pub(crate) use patience::{LOST_US, Patience, SILENT_US, SYN_AGAIN_US, Watched, next_look};

use crate::reading::Reading;
use crate::way::Way;
use report::{
    Action, AddressFamily, Answer, ClientHello, Experiment, ExperimentId, Handshake, Hello, Moment,
    Observation, PhaseName, Prelude, Question, RecordType, TcpConditions,
};
use std::net::{IpAddr, SocketAddr};

/// Addresses examined without `--all-addresses` (DESIGN: a healthy target costs one connection each).
pub(crate) const ADDRESSES: usize = 6;

/// One experiment with what it saw.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) experiment: Experiment,
    pub(crate) observation: Observation,
    /// What a handshake or hello came to.
    pub(crate) reading: Option<Reading>,
    /// Whether it ended; otherwise this is what it saw so far.
    pub(crate) ended: bool,
    /// How it waits, or waited in the end.
    pub(crate) patience: Patience,
    /// For how long nothing had come in the end, in microseconds.
    pub(crate) quiet: Moment,
}

impl Entry {
    /// An experiment that ended with `observation`.
    pub(crate) fn ended(experiment: Experiment, observation: Observation) -> Self {
        let watched = Watched::ended(&observation);
        Self::new(experiment, observation, watched, true)
    }

    /// An experiment that goes on and has seen `so_far`.
    pub(crate) fn under_way(experiment: Experiment, so_far: Observation, watched: Watched) -> Self {
        Self::new(experiment, so_far, watched, false)
    }

    fn new(
        experiment: Experiment,
        observation: Observation,
        watched: Watched,
        ended: bool,
    ) -> Self {
        let patience = patience::patience(&observation, watched);
        let quiet = patience::quiet(&observation, watched);
        let reading = Reading::of(&experiment, &observation, patience);
        Self {
            experiment,
            observation,
            reading,
            ended,
            patience,
            quiet,
        }
    }

    /// Whether it has an answer: it ended, or has been silent for so long that silence is one. A lookup that is late counts as
    /// well.
    pub(crate) fn is_settled(&self) -> bool {
        self.ended
            || self.patience == Patience::Silent
            || self.experiment.action.address().is_none()
    }

    pub(crate) fn id(&self) -> ExperimentId {
        self.experiment.id
    }

    pub(crate) fn accepted(&self) -> bool {
        self.reading.as_ref().is_some_and(Reading::accepted)
    }

    /// Whether TLS began behind what preceded it: an answer in TLS, or behind a PROXY line a ServerHello, because an alert may
    /// be the answer to the line itself.
    pub(crate) fn came_through(&self) -> bool {
        let Some(reading) = self.reading.as_ref().filter(|reading| reading.began()) else {
            return false;
        };
        self.prelude() != Some(Prelude::ProxyLine) || reading.answered()
    }

    /// How long the answer to the hello took, in microseconds.
    pub(crate) fn waited(&self) -> Moment {
        let hello = self.observation.phase(PhaseName::Hello);
        hello.map_or(0, |phase| phase.elapsed_us)
    }

    /// What preceded TLS, where a handshake was tried.
    pub(crate) fn prelude(&self) -> Option<Prelude> {
        match &self.experiment.action {
            Action::Handshake(handshake) => Some(handshake.prelude),
            Action::Hello(hello) => Some(hello.prelude),
            _ => None,
        }
    }

    /// How it went to the target.
    pub(crate) fn way(&self) -> Way {
        Way::of(&self.experiment.action)
    }

    /// Whether the proxy has not answered for so long that it was told of.
    pub(crate) fn waits_for_tunnel(&self) -> bool {
        !self.ended
            && self.reading.is_some()
            && self.experiment.action.via().is_some()
            && self.patience == Patience::Silent
            && self.observation.phase(PhaseName::Connect).is_some()
            && self.observation.phase(PhaseName::Proxy).is_none()
    }

    fn is_usual_at(&self, address: SocketAddr, way: Way) -> bool {
        let usual = match &self.experiment.action {
            Action::Handshake(handshake) => handshake.tcp.is_default(),
            Action::Hello(hello) => hello.tcp.is_default(),
            _ => true,
        };
        usual
            && self.reading.is_some()
            && self.experiment.action.address() == Some(address)
            && self.way() == way
    }

    /// The raw hello it sent, if that is what it did.
    pub(crate) fn hello(&self) -> Option<&Hello> {
        match &self.experiment.action {
            Action::Hello(hello) => Some(hello),
            _ => None,
        }
    }
}

/// The question and what was seen.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) question: &'a Question,
    /// What has an answer.
    pub(crate) entries: &'a [Entry],
    /// Connections under way that were looked at and have none yet.
    pub(crate) pending: &'a [Entry],
}

impl<'a> Case<'a> {
    /// The address the target's host is, if it is one.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        self.question.target.host.parse().ok()
    }

    /// Whether the target is named, so that somebody has to look its addresses up.
    pub(crate) fn is_named(&self) -> bool {
        self.question.connect.is_none() && self.literal().is_none()
    }

    /// Whether addresses come from looking up a name here.
    pub(crate) fn needs_resolution(&self) -> bool {
        self.is_named() && !self.way().resolves()
    }

    /// The addresses to examine, in the order a client would try them.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses_by(self.way())
    }

    /// The addresses to examine on that way. Where only the proxy knows the target's, the proxy's stands for them.
    pub(crate) fn addresses_by(&self, way: Way) -> Vec<SocketAddr> {
        if way != Way::Direct {
            match self.proxy_address() {
                Some(proxy) if self.is_named() && way.resolves() => return vec![proxy],
                Some(_) => {}
                // Nothing goes past a proxy that is not found yet.
                None => return Vec::new(),
            }
        }
        if let Some(address) = self.question.connect {
            return vec![address];
        }
        let port = self.question.target.port;
        if let Some(address) = self.literal() {
            return vec![SocketAddr::new(address, port)];
        }
        let mut addresses = self.found(self.resolutions(), port);
        if !self.question.all_addresses {
            addresses.truncate(ADDRESSES);
        }
        addresses
    }

    /// The addresses that `lookups` found, each with `port`.
    pub(crate) fn found(
        &self,
        lookups: impl Iterator<Item = &'a Entry>,
        port: u16,
    ) -> Vec<SocketAddr> {
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for entry in lookups.filter(|entry| entry.ended) {
            let Some(Answer::Addresses {
                addresses: found, ..
            }) = &entry.observation.answer
            else {
                continue;
            };
            for address in found.iter().filter(|address| self.in_family(**address)) {
                let address = SocketAddr::new(*address, port);
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
        }
        addresses
    }

    fn in_family(&self, address: IpAddr) -> bool {
        match self.question.family {
            AddressFamily::Any => true,
            AddressFamily::Ipv4 => address.is_ipv4(),
            AddressFamily::Ipv6 => address.is_ipv6(),
        }
    }

    /// The lookups of the target's name, the system's first.
    pub(crate) fn resolutions(&self) -> impl Iterator<Item = &'a Entry> {
        self.lookups_of(&self.question.target.host)
    }

    /// The lookups of the addresses of `host`, the system's first.
    pub(crate) fn lookups_of(&self, host: &'a str) -> impl Iterator<Item = &'a Entry> {
        let system = move |entry: &&Entry| {
            matches!(
                &entry.experiment.action,
                Action::Resolve { server: None, name, .. } if name == host
            )
        };
        let asked = move |entry: &&Entry| {
            matches!(
                &entry.experiment.action,
                Action::Resolve {
                    server: Some(_),
                    record: RecordType::A | RecordType::Aaaa,
                    name,
                } if name == host
            )
        };
        let entries = self.entries;
        entries
            .iter()
            .filter(system)
            .chain(entries.iter().filter(asked))
    }

    /// The address that stands for the target: the first known of where the complete handshake is under way or was accepted;
    /// where there is none, the first that a TCP connection reached, otherwise the first.
    pub(crate) fn representative(&self) -> Option<SocketAddr> {
        let way = self.way();
        let addresses = self.addresses_by(way);
        let failed = |address: &SocketAddr| {
            self.entries.iter().any(|entry| {
                matches!(entry.experiment.action, Action::Handshake(_))
                    && entry.way() == way
                    && entry.experiment.action.address() == Some(*address)
                    && !entry.accepted()
            })
        };
        if addresses.len() > 1 {
            // A DNS server that answers late must not make everything be asked again elsewhere.
            let fine = addresses.iter().filter(|address| !failed(address));
            if let Some(first) = fine.min_by_key(|address| self.known_since(address.ip())) {
                return Some(*first);
            }
        }
        let reached = addresses.iter().copied().find(|address| {
            self.at(*address)
                .any(|entry| entry.reading.as_ref().is_some_and(Reading::connected))
        });
        reached.or_else(|| addresses.first().copied())
    }

    /// When a lookup first brought that address.
    fn known_since(&self, address: IpAddr) -> Option<Moment> {
        let ends = self.resolutions().filter_map(|entry| {
            let Some(Answer::Addresses { addresses, .. }) = &entry.observation.answer else {
                return None;
            };
            let end = entry.observation.end()?;
            addresses
                .contains(&address)
                .then(|| end.start_us.saturating_add(end.elapsed_us))
        });
        ends.min()
    }

    /// Handshakes and hellos at `address`, on the way in use, over TCP as any client makes it.
    pub(crate) fn at(&self, address: SocketAddr) -> impl Iterator<Item = &'a Entry> {
        let way = self.way();
        self.entries
            .iter()
            .filter(move |entry| entry.is_usual_at(address, way))
    }

    /// The same of those that were looked at and have no answer yet.
    pub(crate) fn waiting_at(&self, address: SocketAddr) -> impl Iterator<Item = &'a Entry> {
        let way = self.way();
        self.pending
            .iter()
            .filter(move |entry| entry.is_usual_at(address, way))
    }

    /// The entries that did exactly `action`.
    pub(crate) fn doing(&self, action: &Action) -> std::vec::IntoIter<&'a Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.experiment.action == *action)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The entries that did `action` from whatever local port.
    pub(crate) fn asking(&self, action: &Action) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(|entry| match entry.experiment.action.tcp() {
                Some(tcp) if tcp.local_port.is_some() => {
                    entry.experiment.action.from_any_port() == *action
                }
                _ => entry.experiment.action == *action,
            })
    }

    /// Whether nothing but this machine lies between: the connection's two ends have one address, or it is a loopback one.
    /// Behind a proxy anything may lie.
    pub(crate) fn is_local(&self, address: SocketAddr) -> bool {
        if self.way() != Way::Direct {
            return false;
        }
        address.ip().is_loopback()
            || self.at(address).any(|entry| {
                entry
                    .observation
                    .local
                    .is_some_and(|local| local.ip() == address.ip())
            })
    }

    /// What precedes TLS, as the user asked.
    pub(crate) fn asked_prelude(&self) -> Prelude {
        self.question
            .starttls
            .map_or(Prelude::None, Prelude::Starttls)
    }

    /// What precedes TLS at this server, where that is not what the user asked for: TLS began there after another dialogue,
    /// or without one, and never as asked. What is wrong with the handshake itself is looked for behind it.
    pub(crate) fn found_prelude(&self) -> Option<Prelude> {
        let asked = self.asked_prelude();
        let found = self
            .at(self.representative()?)
            .filter(|entry| entry.came_through())
            .filter_map(Entry::prelude);
        let mut other = None;
        for prelude in found {
            match prelude {
                prelude if prelude == asked => return None,
                prelude => other = other.or(Some(prelude)),
            }
        }
        other
    }

    /// What precedes TLS: as the user asked, or as the server wants it.
    pub(crate) fn prelude(&self) -> Prelude {
        self.found_prelude().unwrap_or_else(|| self.asked_prelude())
    }

    /// The name to send.
    pub(crate) fn server_name(&self) -> Option<String> {
        self.question.target.server_name.clone()
    }

    /// The host as it could stand in server_name, where none is sent.
    pub(crate) fn unsent_name(&self) -> Option<&'a str> {
        let unsent = self.question.target.server_name.is_none() && self.literal().is_none();
        unsent.then_some(self.question.target.host.as_str())
    }

    /// A raw hello at `address` under the user's conditions.
    pub(crate) fn hello_at(&self, address: SocketAddr, hello: &ClientHello) -> Action {
        Action::Hello(Box::new(Hello {
            address,
            prelude: self.prelude(),
            server_name: self.server_name(),
            hello: hello.clone(),
            via: self.via(address),
            tcp: TcpConditions::default(),
        }))
    }

    /// The same hello for a name nobody has, as long as the name it has, so that its length is the same.
    pub(crate) fn neutral(&self, action: &Action) -> Option<Action> {
        let Action::Hello(hello) = action else {
            return None;
        };
        Some(Action::Hello(Box::new(Hello {
            server_name: Some(crate::plan::neutral_name(hello.server_name.as_deref())),
            ..(**hello).clone()
        })))
    }

    /// A complete handshake at `address` under the user's conditions.
    pub(crate) fn full_at(
        &self,
        address: SocketAddr,
        with_client_certificate: bool,
        alpn: bool,
    ) -> Action {
        let http = self.is_http();
        let protocols = match &self.question.offers.alpn {
            Some(protocols) => protocols.clone(),
            None if http && alpn => vec!["http/1.1".to_owned()],
            None => Vec::new(),
        };
        Action::Handshake(Handshake {
            address,
            prelude: self.prelude(),
            server_name: self.server_name(),
            alpn: protocols,
            with_client_certificate,
            http,
            ech: None,
            via: self.via(address),
            tcp: TcpConditions::default(),
        })
    }

    /// Whether the service behind TLS is HTTP.
    pub(crate) fn is_http(&self) -> bool {
        self.question.target.service == "https" && !matches!(self.prelude(), Prelude::Starttls(_))
    }

    /// The complete handshake at `address` as the user would make it.
    pub(crate) fn full(&self, address: SocketAddr) -> Option<&'a Entry> {
        let with_certificate = !self.question.client_certificate.is_empty();
        let usual = self.full_at(address, with_certificate, true);
        let plain = self.full_at(address, with_certificate, false);
        let found = self.doing(&usual).next();
        found
            .filter(|entry| entry.accepted())
            .or_else(|| self.doing(&plain).next())
            .or(found)
    }
}
