//! A DNS server for one name, over UDP and TCP on one port.

use super::listen::{Tasks, serve};
use super::peer::Peer;
use crate::stage::Names;
use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpSocket, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Ports tried until one is free for both transports.
const TRIES: usize = 16;
/// Seconds a client may keep an answer.
const TTL: u32 = 5;

/// What the server knows.
#[derive(Clone)]
pub(crate) struct Zone {
    /// The one name.
    pub(crate) name: Name,
    /// What is said of it.
    pub(crate) says: Names,
    /// Its addresses.
    pub(crate) addresses: Vec<IpAddr>,
    /// Records at names below it.
    pub(crate) records: Vec<(Name, RData)>,
    /// Whether every answer is said to be validated.
    pub(crate) authenticated: bool,
    /// The type whose lookup fails.
    pub(crate) fails: Option<RecordType>,
    /// How long it takes for an answer.
    pub(crate) late: Duration,
}

impl Zone {
    /// Starts the server and says where it is.
    ///
    /// # Errors
    ///
    /// When no port can be bound for both transports.
    pub(crate) async fn start(self, tasks: &mut Tasks) -> io::Result<SocketAddr> {
        let loopback = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for _ in 0..TRIES {
            match self.clone().start_at(tasks, loopback).await {
                Ok(address) => return Ok(address),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The same at an address of IPv4; any port that is free for UDP where it names none.
    ///
    /// # Errors
    ///
    /// When the port cannot be bound for both transports.
    pub(crate) async fn start_at(
        self,
        tasks: &mut Tasks,
        address: SocketAddr,
    ) -> io::Result<SocketAddr> {
        let udp = UdpSocket::bind(address).await?;
        let address = udp.local_addr()?;
        let tcp = TcpSocket::new_v4()?;
        tcp.bind(address)?;
        let zone = self.clone();
        serve(tasks, tcp, move |peer| converse(peer, zone.clone()))?;
        tasks.spawn(datagrams(udp, self));
        Ok(address)
    }

    /// The answer to a query's octets; `None` for what is no query.
    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let query = Message::from_vec(query).ok()?;
        let question = query.queries.first()?;
        let mut answer = Message::response(query.metadata.id, OpCode::Query);
        answer.metadata.recursion_desired = query.metadata.recursion_desired;
        answer.metadata.recursion_available = true;
        answer.add_query(question.clone());
        answer.metadata.authentic_data = self.authenticated;
        let known = self.records.iter().any(|(name, _)| name == question.name());
        answer.metadata.response_code = match self.says {
            _ if self.fails == Some(question.query_type()) => ResponseCode::ServFail,
            Names::Broken => ResponseCode::ServFail,
            Names::Refused => ResponseCode::Refused,
            Names::Missing => ResponseCode::NXDomain,
            _ if *question.name() != self.name && !known => ResponseCode::NXDomain,
            Names::Address | Names::NoAddress | Names::Late => ResponseCode::NoError,
        };
        let knows = matches!(self.says, Names::Address | Names::Late);
        let says = knows && answer.metadata.response_code == ResponseCode::NoError;
        if says && *question.name() == self.name {
            let data = self.addresses.iter().filter_map(|address| {
                match (*address, question.query_type()) {
                    (IpAddr::V4(address), RecordType::A) => Some(RData::A(A(address))),
                    (IpAddr::V6(address), RecordType::AAAA) => Some(RData::AAAA(AAAA(address))),
                    _ => None,
                }
            });
            answer.add_answers(data.map(|data| Record::from_rdata(self.name.clone(), TTL, data)));
        }
        let asked = |(name, data): &&(Name, RData)| {
            name == question.name() && data.record_type() == question.query_type()
        };
        if says {
            let found = self.records.iter().filter(asked);
            answer.add_answers(
                found.map(|(name, data)| Record::from_rdata(name.clone(), TTL, data.clone())),
            );
        }
        answer.to_vec().ok()
    }
}

async fn datagrams(socket: UdpSocket, zone: Zone) {
    let socket = Arc::new(socket);
    let mut late = JoinSet::new();
    let mut query = [0; 4096];
    loop {
        let Ok((count, client)) = socket.recv_from(&mut query).await else {
            continue;
        };
        let Some(answer) = zone.answer(&query[..count]) else {
            continue;
        };
        // A client that is gone needs no answer.
        if !zone.late.is_zero() {
            let (socket, lasts) = (Arc::clone(&socket), zone.late);
            late.spawn(async move {
                sleep(lasts).await;
                let _ = socket.send_to(&answer, client).await;
            });
        } else {
            let _ = socket.send_to(&answer, client).await;
        }
    }
}

/// RFC 1035 section 4.2.2: each message after two octets of length.
async fn converse(mut peer: Peer, zone: Zone) -> io::Result<()> {
    loop {
        let length = peer.octets(2).await?;
        let length = length
            .iter()
            .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
        let query = peer.octets(length).await?;
        let Some(answer) = zone.answer(&query) else {
            return peer.finish().await;
        };
        let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
        peer.say(&[&length.to_be_bytes()[..], &answer].concat())
            .await?;
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Zone};
    use hickory_proto::op::{Message, OpCode, Query, ResponseCode};
    use hickory_proto::rr::{Name, RecordType};
    use std::time::Duration;

    fn ask(says: Names, name: &str, typ: RecordType) -> (ResponseCode, usize) {
        let own = Name::from_ascii("www.shop.test.").expect("a name");
        let zone = Zone {
            name: own,
            says,
            addresses: vec![[127, 0, 0, 1].into()],
            records: Vec::new(),
            authenticated: false,
            fails: None,
            late: Duration::ZERO,
        };
        let mut query = Message::query();
        query.metadata.op_code = OpCode::Query;
        query.add_query(Query::query(Name::from_ascii(name).expect("a name"), typ));
        let answer = zone
            .answer(&query.to_vec().expect("octets"))
            .expect("an answer");
        let answer = Message::from_vec(&answer).expect("a message");
        assert_eq!(answer.metadata.id, query.metadata.id);
        (answer.metadata.response_code, answer.answers.len())
    }

    #[test]
    fn one_name_and_what_is_said_of_it() {
        let own = "WWW.shop.test.";
        assert_eq!(
            ask(Names::Address, own, RecordType::A),
            (ResponseCode::NoError, 1)
        );
        assert_eq!(
            ask(Names::Address, own, RecordType::AAAA),
            (ResponseCode::NoError, 0)
        );
        assert_eq!(
            ask(Names::Address, "shop.test.", RecordType::A),
            (ResponseCode::NXDomain, 0)
        );
        assert_eq!(
            ask(Names::NoAddress, own, RecordType::A),
            (ResponseCode::NoError, 0)
        );
        assert_eq!(
            ask(Names::Missing, own, RecordType::A),
            (ResponseCode::NXDomain, 0)
        );
        assert_eq!(
            ask(Names::Broken, own, RecordType::A),
            (ResponseCode::ServFail, 0)
        );
        assert_eq!(
            ask(Names::Refused, own, RecordType::A),
            (ResponseCode::Refused, 0)
        );
    }
}
