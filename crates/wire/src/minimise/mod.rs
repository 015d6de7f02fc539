//! Finds the one element that separates a failing ClientHello from a working one.
//!
//! The difference between the two is written as a list of edits. With none of them the hello fails,
//! with all of them it works; halving finds two neighbours of which one fails and the other works, in
//! as many questions as the list's length has binary digits.

mod edit;
mod element;

pub use element::{Change, Element};

use edit::Edit;
use report::ClientHello;

/// A search between a failing and a working hello.
#[derive(Clone, Debug)]
pub struct Minimiser {
    fails: ClientHello,
    works: ClientHello,
    edits: Vec<Edit>,
    /// With this many edits it fails.
    low: usize,
    /// With this many edits it works.
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
        let edits = edit::between(fails, works);
        Self {
            fails: fails.clone(),
            works: works.clone(),
            low: 0,
            high: edits.len(),
            edits,
        }
    }

    /// How many elements differ.
    pub fn elements(&self) -> usize {
        self.edits.len()
    }

    /// The hello to try next; `None` when the search is over.
    pub fn next_hello(&self) -> Option<ClientHello> {
        (self.high.saturating_sub(self.low) > 1).then(|| self.with(self.low.midpoint(self.high)))
    }

    /// Whether the hello tried last works.
    pub fn answer(&mut self, works: bool) {
        let middle = self.low.midpoint(self.high);
        if works {
            self.high = middle
        } else {
            self.low = middle
        }
    }

    /// The result, once [`next_hello`](Self::next_hello) has nothing more to try; `None` before, and when the hellos are the same.
    pub fn flip(&self) -> Option<Flip> {
        if self.high != self.low.checked_add(1)? {
            return None;
        }
        let element = self.edits.get(self.low)?.element();
        Some(Flip {
            element,
            fails: self.with(self.low),
            works: self.with(self.high),
        })
    }

    fn with(&self, count: usize) -> ClientHello {
        if count >= self.edits.len() {
            return self.works.clone();
        }
        let mut hello = self.fails.clone();
        for edit in self.edits.iter().take(count) {
            edit.apply(&mut hello, &self.works);
        }
        hello
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Element, Minimiser};
    use crate::build::{build, extension_type};
    use crate::profile::reference_set;
    use report::{CipherSuite, ClientHello, ExtensionType};

    /// Runs the search against an oracle, and counts its questions.
    fn search(
        fails: &ClientHello,
        works: &ClientHello,
        oracle: impl Fn(&ClientHello) -> bool,
    ) -> (super::Flip, usize) {
        let mut minimiser = Minimiser::between(fails, works);
        let mut questions = 0;
        while let Some(hello) = minimiser.next_hello() {
            assert!(!build(&hello, Some("a.test"), &[0; 32]).octets.is_empty());
            questions += 1;
            minimiser.answer(oracle(&hello));
        }
        let flip = minimiser.flip().expect("a flip");
        assert!(
            !oracle(&flip.fails) && oracle(&flip.works),
            "{:?} is no flip",
            flip.element
        );
        let bound = minimiser.elements().next_power_of_two().trailing_zeros() as usize;
        assert!(
            questions <= bound,
            "{questions} questions for {} elements",
            minimiser.elements()
        );
        (flip, questions)
    }

    fn has(hello: &ClientHello, code: u16) -> bool {
        hello
            .extensions
            .iter()
            .any(|extension| extension_type(extension) == Some(ExtensionType(code)))
    }

    #[test]
    fn every_extension_that_one_has_and_the_other_lacks_is_found() {
        for one in reference_set() {
            for other in reference_set() {
                for extension in &one.hello.extensions {
                    let Some(ExtensionType(code)) = extension_type(extension) else {
                        continue;
                    };
                    if has(&other.hello, code) || !has(&one.hello, code) {
                        continue;
                    }
                    let (flip, _) = search(&one.hello, &other.hello, |hello| !has(hello, code));
                    assert_eq!(
                        flip.element,
                        Element::Extension {
                            code: ExtensionType(code),
                            change: Change::Removed
                        },
                        "{} {}",
                        one.id,
                        other.id
                    );
                }
            }
        }
    }

    #[test]
    fn every_cipher_suite_that_one_offers_and_the_other_does_not_is_found() {
        for one in reference_set() {
            for other in reference_set() {
                for suite in other
                    .hello
                    .cipher_suites
                    .iter()
                    .filter(|suite| !one.hello.cipher_suites.contains(suite))
                {
                    let (flip, _) = search(&one.hello, &other.hello, |hello| {
                        hello.cipher_suites.contains(suite)
                    });
                    assert_eq!(
                        flip.element,
                        Element::CipherSuite {
                            code: *suite,
                            change: Change::Added
                        }
                    );
                }
            }
        }
    }

    #[test]
    fn groups_are_found() {
        let set = reference_set();
        let (chrome, firefox) = (&set[0].hello, &set[1].hello);
        let p521 = report::NamedGroup(0x19);
        let (flip, _) = search(chrome, firefox, |hello| hello.groups().contains(&p521));
        assert_eq!(
            flip.element,
            Element::Group {
                code: p521,
                change: Change::Added
            }
        );
        assert_eq!(flip.element.to_string(), "group secp521r1");
    }

    #[test]
    fn equal_hellos_have_no_flip() {
        let hello = &reference_set()[0].hello;
        let minimiser = Minimiser::between(hello, hello);
        assert_eq!((minimiser.next_hello(), minimiser.flip()), (None, None));
    }

    #[test]
    fn names_are_technical() {
        let element = Element::CipherSuite {
            code: CipherSuite(0x1301),
            change: Change::Added,
        };
        assert_eq!(element.to_string(), "cipher suite TLS_AES_128_GCM_SHA256");
    }
}
