//! What a server signs.

use crate::schedule::{Hash, Transcript};
use report::{CipherSuite, SignatureScheme};

/// MD5 and SHA-1 one after the other, as RSA keys sign before TLS 1.2 (RFC 4346 section 7.4.3). Not a registered code
/// point.
pub const RSA_MD5_SHA1: SignatureScheme = SignatureScheme(0xff01);
/// SHA-1, as EC keys sign before TLS 1.2 (RFC 8422 section 5.4).
pub const ECDSA_SHA1: SignatureScheme = SignatureScheme(0x0203);
/// SHA-1, as DSA keys sign before TLS 1.2 (RFC 4346 section 7.4.3).
pub const DSA_SHA1: SignatureScheme = SignatureScheme(0x0202);

/// Exactly what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedContent {
    /// How; before TLS 1.2, where the message names none, by the cipher suite one of [`RSA_MD5_SHA1`], [`ECDSA_SHA1`]
    /// and [`DSA_SHA1`].
    pub scheme: SignatureScheme,
    /// What: the octets that go into the scheme's hash. Up to TLS 1.2 both randoms and the parameters of the
    /// ServerKeyExchange (RFC 5246 section 7.4.3); in TLS 1.3 the content of RFC 8446 section 4.4.3.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// How a server with that suite signs before TLS 1.2.
pub(super) fn unnamed_scheme(suite: CipherSuite) -> SignatureScheme {
    let name = crate::registry::cipher_suite_name(suite);
    if name.contains("_ECDSA_") {
        ECDSA_SHA1
    } else if name.contains("_DSS_") {
        DSA_SHA1
    } else {
        RSA_MD5_SHA1
    }
}

/// The content of a CertificateVerify (RFC 8446 section 4.4.3). `hellos` are the ClientHellos as sent, `retry` the
/// HelloRetryRequest and `messages` everything from the ServerHello to before the CertificateVerify.
pub(super) fn modern_content(
    suite: CipherSuite,
    hellos: &[Vec<u8>],
    retry: Option<&[u8]>,
    messages: &[u8],
) -> Option<Vec<u8>> {
    let hash = Hash::of(suite)?;
    let mut transcript = match (retry, hellos) {
        (None, [only, ..]) => {
            let mut transcript = Transcript::new(hash);
            transcript.add(only);
            transcript
        }
        (Some(retry), [first, second, ..]) => {
            let mut transcript = Transcript::retried(hash, first, retry);
            transcript.add(second);
            transcript
        }
        _ => return None,
    };
    transcript.add(messages);
    let mut content = vec![b' '; 64];
    content.extend_from_slice(b"TLS 1.3, server CertificateVerify\0");
    content.extend(transcript.current());
    Some(content)
}
