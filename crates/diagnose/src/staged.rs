//! Hand-made evidence of one server, with the times and counters that a test wants.

use crate::case::{Case, Entry};
use crate::reading::{End, Reading, Refusal};
use crate::wording::Judgement;
use report::{
    Action, AddressFamily, AskedClient, Bytes, CipherSuite, Direction, Experiment, ExperimentId,
    KernelFact, KernelMoment, Moment, NamedGroup, Observation, Offers, Phase, PhaseName,
    PhaseOutcome, ProtocolVersion, Question, Segment, ServerNameChoice, Target, TcpInfo,
};
use std::net::SocketAddr;
use wire::first::FirstOctets;
use wire::flight::ServerFlight;
use wire::handshake::ServerHello;

/// Where everything happens.
pub(crate) const ADDRESS: &str = "192.0.2.1:443";

/// One server, and what was seen of it.
pub(crate) struct Staged {
    pub(crate) question: Question,
    /// Whether the kernel told anything.
    pub(crate) kernel: bool,
    /// What was done, without times: the complete handshake first, then the hellos of the first round.
    connections: Vec<Connection>,
    /// Anything else that was seen.
    pub(crate) others: Vec<Entry>,
}

/// One connection, in milliseconds.
#[derive(Clone)]
pub(crate) struct Connection {
    action: Action,
    pub(crate) start_ms: Moment,
    pub(crate) trip_ms: Moment,
    pub(crate) connect_ms: Moment,
    pub(crate) answer_ms: Moment,
    pub(crate) flight_ms: Moment,
    pub(crate) opened_again: u32,
    pub(crate) sent_again: u32,
    pub(crate) answered: bool,
    /// How it ended, where it was not accepted.
    pub(crate) refused: Option<(Refusal, PhaseOutcome)>,
    pub(crate) octets: usize,
    /// The group that a HelloRetryRequest asked for.
    pub(crate) retried: Option<NamedGroup>,
}

/// The ids of judgements, sorted.
pub(crate) fn findings(found: &[Judgement]) -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = found
        .iter()
        .filter(|judgement| judgement.weakness.is_some())
        .map(|judgement| judgement.id)
        .collect();
    ids.sort_unstable();
    ids
}

/// The ids of those that stop somebody, in their order.
pub(crate) fn causes(found: &[Judgement]) -> Vec<&'static str> {
    found
        .iter()
        .filter(|judgement| judgement.weakness.is_none())
        .map(|judgement| judgement.id)
        .collect()
}

impl Staged {
    /// A server 20 ms away that answers at once.
    pub(crate) fn healthy() -> Self {
        let question = question();
        let address: SocketAddr = ADDRESS.parse().unwrap();
        let case = Case {
            question: &question,
            entries: &[],
            pending: &[],
        };
        let hellos = case.first_hellos(address);
        let mut actions = vec![case.full_at(address, false, true)];
        actions.extend(hellos.into_iter().map(|(_, action)| action));
        let connections = actions.into_iter().map(Connection::quick).collect();
        Self {
            question,
            kernel: true,
            connections,
            others: Vec::new(),
        }
    }

    pub(crate) fn connection(&mut self, index: usize) -> &mut Connection {
        &mut self.connections[index]
    }

    /// Every connection is like this.
    pub(crate) fn each(&mut self, change: impl Fn(&mut Connection)) {
        self.connections.iter_mut().for_each(change);
    }

    /// The hello of connection `index` once more, or another one of its kind.
    pub(crate) fn again(
        &mut self,
        index: usize,
        change: impl FnOnce(&Case<'_>, &Action) -> Action,
    ) {
        let case = Case {
            question: &self.question,
            entries: &[],
            pending: &[],
        };
        let action = change(&case, &self.connections[index].action);
        self.connections.push(Connection::quick(action));
    }

    /// What is judged of it.
    pub(crate) fn with(&self, judge: impl FnOnce(&Case<'_>)) {
        let mut entries: Vec<Entry> = (1..)
            .zip(&self.connections)
            .map(|(id, connection)| connection.entry(id, self.kernel))
            .collect();
        entries.extend(self.others.iter().cloned());
        judge(&Case {
            question: &self.question,
            entries: &entries,
            pending: &[],
        });
    }
}

impl Connection {
    pub(crate) fn quick(action: Action) -> Self {
        Self {
            action,
            start_ms: 0,
            trip_ms: 20,
            connect_ms: 20,
            answer_ms: 22,
            flight_ms: 1,
            opened_again: 0,
            sent_again: 0,
            answered: true,
            refused: None,
            octets: 2_000,
            retried: None,
        }
    }

    pub(crate) fn entry(&self, id: u32, kernel: bool) -> Entry {
        let start = self.start_ms * 1000;
        let hello = start + self.connect_ms * 1000 + 1;
        let certificate = hello + self.answer_ms * 1000;
        let end = certificate + self.flight_ms * 1000;
        let mut phases = vec![
            phase(PhaseName::Connect, start, hello, PhaseOutcome::Ok),
            phase(PhaseName::Hello, hello, certificate, PhaseOutcome::Ok),
        ];
        if let Some((_, outcome)) = self.refused {
            phases[1].outcome = outcome;
        } else if self.answered {
            let mut add = |name, from, to| phases.push(phase(name, from, to, PhaseOutcome::Ok));
            add(PhaseName::Certificate, certificate, end);
            if matches!(self.action, Action::Handshake(_)) {
                add(PhaseName::Finished, end, end + 1);
            }
        } else {
            phases[1].outcome = PhaseOutcome::Timeout;
        }
        let tcp = |again: u32, trip_ms: Moment| TcpInfo {
            state: 1,
            total_retrans: again,
            snd_mss: 1448,
            pmtu: 1500,
            min_rtt_us: u32::try_from(trip_ms * 1000).ok(),
            ..TcpInfo::default()
        };
        let all = self.opened_again + self.sent_again;
        let facts = vec![
            fact(
                hello - 1,
                PhaseName::Connect,
                tcp(self.opened_again, self.trip_ms),
            ),
            fact(certificate, PhaseName::Hello, tcp(all, self.trip_ms)),
        ];
        let answer = self.answered || matches!(self.refused, Some((Refusal::Alert(_), _)));
        let octets = if answer { self.octets } else { 0 };
        let first = octets.min(1_000);
        let segment = |at_us, count: usize| Segment {
            at_us,
            direction: Direction::Received,
            bytes: Bytes(vec![0; count]),
        };
        let mut traffic = vec![segment(certificate, first), segment(end, octets - first)];
        traffic.retain(|segment| !segment.bytes.is_empty());
        Entry {
            experiment: Experiment {
                id: ExperimentId(id),
                label: "staged".to_owned(),
                action: self.action.clone(),
                limit_us: 7_000_000,
            },
            observation: Observation {
                phases,
                traffic,
                kernel: if kernel { facts } else { Vec::new() },
                ..Observation::default()
            },
            reading: Some(self.reading()),
            patience: crate::case::Patience::Usual,
            quiet: 0,
            ended: true,
        }
    }

    fn reading(&self) -> Reading {
        let refusal = match self.refused {
            Some((how, _)) => Some(how),
            None => (!self.answered).then_some(Refusal::Silent),
        };
        if let Some(how) = refusal {
            let first = match how {
                Refusal::Alert(_) => FirstOctets::TlsAlert,
                _ => FirstOctets::Nothing,
            };
            return Reading {
                end: End::Refused {
                    how,
                    mid_flight: false,
                },
                flight: ServerFlight {
                    first,
                    ..ServerFlight::default()
                },
                after: None,
            };
        }
        let hello = || ServerHello {
            legacy_version: ProtocolVersion::TLS1_2,
            random: [7; 32],
            session_id: Vec::new(),
            cipher_suite: CipherSuite(0x1301),
            compression: 0,
            extensions: Vec::new(),
        };
        Reading {
            end: End::Accepted,
            flight: ServerFlight {
                first: FirstOctets::TlsHandshake,
                hello_retry: self.retried.map(|_| hello()),
                server_hello: Some(hello()),
                version: Some(ProtocolVersion::TLS1_3),
                cipher_suite: Some(CipherSuite(0x1301)),
                group: Some(self.retried.unwrap_or(NamedGroup(0x001d))),
                complete: true,
                ..ServerFlight::default()
            },
            after: None,
        }
    }
}

/// A step that went from one moment to another, in microseconds.
pub(crate) fn phase(name: PhaseName, from: Moment, to: Moment, outcome: PhaseOutcome) -> Phase {
    Phase {
        phase: name,
        address: ADDRESS.parse().ok(),
        start_us: from,
        elapsed_us: to - from,
        outcome,
        errno: None,
        detail: None,
        offender: None,
        icmp: None,
    }
}

fn fact(at_us: Moment, phase: PhaseName, tcp: TcpInfo) -> KernelFact {
    KernelFact {
        at_us,
        phase,
        moment: KernelMoment::PhaseEnd,
        ttl: None,
        errno: None,
        offender: None,
        icmp: None,
        tcp,
    }
}

fn question() -> Question {
    Question {
        target: Target {
            input: "shop.test".to_owned(),
            host: "shop.test".to_owned(),
            port: 443,
            service: "https".to_owned(),
            server_name: Some("shop.test".to_owned()),
            addresses: Vec::new(),
        },
        started: jiff::Timestamp::UNIX_EPOCH,
        client: AskedClient::ReferenceSet,
        offers: Offers::default(),
        connect: ADDRESS.parse().ok(),
        proxy: None,
        family: AddressFamily::Any,
        all_addresses: false,
        starttls: None,
        server_name: ServerNameChoice::Host,
        ca_file: None,
        former_ca_file: None,
        distrusted: Vec::new(),
        deployed: Vec::new(),
        client_certificate: Vec::new(),
        time_sources: Vec::new(),
        controls: Vec::new(),
        resolvers: Vec::new(),
        resolvers_named: false,
        search: Vec::new(),
        offline: true,
        timeout_us: 10_000_000,
        load: None,
    }
}
