//! The TLS 1.3 key schedule (RFC 8446 section 7), as far as a handshake's server side needs it.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use chacha20poly1305::ChaCha20Poly1305;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use report::CipherSuite;
use sha2::{Digest, Sha256, Sha384};

/// The hash of a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

/// The AEAD of a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
}

const TAG: usize = 16;
const NONCE: usize = 12;

impl Hash {
    /// The hash of a TLS 1.3 suite.
    pub fn of(suite: CipherSuite) -> Option<Self> {
        match suite.0 {
            0x1302 => Some(Self::Sha384),
            0x1301 | 0x1303..=0x1305 => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The digest of some octets.
    pub fn digest(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(octets).to_vec(),
            Self::Sha384 => Sha384::digest(octets).to_vec(),
        }
    }

    fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }

    fn extract(self, salt: &[u8], secret: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Hkdf::<Sha256>::extract(Some(salt), secret).0.to_vec(),
            Self::Sha384 => Hkdf::<Sha384>::extract(Some(salt), secret).0.to_vec(),
        }
    }

    /// HKDF-Expand-Label (RFC 8446 section 7.1).
    pub(crate) fn expand(self, secret: &[u8], label: &str, context: &[u8], length: usize) -> Vec<u8> {
        let mut info = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes().to_vec();
        crate::reader::put8(&mut info, format!("tls13 {label}").as_bytes());
        crate::reader::put8(&mut info, context);
        let mut out = vec![0; length];
        let done = match self {
            Self::Sha256 => Hkdf::<Sha256>::from_prk(secret).ok().map(|hkdf| hkdf.expand(&info, &mut out).is_ok()),
            Self::Sha384 => Hkdf::<Sha384>::from_prk(secret).ok().map(|hkdf| hkdf.expand(&info, &mut out).is_ok()),
        };
        if done == Some(true) { out } else { Vec::new() }
    }

    fn hmac(self, key: &[u8], octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(octets).finalize().into_bytes().to_vec()),
            Self::Sha384 => Hmac::<Sha384>::new_from_slice(key).map(|mac| mac.chain_update(octets).finalize().into_bytes().to_vec()),
        }
        .unwrap_or_default()
    }

    /// The verify_data of a Finished (RFC 8446 section 4.4.4), from the sender's handshake traffic secret.
    pub fn finished(self, traffic_secret: &[u8], transcript_hash: &[u8]) -> Vec<u8> {
        let key = self.expand(traffic_secret, "finished", &[], self.length());
        self.hmac(&key, transcript_hash)
    }
}

/// The secrets of the handshake phase.
#[derive(Clone)]
pub struct HandshakeSecrets {
    /// client_handshake_traffic_secret.
    pub client: Vec<u8>,
    /// server_handshake_traffic_secret.
    pub server: Vec<u8>,
    /// The master secret.
    master: Vec<u8>,
    hash: Hash,
}

impl HandshakeSecrets {
    /// From the shared secret of the key exchange and the hash of ClientHello to ServerHello, without a PSK.
    pub fn new(hash: Hash, shared: &[u8], transcript_hash: &[u8]) -> Self {
        let zeros = vec![0; hash.length()];
        let empty = hash.digest(&[]);
        let early = hash.extract(&zeros, &zeros);
        let handshake = hash.extract(&hash.expand(&early, "derived", &empty, hash.length()), shared);
        let secret = |label| hash.expand(&handshake, label, transcript_hash, hash.length());
        let master = hash.extract(&hash.expand(&handshake, "derived", &empty, hash.length()), &zeros);
        Self { client: secret("c hs traffic"), server: secret("s hs traffic"), master, hash }
    }

    /// server_application_traffic_secret_0, from the hash of ClientHello to the server's Finished.
    pub fn server_application(&self, transcript_hash: &[u8]) -> Vec<u8> {
        self.hash.expand(&self.master, "s ap traffic", transcript_hash, self.hash.length())
    }
}

impl std::fmt::Debug for HandshakeSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// The keys of one direction, and how many records they were used for.
#[derive(Clone)]
pub struct TrafficKeys {
    cipher: Cipher,
    key: Vec<u8>,
    nonce: Vec<u8>,
    sequence: u64,
}

impl std::fmt::Debug for TrafficKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[secret] after {} records", self.sequence)
    }
}

impl TrafficKeys {
    /// The keys of a traffic secret (RFC 8446 section 7.3); `None` for suites without arithmetic here (AES-CCM).
    pub fn new(suite: CipherSuite, secret: &[u8]) -> Option<Self> {
        let hash = Hash::of(suite)?;
        let (cipher, length) = match suite.0 {
            0x1301 => (Cipher::Aes128Gcm, 16),
            0x1302 => (Cipher::Aes256Gcm, 32),
            0x1303 => (Cipher::ChaCha20Poly1305, 32),
            _ => return None,
        };
        Some(Self { cipher, key: hash.expand(secret, "key", &[], length), nonce: hash.expand(secret, "iv", &[], NONCE), sequence: 0 })
    }

    /// Opens the body of a protected record: content type and content without padding. A failed opening uses up no number.
    pub fn open(&mut self, body: &[u8]) -> Option<(u8, Vec<u8>)> {
        let header = header(body.len())?;
        let nonce = self.nonce();
        let payload = Payload { msg: body, aad: &header };
        let mut inner = match self.cipher {
            Cipher::Aes128Gcm => Aes128Gcm::new_from_slice(&self.key).ok()?.decrypt(&nonce.into(), payload).ok()?,
            Cipher::Aes256Gcm => Aes256Gcm::new_from_slice(&self.key).ok()?.decrypt(&nonce.into(), payload).ok()?,
            Cipher::ChaCha20Poly1305 => ChaCha20Poly1305::new_from_slice(&self.key).ok()?.decrypt(&nonce.into(), payload).ok()?,
        };
        self.sequence = self.sequence.saturating_add(1);
        while inner.last() == Some(&0) {
            inner.pop();
        }
        let content_type = inner.pop()?;
        Some((content_type, inner))
    }

    /// A protected record with this content, header included.
    pub fn seal(&mut self, content_type: u8, content: &[u8]) -> Option<Vec<u8>> {
        let mut inner = content.to_vec();
        inner.push(content_type);
        let header = header(inner.len().checked_add(TAG)?)?;
        let nonce = self.nonce();
        let payload = Payload { msg: &inner, aad: &header };
        let sealed = match self.cipher {
            Cipher::Aes128Gcm => Aes128Gcm::new_from_slice(&self.key).ok()?.encrypt(&nonce.into(), payload).ok()?,
            Cipher::Aes256Gcm => Aes256Gcm::new_from_slice(&self.key).ok()?.encrypt(&nonce.into(), payload).ok()?,
            Cipher::ChaCha20Poly1305 => ChaCha20Poly1305::new_from_slice(&self.key).ok()?.encrypt(&nonce.into(), payload).ok()?,
        };
        self.sequence = self.sequence.saturating_add(1);
        Some([&header[..], &sealed].concat())
    }

    /// RFC 8446 section 5.3.
    fn nonce(&self) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        let sequence = [&[0; 4][..], &self.sequence.to_be_bytes()].concat();
        for ((octet, key), number) in nonce.iter_mut().zip(&self.nonce).zip(sequence) {
            *octet = key ^ number;
        }
        nonce
    }
}

fn header(length: usize) -> Option<[u8; 5]> {
    let [high, low] = u16::try_from(length).ok()?.to_be_bytes();
    Some([23, 3, 3, high, low])
}

#[cfg(test)]
mod tests {
    use super::{Hash, TrafficKeys};
    use report::CipherSuite;

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hex")).collect()
    }

    /// RFC 8448 section 3: the server's handshake traffic secret and the keys derived from it.
    #[test]
    fn keys_of_rfc_8448() {
        let secret = octets("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        assert_eq!(Hash::Sha256.expand(&secret, "key", &[], 16), octets("3fce516009c21727d0f2e4e86ee403bc"));
        assert_eq!(Hash::Sha256.expand(&secret, "iv", &[], 12), octets("5d313eb2671276ee13000b30"));
    }

    #[test]
    fn what_is_sealed_opens_once() {
        for suite in [0x1301, 0x1302, 0x1303] {
            let secret = vec![7; 48];
            let keys = || TrafficKeys::new(CipherSuite(suite), &secret).expect("a suite we can do");
            let record = keys().seal(22, b"hello").expect("sealed");
            let mut reader = keys();
            assert_eq!(reader.open(&record[5..]), Some((22, b"hello".to_vec())));
            assert_eq!(reader.open(&record[5..]), None, "the next record has another nonce");
        }
    }
}
