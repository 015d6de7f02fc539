//! Finds the one element that separates a failing ClientHello from a working one.
//!
//! The way from the one to the other is written as steps that change one [`Element`] each, and each
//! step leaves a hello that a server must take for well formed. Before the first step the hello
//! fails, after the last it works; halving finds two neighbours of which one fails and the other
//! works, in as many questions as the number of steps has binary digits.

mod element;
mod list;
mod step;

pub use element::{Change, Element};

use report::ClientHello;
use step::Step;

/// A search between a failing and a working hello.
#[derive(Clone, Debug)]
pub struct Minimiser {
    fails: ClientHello,
    steps: Vec<Step>,
    /// After this many steps it fails.
    low: usize,
    /// After this many steps it works.
    high: usize,
}

/// Two hellos that differ in one element, one of which fails and the other works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// What is done to `fails` to make it `works`.
    pub element: Element,
    /// The hello that fails.
    pub fails: ClientHello,
    /// The hello that works.
    pub works: ClientHello,
}

impl Minimiser {
    /// A search that knows that `fails` fails and `works` works, and nothing else.
    pub fn between(fails: &ClientHello, works: &ClientHello) -> Self {
        let steps = step::between(fails, works);
        Self {
            fails: fails.clone(),
            low: 0,
            high: steps.len(),
            steps,
        }
    }

    /// In how many elements the two differ.
    pub fn elements(&self) -> usize {
        self.steps.len()
    }

    /// The hello to try next; `None` when the search is over. At most ⌈log2 [`elements`](Self::elements)⌉
    /// hellos are asked for.
    pub fn next_hello(&self) -> Option<ClientHello> {
        let more = self.high.saturating_sub(self.low) > 1;
        more.then(|| self.after(self.low.midpoint(self.high)).clone())
    }

    /// Takes note of whether the hello of [`next_hello`](Self::next_hello) works. Once the search is
    /// over it changes nothing.
    pub fn answer(&mut self, works: bool) {
        if self.high.saturating_sub(self.low) <= 1 {
            return;
        }
        let middle = self.low.midpoint(self.high);
        if works {
            self.high = middle;
        } else {
            self.low = middle;
        }
    }

    /// The result, once [`next_hello`](Self::next_hello) has nothing more to try; `None` before, and when the
    /// hellos are the same. Both its hellos were tried, or are those the search began with.
    pub fn flip(&self) -> Option<Flip> {
        if self.high != self.low.checked_add(1)? {
            return None;
        }
        let step = self.steps.get(self.low)?;
        let fails = self.after(self.low).clone();
        Some(Flip {
            element: step.element.clone(),
            fails,
            works: step.hello.clone(),
        })
    }

    /// The hello after so many steps.
    fn after(&self, steps: usize) -> &ClientHello {
        let last = steps.checked_sub(1).and_then(|last| self.steps.get(last));
        last.map_or(&self.fails, |step| &step.hello)
    }
}

#[cfg(test)]
mod tests;
