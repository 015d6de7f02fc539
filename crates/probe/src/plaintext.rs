//! Conversations without TLS: a greeting waited for, a web page, an offer of STARTTLS.

use crate::connect::Connection;
use crate::ending::{Ending, quoted};
use crate::{Recorder, garbage, starttls};
use report::{PhaseName, PhaseOutcome, Plaintext, TcpConditions};
use std::net::SocketAddr;
use tokio::time::timeout;

/// Octets of a greeting or of the head of an HTTP answer.
pub(crate) const MAX_HEAD: usize = 4096;

/// Has the conversation, as the phase [`PhaseName::Starttls`].
pub(crate) async fn converse(
    address: SocketAddr,
    say: Plaintext,
    recorder: &Recorder,
) -> Result<(), Ending> {
    let mut connection = Connection::open(address, &TcpConditions::default(), recorder).await?;
    recorder.next(PhaseName::Starttls);
    match say {
        Plaintext::AwaitBanner => banner(&mut connection).await,
        Plaintext::HttpGet => http_get(&mut connection).await,
        Plaintext::OfferStarttls(protocol) => {
            starttls::dialogue(&mut connection, protocol, None).await
        }
    }
}

async fn banner(connection: &mut Connection<'_>) -> Result<(), Ending> {
    let heard = gather(connection, |heard| heard.contains(&b'\n')).await?;
    connection.recorder().remark(garbage::described(&heard));
    Ok(())
}

async fn http_get(connection: &mut Connection<'_>) -> Result<(), Ending> {
    let host = connection.peer;
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tlsmedic\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    connection.write(request.as_bytes()).await;
    let heard = gather(connection, |heard| {
        heard.windows(4).any(|window| window == b"\r\n\r\n")
    })
    .await?;
    match status(&heard) {
        Some(429) => Err(Ending::new(
            PhaseOutcome::Throttled,
            garbage::described(&heard),
        )),
        Some(_) => {
            connection.recorder().remark(garbage::described(&heard));
            Ok(())
        }
        None => Err(Ending::new(
            PhaseOutcome::Garbage,
            garbage::described(&heard),
        )),
    }
}

/// What the peer says: up to where `enough` holds, its close, 4 KiB, or a silence after the first octet.
async fn gather(
    connection: &mut Connection<'_>,
    enough: impl Fn(&[u8]) -> bool,
) -> Result<Vec<u8>, Ending> {
    let Some(mut heard) = connection.read().await? else {
        return Err(Ending::plain(PhaseOutcome::Closed));
    };
    while !enough(&heard) && heard.len() < MAX_HEAD {
        match timeout(connection.patience(), connection.read()).await {
            Ok(Ok(Some(octets))) => heard.extend_from_slice(&octets),
            Ok(Ok(None)) | Err(_) => break,
            // What came before a reset counts.
            Ok(Err(_)) => break,
        }
    }
    Ok(heard)
}

/// The status code of an HTTP/1 answer's first line (RFC 9112 section 4).
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|octet| *octet == b'\n').next()?;
    let line = quoted(line);
    let mut words = line.split(' ');
    let version = words.next()?;
    let code = words.next()?;
    (version.starts_with("HTTP/1.") && code.len() == 3)
        .then(|| code.parse().ok())
        .flatten()
}
