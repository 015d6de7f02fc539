//! The clients whose success counts, and what is known of each.

use super::{Case, Entry};
use crate::causes::database;
use crate::demands::{self, Objection};
use crate::hellos;
use crate::reading::{End, Reading, Refusal};
use report::{Action, AskedClient, ClientHello, Offers, ProtocolVersion};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use wire::profile::{self, Profile};

/// The client whose ClientHello carries another's extensions along, and that other: one question for both.
const JOINED: (&str, &str) = ("openssl3", "java17");

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
        // What was not even connected says nothing of the hello where another try was.
        let ended = || self.doing(&own).filter(|entry| entry.ended);
        let connected = |entry: &&Entry| entry.reading.as_ref().is_some_and(Reading::connected);
        if let Some(entry) = ended()
            .find(connected)
            .or_else(|| self.doing(&own).find(connected))
            .or_else(|| ended().next())
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
        // A server with several certificates chooses by what a client verifies: the one that offers the same of what was
        // signed with comes first.
        let signed: BTreeSet<u16> = accepted
            .iter()
            .filter_map(|entry| entry.reading.as_ref()?.flight.signature.as_ref())
            .map(|signature| signature.scheme.0)
            .collect();
        let takes = |hello: &ClientHello, scheme: u16| {
            let offered = hello.signature_schemes();
            offered.is_none_or(|offered| offered.iter().any(|offered| offered.0 == scheme))
        };
        let apart = |entry: &&Entry| {
            let asked = entry.hello().map(|asked| &asked.hello);
            let differs = |scheme: &&u16| {
                asked.is_some_and(|asked| takes(asked, **scheme) != takes(hello, **scheme))
            };
            signed.iter().filter(differs).count()
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
            .min_by_key(|entry| (apart(entry), suites(entry)))
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
                    | End::Proxy(_)
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
