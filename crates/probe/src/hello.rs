//! A ClientHello of any shape, and the server's first flight.

use crate::connect::Connection;
use crate::ending::Ending;
use crate::flight::{Flight, Next};
use crate::{Recorder, prelude};
use report::{Hello, PhaseName};
use tokio::time::timeout;
use wire::build::{build, build_retry};

/// Sends one ClientHello, a second one if asked to retry, and reads to the end of the server's flight. The connection
/// closes as soon as that is complete.
pub(crate) async fn run(
    conditions: &Hello,
    mut connection: Connection<'_>,
    recorder: &Recorder,
) -> Result<(), Ending> {
    let name = conditions.server_name.as_deref();
    prelude::speak(&mut connection, conditions.prelude, name).await?;
    recorder.next(PhaseName::Hello);
    let seed = rand::random();
    let built = build(&conditions.hello, name, &seed);
    connection.write_hello(&built.octets).await?;
    let mut flight = Flight::new(&built, recorder);
    let mut next = Next::More;
    loop {
        match next {
            Next::Complete => return Ok(()),
            Next::Retry(retry) => {
                let built = build_retry(&conditions.hello, name, &seed, &retry);
                connection.write(&built.octets).await;
                flight.retry(&built);
            }
            Next::More => {}
        }
        let octets = if flight.may_be_over() {
            match timeout(connection.patience(), connection.read()).await {
                Ok(octets) => octets,
                Err(_) => return flight.silence(),
            }
        } else {
            connection.read().await
        };
        next = match octets {
            Ok(Some(octets)) => flight.heard(&octets)?,
            Ok(None) => return Err(flight.closed()),
            Err(ending) => return Err(flight.lost(ending)),
        };
    }
}
