//! Every cause a verdict may name, as data: `data/catalogue/*.toml` for the facts, `data/texts` for the words.

use report::{Certainty, Side};
use serde::Deserialize;
use std::sync::LazyLock;

/// One entry of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The permanent id: group letter and two digits.
    pub id: String,
    /// The permanent kebab-case name.
    pub name: String,
    /// Who has to act.
    pub side: Side,
    /// The best certainty one client can reach.
    pub best: Certainty,
    /// What it can look like from one client; the words stand in [`crate::catalogue`]'s tests.
    pub symptoms: Vec<String>,
    /// Rows that are the same fault seen from another side; they are no rivals.
    pub same_fault: Vec<String>,
    /// RFC sections and manuals.
    pub references: Vec<String>,
    /// Lines for the owner to paste; one that starts with `# ` heads the next lines:
    /// `# PROGRAM[, PLACE][ (NAME ≥ VERSION)][: what to know]`. The place is the part of the program's configuration that
    /// they belong into, where it is not the usual one: nginx's `server`, Apache's `VirtualHost`, HAProxy's `frontend`, a
    /// site of Caddy, Postfix's `main.cf`.
    pub owner: Vec<String>,
    /// Lines for the user to paste.
    pub user: Vec<String>,
    /// Lines for the network's operator to paste.
    pub network: Vec<String>,
}

/// All rows.
#[derive(Debug)]
pub struct Catalogue {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Table {
    cause: Vec<Row>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let rows = TABLES
        .iter()
        .flat_map(|(group, table)| match toml::from_str::<Table>(table) {
            Ok(table) => table.cause,
            Err(error) => panic!(
                "data/catalogue/{group}.toml, built into this program, does not parse: {error}"
            ),
        });
    Catalogue {
        rows: rows.collect(),
    }
});

const TABLES: [(&str, &str); 5] = [
    ("c", include_str!("../../../data/catalogue/c.toml")),
    ("p", include_str!("../../../data/catalogue/p.toml")),
    ("s", include_str!("../../../data/catalogue/s.toml")),
    ("x", include_str!("../../../data/catalogue/x.toml")),
    ("t", include_str!("../../../data/catalogue/t.toml")),
];

/// The catalogue.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

impl Catalogue {
    /// Every row, by group and number.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with that id.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// The rows that can produce `symptom`.
    pub fn producing(&self, symptom: &str) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(move |row| row.symptoms.iter().any(|own| own == symptom))
    }
}

#[cfg(test)]
mod tests {
    use super::catalogue;
    use std::collections::BTreeSet;

    const ROWS: [(char, usize); 5] = [('C', 32), ('P', 41), ('S', 45), ('X', 37), ('T', 16)];

    #[test]
    fn every_row_of_every_group_stands_once() {
        let ids: Vec<&str> = catalogue()
            .rows()
            .iter()
            .map(|row| row.id.as_str())
            .collect();
        let expected: Vec<String> = ROWS
            .iter()
            .flat_map(|(group, count)| {
                (1..=*count).map(move |number| format!("{group}{number:02}"))
            })
            .collect();
        assert_eq!(ids, expected);
        let names: BTreeSet<&str> = catalogue()
            .rows()
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(names.len(), ids.len(), "two rows share a name");
    }

    #[test]
    fn the_same_fault_is_known_from_both_sides() {
        for row in catalogue().rows() {
            for other in &row.same_fault {
                let other = catalogue()
                    .row(other)
                    .unwrap_or_else(|| panic!("{} names {other}, which is no row", row.id));
                assert!(
                    other.same_fault.contains(&row.id),
                    "{} names {}, but not the other way round",
                    row.id,
                    other.id
                );
            }
        }
    }

    #[test]
    fn every_symptom_is_in_the_vocabulary() {
        for row in catalogue().rows() {
            assert!(!row.symptoms.is_empty(), "{} has no symptom", row.id);
            for symptom in &row.symptoms {
                assert!(crate::symptoms::is_known(symptom), "{}: {symptom}", row.id);
            }
        }
    }
}
