//! The question and everything seen so far, with the views that planning and judging share.

use crate::causes::database;
use crate::demands::{self, Objection};
use crate::hellos;
use crate::reading::{End, Reading, Refusal};
use report::{
    Action, AddressFamily, Answer, AskedClient, ClientHello, Experiment, ExperimentId, Handshake,
    Hello, Observation, Offers, Prelude, ProtocolVersion, Question, RecordType, TcpConditions,
};
use std::net::{IpAddr, SocketAddr};
use wire::profile::{self, Profile};

/// Addresses examined without `--all-addresses` (DESIGN: a healthy target costs one connection each).
pub(crate) const ADDRESSES: usize = 6;
/// The client whose ClientHello carries another's extensions along, and that other: one question for both.
const JOINED: (&str, &str) = ("openssl3", "java17");

/// One experiment with what it saw.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) experiment: Experiment,
    pub(crate) observation: Observation,
    /// What a handshake or hello came to.
    pub(crate) reading: Option<Reading>,
    /// Whether it ended; otherwise this is what it saw so far.
    pub(crate) ended: bool,
}

impl Entry {
    pub(crate) fn new(experiment: Experiment, observation: Observation, ended: bool) -> Self {
        let reading = Reading::of(&experiment, &observation);
        Self {
            experiment,
            observation,
            reading,
            ended,
        }
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

    /// What preceded TLS, where a handshake was tried.
    pub(crate) fn prelude(&self) -> Option<Prelude> {
        match &self.experiment.action {
            Action::Handshake(handshake) => Some(handshake.prelude),
            Action::Hello(hello) => Some(hello.prelude),
            _ => None,
        }
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
    pub(crate) entries: &'a [Entry],
}

/// A client whose success counts.
pub(crate) struct Client<'a> {
    pub(crate) id: &'static str,
    pub(crate) profile: &'static Profile,
    pub(crate) hello: ClientHello,
    /// The lowest version it completes; `None` when the command line says which it offers.
    pub(crate) lowest: Option<ProtocolVersion>,
    pub(crate) answer: ClientAnswer<'a>,
}

impl Client<'_> {
    /// Whether its handshake is accepted, by the server and by its own lowest version.
    pub(crate) fn accepted(&self) -> bool {
        self.answer.accepted() && self.refused_version().is_none() && self.objections().is_empty()
    }

    /// What the client ends the handshake for, though the server goes along.
    pub(crate) fn objections(&self) -> Vec<Objection> {
        let accepted = self.answer.entry().filter(|entry| entry.accepted());
        let reading = accepted.and_then(|entry| entry.reading.as_ref());
        reading.map_or_else(Vec::new, |reading| {
            demands::objections(&self.profile.handshake, &self.hello, &reading.flight)
        })
    }

    /// The version the server chose and the client, though it offers it, does not complete.
    pub(crate) fn refused_version(&self) -> Option<ProtocolVersion> {
        let entry = self.answer.entry().filter(|entry| entry.accepted())?;
        let version = entry.reading.as_ref()?.flight.version?;
        (self.lowest.is_some_and(|lowest| version < lowest)).then_some(version)
    }
}

/// What is known of a client.
#[derive(Clone, Copy)]
pub(crate) enum ClientAnswer<'a> {
    /// Its own hello was sent.
    Direct(&'a Entry),
    /// Another hello was sent that would be answered alike.
    Alike(&'a Entry),
    /// Not asked yet.
    Unknown,
}

impl<'a> ClientAnswer<'a> {
    pub(crate) fn entry(self) -> Option<&'a Entry> {
        match self {
            Self::Direct(entry) | Self::Alike(entry) => Some(entry),
            Self::Unknown => None,
        }
    }

    pub(crate) fn accepted(self) -> bool {
        self.entry().is_some_and(Entry::accepted)
    }
}

impl<'a> Case<'a> {
    /// The address the target's host is, if it is one.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        self.question.target.host.parse().ok()
    }

    /// Whether addresses come from looking up a name.
    pub(crate) fn needs_resolution(&self) -> bool {
        self.question.connect.is_none() && self.literal().is_none()
    }

    /// The addresses to examine, in the order a client would try them.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        if let Some(address) = self.question.connect {
            return vec![address];
        }
        let port = self.question.target.port;
        if let Some(address) = self.literal() {
            return vec![SocketAddr::new(address, port)];
        }
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for entry in self.resolutions().filter(|entry| entry.ended) {
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
        if !self.question.all_addresses {
            addresses.truncate(ADDRESSES);
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
        let system = |entry: &&Entry| {
            matches!(
                entry.experiment.action,
                Action::Resolve { server: None, .. }
            )
        };
        let asked = |entry: &&Entry| {
            matches!(
                entry.experiment.action,
                Action::Resolve {
                    server: Some(_),
                    record: RecordType::A | RecordType::Aaaa,
                    ..
                }
            )
        };
        let entries = self.entries;
        entries
            .iter()
            .filter(system)
            .chain(entries.iter().filter(asked))
    }

    /// The address that stands for the target: the first where the complete handshake is under way or was accepted; where
    /// there is none, the first that a TCP connection reached, otherwise the first.
    pub(crate) fn representative(&self) -> Option<SocketAddr> {
        let addresses = self.addresses();
        let failed = |address: &SocketAddr| {
            self.entries.iter().any(|entry| {
                matches!(entry.experiment.action, Action::Handshake(_))
                    && entry.experiment.action.address() == Some(*address)
                    && !entry.accepted()
            })
        };
        if addresses.len() > 1
            && let Some(first) = addresses.iter().copied().find(|address| !failed(address))
        {
            return Some(first);
        }
        let reached = addresses.iter().copied().find(|address| {
            self.at(*address)
                .any(|entry| entry.reading.as_ref().is_some_and(Reading::connected))
        });
        reached.or_else(|| addresses.first().copied())
    }

    /// Handshakes and hellos at `address`.
    pub(crate) fn at(&self, address: SocketAddr) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| {
            entry.reading.is_some() && entry.experiment.action.address() == Some(address)
        })
    }

    /// The entries that did exactly `action`.
    pub(crate) fn doing(&self, action: &Action) -> std::vec::IntoIter<&'a Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.experiment.action == *action)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Whether nothing but this machine lies between: the connection's two ends have one address, or it is a loopback one.
    pub(crate) fn is_local(&self, address: SocketAddr) -> bool {
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
            tcp: TcpConditions::default(),
        }))
    }

    /// The same hello for a name nobody has.
    pub(crate) fn neutral(&self, action: &Action) -> Option<Action> {
        let Action::Hello(hello) = action else {
            return None;
        };
        Some(Action::Hello(Box::new(Hello {
            server_name: Some(crate::plan::NEUTRAL_NAME.to_owned()),
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

    /// The profiles that decide, with the hello each would send.
    pub(crate) fn asked_clients(&self) -> Vec<(&'static str, &'static Profile, ClientHello)> {
        let offers = &self.question.offers;
        match &self.question.client {
            AskedClient::Profile(id) => profile::profile(id)
                .map(|profile| {
                    (
                        profile.id.as_str(),
                        profile,
                        hellos::limited(&profile.hello, offers),
                    )
                })
                .into_iter()
                .collect(),
            AskedClient::ReferenceSet if *offers == Offers::default() => profile::reference_set()
                .into_iter()
                .map(|profile| (profile.id.as_str(), profile, profile.hello.clone()))
                .collect(),
            AskedClient::ReferenceSet => profile::profile(JOINED.0)
                .map(|profile| {
                    (
                        hellos::CUSTOM,
                        profile,
                        hellos::limited(&profile.hello, offers),
                    )
                })
                .into_iter()
                .collect(),
        }
    }

    /// Whether one client was asked about instead of the reference set.
    pub(crate) fn one_client(&self) -> bool {
        self.question.client != AskedClient::ReferenceSet || !self.question.offers.is_empty()
    }

    /// The hellos of the first round at `address`.
    pub(crate) fn first_hellos(&self, address: SocketAddr) -> Vec<(String, Action)> {
        let clients = self.asked_clients();
        if self.one_client() {
            return clients
                .iter()
                .map(|(id, _, hello)| (format!("client:{id}"), self.hello_at(address, hello)))
                .collect();
        }
        let hello_of = |wanted: &str| {
            clients
                .iter()
                .find(|(id, ..)| *id == wanted)
                .map(|(_, _, hello)| hello)
        };
        let mut asks = Vec::new();
        for id in ["chrome", "firefox"] {
            if let Some(hello) = hello_of(id) {
                asks.push((format!("client:{id}"), self.hello_at(address, hello)));
            }
        }
        if let (Some(base), Some(other)) = (hello_of(JOINED.0), hello_of(JOINED.1)) {
            let label = format!("client:{}+{}", JOINED.0, JOINED.1);
            asks.push((label, self.hello_at(address, &hellos::joined(base, other))));
        }
        asks
    }

    /// Each client that counts, with what is known of it at the representative address.
    pub(crate) fn clients(&self) -> Vec<Client<'a>> {
        let address = self.representative();
        self.asked_clients()
            .into_iter()
            .map(|(id, profile, hello)| {
                let answer = address.map_or(ClientAnswer::Unknown, |address| {
                    self.answer(address, &hello)
                });
                let limited = self.question.offers.tls_min.is_some()
                    || self.question.offers.tls_max.is_some();
                let lowest = (!limited).then_some(profile.rules.min_version);
                Client {
                    id,
                    profile,
                    hello,
                    lowest,
                    answer,
                }
            })
            .collect()
    }

    fn answer(&self, address: SocketAddr, hello: &ClientHello) -> ClientAnswer<'a> {
        let own = self.hello_at(address, hello);
        if let Some(entry) = self
            .doing(&own)
            .find(|entry| entry.ended)
            .or_else(|| self.doing(&own).next())
            && entry
                .reading
                .as_ref()
                .is_some_and(|reading| reading.end != End::Unknown)
        {
            return ClientAnswer::Direct(entry);
        }
        self.accepted_alike(address, hello)
            .or_else(|| self.refused_alike(address))
            .map_or(ClientAnswer::Unknown, ClientAnswer::Alike)
    }

    /// An accepted hello whose outcome `hello` would share: what the server chose is in its offer, and all its extensions
    /// were accepted from others.
    fn accepted_alike(&self, address: SocketAddr, hello: &ClientHello) -> Option<&'a Entry> {
        // A database that minds the name in ALPN accepts it from nobody else.
        let named = |hello: &ClientHello| hellos::offers(hello, database::PROTOCOL);
        let usual = |entry: &&Entry| {
            entry.hello().is_some_and(|asked| {
                asked.server_name == self.server_name()
                    && asked.prelude == self.prelude()
                    && (named(hello) || !named(&asked.hello))
            })
        };
        let accepted: Vec<&Entry> = self
            .at(address)
            .filter(|entry| entry.accepted())
            .filter(usual)
            .collect();
        let hellos: Vec<&ClientHello> = accepted
            .iter()
            .filter_map(|entry| entry.hello())
            .map(|asked| &asked.hello)
            .collect();
        if !hellos::covered(hello, &hellos) {
            return None;
        }
        let suites = |entry: &&Entry| {
            let offered = entry.hello().map(|asked| &asked.hello.cipher_suites);
            let shared = hello
                .cipher_suites
                .iter()
                .filter(|suite| offered.is_some_and(|offered| offered.contains(suite)));
            std::cmp::Reverse(shared.count())
        };
        // A server may prefer what one hello offers and another does not: the one that offers most of it comes first.
        accepted
            .into_iter()
            .filter(|entry| {
                entry
                    .reading
                    .as_ref()
                    .is_some_and(|reading| chosen_from(reading, hello))
            })
            .min_by_key(suites)
    }

    /// When everything in the first round was refused in one way, the clients not asked are taken to fare alike.
    fn refused_alike(&self, address: SocketAddr) -> Option<&'a Entry> {
        let first: Vec<Action> = self
            .first_hellos(address)
            .into_iter()
            .map(|(_, action)| action)
            .collect();
        let entries: Vec<&Entry> = first
            .iter()
            .filter_map(|action| self.doing(action).next())
            .collect();
        let full = self.full(address)?;
        if entries.len() < first.len() || entries.is_empty() {
            return None;
        }
        let ends: Vec<&End> = entries
            .iter()
            .chain([&full])
            .filter_map(|entry| entry.reading.as_ref())
            .map(|reading| &reading.end)
            .collect();
        let same = ends.windows(2).all(|pair| pair.first() == pair.last());
        let refused = ends.first().is_some_and(|end| {
            matches!(
                end,
                End::Refused {
                    mid_flight: false,
                    ..
                } | End::Unconnected(_)
                    | End::Prelude(_)
            )
        });
        (same && refused)
            .then(|| entries.first().copied())
            .flatten()
    }

    /// How everything at `address` was refused, if it was in one way.
    pub(crate) fn common_refusal(&self, address: SocketAddr) -> Option<Refusal> {
        let usual = |entry: &&Entry| {
            entry
                .hello()
                .is_none_or(|hello| hello.prelude == self.prelude())
        };
        let mut refusals = self
            .at(address)
            .filter(usual)
            .filter_map(|entry| entry.reading.as_ref())
            .map(Reading::refusal);
        let first = refusals.next()??;
        refusals.all(|other| other == Some(first)).then_some(first)
    }
}

/// Whether everything the server chose is in `hello`'s offer, in as many rounds.
fn chosen_from(reading: &Reading, hello: &ClientHello) -> bool {
    let flight = &reading.flight;
    let Some(version) = flight.version else {
        return false;
    };
    let modern = version == ProtocolVersion::TLS1_3;
    hello.versions().contains(&version)
        && flight
            .cipher_suite
            .is_some_and(|suite| hello.cipher_suites.contains(&suite))
        && flight.group.is_none_or(|group| {
            // After a HelloRetryRequest the share comes in the second hello.
            let shared =
                !modern || flight.hello_retry.is_some() || hello.key_shares().contains(&group);
            shared && hello.groups().contains(&group)
        })
        && flight.signature.as_ref().is_none_or(|signed| {
            hello
                .signature_schemes()
                .is_none_or(|schemes| schemes.contains(&signed.scheme))
        })
}
