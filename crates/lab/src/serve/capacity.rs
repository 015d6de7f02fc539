//! Servers that stand only so many connections.

use super::heard::Heard;
use crate::stage::{Capacity, Refusal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// pre_shared_key (RFC 8446 section 4.2.11).
const PRE_SHARED_KEY: u16 = 41;
/// How long a connection is open at least where open ones are counted, so that those of one moment overlap.
const OPEN: Duration = Duration::from_millis(100);

/// What all connections of a server share. Clones share it too.
#[derive(Clone)]
pub(crate) struct Limits {
    capacity: Capacity,
    places: Arc<Semaphore>,
    /// Connections counted, in this second or in all.
    second: Arc<Mutex<Second>>,
}

struct Second {
    began: Instant,
    count: u32,
}

impl Limits {
    /// Of a server that has not served yet.
    pub(crate) fn new(capacity: Capacity) -> Self {
        let places = match capacity {
            Capacity::OneWorker { .. } => 1,
            Capacity::AtOnce(most, _) => usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS),
            Capacity::Ample
            | Capacity::SlowAccept { .. }
            | Capacity::PerSecond(..)
            | Capacity::Every(..) => Semaphore::MAX_PERMITS,
        };
        let second = Second {
            began: Instant::now(),
            count: 0,
        };
        Self {
            capacity,
            places: Arc::new(Semaphore::new(places)),
            second: Arc::new(Mutex::new(second)),
        }
    }

    /// The queue's length and the pause after each accepted connection, where accepting is slow.
    pub(crate) fn slow_accept(&self) -> Option<(u32, Duration)> {
        match self.capacity {
            Capacity::SlowAccept { pause_ms, backlog } => {
                Some((backlog, Duration::from_millis(pause_ms)))
            }
            _ => None,
        }
    }

    /// A place for a connection that was accepted, to be kept as long as it is open.
    ///
    /// # Errors
    ///
    /// How it is refused, where there is none.
    pub(crate) async fn enter(&self) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
        match self.capacity {
            Capacity::PerSecond(most, refusal) => {
                let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
                if second.began.elapsed() >= Duration::from_secs(1) {
                    *second = Second {
                        began: Instant::now(),
                        count: 0,
                    };
                }
                second.count = second.count.saturating_add(1);
                if second.count > most {
                    return Err(refusal);
                }
                Ok(None)
            }
            Capacity::Every(number, refusal) => {
                let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
                second.count = second.count.wrapping_add(1);
                match second.count.is_multiple_of(number) {
                    true => Err(refusal),
                    false => Ok(None),
                }
            }
            Capacity::AtOnce(_, refusal) => {
                let place = Arc::clone(&self.places).try_acquire_owned();
                let place = place.map_err(|_| refusal)?;
                sleep(OPEN).await;
                Ok(Some(place))
            }
            Capacity::Ample | Capacity::SlowAccept { .. } | Capacity::OneWorker { .. } => Ok(None),
        }
    }

    /// Returns when the worker has done what `heard` asks for.
    pub(crate) async fn work(&self, heard: &Heard) {
        let Capacity::OneWorker {
            full_ms,
            resumed_ms,
        } = self.capacity
        else {
            return;
        };
        let resumes = heard.hello.extension(PRE_SHARED_KEY).is_some();
        let took = if resumes { resumed_ms } else { full_ms };
        // It is closed never.
        let _place = self.places.acquire().await;
        sleep(Duration::from_millis(took)).await;
    }
}
