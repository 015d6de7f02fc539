//! S05, S06, S07, S08 and P34 under load: what only many handshakes show.
//!
//! A server's counters would prove these; one client sees only what it is done to. So they stay suspicions, but for a limit
//! by rate that turns away and lets in again.

use crate::case::Case;
use crate::load::{self, Step};
use crate::symptoms;
use crate::wording::{Judgement, Next};
use report::{Certainty, LoadRow, Moment, Pace, PhaseOutcome, Side, Text};

/// Connections that must be turned away, so that no single accident is one.
const TURNED_AWAY: usize = 3;
/// Of the connections of a step, one in so many must have lost its SYN: more than a path loses that loses three in a hundred.
const LOST_ONE_IN: usize = 5;
/// Something that chance would do less than once in a hundred times (e to the power of minus five) is no accident.
const WONDER: usize = 5;
/// Connections open at a time that no limit on open connections is as low as.
const FEW: usize = 4;
/// A ServerHello that half of all clients wait longer for than this, in microseconds, is a fault: not even as many
/// handshakes a second are made as were begun at once.
const SLOW_US: Moment = 1_000_000;
/// So many times the calm time …
const TIMES: Moment = 4;
/// … and resumed handshakes, which sign nothing, take at most this part of it.
const PART: Moment = 2;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let steps = load::steps(case);
    let Some(calm) = steps
        .iter()
        .find(|step| step.calm() && !step.figures.resumed)
    else {
        return Vec::new();
    };
    let recovered = steps
        .iter()
        .find(|step| step.figures.after)
        .and_then(|step| step.rows.last())
        .is_some_and(LoadRow::made);
    let under_load = || steps.iter().filter(|step| !step.figures.after);
    if let Some(step) = under_load().find(|step| by_rate(step) >= TURNED_AWAY) {
        let chance = by_chance(step, &steps);
        return vec![limited_by_rate(case, calm, step, recovered && !chance)];
    }
    // Who fails even one after the other is not brought to it by load.
    if calm.figures.made < calm.figures.begun {
        return Vec::new();
    }
    if let Some(step) = under_load().find(|step| turned_away(step) >= TURNED_AWAY) {
        return vec![limited_at_once(case, calm, step)];
    }
    let connect = calm.figures.connect_p90_us;
    let queue = |step: &&Step<'_>| {
        let lost = step.lost(connect);
        lost >= TURNED_AWAY && lost.saturating_mul(LOST_ONE_IN) >= step.rows.len()
    };
    if let Some(step) = under_load().filter(|step| !step.calm()).find(queue) {
        return vec![queue_full(case, calm, step, step.lost(connect))];
    }
    overloaded(case, calm, &steps).into_iter().collect()
}

/// Whether a connection was ended before a ServerHello, by somebody.
fn is_turned_away(row: &LoadRow) -> bool {
    row.hello_us.is_none()
        && matches!(
            row.outcome,
            PhaseOutcome::Reset | PhaseOutcome::Closed | PhaseOutcome::Refused
        )
}

fn turned_away(step: &Step<'_>) -> usize {
    step.rows.iter().filter(|row| is_turned_away(row)).count()
}

/// Connections turned away while next to none was open: no limit on open ones explains that, only one on how often.
fn by_rate(step: &Step<'_>) -> usize {
    let often = step.calm() || matches!(step.figures.pace, Pace::PerSecond(_));
    let alone = |row: &&LoadRow| is_turned_away(row) && step.open_at(row) < FEW;
    if often {
        step.rows.iter().filter(alone).count()
    } else {
        0
    }
}

/// Whether servers that fail now and then, at any pace, may look like this: with the share of `step` that was turned away,
/// it would be no wonder that every other step came through.
fn by_chance(step: &Step<'_>, steps: &[Step<'_>]) -> bool {
    let through = steps.iter().filter(|other| turned_away(other) == 0);
    let through: usize = through.map(|other| other.rows.len()).sum();
    turned_away(step).saturating_mul(through) < WONDER.saturating_mul(step.rows.len())
}

/// Rows of the catalogue that a connection of this kind, seen under load only, fits as well as `id`.
fn fitting(case: &Case<'_>, id: &str, symptom: &str) -> Vec<String> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    symptoms::fitting(case, address, symptom)
        .into_iter()
        .filter(|row| row.symptoms.iter().any(|known| known == "load-dependent"))
        // What is only slow has its reason in another row.
        .filter(|row| row.id != id && row.side != Side::Timing)
        .map(|row| row.id.clone())
        .collect()
}

fn limited_by_rate(
    case: &Case<'_>,
    calm: &Step<'_>,
    step: &Step<'_>,
    recovered: bool,
) -> Judgement {
    let id = if recovered {
        "seen-P34-load-recovers"
    } else {
        "seen-P34-load"
    };
    let text = text(case, id, calm, step, turned_away(step));
    let judgement = sometimes(Judgement::new(
        "P34",
        Certainty::Supported,
        text,
        evidence(calm, step),
    ));
    if recovered {
        judgement
    } else {
        let rivals = ["S08", "S34", "S27", "S35"].map(str::to_owned).to_vec();
        judgement.among(rivals, next(case))
    }
}

fn limited_at_once(case: &Case<'_>, calm: &Step<'_>, step: &Step<'_>) -> Judgement {
    let text = text(case, "seen-S08-load", calm, step, turned_away(step));
    sometimes(Judgement::new(
        "S08",
        Certainty::Suspected,
        text,
        evidence(calm, step),
    ))
    .among(vec!["P34".to_owned()], next(case))
}

fn queue_full(case: &Case<'_>, calm: &Step<'_>, step: &Step<'_>, lost: usize) -> Judgement {
    let text = text(case, "seen-S05-load", calm, step, lost);
    let mut rivals = fitting(case, "S05", "connect-slow");
    // Turned away by whoever is not the server's own machine, which this one may be.
    rivals.extend((!rivals.iter().any(|id| id == "P34")).then(|| "P34".to_owned()));
    // The client's last ACK may have been dropped where its SYN was not: then it thinks itself connected.
    let half_open = |row: &LoadRow| {
        row.connect_us.is_some()
            && row.hello_us.is_none()
            && matches!(row.outcome, PhaseOutcome::Timeout | PhaseOutcome::Reset)
    };
    if step.rows.iter().any(half_open) {
        rivals.push("S09".to_owned());
    }
    sometimes(Judgement::new(
        "S05",
        Certainty::Suspected,
        text,
        evidence(calm, step),
    ))
    .among(rivals, next(case))
}

/// S07 and S06: everything is answered, later and later.
fn overloaded(case: &Case<'_>, calm: &Step<'_>, steps: &[Step<'_>]) -> Option<Judgement> {
    let alone = calm.figures.hello_median_us;
    let slow = |step: &&Step<'_>| {
        let took = step.figures.hello_median_us;
        matches!(step.figures.pace, Pace::AtOnce(_))
            && !step.calm()
            && !step.figures.resumed
            && took >= SLOW_US
            && took >= alone.saturating_mul(TIMES)
    };
    let step = steps.iter().find(slow)?;
    let resumed = steps.iter().find(|other| {
        other.figures.resumed
            && other.figures.pace == step.figures.pace
            // A server may let each ticket be used once only; what the others did says nothing of resumption.
            && other.figures.resumptions.saturating_mul(2) > other.figures.made
    });
    let fast = resumed.filter(|resumed| {
        resumed.figures.hello_median_us.saturating_mul(PART) <= step.figures.hello_median_us
    });
    let count = usize::try_from(step.figures.made).unwrap_or(usize::MAX);
    let mut seen = evidence(calm, step);
    seen.extend(resumed.map(|resumed| resumed.entry.id()));
    let judgement = match fast {
        Some(resumed) => {
            let mut text = text(case, "seen-S07-load", calm, step, count);
            let took = milliseconds(resumed.figures.hello_median_us);
            text.params.insert("resumed".to_owned(), took);
            let rivals = fitting(case, "S07", "server-hello-late");
            Judgement::new("S07", Certainty::Suspected, text, seen).among(rivals, next(case))
        }
        None => {
            let (id, rivals) = match resumed {
                Some(_) => ("seen-S06-load", vec!["S07".to_owned()]),
                None => (
                    "seen-S06-load-full",
                    fitting(case, "S06", "server-hello-late"),
                ),
            };
            let text = text(case, id, calm, step, count);
            Judgement::new("S06", Certainty::Suspected, text, seen).among(rivals, next(case))
        }
    };
    Some(sometimes(judgement))
}

/// Nobody is stopped as long as it is calm.
fn sometimes(mut judgement: Judgement) -> Judgement {
    judgement.sometimes = true;
    judgement
}

fn evidence(calm: &Step<'_>, step: &Step<'_>) -> Vec<report::ExperimentId> {
    vec![calm.entry.id(), step.entry.id()]
}

fn text(case: &Case<'_>, id: &str, calm: &Step<'_>, step: &Step<'_>, count: usize) -> Text {
    let (kind, number) = match step.figures.pace {
        Pace::PerSecond(rate) => ("rate", rate),
        Pace::AtOnce(at_once) => ("parallel", at_once),
    };
    Text::new(
        id,
        [
            ("host", case.question.target.host.clone()),
            ("kind", kind.to_owned()),
            ("number", number.to_string()),
            ("count", count.to_string()),
            ("begun", step.figures.begun.to_string()),
            ("connect", milliseconds(step.figures.connect_p90_us)),
            ("median", milliseconds(step.figures.hello_median_us)),
            ("p90", milliseconds(step.figures.hello_p90_us)),
            ("calm", milliseconds(calm.figures.hello_median_us)),
        ],
    )
}

fn milliseconds(moment: Moment) -> String {
    moment.div_ceil(1000).to_string()
}

fn next(case: &Case<'_>) -> Next {
    let port = case.question.target.port.to_string();
    Next {
        text: Text::new("next-load", [("port", port.clone())]),
        command: Some(format!(
            "nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDoCookies; ss -lnt 'sport = :{port}'; top -b -n 1"
        )),
    }
}
