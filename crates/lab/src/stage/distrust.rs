//! What a client trusted and trusts no longer, as data.

/// The roots in a client's bundle, before and now. The other root is in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bundles {
    /// The lab's root was there and is gone.
    Dropped,
    /// The lab's root was there and still is.
    Kept,
    /// The lab's root never was there.
    Never,
}

/// One line of a list of what is distrusted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Distrust {
    /// What it is about.
    pub(crate) of: DistrustOf,
    /// The stores whose clients distrust it.
    pub(crate) stores: &'static [&'static str],
    /// From when on, as hours from now; without, always.
    pub(crate) after_hours: Option<i64>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DistrustOf {
    /// The root's certificate.
    Root,
    /// The intermediate's certificate.
    Intermediate,
    /// The root's key.
    RootKey,
    /// The intermediate's key.
    IntermediateKey,
    /// The other root's certificate, the one that signs crosses.
    OtherRoot,
}
