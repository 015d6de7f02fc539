//! The JSON schema of a report.

use crate::support::{Place, fixture};
use report::Report;
use serde_json::Value;
use std::path::Path;

fn schema() -> Value {
    serde_json::to_value(Report::json_schema()).expect("JSON")
}

#[test]
fn the_schema_that_is_checked_in_is_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/report.schema.json");
    let made = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &made).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/report.schema.json differs from the types\nhint: UPDATE_SCHEMA=1 cargo test -p tlsmedic schema"
    );
}

#[test]
fn it_accepts_reports_and_nothing_else() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for name in [
        "healthy.json",
        "incomplete.json",
        "two.json",
        "clock.json",
        "noname.json",
    ] {
        let run = Place::new().run(&[
            "replay",
            fixture(name).to_str().expect("UTF-8"),
            "--format",
            "json",
        ]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let mut wrong = report.clone();
        wrong["outcome"] = Value::from("perhaps");
        assert!(!validator.is_valid(&wrong), "{name}");
    }
}
