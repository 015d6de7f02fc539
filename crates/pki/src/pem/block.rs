use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::ops::Range;

/// Why a file gives nothing. The file's name is the caller's to add.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is DER.
    #[error("the file is DER, not PEM; convert it with `openssl x509 -inform der`")]
    DerNotPem,
    /// It is a PKCS#12 archive.
    #[error("the file is a PKCS#12 archive, not PEM; convert it with `openssl pkcs12 -nodes`")]
    Pkcs12,
    /// It is text in UTF-16.
    #[error("the file is in UTF-16; save it as UTF-8 or ASCII")]
    Utf16,
    /// No block of it holds a certificate.
    #[error("the file holds no certificate{}", only(found))]
    NoCertificate {
        /// The labels of the blocks it holds instead; empty when it holds no PEM block at all.
        found: Vec<String>,
    },
    /// No block of it holds a private key.
    #[error("the file holds no private key{}", only(found))]
    NoPrivateKey {
        /// The labels of the blocks it holds instead; empty when it holds no PEM block at all.
        found: Vec<String>,
    },
    /// The private key is locked by a password.
    #[error("the private key in line {line} is encrypted; decrypt it with `openssl pkey -in FILE`")]
    Encrypted {
        /// Where its block begins, counted from 1.
        line: usize,
    },
    /// A block is broken.
    #[error("line {line}: {defect}")]
    Malformed {
        /// Where, counted from 1.
        line: usize,
        /// How.
        defect: BlockDefect,
    },
}

/// How a block is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockDefect {
    /// The line is not base64.
    #[error("not base64")]
    NotBase64,
    /// The block that begins in the line has no end, or another than its beginning says.
    #[error("the block {label:?} that begins here does not end")]
    Unended {
        /// Its label.
        label: String,
    },
    /// The block that begins in the line holds something else than its label says.
    #[error("the block {label:?} that begins here does not hold one")]
    Contents {
        /// Its label.
        label: String,
    },
}

fn only(found: &[String]) -> String {
    if found.is_empty() {
        " and no other PEM block".to_owned()
    } else {
        format!(", only {}", found.join(", "))
    }
}

/// One block of a PEM file.
pub(super) struct Block {
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    /// Where the octets of its first line begin and those of its last line end.
    pub(super) place: Range<usize>,
    pub(super) label: String,
    /// Whether a header says that the contents are encrypted (RFC 1421 section 4.6.1.1).
    pub(super) encrypted: bool,
    pub(super) octets: Vec<u8>,
}

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Labels in messages are cut to this many characters.
const MAX_LABEL: usize = 40;

/// Standard base64 that leaves missing padding and stray bits at the end alone, as OpenSSL does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Every block of a file, in order; there may be none. Text outside blocks is ignored.
pub(super) fn blocks(file: &[u8]) -> Result<Vec<Block>, PemError> {
    let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(PemError::Empty);
    }
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(PemError::Utf16);
    }
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut base64 = String::new();
    for (line, (place, text)) in (1..).zip(lines(file)) {
        match open.take() {
            None => {
                if let Some(label) = framed(&text, "-----BEGIN ") {
                    base64.clear();
                    open = Some(Block {
                        line,
                        place,
                        label: label.chars().take(MAX_LABEL).collect(),
                        encrypted: false,
                        octets: Vec::new(),
                    });
                }
            }
            Some(mut block) => {
                if let Some(label) = framed(&text, "-----END ") {
                    if !label.starts_with(&block.label) {
                        return Err(unended(block));
                    }
                    block.place.end = place.end;
                    block.octets = LENIENT.decode(&base64).map_err(|_| not_base64(line))?;
                    blocks.push(block);
                    continue;
                }
                if text.starts_with("-----") {
                    return Err(unended(block));
                }
                if text.contains(':') {
                    block.encrypted |= text.starts_with("Proc-Type:") && text.contains("ENCRYPTED");
                } else {
                    let ended = base64.ends_with('=') && !text.is_empty();
                    if ended || !text.bytes().all(is_base64) {
                        return Err(not_base64(line));
                    }
                    base64.push_str(&text);
                }
                open = Some(block);
            }
        }
    }
    if let Some(block) = open {
        return Err(unended(block));
    }
    if blocks.is_empty() {
        match text {
            [0x30, ..] if is_pkcs12(text) => return Err(PemError::Pkcs12),
            [0x30, ..] if std::str::from_utf8(text).is_err() => return Err(PemError::DerNotPem),
            _ => {}
        }
    }
    Ok(blocks)
}

/// The different labels of some blocks, as many as anybody reads.
pub(super) fn labels(blocks: Vec<Block>) -> Vec<String> {
    let mut labels: Vec<String> = blocks.into_iter().map(|block| block.label).collect();
    labels.sort();
    labels.dedup();
    labels.truncate(8);
    labels
}

impl Block {
    /// It holds something else than its label says.
    pub(super) fn contents_error(&self) -> PemError {
        PemError::Malformed {
            line: self.line,
            defect: BlockDefect::Contents {
                label: self.label.clone(),
            },
        }
    }
}

fn not_base64(line: usize) -> PemError {
    PemError::Malformed {
        line,
        defect: BlockDefect::NotBase64,
    }
}

fn unended(block: Block) -> PemError {
    PemError::Malformed {
        line: block.line,
        defect: BlockDefect::Unended { label: block.label },
    }
}

/// Lines, whether they end in LF, CR LF or CR, without blanks at both ends, and where their octets stand.
fn lines(file: &[u8]) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut next = match file.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK.len(),
        false => 0,
    };
    std::iter::from_fn(move || {
        let rest = file.get(next..).filter(|rest| !rest.is_empty())?;
        let text = rest
            .split(|octet| matches!(octet, b'\n' | b'\r'))
            .next()
            .unwrap_or(rest);
        let ending = match rest.get(text.len()..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let start = next;
        next = next.saturating_add(text.len()).saturating_add(ending);
        let text = String::from_utf8_lossy(text).trim().to_owned();
        Some((start..next, text))
    })
}

fn framed<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix("-----")
}

fn is_base64(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=')
}

/// `PFX` (RFC 7292 section 4): a sequence that starts with version 3.
fn is_pkcs12(file: &[u8]) -> bool {
    use crate::der::{INTEGER, Reader};
    let Ok(sequence) = Reader::new(file, 0).any("PFX") else {
        return false;
    };
    let mut fields = sequence.reader();
    fields
        .take(INTEGER)
        .is_some_and(|version| version.content == [3])
}
