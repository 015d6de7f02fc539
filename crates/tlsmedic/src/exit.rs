//! The exit status.

use report::{Exit, Report};
use std::process::ExitCode;

/// The worst of several reports, in the order 2, 1, 3, 0.
pub(crate) fn worst<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Exit {
    reports
        .into_iter()
        .map(Report::exit)
        .fold(Exit::Works, Exit::worse)
}

/// As the operating system wants it.
pub(crate) fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit.code())
}

#[cfg(test)]
mod tests {
    use super::worst;
    use report::{Exit, Outcome, Report};

    #[test]
    fn failing_is_worse_than_not_tested_than_working() {
        let with = |outcome| Report {
            outcome,
            ..Report::example()
        };
        let (works, fails, not) = (
            with(Outcome::Works),
            with(Outcome::Fails),
            with(Outcome::NotTested),
        );
        assert_eq!(worst([&works, &works]), Exit::Works);
        assert_eq!(worst([&works, &not]), Exit::NotTested);
        assert_eq!(worst([&not, &fails, &works]), Exit::Fails);
        assert_eq!(worst([&with(Outcome::WorksWithProblems)]), Exit::Fails);
    }
}
