//! Certificate decompression (RFC 8879), bounded in what it gives and in what it needs for that.

use std::io::Read;

const ZLIB: u16 = 1;
const BROTLI: u16 = 2;
const ZSTD: u16 = 3;

/// The window every Zstandard decoder should support, 8 MiB (RFC 8878 section 3.1.1.1.2).
const LARGEST_WINDOW: u64 = 8 << 20;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("algorithm {0}, which is not registered")]
    Algorithm(u16),
    #[error("{0} octets announced")]
    TooLong(usize),
    #[error("content that does not decompress")]
    Content,
    #[error("{0} octets or more")]
    Length(usize),
}

/// The content, which must have exactly the `length` announced.
pub(crate) fn decompress(
    algorithm: u16,
    compressed: &[u8],
    length: usize,
    limit: usize,
) -> Result<Vec<u8>, Failure> {
    if length > limit {
        return Err(Failure::TooLong(length));
    }
    let content = match algorithm {
        ZLIB => zlib(compressed, length),
        BROTLI => brotli(compressed, length),
        ZSTD => zstd(compressed, length),
        other => Err(Failure::Algorithm(other)),
    }?;
    if content.len() == length {
        Ok(content)
    } else {
        Err(Failure::Length(content.len()))
    }
}

fn zlib(compressed: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(compressed, length)
        .map_err(|_| Failure::Content)
}

fn brotli(compressed: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    const BUFFER: usize = 4096;
    // The reserved value of WBITS (RFC 7932 section 9.1), which the decoder takes for a window of up to 1 GiB.
    const LARGE_WINDOW: u8 = 0b001_0001;
    if compressed
        .first()
        .is_some_and(|first| first & 0x7f == LARGE_WINDOW)
    {
        return Err(Failure::Content);
    }
    read(
        brotli_decompressor::Decompressor::new(compressed, BUFFER),
        length,
    )
}

fn zstd(compressed: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    if window(compressed).is_none_or(|window| window > LARGEST_WINDOW) {
        return Err(Failure::Content);
    }
    let decoder = ruzstd::decoding::StreamingDecoder::new(compressed);
    read(decoder.map_err(|_| Failure::Content)?, length)
}

/// At most one octet more than `length`, which is enough to tell that it is too long.
fn read(decoder: impl Read, length: usize) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let most = (length as u64).saturating_add(1);
    decoder
        .take(most)
        .read_to_end(&mut content)
        .map_err(|_| Failure::Content)?;
    Ok(content)
}

/// The window a Zstandard frame asks for (RFC 8878 section 3.1.1.1), which its decoder will hold in memory.
fn window(frame: &[u8]) -> Option<u64> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    const SINGLE_SEGMENT: u8 = 0x20;
    let [descriptor, rest @ ..] = frame.strip_prefix(&MAGIC)? else {
        return None;
    };
    if descriptor & SINGLE_SEGMENT == 0 {
        let window = rest.first()?;
        let base = 1u64.checked_shl(u32::from(window >> 3).checked_add(10)?)?;
        return base.checked_add((base >> 3).checked_mul(u64::from(window & 7))?);
    }
    let dictionary = match descriptor & 3 {
        3 => 4,
        id => usize::from(id),
    };
    let rest = rest.get(dictionary..)?;
    Some(match descriptor >> 6 {
        0 => u64::from(*rest.first()?),
        1 => u64::from(u16::from_le_bytes(*rest.first_chunk()?)).checked_add(256)?,
        2 => u64::from(u32::from_le_bytes(*rest.first_chunk()?)),
        _ => u64::from_le_bytes(*rest.first_chunk()?),
    })
}

#[cfg(test)]
mod tests {
    use super::{Failure, decompress};

    const LIMIT: usize = 1 << 20;

    /// 3,000 times "certificate ", as the reference implementations of brotli and Zstandard compress it.
    fn content() -> Vec<u8> {
        b"certificate ".repeat(3000)
    }

    fn samples() -> [(u16, Vec<u8>); 3] {
        let zlib = miniz_oxide::deflate::compress_to_vec_zlib(&content(), 6);
        [
            (1, zlib),
            (2, BROTLI_SAMPLE.to_vec()),
            (3, ZSTD_SAMPLE.to_vec()),
        ]
    }

    const BROTLI_SAMPLE: &[u8] = &[
        0x1b, 0x9f, 0x8c, 0xf8, 0x25, 0x00, 0x0a, 0x98, 0xc3, 0x6a, 0x01, 0x6f, 0x4c, 0x75, 0x22,
        0x04, 0x00,
    ];
    const ZSTD_SAMPLE: &[u8] = &[
        0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0xa5, 0x00, 0x00, 0x60, 0x63, 0x65, 0x72, 0x74, 0x69,
        0x66, 0x69, 0x63, 0x61, 0x74, 0x65, 0x20, 0x01, 0x00, 0x91, 0x8c, 0xeb, 0x25, 0x09,
    ];

    #[test]
    fn each_algorithm_gives_the_content() {
        for (algorithm, compressed) in samples() {
            let found = decompress(algorithm, &compressed, content().len(), LIMIT);
            assert_eq!(found, Ok(content()), "{algorithm}");
        }
    }

    #[test]
    fn another_length_than_announced_is_refused() {
        for (algorithm, compressed) in samples() {
            for length in [0, content().len() - 1, content().len() + 1] {
                assert!(
                    decompress(algorithm, &compressed, length, LIMIT).is_err(),
                    "{algorithm}"
                );
            }
            let refused = decompress(algorithm, &compressed, content().len(), 100);
            assert_eq!(refused, Err(Failure::TooLong(content().len())));
            assert!(decompress(algorithm, &compressed[..8], content().len(), LIMIT).is_err());
        }
        assert_eq!(decompress(9, &[], 0, LIMIT), Err(Failure::Algorithm(9)));
    }

    #[test]
    fn a_frame_that_asks_for_a_huge_window_is_refused() {
        let mut large = vec![0x11, 30];
        large.extend(&BROTLI_SAMPLE[1..]);
        let refused = decompress(2, &large, content().len(), LIMIT);
        assert_eq!(refused, Err(Failure::Content));
        let huge = [0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0];
        assert_eq!(decompress(3, &huge, 0, LIMIT), Err(Failure::Content));
    }
}
