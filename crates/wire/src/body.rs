//! Reading a message's fields by name, so that whatever is wrong can be said exactly.

use crate::defect::Defect;
use crate::reader::Reader;

/// The body of a message, or a vector in it, read from front to back. Every read takes all it is asked for, or
/// nothing and says what is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'a> {
    reader: Reader<'a>,
    /// Where the octets begin in the message's body.
    start: usize,
}

impl<'a> Body<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self::at(0, octets)
    }

    /// Octets that begin `start` octets into the message's body.
    pub(crate) fn at(start: usize, octets: &'a [u8]) -> Self {
        let reader = Reader::new(octets);
        Self { reader, start }
    }

    /// Octets from the start of the message's body.
    pub(crate) fn place(&self) -> usize {
        self.start.saturating_add(self.reader.place())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.reader.is_empty()
    }

    /// All that is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }

    pub(crate) fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], Defect> {
        let short = self.short_of(count, field);
        self.reader.take(count).ok_or_else(short)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, Defect> {
        let short = self.short_of(1, field);
        self.reader.u8().ok_or_else(short)
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16, Defect> {
        let short = self.short_of(2, field);
        self.reader.u16().ok_or_else(short)
    }

    pub(crate) fn u24(&mut self, field: &'static str) -> Result<usize, Defect> {
        let short = self.short_of(3, field);
        self.reader.u24().ok_or_else(short)
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, Defect> {
        self.array(field).map(u32::from_be_bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Defect> {
        let short = self.short_of(N, field);
        self.reader.array().ok_or_else(short)
    }

    /// A vector with one octet of length.
    pub(crate) fn vector8(&mut self, field: &'static str) -> Result<Self, Defect> {
        self.vector(field, |body| body.u8(field).map(usize::from))
    }

    /// A vector with two octets of length.
    pub(crate) fn vector16(&mut self, field: &'static str) -> Result<Self, Defect> {
        self.vector(field, |body| body.u16(field).map(usize::from))
    }

    /// A vector with three octets of length.
    pub(crate) fn vector24(&mut self, field: &'static str) -> Result<Self, Defect> {
        self.vector(field, |body| body.u24(field))
    }

    /// A defect if anything is left, which makes no difference to what has been read.
    pub(crate) fn end(&self, field: &'static str, defects: &mut Vec<Defect>) {
        if !self.is_empty() {
            let got = format!("{} octets more", self.rest().len());
            defects.push(Defect::new(self.place(), field, "the end", got));
        }
    }

    /// The 16-bit numbers of the whole body; an odd octet at its end is a defect and left out.
    pub(crate) fn numbers(&self, field: &'static str, defects: &mut Vec<Defect>) -> Vec<u16> {
        let octets = self.rest();
        if !octets.len().is_multiple_of(2) {
            let got = format!("{} octets", octets.len());
            defects.push(Defect::new(self.place(), field, "an even length", got));
        }
        crate::reader::numbers(octets)
    }

    fn vector(
        &mut self,
        field: &'static str,
        length: impl FnOnce(&mut Self) -> Result<usize, Defect>,
    ) -> Result<Self, Defect> {
        let mut ahead = *self;
        let length = length(&mut ahead)?;
        let start = ahead.place();
        let content = ahead.take(length, field)?;
        *self = ahead;
        Ok(Self::at(start, content))
    }

    /// What to say when fewer than `count` octets are left here.
    fn short_of(&self, count: usize, field: &'static str) -> impl FnOnce() -> Defect + use<> {
        let (place, left) = (self.place(), self.rest().len());
        move || {
            Defect::new(
                place,
                field,
                format!("{count} octets"),
                format!("{left} octets"),
            )
        }
    }
}
