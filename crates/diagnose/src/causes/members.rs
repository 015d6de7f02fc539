//! S26, S27: the servers behind one name do not answer alike, or still serve what was replaced.

use super::dates::day;
use crate::case::Case;
use crate::chain;
use crate::members::{self, Group};
use crate::symptoms;
use crate::wording::{Judgement, Next};
use pki::Certificate;
use report::{CauseId, Certainty, CertificateSource, Member, Severity, Side, Text};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// What is known of the members behind a name.
#[derive(Default)]
pub(crate) struct Members {
    /// S27, as a cause or as a weakness.
    pub(crate) judgement: Option<Judgement>,
    /// For the report, one for each different answer.
    pub(crate) members: Vec<Member>,
    /// Whether at least one of them is without fault.
    pub(crate) some_work: bool,
    /// Whether one address accepts and refuses the same question, so that nothing a hello seems to change proves anything.
    pub(crate) in_turn: bool,
}

/// What is left of a judgement that rests on different answers to different hellos, where the same hello gets different
/// answers: nothing when its own repeats contradict it, and otherwise a suspicion.
pub(crate) fn apart(judgement: Judgement) -> Option<Judgement> {
    if judgement.rivals.iter().any(|id| id == "S27") {
        return None;
    }
    let flipped = judgement
        .proof
        .as_ref()
        .is_some_and(|proof| proof.changed.id != "flip-issuer");
    if !flipped {
        return Some(judgement);
    }
    let next = Next {
        text: Text::new("next-repeat", []),
        command: None,
    };
    Some(judgement.among(vec!["S27".to_owned()], next))
}

/// Compares the members, after everything else was judged; marks in `others` what is wrong with some members only.
pub(crate) fn judge(case: &Case<'_>, others: &mut [Judgement]) -> Members {
    if let Some(judgement) = super::stall::uneven::judge(case) {
        return Members {
            judgement: Some(judgement),
            some_work: true,
            in_turn: super::stall::uneven::is_of_hellos(case),
            ..Members::default()
        };
    }
    let groups = members::groups(case);
    if groups.len() < 2 {
        return Members::default();
    }
    let touches = |judgement: &Judgement, group: &Group<'_>| {
        group.ids().iter().any(|id| judgement.evidence.contains(id))
    };
    for judgement in others.iter_mut() {
        let hit = groups
            .iter()
            .filter(|group| touches(judgement, group))
            .count();
        judgement.sometimes = hit > 0 && hit < groups.len();
    }
    let faults: Vec<BTreeSet<&'static str>> = groups
        .iter()
        .map(|group| {
            let own = others.iter().filter(|judgement| {
                judgement.sometimes && judgement.weakness.is_none() && touches(judgement, group)
            });
            own.map(|judgement| judgement.id).collect()
        })
        .collect();
    let broken = |index: usize| {
        groups
            .get(index)
            .is_some_and(|group| !group.refused.is_empty())
            || faults.get(index).is_some_and(|faults| !faults.is_empty())
    };
    let kinds: BTreeSet<_> = groups
        .iter()
        .zip(&faults)
        .map(|(group, faults)| (&group.refused, faults))
        .collect();
    let harmless = kinds.len() < 2;
    let some_work = (0..groups.len()).any(|index| !broken(index));
    let members = groups
        .iter()
        .zip(&faults)
        .map(|(group, faults)| member(group, faults))
        .collect();
    Members {
        judgement: Some(differing(case, &groups, harmless, &broken)),
        members,
        some_work: some_work && !harmless,
        in_turn: members::in_turn(&groups),
    }
}

fn differing(
    case: &Case<'_>,
    groups: &[Group<'_>],
    harmless: bool,
    broken: &dyn Fn(usize) -> bool,
) -> Judgement {
    let evidence = groups.iter().flat_map(Group::ids).collect();
    let odd = (0..groups.len()).find(|index| broken(*index)).unwrap_or(1);
    let usual = (0..groups.len())
        .find(|index| *index != odd && !broken(*index))
        .or_else(|| (0..groups.len()).find(|index| *index != odd))
        .unwrap_or(0);
    let (Some(one), Some(other)) = (groups.get(odd), groups.get(usual)) else {
        return Judgement::new(
            "S27",
            Certainty::Suspected,
            Text::new("seen-S27", []),
            evidence,
        );
    };
    let params = [
        ("one", listed(&one.addresses())),
        ("answer", answer(one)),
        ("others", listed(&other.addresses())),
        ("other", answer(other)),
    ];
    let stale = is_older(one, other);
    let id = match (harmless, stale) {
        (true, _) => "seen-S27-harmless",
        (false, true) => "seen-S27-older",
        (false, false) => "seen-S27",
    };
    let certainty = if groups.iter().all(Group::is_seen_often) {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let mut judgement = Judgement::new("S27", certainty, Text::new(id, params), evidence);
    if harmless {
        return judgement.weakness(Severity::Info);
    }
    judgement.sometimes = true;
    let rivals = on_the_path(case, groups);
    match one.addresses().first() {
        Some(address) if !rivals.is_empty() => judgement.among(rivals, alone(case, *address)),
        _ => judgement,
    }
}

/// The rows of the path that fit as well: silence, resets and closes need not be the member's own.
fn on_the_path(case: &Case<'_>, groups: &[Group<'_>]) -> Vec<String> {
    let unsure = |group: &&Group<'_>| {
        !group.refused.is_empty() && !group.refused.starts_with("alert-") && group.leaf.is_none()
    };
    let mut rivals: Vec<String> = Vec::new();
    for address in groups.iter().filter(unsure).flat_map(Group::addresses) {
        for row in symptoms::fitting(case, address, "addresses-disagree") {
            if row.side == Side::Path && !rivals.contains(&row.id) {
                rivals.push(row.id.clone());
            }
        }
    }
    rivals
}

fn alone(case: &Case<'_>, address: SocketAddr) -> Next {
    Next {
        text: Text::new("next-address", [("address", address.to_string())]),
        command: Some(format!(
            "tlsmedic diagnose {} --connect {address}",
            case.question.target.input
        )),
    }
}

/// Whether `one` serves an earlier certificate for the names of the other's.
fn is_older(one: &Group<'_>, other: &Group<'_>) -> bool {
    match (&one.leaf, &other.leaf) {
        (Some(one), Some(other)) => replaces(other, one),
        _ => false,
    }
}

/// Whether `newer` was made after `older` to take its place: for at least the same names, and beginning later.
fn replaces(newer: &Certificate, older: &Certificate) -> bool {
    let names = |certificate: &Certificate| -> BTreeSet<String> {
        let dns = certificate
            .dns_names
            .iter()
            .map(|name| name.to_ascii_lowercase());
        let addresses = certificate.ip_addresses.iter().map(ToString::to_string);
        dns.chain(addresses).collect()
    };
    newer.sha256 != older.sha256
        && newer.not_before > older.not_before
        && names(newer).is_superset(&names(older))
        && !names(older).is_empty()
}

fn listed(addresses: &[SocketAddr]) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// An answer in no language: how it was refused, or what was served.
fn answer(group: &Group<'_>) -> String {
    let mut words = Vec::new();
    if !group.refused.is_empty() {
        words.push(group.refused.clone());
    }
    words.extend(group.version.map(|version| version.to_string()));
    if let Some(leaf) = &group.leaf {
        let print: String = leaf.sha256.chars().take(16).collect();
        words.push(format!(
            "{} ({} – {}, SHA-256 {print}…)",
            leaf.subject.text,
            day(leaf.not_before),
            day(leaf.not_after)
        ));
    }
    words.join(", ")
}

fn member(group: &Group<'_>, faults: &BTreeSet<&'static str>) -> Member {
    Member {
        addresses: group.addresses(),
        tries: u32::try_from(group.seen.len()).unwrap_or(u32::MAX),
        version: group.version.map(|version| version.to_string()),
        refused: (!group.refused.is_empty()).then(|| group.refused.clone()),
        certificate: group
            .leaf
            .as_ref()
            .map(|leaf| leaf.summary(CertificateSource::Served)),
        causes: faults.iter().map(|id| CauseId::new(id)).collect(),
        evidence: group.ids(),
    }
}

/// S26: the file of `--deployed` holds the successor of what is served. Where the old one still does for every client, it is a
/// weakness; where something is wrong with it, this is why.
pub(crate) fn not_reloaded(case: &Case<'_>, others: &[Judgement]) -> Vec<Judgement> {
    let ders: Vec<Vec<u8>> = case
        .question
        .deployed
        .iter()
        .map(|der| der.0.clone())
        .collect();
    let Some(file) = chain::parsed(&ders).into_iter().next() else {
        return Vec::new();
    };
    let mut judgements = Vec::new();
    for chain in chain::chains(case) {
        if !replaces(&file, &chain.leaf) {
            continue;
        }
        let params = [
            ("subject", chain.leaf.subject.text.clone()),
            ("date", day(chain.leaf.not_after)),
            ("newer", day(file.not_before)),
            ("until", day(file.not_after)),
        ];
        let text = Text::new("seen-S26", params);
        let harmful = others.iter().any(|other| {
            let of_certificate = other.id.starts_with('X') || other.id == "C02";
            of_certificate
                && other.weakness.is_none()
                && other.evidence.iter().any(|id| chain.evidence.contains(id))
        });
        let judgement = Judgement::new("S26", Certainty::Proven, text, chain.evidence);
        judgements.push(if harmful {
            judgement
        } else {
            judgement.weakness(Severity::Warning)
        });
    }
    judgements
}
