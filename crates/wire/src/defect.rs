//! What is wrong with octets a peer sent.

/// One departure from the protocol, precisely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Octets from the start of what was fed.
    pub offset: u64,
    /// The field, in the words of its RFC.
    pub field: &'static str,
    /// What the protocol allows there.
    pub expected: String,
    /// What was there.
    pub got: String,
}

impl Defect {
    pub(crate) fn new(
        offset: usize,
        field: &'static str,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self {
            offset: offset as u64,
            field,
            expected: expected.into(),
            got: got.into(),
        }
    }

    /// The same, `by` octets further on.
    pub(crate) fn moved(mut self, by: u64) -> Self {
        self.offset = self.offset.saturating_add(by);
        self
    }
}
