//! What was probably meant.

/// How alike two words must be, from 0 to 1, for one to be offered for the other.
const ALIKE: f64 = 0.8;

/// The candidate most like `wanted`, if any is like it at all. Upper and lower case do not count.
pub(crate) fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&wanted, &candidate.to_ascii_lowercase());
            (candidate, likeness)
        })
        .filter(|(_, likeness)| *likeness >= ALIKE)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_understood_and_nonsense_is_not() {
        let known = ["smtp", "smtps", "postgres"];
        assert_eq!(nearest("smpt", known), Some("smtp"));
        assert_eq!(nearest("POSTGRESS", known), Some("postgres"));
        assert_eq!(nearest("gopher", known), None);
    }
}
