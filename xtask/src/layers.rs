//! Which crate may depend on which (ARCHITECTURE.md, "Layers"), and what the pure ones may use.

use crate::run::{root, say};
use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};

/// Each crate with the workspace crates it may depend on, in the order of the layers.
const LAYERS: [(&str, &[&str]); 9] = [
    ("report", &[]),
    ("wire", &["report"]),
    ("pki", &["report"]),
    ("diagnose", &["report", "wire", "pki"]),
    ("probe", &["report", "wire", "pki"]),
    ("examine", &["report", "wire", "pki", "diagnose", "probe"]),
    ("lab", &["report", "wire", "pki"]),
    (
        "tlsmedic",
        &[
            "report", "wire", "pki", "diagnose", "probe", "examine", "lab",
        ],
    ),
    (
        "xtask",
        &[
            "report", "wire", "pki", "diagnose", "probe", "examine", "lab", "tlsmedic",
        ],
    ),
];

/// Crates that touch no socket, file, clock, environment, random source or output.
const PURE: [&str; 4] = ["report", "wire", "pki", "diagnose"];

/// What a pure crate must not depend on, directly.
const IMPURE: [&str; 12] = [
    "tokio",
    "tokio-util",
    "socket2",
    "libc",
    "nix",
    "rustls",
    "hyper",
    "hickory-resolver",
    "rustls-native-certs",
    "rand",
    "clap",
    "indicatif",
];

/// Packages that exactly one crate may use.
const ONLY: [(&str, &str); 3] = [
    ("clap", "tlsmedic"),
    ("indicatif", "tlsmedic"),
    ("hyper", "probe"),
];

/// Checks the rules against `cargo metadata`, and that ARCHITECTURE.md names every crate; prints the table.
pub(crate) fn check() -> Result<()> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .exec()
        .context("cargo metadata")?;
    let members: BTreeSet<&str> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let known: BTreeSet<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    let mut faults: Vec<String> = members
        .symmetric_difference(&known)
        .map(|name| format!("{name} is not in both the workspace and the layers"))
        .collect();
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.into_iter().collect();
    let architecture =
        std::fs::read_to_string(root().join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let needs: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal)
            .map(|dependency| dependency.name.as_str())
            .collect();
        let may = allowed.get(name).copied().unwrap_or_default();
        for need in &needs {
            if known.contains(need) && !may.contains(need) {
                faults.push(format!("{name} must not depend on {need}"));
            }
            if PURE.contains(&name) && IMPURE.contains(need) {
                faults.push(format!("{name} is pure and must not depend on {need}"));
            }
            if let Some((_, owner)) = ONLY
                .iter()
                .find(|(only, owner)| only == need && *owner != name && name != "xtask")
            {
                faults.push(format!("only {owner} may depend on {need}, not {name}"));
            }
        }
        if PURE.contains(&name)
            && !root()
                .join("crates")
                .join(name)
                .join("clippy.toml")
                .is_file()
        {
            faults.push(format!(
                "{name} is pure and has no clippy.toml that bans clocks, files and sockets"
            ));
        }
        if !architecture.contains(&format!("`{name}`")) {
            faults.push(format!("ARCHITECTURE.md does not name `{name}`"));
        }
        let used: Vec<&str> = LAYERS
            .iter()
            .map(|(layer, _)| *layer)
            .filter(|layer| needs.contains(layer))
            .collect();
        say(&format!(
            "{name:<10} {}",
            if used.is_empty() {
                "–".to_owned()
            } else {
                used.join(" ")
            }
        ));
    }
    if !faults.is_empty() {
        bail!("the layers are broken:\n  {}", faults.join("\n  "));
    }
    say("the layers hold");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_layers_hold() {
        super::check().unwrap_or_else(|error| panic!("{error:#}"));
    }

    /// Every crate may only need crates above it in the list, so that there is no way round in a circle.
    #[test]
    fn layers_point_one_way() {
        for (place, (name, needs)) in super::LAYERS.iter().enumerate() {
            for need in *needs {
                let above = super::LAYERS.iter().position(|(other, _)| other == need);
                assert!(
                    above.is_some_and(|above| above < place),
                    "{name} needs {need}"
                );
            }
        }
    }
}
