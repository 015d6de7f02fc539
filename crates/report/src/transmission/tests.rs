use super::Fate::{Answered, Closed, Died, Reset, Silent};
use super::{Fate, Transmission};
use crate::{
    Bytes, Direction, KernelFact, KernelMoment, Observation, Phase, PhaseName, PhaseOutcome,
    Segment, TcpInfo,
};

const HELLO: u64 = 517;

/// One line of the kernel's facts: the moment, the time to live, and octets acknowledged in order.
type Line = (KernelMoment, Option<u8>, u64);

const DIED: KernelMoment = KernelMoment::Icmp;
const END: Line = (KernelMoment::End, None, 0);

fn sent(ttl: u8, acked: u64) -> Line {
    (KernelMoment::Transmission, Some(ttl), acked)
}

fn phase(phase: PhaseName, start_us: u64, elapsed_us: u64, outcome: PhaseOutcome) -> Phase {
    Phase {
        phase,
        address: None,
        start_us,
        elapsed_us,
        outcome,
        errno: None,
        detail: None,
        offender: None,
        icmp: None,
    }
}

/// A connection with a hello at 1 ms that ended like `end`; each fact is 100 ms after the one before.
fn seen(lines: &[Line], end: PhaseOutcome) -> Observation {
    let fact = |(at, (moment, ttl, acked)): (u64, &Line)| KernelFact {
        at_us: 2_000 + at * 100_000,
        phase: PhaseName::Hello,
        moment: *moment,
        ttl: *ttl,
        errno: (*moment == DIED).then_some(113),
        offender: None,
        icmp: None,
        tcp: TcpInfo {
            state: 1,
            unacked: u32::from(*acked < HELLO),
            bytes_acked: Some(1 + acked),
            ..TcpInfo::default()
        },
    };
    let segment = |at_us, direction, count: u64| Segment {
        at_us,
        direction,
        bytes: Bytes(vec![0; usize::try_from(count).unwrap()]),
    };
    let mut traffic = vec![segment(1_000, Direction::Sent, HELLO)];
    if end == PhaseOutcome::Ok {
        traffic.push(segment(9_000_000, Direction::Received, 7));
    }
    Observation {
        phases: vec![
            phase(PhaseName::Connect, 0, 500, PhaseOutcome::Ok),
            phase(PhaseName::Hello, 600, 9_100_000, end),
        ],
        traffic,
        kernel: (0_u64..).zip(lines).map(fact).collect(),
        ..Observation::default()
    }
}

fn fates(seen: &Observation) -> Vec<(u8, bool, Fate)> {
    let of = |sent: &Transmission| (sent.ttl, sent.acked, sent.fate);
    seen.transmissions().iter().map(of).collect()
}

#[test]
fn each_end_of_a_sweep() {
    let way = [
        sent(1, 0),
        (DIED, Some(1), 0),
        sent(2, 0),
        (DIED, Some(2), 0),
        sent(3, 0),
    ];
    let died = [(1, false, Died), (2, false, Died)];
    let with = |last: Line| [way.as_slice(), &[last]].concat();
    let acked = with((KernelMoment::End, None, HELLO));
    let unacked = with(END);
    for (lines, end, last) in [
        (&acked, PhaseOutcome::Ok, (3, true, Answered)),
        (&acked, PhaseOutcome::Timeout, (3, true, Silent)),
        (&acked, PhaseOutcome::Closed, (3, true, Closed)),
        (&acked, PhaseOutcome::Reset, (3, true, Reset)),
        (&unacked, PhaseOutcome::Reset, (3, false, Reset)),
        (&unacked, PhaseOutcome::Aborted, (3, false, Silent)),
    ] {
        let seen = fates(&seen(lines, end));
        assert_eq!(seen[..2], died);
        assert_eq!(seen[2..], [last], "{end:?}");
    }
}

#[test]
fn silence_from_a_hop_on() {
    let lines = [
        sent(1, 0),
        (DIED, Some(1), 0),
        sent(2, 0),
        sent(3, 0),
        (KernelMoment::Late, None, 0),
        sent(4, 0),
        sent(4, 0),
        END,
    ];
    let seen = seen(&lines, PhaseOutcome::Timeout);
    assert_eq!(
        fates(&seen),
        [
            (1, false, Died),
            (2, false, Silent),
            (3, false, Silent),
            (4, false, Silent)
        ]
    );
    let sent: Vec<u32> = seen.transmissions().iter().map(|sent| sent.sent).collect();
    assert_eq!(sent, [1, 1, 1, 2]);
}

#[test]
fn an_acknowledgement_belongs_to_what_was_sent_last() {
    // It came before the kernel was asked about the transmission.
    let quick = [sent(1, 0), sent(2, HELLO), (KernelMoment::End, None, HELLO)];
    assert_eq!(
        fates(&seen(&quick, PhaseOutcome::Timeout)),
        [(1, false, Silent), (2, true, Silent)]
    );
    // The beginning arrived, so the rest was sent.
    let partly = [sent(2, 0), sent(3, 400), (KernelMoment::End, None, HELLO)];
    assert_eq!(
        fates(&seen(&partly, PhaseOutcome::Ok)),
        [(2, true, Silent), (3, true, Answered)]
    );
    // The end arrived, and not the beginning.
    let mut gap = seen(&[sent(2, 0), END], PhaseOutcome::Timeout);
    gap.kernel[1].tcp.sacked = 1;
    assert_eq!(fates(&gap), [(2, true, Silent)]);
}

#[test]
fn what_preceded_the_hello_is_not_the_hello() {
    let mut seen = seen(
        &[sent(1, 0), (KernelMoment::End, None, 40)],
        PhaseOutcome::Timeout,
    );
    seen.phases
        .insert(1, phase(PhaseName::Starttls, 501, 50, PhaseOutcome::Ok));
    let line = Segment {
        at_us: 510,
        direction: Direction::Sent,
        bytes: Bytes(vec![0; 40]),
    };
    seen.traffic.insert(0, line);
    assert_eq!(fates(&seen), [(1, false, Silent)]);
    seen.kernel[1].tcp.bytes_acked = Some(1 + 41);
    assert_eq!(fates(&seen), [(1, true, Silent)]);
}

#[test]
fn no_sweep_and_no_kernel() {
    assert!(
        seen(&[END], PhaseOutcome::Timeout)
            .transmissions()
            .is_empty()
    );
    assert!(Observation::default().transmissions().is_empty());
}
