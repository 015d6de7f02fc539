//! What was seen: parameters, answers, certificates, clock, and who was contacted.

use super::page::{Look, Page, Span, cut, plain, span, width};
use super::timeline::{is_fine, main_experiment};
use super::words::Words;
use jiff::{SignedDuration, Timestamp};
use report::{Action, CertificateSummary, Evidence, PhaseOutcome, Report};

/// Certificates that are shown.
const CERTIFICATES: usize = 6;
/// Names of a certificate that are shown.
const NAMES: usize = 5;
/// Addresses that are shown.
const ADDRESSES: usize = 8;
/// Contacts that are shown.
const CONTACTS: usize = 12;
/// Columns of a name or subject.
const NAME: usize = 160;
const HOURS_OF_A_DAY: i64 = 24;

/// A line with a label before it.
struct Field {
    label: String,
    spans: Vec<Span>,
}

/// What was agreed on, answered and sent.
pub(super) fn seen(report: &Report, words: Words<'_>, page: &mut Page) {
    let mut fields = Vec::new();
    fields.extend(negotiated(report, words));
    fields.extend(answer(report, words));
    fields.extend(addresses(report, words));
    fields.extend(certificates(report, words));
    fields.extend(trust(report, words));
    if !fields.is_empty() {
        page.heading(&words.say("ui-heading-seen"));
        show(&fields, page);
    }
}

/// The clock, who was contacted, and what it cost.
pub(super) fn circumstances(report: &Report, words: Words<'_>, page: &mut Page) {
    page.heading(&words.say("ui-heading-circumstances"));
    let field = |label: &str, text: String| Field {
        label: words.say(label),
        spans: vec![plain(text)],
    };
    let cost = words.fill(
        "ui-cost",
        [
            ("connections", report.connections.to_string()),
            ("time", words.duration(report.elapsed_us)),
        ],
    );
    let fields = [
        field("ui-label-clock", clock(report, words)),
        field("ui-label-contacted", contacted(report, words)),
        field("ui-label-cost", cost),
    ];
    show(&fields, page);
}

fn show(fields: &[Field], page: &mut Page) {
    let label = fields
        .iter()
        .map(|field| width(&field.label))
        .max()
        .unwrap_or_default();
    let mut before = "";
    for field in fields {
        let name = if field.label == before {
            ""
        } else {
            &field.label
        };
        before = &field.label;
        let gap = " ".repeat(label.saturating_sub(width(name)) + 2);
        page.labelled(2, &[span(Look::Faint, name), plain(gap)], &field.spans);
    }
}

fn negotiated(report: &Report, words: Words<'_>) -> Option<Field> {
    let negotiated = report.negotiated.as_ref()?;
    let mut parts = vec![negotiated.version.clone(), negotiated.cipher_suite.clone()];
    parts.extend(negotiated.group.clone());
    parts.extend(negotiated.signature.clone());
    parts.extend(negotiated.alpn.as_ref().map(|alpn| format!("ALPN {alpn}")));
    if negotiated.resumed {
        parts.push(words.say("ui-resumed"));
    }
    Some(Field {
        label: words.say("ui-label-negotiated"),
        spans: vec![plain(parts.join(" · "))],
    })
}

/// How the main handshake ended, where it did not end well.
fn answer(report: &Report, words: Words<'_>) -> Option<Field> {
    let end = main_experiment(report)?.observed.end()?;
    if is_fine(end.phase, end.outcome) {
        return None;
    }
    let detail = end.detail.as_deref().filter(|detail| !detail.is_empty());
    let params = [
        ("phase", words.phase(end.phase)),
        ("end", words.phase_outcome(end.outcome)),
        ("time", words.duration(end.elapsed_us)),
    ];
    let mut spans = vec![plain(words.fill("ui-answer", params))];
    if let Some(detail) = detail {
        spans.push(plain(": "));
        spans.push(span(Look::Bad, detail));
    }
    Some(Field {
        label: words.say("ui-label-answer"),
        spans,
    })
}

/// How the complete handshake ended at each address, where there are several.
fn addresses(report: &Report, words: Words<'_>) -> Vec<Field> {
    let handshakes: Vec<&Evidence> = report
        .evidence
        .iter()
        .filter(|entry| matches!(entry.conditions, Action::Handshake(_)))
        .collect();
    let mut known = Vec::new();
    for entry in handshakes {
        if let Some(address) = entry.conditions.address()
            && !known.iter().any(|(other, _)| *other == address)
        {
            known.push((address, entry));
        }
    }
    if known.len() < 2 {
        return Vec::new();
    }
    let field = |(address, entry): (std::net::SocketAddr, &Evidence)| {
        let end = entry.observed.end();
        let fine = end.is_some_and(|end| is_fine(end.phase, end.outcome));
        let (look, outcome) = if fine {
            (Look::Good, PhaseOutcome::Ok)
        } else {
            (
                Look::Bad,
                end.map_or(PhaseOutcome::Aborted, |end| end.outcome),
            )
        };
        let mut spans = vec![
            plain(format!("{address} ")),
            span(look, words.phase_outcome(outcome)),
        ];
        if let Some(end) = end.filter(|_| !fine) {
            spans.push(plain(format!(" · {}", words.phase(end.phase))));
            spans.extend(
                end.detail
                    .iter()
                    .map(|detail| plain(format!(" · {detail}"))),
            );
        }
        Field {
            label: words.say("ui-label-addresses"),
            spans,
        }
    };
    known.into_iter().take(ADDRESSES).map(field).collect()
}

fn certificates(report: &Report, words: Words<'_>) -> Vec<Field> {
    let now = believed(report);
    let label = || words.say("ui-label-certificates");
    let mut fields: Vec<Field> = report
        .certificates
        .iter()
        .take(CERTIFICATES)
        .map(|certificate| Field {
            label: label(),
            spans: one(certificate, now, words),
        })
        .collect();
    if let Some(more) = report
        .certificates
        .len()
        .checked_sub(CERTIFICATES)
        .filter(|more| *more > 0)
    {
        fields.push(Field {
            label: label(),
            spans: vec![plain(words.fill("ui-more", [("count", more.to_string())]))],
        });
    }
    fields
}

fn one(certificate: &CertificateSummary, now: Timestamp, words: Words<'_>) -> Vec<Span> {
    let mut spans = vec![span(Look::Strong, cut(&certificate.subject, NAME))];
    let more = certificate.names.len().saturating_sub(NAMES);
    if !certificate.names.is_empty() {
        let mut names: Vec<String> = certificate
            .names
            .iter()
            .take(NAMES)
            .map(|name| cut(name, NAME))
            .collect();
        if more > 0 {
            names.push(words.fill("ui-more", [("count", more.to_string())]));
        }
        spans.push(plain(format!(" · {}", names.join(", "))));
    }
    let dates = [
        ("from", date(certificate.not_before)),
        ("until", date(certificate.not_after)),
    ];
    spans.push(plain(format!(" · {}", words.fill("ui-dates", dates))));
    let days = |from: Timestamp, to: Timestamp| {
        (to.duration_since(from).as_hours() / HOURS_OF_A_DAY).to_string()
    };
    if certificate.not_after < now {
        let days = days(certificate.not_after, now);
        spans.extend([
            plain(" "),
            span(Look::Bad, words.fill("ui-expired", [("days", days)])),
        ]);
    } else if certificate.not_before > now {
        let days = days(now, certificate.not_before);
        spans.extend([
            plain(" "),
            span(Look::Bad, words.fill("ui-not-yet", [("days", days)])),
        ]);
    }
    let issuer = if certificate.issuer == certificate.subject {
        words.say("ui-issued-by-itself")
    } else {
        words.fill("ui-issued-by", [("issuer", cut(&certificate.issuer, NAME))])
    };
    spans.push(plain(format!(" · {issuer} · {} · ", certificate.key)));
    spans.push(span(Look::Faint, words.source(certificate.source)));
    spans
}

fn trust(report: &Report, words: Words<'_>) -> Option<Field> {
    if report.certificates.is_empty() {
        return None;
    }
    let label = words.say("ui-label-trust");
    let Some(trust) = &report.trust else {
        return Some(Field {
            label,
            spans: vec![plain(words.say("ui-no-trust"))],
        });
    };
    let root = trust.path.last().map(|fingerprint| {
        let found = report
            .certificates
            .iter()
            .find(|certificate| certificate.sha256 == *fingerprint);
        found.map_or_else(
            || format!("SHA-256 {fingerprint}"),
            |certificate| cut(&certificate.subject, NAME),
        )
    });
    let store = words.fill(
        "ui-trust",
        [
            ("root", root.unwrap_or_default()),
            ("store", store(&trust.store, words)),
        ],
    );
    Some(Field {
        label,
        spans: vec![plain(store)],
    })
}

fn store(store: &str, words: Words<'_>) -> String {
    match store {
        "system" => words.say("ui-store-system"),
        "mozilla" => words.say("ui-store-mozilla"),
        path => path.to_owned(),
    }
}

fn clock(report: &Report, words: Words<'_>) -> String {
    let Some(offset) = report.clock.offset_us else {
        return words.say("ui-clock-unchecked");
    };
    let sources = report.clock.sources.join(", ");
    let uncertainty = words.duration(report.clock.uncertainty_us.unwrap_or_default());
    let id = if offset > 0 {
        "ui-clock-behind"
    } else {
        "ui-clock-ahead"
    };
    let within = offset.unsigned_abs() <= report.clock.uncertainty_us.unwrap_or_default();
    let id = if within { "ui-clock-right" } else { id };
    let offset = words.duration(offset.unsigned_abs());
    words.fill(
        id,
        [
            ("offset", offset),
            ("uncertainty", uncertainty),
            ("sources", sources),
        ],
    )
}

fn contacted(report: &Report, words: Words<'_>) -> String {
    if report.contacted.is_empty() {
        return words.say("ui-contacted-nobody");
    }
    let mut contacts: Vec<String> = Vec::new();
    for contact in &report.contacted {
        let contact = format!("{} {}", contact.what, cut(&contact.address, NAME));
        if !contacts.contains(&contact) {
            contacts.push(contact);
        }
    }
    let more = contacts.len().saturating_sub(CONTACTS);
    contacts.truncate(CONTACTS);
    if more > 0 {
        contacts.push(words.fill("ui-more", [("count", more.to_string())]));
    }
    contacts.join(", ")
}

/// The time of the examination by the clock that is believed.
fn believed(report: &Report) -> Timestamp {
    let offset = SignedDuration::from_micros(report.clock.offset_us.unwrap_or_default());
    report.started.checked_add(offset).unwrap_or(report.started)
}

/// A day, in UTC.
pub(super) fn date(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}
