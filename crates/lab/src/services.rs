//! What surrounds a server: names, time, issuers over HTTP.

use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record, RecordType};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

/// What the DNS server says about every name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dns {
    /// 127.0.0.1.
    Loopback,
    /// NXDOMAIN.
    NoSuchName,
    /// The name exists, without an address.
    NoAddress,
    /// SERVFAIL.
    Failure,
}

/// Answers DNS queries over UDP; gives the address.
pub(crate) async fn dns(tasks: &mut JoinSet<()>, dns: Dns) -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    tasks.spawn(async move {
        let mut buffer = vec![0; 2048];
        while let Ok((count, from)) = socket.recv_from(&mut buffer).await {
            if let Some(reply) = buffer.get(..count).and_then(|query| dns_reply(query, dns)) {
                let _ = socket.send_to(&reply, from).await;
            }
        }
    });
    Ok(address)
}

fn dns_reply(query: &[u8], dns: Dns) -> Option<Vec<u8>> {
    let query = Message::from_vec(query).ok()?;
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.metadata.message_type = MessageType::Response;
    reply.metadata.recursion_available = true;
    reply.metadata.response_code = match dns {
        Dns::Loopback | Dns::NoAddress => ResponseCode::NoError,
        Dns::NoSuchName => ResponseCode::NXDomain,
        Dns::Failure => ResponseCode::ServFail,
    };
    for asked in &query.queries {
        reply.add_query(asked.clone());
        if dns == Dns::Loopback && asked.query_type() == RecordType::A {
            reply.add_answer(Record::from_rdata(
                asked.name().clone(),
                60,
                RData::A(A(Ipv4Addr::LOCALHOST)),
            ));
        }
    }
    reply.to_vec().ok()
}

/// Tells this machine's time over SNTP (RFC 4330); gives the address.
pub(crate) async fn clock(tasks: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    tasks.spawn(async move {
        let mut request = [0u8; 128];
        while let Ok((count, from)) = socket.recv_from(&mut request).await {
            if let Some(reply) = request.get(..count).and_then(sntp_reply) {
                let _ = socket.send_to(&reply, from).await;
            }
        }
    });
    Ok(address)
}

fn sntp_reply(request: &[u8]) -> Option<Vec<u8>> {
    /// Seconds from 1900 to 1970.
    const EPOCH: u64 = 2_208_988_800;
    const SERVER_VERSION_4: u8 = 0x24;
    let origin = request.get(40..48)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let seconds = u32::try_from(now.as_secs() + EPOCH).ok()?.to_be_bytes();
    let fraction = u32::try_from((u64::from(now.subsec_nanos()) << 32) / 1_000_000_000)
        .ok()?
        .to_be_bytes();
    let time = [seconds, fraction].concat();
    let mut reply = vec![SERVER_VERSION_4, 1, 0, 0xec];
    reply.extend([0; 8]);
    reply.extend(b"LOCL");
    for part in [&time[..], origin, &time, &time] {
        reply.extend_from_slice(part);
    }
    Some(reply)
}

/// Serves one body over HTTP, whatever is asked for; gives the address.
pub(crate) async fn http(tasks: &mut JoinSet<()>, body: Vec<u8>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tasks.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 2048];
            let _ = stream.read(&mut request).await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/pkix-cert\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
            let _ = stream.shutdown().await;
        }
    });
    Ok(address)
}
