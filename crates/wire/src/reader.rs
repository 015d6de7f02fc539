//! Reading octets without ever reading past their end.

/// A place in some octets. Every read either succeeds whole or leaves the place as it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    octets: &'a [u8],
    place: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self { octets, place: 0 }
    }

    /// How far it has read.
    pub(crate) fn place(&self) -> usize {
        self.place
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.octets.get(self.place..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.place.checked_add(count)?;
        let taken = self.octets.get(self.place..end)?;
        self.place = end;
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    pub(crate) fn u24(&mut self) -> Option<usize> {
        let octets = self.take(3)?;
        Some(
            octets
                .iter()
                .fold(0, |sum, octet| (sum << 8) | usize::from(*octet)),
        )
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A vector with one octet of length.
    pub(crate) fn vector8(&mut self) -> Option<&'a [u8]> {
        self.whole(|reader| {
            let length = reader.u8()?;
            reader.take(usize::from(length))
        })
    }

    /// A vector with two octets of length.
    pub(crate) fn vector16(&mut self) -> Option<&'a [u8]> {
        self.whole(|reader| {
            let length = reader.u16()?;
            reader.take(usize::from(length))
        })
    }

    /// A vector with three octets of length.
    pub(crate) fn vector24(&mut self) -> Option<&'a [u8]> {
        self.whole(|reader| {
            let length = reader.u24()?;
            reader.take(length)
        })
    }

    fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let value = read(&mut ahead)?;
        *self = ahead;
        Some(value)
    }
}

/// Splits octets into 16-bit numbers; an odd last octet is left out.
pub(crate) fn numbers(octets: &[u8]) -> Vec<u16> {
    octets
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes))
        .collect()
}

/// A vector with one octet of length; longer content is cut.
pub(crate) fn put8(out: &mut Vec<u8>, content: &[u8]) {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    out.push(length);
    out.extend_from_slice(content.get(..usize::from(length)).unwrap_or(content));
}

/// A vector with two octets of length; longer content is cut.
pub(crate) fn put16(out: &mut Vec<u8>, content: &[u8]) {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(content.get(..usize::from(length)).unwrap_or(content));
}

/// A vector with three octets of length; longer content is cut.
pub(crate) fn put24(out: &mut Vec<u8>, content: &[u8]) {
    const LONGEST: usize = 0xff_ffff;
    let content = content.get(..LONGEST).unwrap_or(content);
    let length = u32::try_from(content.len()).unwrap_or(0).to_be_bytes();
    out.extend(length.iter().skip(1));
    out.extend_from_slice(content);
}
