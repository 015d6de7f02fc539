//! Packets under way, in the order of their moments.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Packets on all links together; what comes beyond is lost, as at any router.
const MOST: usize = 20_000;

/// What is due when, in microseconds; equal moments keep their order.
#[derive(Debug)]
pub(super) struct Queue<T> {
    due: BinaryHeap<Reverse<Due<T>>>,
    count: u64,
}

#[derive(Debug)]
struct Due<T> {
    moment_us: u64,
    number: u64,
    what: T,
}

impl<T> Queue<T> {
    pub(super) const fn new() -> Self {
        Self {
            due: BinaryHeap::new(),
            count: 0,
        }
    }

    pub(super) fn push(&mut self, moment_us: u64, what: T) {
        if self.due.len() < MOST {
            self.count += 1;
            self.due.push(Reverse(Due {
                moment_us,
                number: self.count,
                what,
            }));
        }
    }

    /// The next moment at which something is due.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.due.peek().map(|Reverse(due)| due.moment_us)
    }

    /// What was due by `now_us` first, with its own moment.
    pub(super) fn pop(&mut self, now_us: u64) -> Option<(u64, T)> {
        if self.next_us()? > now_us {
            return None;
        }
        self.due.pop().map(|Reverse(due)| (due.moment_us, due.what))
    }
}

impl<T> PartialEq for Due<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Due<T> {}

impl<T> PartialOrd for Due<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Due<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.moment_us, self.number).cmp(&(other.moment_us, other.number))
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn moments_come_in_order_and_equal_ones_as_they_were_put() {
        let mut queue = Queue::new();
        for (moment, what) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            queue.push(moment, what);
        }
        assert_eq!(queue.pop(0), None);
        let order: String = std::iter::from_fn(|| queue.pop(9))
            .map(|(_, what)| what)
            .collect();
        assert_eq!(order, "abcd");
    }
}
