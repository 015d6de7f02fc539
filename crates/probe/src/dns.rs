//! One question to one DNS server, over UDP and, when truncated, over TCP (RFC 1035 section 4.2).

use crate::Recorder;
use crate::ending::Ending;
use crate::socket;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType as Type};
use hickory_proto::serialize::binary::BinEncodable as _;
use report::{Answer, Bytes, PhaseOutcome, RecordType};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// The port of DNS.
pub(crate) const PORT: u16 = 53;

/// How long to wait before the question is sent once more.
const RETRANSMIT: Duration = Duration::from_secs(2);

/// Largest message: what the length field of DNS over TCP can say.
const MAX_MESSAGE: usize = u16::MAX as usize;

/// The largest datagram asked for where signatures may come along: what passes everywhere in one piece (RFC 9715).
const PAYLOAD: u16 = 1232;

/// Records kept of one answer.
const MAX_RECORDS: usize = 64;

/// Names on the way from the one asked for to the one that has addresses.
const MAX_ALIASES: usize = 32;

/// Asks `server` for the records of `name`. Answers that are not to this question are not answers.
pub(crate) async fn ask(
    name: &str,
    record: RecordType,
    server: SocketAddr,
    recorder: &Recorder,
) -> Result<(), Ending> {
    let mut absolute = Name::from_ascii(name)
        .map_err(|_| Ending::new(PhaseOutcome::Error, "name not valid in DNS"))?;
    absolute.set_fqdn(true);
    let asked = match record {
        RecordType::Addresses => {
            return Err(Ending::new(PhaseOutcome::Error, "for getaddrinfo only"));
        }
        RecordType::A => Type::A,
        RecordType::Aaaa => Type::AAAA,
        RecordType::Https => Type::HTTPS,
        RecordType::Tlsa => Type::TLSA,
    };
    let question = Question::new(absolute, asked)?;
    let mut reply = over_udp(&question, server, recorder).await?;
    if reply.metadata.truncation {
        recorder.remark("TC");
        reply = over_tcp(&question, server).await?;
    }
    conclude(&question, &reply, recorder)
}

struct Question {
    id: u16,
    query: Query,
    octets: Vec<u8>,
}

impl Question {
    fn new(name: Name, asked: Type) -> Result<Self, Ending> {
        let id = rand::random();
        let query = Query::query(name, asked);
        let mut message = Message::new(id, MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = true;
        // A resolver says whether it has validated the answer to those who want to know (RFC 6840 section 5.7).
        if matches!(asked, Type::TLSA | Type::HTTPS) {
            let mut edns = Edns::new();
            edns.set_dnssec_ok(true).set_max_payload(PAYLOAD);
            message.set_edns(edns);
        }
        message.add_query(query.clone());
        let octets = message
            .to_vec()
            .map_err(|_| Ending::new(PhaseOutcome::Error, "name not valid in DNS"))?;
        Ok(Self { id, query, octets })
    }

    /// The message in `octets` if it answers this question.
    fn answered_by(&self, octets: &[u8]) -> Option<Message> {
        let message = Message::from_vec(octets).ok()?;
        let metadata = &message.metadata;
        let ours = metadata.id == self.id
            && metadata.message_type == MessageType::Response
            && metadata.op_code == OpCode::Query;
        // Some servers leave the question out when they refuse it.
        let same = match message.queries.as_slice() {
            [] => metadata.response_code != ResponseCode::NoError,
            [query] => {
                query.name() == self.query.name()
                    && query.query_type() == self.query.query_type()
                    && query.query_class() == DNSClass::IN
            }
            _ => false,
        };
        (ours && same).then_some(message)
    }
}

async fn over_udp(
    question: &Question,
    server: SocketAddr,
    recorder: &Recorder,
) -> Result<Message, Ending> {
    // Connected, so that the kernel drops what others send and reports a closed port.
    let socket = UdpSocket::bind((socket::unspecified(server), 0)).await?;
    socket.connect(server).await?;
    socket.send(&question.octets).await?;
    match timeout(RETRANSMIT, listen(&socket, question, recorder)).await {
        Ok(heard) => heard,
        Err(_) => {
            socket.send(&question.octets).await?;
            listen(&socket, question, recorder).await
        }
    }
}

async fn listen(
    socket: &UdpSocket,
    question: &Question,
    recorder: &Recorder,
) -> Result<Message, Ending> {
    let mut buffer = vec![0; MAX_MESSAGE];
    let mut ignored = 0_u64;
    loop {
        let count = socket.recv(&mut buffer).await?;
        let octets = buffer.get(..count).unwrap_or(&buffer);
        match question.answered_by(octets) {
            Some(message) => return Ok(message),
            None => {
                ignored = ignored.saturating_add(1);
                recorder.remark(format!("{ignored} datagrams ignored"));
            }
        }
    }
}

async fn over_tcp(question: &Question, server: SocketAddr) -> Result<Message, Ending> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.octets.len()).unwrap_or(u16::MAX);
    let mut octets = length.to_be_bytes().to_vec();
    octets.extend_from_slice(&question.octets);
    stream.write_all(&octets).await?;
    let reply = async {
        let length = stream.read_u16().await?;
        let mut reply = vec![0; usize::from(length)];
        stream.read_exact(&mut reply).await?;
        Ok(reply)
    };
    let reply: Vec<u8> = reply.await.map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Ending::new(PhaseOutcome::Closed, "TC"),
        _ => error.into(),
    })?;
    question
        .answered_by(&reply)
        .ok_or_else(|| Ending::new(PhaseOutcome::Garbage, "TC"))
}

fn conclude(question: &Question, reply: &Message, recorder: &Recorder) -> Result<(), Ending> {
    let (aliases, owner) = follow(question.query.name(), &reply.answers);
    let code = reply.metadata.response_code;
    let asked = question.query.query_type();
    let mut found = reply
        .answers
        .iter()
        .filter(|record| record.name == owner && record.record_type() == asked)
        .peekable();
    let records = found.peek().is_some();
    let aliases = aliases.iter().map(text).collect();
    recorder.answer(match asked {
        Type::A | Type::AAAA => Answer::Addresses {
            addresses: found.filter_map(|record| record.data.ip_addr()).collect(),
            response_code: Some(code.into()),
            aliases,
        },
        _ => Answer::Records {
            records: found
                .take(MAX_RECORDS)
                .filter_map(|record| record.data.to_bytes().ok().map(Bytes))
                .collect(),
            response_code: code.into(),
            aliases,
            authenticated: reply.metadata.authentic_data,
        },
    });
    let (outcome, detail) = match code {
        ResponseCode::NoError if records => return Ok(()),
        ResponseCode::NoError => (PhaseOutcome::NotFound, "NODATA".to_owned()),
        ResponseCode::NXDomain => (PhaseOutcome::NotFound, "NXDOMAIN".to_owned()),
        ResponseCode::Refused => (PhaseOutcome::Refused, "REFUSED".to_owned()),
        ResponseCode::ServFail => (PhaseOutcome::Error, "SERVFAIL".to_owned()),
        ResponseCode::FormErr => (PhaseOutcome::Error, "FORMERR".to_owned()),
        ResponseCode::NotImp => (PhaseOutcome::Error, "NOTIMP".to_owned()),
        other => (PhaseOutcome::Error, format!("RCODE {}", u16::from(other))),
    };
    Err(Ending::new(outcome, detail))
}

/// The CNAME chain from `name`: its targets in order, and the name it ends at.
fn follow(name: &Name, answers: &[Record]) -> (Vec<Name>, Name) {
    let mut aliases: Vec<Name> = Vec::new();
    let mut owner = name.clone();
    while aliases.len() < MAX_ALIASES {
        let next = answers.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == owner => Some(target.0.clone()),
            _ => None,
        });
        match next {
            Some(next) if !aliases.contains(&next) => {
                aliases.push(next.clone());
                owner = next;
            }
            _ => break,
        }
    }
    (aliases, owner)
}

fn text(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_owned()
}
