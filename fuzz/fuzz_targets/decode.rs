//! Any octets in any portions: no panic, and the portions make no difference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::decode::{Decoder, Event, Item, Limits};

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    portion: u8,
    limit: u16,
    octets: &'a [u8],
}

fn events<'a>(limits: Limits, portions: impl Iterator<Item = &'a [u8]>) -> Vec<Event> {
    let mut decoder = Decoder::new(limits);
    let mut events = Vec::new();
    for portion in portions {
        decoder.feed(portion);
        events.extend(std::iter::from_fn(|| decoder.next_event()));
    }
    events.extend(std::iter::from_fn(|| decoder.finish()));
    events
}

fuzz_target!(|input: Input<'_>| {
    let limits = Limits {
        message: usize::from(input.limit),
    };
    let whole = events(limits, std::iter::once(input.octets));
    let parts = events(
        limits,
        input.octets.chunks(usize::from(input.portion).max(1)),
    );
    assert_eq!(whole, parts);
    for event in &whole {
        assert!(event.offset <= input.octets.len() as u64);
        if let Item::Defect(defect) = &event.item {
            assert!(defect.offset <= input.octets.len() as u64, "{defect:?}");
        }
    }
});
