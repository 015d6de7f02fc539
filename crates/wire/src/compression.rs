//! Certificate decompression (RFC 8879), bounded.

use std::io::Read;

/// The content, at most `limit` octets; `None` when it does not decompress to that, or the algorithm is unknown.
pub(crate) fn decompress(algorithm: u16, compressed: &[u8], limit: usize) -> Option<Vec<u8>> {
    match algorithm {
        1 => miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(compressed, limit).ok(),
        2 => {
            const BUFFER: usize = 4096;
            let mut out = Vec::new();
            brotli_decompressor::Decompressor::new(compressed, BUFFER).take(limit as u64).read_to_end(&mut out).ok()?;
            Some(out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decompress;

    #[test]
    fn zlib_within_its_bound() {
        let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&[7; 1000], 6);
        assert_eq!(decompress(1, &compressed, 1000), Some(vec![7; 1000]));
        assert_eq!(decompress(1, &compressed, 999), None);
        assert_eq!(decompress(9, &compressed, 1000), None);
    }
}
