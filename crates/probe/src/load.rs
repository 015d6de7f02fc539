//! Many handshakes with one address, bounded whatever the experiment says.
//!
//! The bounds are chosen so that this shows a server's narrow place and does not make one: a browser that opens a page with
//! six hosts does as much, and a server that a hundred handshakes harm is harmed by any visitor.

use crate::Recorder;
use crate::connect::Connection;
use crate::ending::Ending;
use crate::handshake::Handshakes;
use crate::session::Session;
use report::{
    Answer, Handshake, Load, LoadRow, Observation, Pace, PhaseName, PhaseOutcome, TcpConditions,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

/// Connections of one load experiment at most: enough that nine of ten is more than a guess.
pub const MAX_COUNT: u32 = 100;
/// Handshakes begun in one second at most: one core makes ten times as many with an RSA-2048 key.
pub const MAX_PER_SECOND: u32 = 50;
/// Handshakes under way at once at most: a quarter of the smallest backlog that systems give by default (128).
pub const MAX_AT_ONCE: u32 = 32;
/// Handshakes that are not made before no more are begun: what was to be shown is shown, and more would only hurt.
pub const MAX_FAILURES: usize = 8;
/// Nothing is begun later than this after the first: no server is kept busy for longer.
const MAX_TIME: Duration = Duration::from_secs(6);
/// The longest one handshake is waited for: a lost SYN is repeated after one and after three seconds (RFC 6298), so both
/// repeats are seen.
const ONE: Duration = Duration::from_secs(4);

/// Makes the handshakes that `load` asks for.
pub(crate) async fn run(
    handshakes: &Arc<Handshakes>,
    load: &Load,
    recorder: &Recorder,
) -> Result<(), Ending> {
    recorder.begin(PhaseName::Load, Some(load.address));
    within_bounds(load)?;
    let mut rows = Rows::new(recorder);
    let conditions = Arc::new(conditions(load));
    let session = load.resumed.then(|| Arc::new(handshakes.session()));
    let mut left = load.count;
    let (gap, at_once) = match load.pace {
        Pace::PerSecond(rate) => (
            Duration::from_secs(1) / rate.max(1),
            usize::try_from(MAX_AT_ONCE).unwrap_or(usize::MAX),
        ),
        Pace::AtOnce(count) => (Duration::ZERO, usize::try_from(count).unwrap_or(usize::MAX)),
    };
    let begun = Instant::now();
    if let Some(kept) = &session {
        // The full ones whose sessions the others resume, as many as all at once need.
        while left > 0 && kept.kept() < at_once && !rows.failing() {
            let before = kept.kept();
            left = left.saturating_sub(1);
            let one = one(handshakes, &conditions, session.as_ref(), recorder);
            rows.full(one.await);
            if kept.kept() <= before || begun.elapsed() > MAX_TIME / 2 {
                break;
            }
        }
    }
    let mut next = Instant::now();
    let mut running = JoinSet::new();
    loop {
        let over = left == 0 || rows.failing() || begun.elapsed() > MAX_TIME;
        if over && running.is_empty() {
            break;
        }
        let may_begin = !over && running.len() < at_once;
        tokio::select! {
            () = sleep_until(next), if may_begin => {
                left = left.saturating_sub(1);
                next += gap;
                let (handshakes, conditions, session, recorder) = (
                    Arc::clone(handshakes),
                    Arc::clone(&conditions),
                    session.clone(),
                    recorder.clone(),
                );
                running.spawn(async move {
                    one(&handshakes, &conditions, session.as_ref(), &recorder).await
                });
            }
            Some(ended) = running.join_next() => {
                if let Ok(row) = ended {
                    rows.add(row);
                }
            }
        }
    }
    rows.stopped = rows.failing() && left > 0;
    rows.tell();
    Ok(())
}

/// Refuses what is over the bounds, before anything is contacted.
fn within_bounds(load: &Load) -> Result<(), Ending> {
    let (what, asked, most) = match load.pace {
        Pace::PerSecond(rate) => ("handshakes a second", rate, MAX_PER_SECOND),
        Pace::AtOnce(count) => ("handshakes at once", count, MAX_AT_ONCE),
    };
    let bounds = [(what, asked, most), ("handshakes", load.count, MAX_COUNT)];
    match bounds
        .iter()
        .find(|(_, asked, most)| *asked == 0 || asked > most)
    {
        None => Ok(()),
        Some((what, asked, most)) => Err(Ending::new(
            PhaseOutcome::Denied,
            format!("{asked} {what}: 1 to {most} are allowed"),
        )),
    }
}

fn conditions(load: &Load) -> Handshake {
    Handshake {
        address: load.address,
        prelude: load.prelude,
        server_name: load.server_name.clone(),
        alpn: Vec::new(),
        with_client_certificate: false,
        http: false,
        ech: None,
        via: None,
        tcp: TcpConditions::default(),
    }
}

/// One handshake, with a record of its own that only its row is kept of.
async fn one(
    handshakes: &Handshakes,
    conditions: &Handshake,
    session: Option<&Arc<Session>>,
    recorder: &Recorder,
) -> LoadRow {
    let own = recorder.another();
    let session = session.map(AsRef::as_ref);
    let made = timeout(ONE, async {
        let connection = Connection::direct(conditions.address, &conditions.tcp, &own).await?;
        handshakes
            .one_of_many(conditions, session, connection)
            .await
    })
    .await;
    let (ending, resumed) = match made {
        Ok(Ok(resumed)) => (Ending::plain(PhaseOutcome::Ok), resumed),
        Ok(Err(ending)) => (ending, false),
        Err(_) => (Ending::plain(PhaseOutcome::Timeout), false),
    };
    own.end(ending);
    row(&own.finish(), resumed)
}

fn row(seen: &Observation, resumed: bool) -> LoadRow {
    let took = |name| {
        let phase = seen.phase(name)?;
        (phase.outcome == PhaseOutcome::Ok).then_some(phase.elapsed_us)
    };
    let start_us = seen.phases.first().map_or(0, |phase| phase.start_us);
    let end = seen.end();
    let end_us = end.map_or(start_us, |phase| {
        phase.start_us.saturating_add(phase.elapsed_us)
    });
    LoadRow {
        start_us,
        connect_us: took(PhaseName::Connect),
        hello_us: took(PhaseName::Hello),
        elapsed_us: end_us.saturating_sub(start_us),
        phase: end.map_or(PhaseName::Connect, |phase| phase.phase),
        outcome: end.map_or(PhaseOutcome::Aborted, |phase| phase.outcome),
        errno: end.and_then(|phase| phase.errno),
        resumed,
    }
}

/// The rows so far; told after each, so that an interrupted experiment shows what it has done.
struct Rows<'r> {
    rows: Vec<LoadRow>,
    full: u32,
    stopped: bool,
    recorder: &'r Recorder,
}

impl<'r> Rows<'r> {
    fn new(recorder: &'r Recorder) -> Self {
        Self {
            rows: Vec::new(),
            full: 0,
            stopped: false,
            recorder,
        }
    }

    fn add(&mut self, row: LoadRow) {
        self.rows.push(row);
        self.rows.sort_by_key(|row| row.start_us);
        self.tell();
    }

    /// Adds one of those whose sessions the others resume.
    fn full(&mut self, row: LoadRow) {
        self.full = self.full.saturating_add(1);
        self.add(row);
    }

    fn tell(&self) {
        self.recorder.answer(Answer::Load {
            rows: self.rows.clone(),
            full: self.full,
            stopped: self.stopped,
        });
    }

    fn failing(&self) -> bool {
        self.rows.iter().filter(|row| !row.made()).count() >= MAX_FAILURES
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_AT_ONCE, MAX_COUNT, MAX_PER_SECOND, within_bounds};
    use report::{Load, Pace, PhaseOutcome, Prelude};

    fn load(pace: Pace, count: u32) -> Load {
        Load {
            address: "127.0.0.1:1".parse().unwrap(),
            prelude: Prelude::None,
            server_name: None,
            pace,
            count,
            resumed: false,
        }
    }

    #[test]
    fn what_is_over_a_bound_is_refused_with_the_bound() {
        assert!(within_bounds(&load(Pace::AtOnce(MAX_AT_ONCE), MAX_COUNT)).is_ok());
        assert!(within_bounds(&load(Pace::PerSecond(MAX_PER_SECOND), 1)).is_ok());
        for (pace, count, bound) in [
            (Pace::AtOnce(MAX_AT_ONCE + 1), 1, MAX_AT_ONCE),
            (Pace::AtOnce(0), 1, MAX_AT_ONCE),
            (Pace::PerSecond(MAX_PER_SECOND + 1), 1, MAX_PER_SECOND),
            (Pace::AtOnce(1), MAX_COUNT + 1, MAX_COUNT),
            (Pace::AtOnce(1), 0, MAX_COUNT),
        ] {
            let ending = within_bounds(&load(pace, count)).unwrap_err();
            assert_eq!(ending.outcome, PhaseOutcome::Denied);
            let detail = ending.detail.unwrap();
            assert!(detail.contains(&format!("1 to {bound}")), "{detail}");
        }
    }
}
