//! What DNS says beside addresses, as data.

/// What the resolver says of the server beside its address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Records {
    /// TLSA records at the server's port.
    pub(crate) tlsa: &'static [Tlsa],
    /// Whether the resolver says that it has validated what it answers.
    pub(crate) authenticated: bool,
    /// Whether it fails when asked for TLSA records.
    pub(crate) tlsa_fails: bool,
    /// The public name of the ECH key in an HTTPS record; the server knows nothing of that key.
    pub(crate) ech: Option<&'static str>,
}

/// A TLSA record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tlsa {
    /// Usage, selector and matching type.
    pub(crate) numbers: (u8, u8, u8),
    /// What it is about.
    pub(crate) of: Association,
}

/// What a TLSA record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Association {
    /// The server's certificate.
    Leaf,
    /// The CA that signed it.
    Intermediate,
    /// That CA's root.
    Root,
    /// A certificate that has nothing to do with it.
    Stranger,
    /// Octets that are nobody's digest.
    Octets(&'static [u8]),
}
