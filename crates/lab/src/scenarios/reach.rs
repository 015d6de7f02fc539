//! P01 and S01: no address, nothing there.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{Names, Service, Stage};
use report::Certainty;

pub(super) fn scenarios() -> Vec<Scenario> {
    let named = |says| Stage {
        names: Some(says),
        ..Stage::default()
    };
    let nothing = Stage {
        service: Service::Nothing,
        ..Stage::default()
    };
    let resolved = named(Names::Address);
    vec![
        Name::new(
            "P01",
            "nxdomain",
            "The resolver says that the name does not exist.",
        )
        .broken(
            Expected::fails("P01", Certainty::Proven),
            named(Names::Missing),
            resolved.clone(),
        ),
        Name::new("P01", "no-address", "The name exists and has no address.").broken(
            Expected::fails("P01", Certainty::Proven),
            named(Names::NoAddress),
            resolved.clone(),
        ),
        Name::new("P01", "servfail", "The resolver says that it failed.").broken(
            Expected::undecided(&["P01"]),
            named(Names::Broken),
            resolved.clone(),
        ),
        Name::new("P01", "refused", "The resolver refuses to answer.").broken(
            Expected::undecided(&["P01"]),
            named(Names::Refused),
            resolved.clone(),
        ),
        Name::new("S01", "address", "Nothing listens at the address given.").broken(
            Expected::fails("S01", Certainty::Supported),
            nothing.clone(),
            Stage::default(),
        ),
        Name::new("S01", "name", "Nothing listens where the name points.").broken(
            Expected::fails("S01", Certainty::Supported),
            Stage {
                names: Some(Names::Address),
                ..nothing
            },
            resolved,
        ),
    ]
}
