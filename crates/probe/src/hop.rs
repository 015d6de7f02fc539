//! One datagram that looks for a hop.

use crate::Recorder;
use crate::ending::Ending;
use crate::socket;
use report::{PhaseName, PhaseOutcome};
use socket2::SockRef;
use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// How long an answer to one datagram may take. Routers make ICMP messages when they find the time, and who has said nothing
/// in a second mostly never does; nothing is sent again, because most limit how many they make.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is in the datagram: as good as any, and what is empty some boxes drop.
const PAYLOAD: [u8; 32] = *b"tlsmedic looks for a hop in here";

/// Sends one datagram to `address` with the time to live given, and sees what becomes of it, as the phase
/// [`PhaseName::Hop`].
pub(crate) async fn look(
    address: SocketAddr,
    ttl: Option<u8>,
    recorder: &Recorder,
) -> Result<(), Ending> {
    recorder.begin(PhaseName::Hop, Some(address));
    let socket = UdpSocket::bind((socket::unspecified(address), 0)).await?;
    recorder
        .kernel()
        .watch_errors(&SockRef::from(&socket), address);
    if let Some(ttl) = ttl {
        socket::set_ttl(&SockRef::from(&socket), address, ttl)?;
    }
    socket.connect(address).await?;
    recorder.local(socket.local_addr()?);
    let answered = async {
        socket.send(&PAYLOAD).await?;
        heard(&socket).await
    };
    match timeout(PATIENCE, answered).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Ending {
            icmp: recorder.kernel().told_by_icmp(&SockRef::from(&socket)),
            ..error.into()
        }),
        Err(_) => Err(Ending::plain(PhaseOutcome::Timeout)),
    }
}

/// Waits for an answer, or for the error that an ICMP message became. The two are waited for apart, as on a
/// [stream](crate::stream::Watched::readable).
async fn heard(socket: &UdpSocket) -> io::Result<()> {
    loop {
        let interest = tokio::select! {
            biased;
            ready = socket.ready(Interest::READABLE) => ready.map(|_| Interest::READABLE),
            ready = socket.ready(Interest::ERROR) => ready.map(|_| Interest::ERROR),
        };
        let read = || (&*SockRef::from(socket)).read(&mut [0]);
        match socket.try_io(interest?, read) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            other => return other.map(drop),
        }
    }
}
