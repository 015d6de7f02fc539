//! What stops the program before it can do its work: exit status 2.

use report::Text;

/// A message that names the thing, and what to do about it. Both are texts, so that they are said in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) text: Text,
    pub(crate) hint: Option<Text>,
}

impl Fault {
    /// The message `id` filled in, without a hint.
    pub(crate) fn new<const N: usize>(id: &str, params: [(&str, &str); N]) -> Self {
        Self {
            text: text(id, params),
            hint: None,
        }
    }

    /// The same with a hint.
    pub(crate) fn hint<const N: usize>(mut self, id: &str, params: [(&str, &str); N]) -> Self {
        self.hint = Some(text(id, params));
        self
    }

    /// The same with a hint where something similar is known.
    pub(crate) fn meaning(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(nearest) => self.hint("ui-hint-nearest", [("nearest", nearest)]),
            None => self,
        }
    }
}

/// A message filled in.
pub(crate) fn text<const N: usize>(id: &str, params: [(&str, &str); N]) -> Text {
    Text::new(id, params.map(|(key, value)| (key, value.to_owned())))
}
