//! The TLS 1.3 key schedule (RFC 8446 section 7) and record protection (section 5.2), without PSKs.

use aes::{Aes128, cipher::typenum::U8, cipher::typenum::U12, cipher::typenum::U16};
use aes_gcm::aead::{Aead, KeyInit, Nonce, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use ccm::Ccm;
use chacha20poly1305::ChaCha20Poly1305;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use report::{CipherSuite, ContentType};
use sha2::{Digest, Sha256, Sha384};

/// The hash of a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

impl Hash {
    /// The hash of a TLS 1.3 suite (RFC 8446 section B.4).
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

    /// The verify_data of a Finished (RFC 8446 section 4.4.4), from the sender's handshake traffic secret and the hash
    /// of all messages before it.
    pub fn finished(self, traffic_secret: &[u8], transcript_hash: &[u8]) -> Vec<u8> {
        let key = self.expand(traffic_secret, "finished", &[], self.length());
        self.hmac(&key, transcript_hash)
    }

    /// Octets of a digest.
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

    /// HKDF-Expand-Label (RFC 8446 section 7.1); nothing when `secret` is shorter than a digest.
    fn expand(self, secret: &[u8], label: &str, context: &[u8], length: usize) -> Vec<u8> {
        let mut info = u16::try_from(length)
            .unwrap_or(u16::MAX)
            .to_be_bytes()
            .to_vec();
        crate::reader::put8(&mut info, format!("tls13 {label}").as_bytes());
        crate::reader::put8(&mut info, context);
        let mut out = vec![0; length];
        let done = match self {
            Self::Sha256 => Hkdf::<Sha256>::from_prk(secret)
                .is_ok_and(|hkdf| hkdf.expand(&info, &mut out).is_ok()),
            Self::Sha384 => Hkdf::<Sha384>::from_prk(secret)
                .is_ok_and(|hkdf| hkdf.expand(&info, &mut out).is_ok()),
        };
        if done { out } else { Vec::new() }
    }

    fn hmac(self, key: &[u8], octets: &[u8]) -> Vec<u8> {
        let code = match self {
            Self::Sha256 => Hmac::<Sha256>::new_from_slice(key)
                .map(|mac| mac.chain_update(octets).finalize().into_bytes().to_vec()),
            Self::Sha384 => Hmac::<Sha384>::new_from_slice(key)
                .map(|mac| mac.chain_update(octets).finalize().into_bytes().to_vec()),
        };
        code.unwrap_or_default()
    }
}

/// The running hash of a handshake's messages (RFC 8446 section 4.4.1).
#[derive(Clone)]
pub struct Transcript {
    hash: Hash,
    state: Running,
}

#[derive(Clone)]
enum Running {
    Sha256(Sha256),
    Sha384(Sha384),
}

impl Transcript {
    /// Of no message yet.
    pub fn new(hash: Hash) -> Self {
        let state = match hash {
            Hash::Sha256 => Running::Sha256(Sha256::new()),
            Hash::Sha384 => Running::Sha384(Sha384::new()),
        };
        Self { hash, state }
    }

    /// Of a first ClientHello and the HelloRetryRequest that answers it: the ClientHello is replaced by a message_hash.
    pub fn retried(hash: Hash, client_hello: &[u8], retry: &[u8]) -> Self {
        const MESSAGE_HASH: u8 = 254;
        let mut message = vec![MESSAGE_HASH];
        crate::reader::put24(&mut message, &hash.digest(client_hello));
        let mut transcript = Self::new(hash);
        transcript.add(&message);
        transcript.add(retry);
        transcript
    }

    /// Adds a message with its header.
    pub fn add(&mut self, message: &[u8]) {
        match &mut self.state {
            Running::Sha256(state) => state.update(message),
            Running::Sha384(state) => state.update(message),
        }
    }

    /// The hash of all messages so far.
    pub fn current(&self) -> Vec<u8> {
        match &self.state {
            Running::Sha256(state) => state.clone().finalize().to_vec(),
            Running::Sha384(state) => state.clone().finalize().to_vec(),
        }
    }

    /// Which hash it is.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

impl std::fmt::Debug for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "transcript under {:?}", self.hash)
    }
}

/// The secrets of the handshake phase.
#[derive(Clone)]
pub struct HandshakeSecrets {
    hash: Hash,
    /// client_handshake_traffic_secret.
    pub client: Vec<u8>,
    /// server_handshake_traffic_secret.
    pub server: Vec<u8>,
    master: Vec<u8>,
}

impl HandshakeSecrets {
    /// From the shared secret of the key exchange and the transcript from ClientHello to ServerHello.
    pub fn new(shared: &[u8], transcript: &Transcript) -> Self {
        let hash = transcript.hash;
        let zeros = vec![0; hash.length()];
        let empty = hash.digest(&[]);
        let derived = |secret: &[u8]| hash.expand(secret, "derived", &empty, hash.length());
        let early = hash.extract(&zeros, &zeros);
        let handshake = hash.extract(&derived(&early), shared);
        let hello = transcript.current();
        let secret = |label| hash.expand(&handshake, label, &hello, hash.length());
        let master = hash.extract(&derived(&handshake), &zeros);
        Self {
            hash,
            client: secret("c hs traffic"),
            server: secret("s hs traffic"),
            master,
        }
    }

    /// client_application_traffic_secret_0, from the transcript up to the server's Finished.
    pub fn client_application(&self, transcript: &Transcript) -> Vec<u8> {
        self.application("c ap traffic", transcript)
    }

    /// server_application_traffic_secret_0, from the transcript up to the server's Finished.
    pub fn server_application(&self, transcript: &Transcript) -> Vec<u8> {
        self.application("s ap traffic", transcript)
    }

    fn application(&self, label: &str, transcript: &Transcript) -> Vec<u8> {
        self.hash.expand(
            &self.master,
            label,
            &transcript.current(),
            self.hash.length(),
        )
    }
}

impl std::fmt::Debug for HandshakeSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// The AEAD of a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
    Aes128Ccm,
    Aes128Ccm8,
}

type Aes128Ccm = Ccm<Aes128, U16, U12>;
type Aes128Ccm8 = Ccm<Aes128, U8, U12>;

const NONCE: usize = 12;

/// The keys of one direction, and how many records they were used for.
#[derive(Clone)]
pub struct TrafficKeys {
    hash: Hash,
    cipher: Cipher,
    secret: Vec<u8>,
    key: Vec<u8>,
    nonce: Vec<u8>,
    sequence: u64,
}

impl TrafficKeys {
    /// The keys of a traffic secret (RFC 8446 section 7.3); `None` for a suite that is not of TLS 1.3, or a secret of
    /// the wrong length.
    pub fn new(suite: CipherSuite, secret: &[u8]) -> Option<Self> {
        let hash = Hash::of(suite)?;
        let cipher = match suite.0 {
            0x1301 => Cipher::Aes128Gcm,
            0x1302 => Cipher::Aes256Gcm,
            0x1303 => Cipher::ChaCha20Poly1305,
            0x1304 => Cipher::Aes128Ccm,
            0x1305 => Cipher::Aes128Ccm8,
            _ => return None,
        };
        (secret.len() == hash.length()).then(|| Self::derive(hash, cipher, secret.to_vec()))
    }

    fn derive(hash: Hash, cipher: Cipher, secret: Vec<u8>) -> Self {
        let key = hash.expand(&secret, "key", &[], cipher.key_length());
        let nonce = hash.expand(&secret, "iv", &[], NONCE);
        Self {
            hash,
            cipher,
            secret,
            key,
            nonce,
            sequence: 0,
        }
    }

    /// The verify_data of the Finished of whoever has these keys, after messages with that hash.
    pub fn finished(&self, transcript_hash: &[u8]) -> Vec<u8> {
        self.hash.finished(&self.secret, transcript_hash)
    }

    /// The keys after a KeyUpdate (RFC 8446 section 7.2).
    #[must_use]
    pub fn updated(&self) -> Self {
        let secret = self
            .hash
            .expand(&self.secret, "traffic upd", &[], self.hash.length());
        Self::derive(self.hash, self.cipher, secret)
    }

    /// Opens the body of a protected record: inner content type, and content without padding. A failed opening uses up
    /// no number.
    pub fn open(&mut self, body: &[u8]) -> Option<(ContentType, Vec<u8>)> {
        let header = header(body.len())?;
        let payload = Payload {
            msg: body,
            aad: &header,
        };
        let nonce = self.record_nonce();
        let mut inner = match self.cipher {
            Cipher::Aes128Gcm => decrypt::<Aes128Gcm>(&self.key, &nonce, payload),
            Cipher::Aes256Gcm => decrypt::<Aes256Gcm>(&self.key, &nonce, payload),
            Cipher::ChaCha20Poly1305 => decrypt::<ChaCha20Poly1305>(&self.key, &nonce, payload),
            Cipher::Aes128Ccm => decrypt::<Aes128Ccm>(&self.key, &nonce, payload),
            Cipher::Aes128Ccm8 => decrypt::<Aes128Ccm8>(&self.key, &nonce, payload),
        }?;
        self.sequence = self.sequence.saturating_add(1);
        let content = inner
            .iter()
            .rposition(|octet| *octet != 0)
            .unwrap_or_default();
        let content_type = inner.get(content).copied().filter(|typ| *typ != 0)?;
        inner.truncate(content);
        Some((ContentType(content_type), inner))
    }

    /// A protected record with this content, header included; `None` for content longer than a record can say.
    pub fn seal(&mut self, content_type: ContentType, content: &[u8]) -> Option<Vec<u8>> {
        let inner = [content, &[content_type.0]].concat();
        let header = header(inner.len().checked_add(self.cipher.tag_length())?)?;
        let payload = Payload {
            msg: &inner,
            aad: &header,
        };
        let nonce = self.record_nonce();
        let sealed = match self.cipher {
            Cipher::Aes128Gcm => encrypt::<Aes128Gcm>(&self.key, &nonce, payload),
            Cipher::Aes256Gcm => encrypt::<Aes256Gcm>(&self.key, &nonce, payload),
            Cipher::ChaCha20Poly1305 => encrypt::<ChaCha20Poly1305>(&self.key, &nonce, payload),
            Cipher::Aes128Ccm => encrypt::<Aes128Ccm>(&self.key, &nonce, payload),
            Cipher::Aes128Ccm8 => encrypt::<Aes128Ccm8>(&self.key, &nonce, payload),
        }?;
        self.sequence = self.sequence.saturating_add(1);
        Some([&header[..], &sealed].concat())
    }

    /// RFC 8446 section 5.3.
    fn record_nonce(&self) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        let sequence = [&[0; 4][..], &self.sequence.to_be_bytes()].concat();
        for ((octet, key), number) in nonce.iter_mut().zip(&self.nonce).zip(sequence) {
            *octet = key ^ number;
        }
        nonce
    }
}

impl std::fmt::Debug for TrafficKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[secret] after {} records", self.sequence)
    }
}

impl Cipher {
    fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Ccm | Self::Aes128Ccm8 => 16,
            Self::Aes256Gcm | Self::ChaCha20Poly1305 => 32,
        }
    }

    fn tag_length(self) -> usize {
        if self == Self::Aes128Ccm8 { 8 } else { 16 }
    }
}

fn decrypt<C: Aead + KeyInit>(
    key: &[u8],
    nonce: &[u8],
    payload: Payload<'_, '_>,
) -> Option<Vec<u8>> {
    let nonce: &Nonce<C> = nonce.try_into().ok()?;
    C::new_from_slice(key).ok()?.decrypt(nonce, payload).ok()
}

fn encrypt<C: Aead + KeyInit>(
    key: &[u8],
    nonce: &[u8],
    payload: Payload<'_, '_>,
) -> Option<Vec<u8>> {
    let nonce: &Nonce<C> = nonce.try_into().ok()?;
    C::new_from_slice(key).ok()?.encrypt(nonce, payload).ok()
}

/// The header that is authenticated (RFC 8446 section 5.2).
fn header(length: usize) -> Option<[u8; 5]> {
    let [high, low] = u16::try_from(length).ok()?.to_be_bytes();
    Some([ContentType::APPLICATION_DATA.0, 3, 3, high, low])
}

#[cfg(test)]
mod tests {
    use super::{HandshakeSecrets, Hash, TrafficKeys, Transcript};
    use report::{CipherSuite, ContentType};

    #[test]
    fn what_is_sealed_opens_once() {
        for (suite, length) in [
            (0x1301, 32),
            (0x1302, 48),
            (0x1303, 32),
            (0x1304, 32),
            (0x1305, 32),
        ] {
            let secret = vec![7; length];
            let keys =
                || TrafficKeys::new(CipherSuite(suite), &secret).expect("a suite of TLS 1.3");
            let record = keys()
                .seal(ContentType::HANDSHAKE, b"hello\0")
                .expect("sealed");
            let mut reader = keys();
            let inner = Some((ContentType::HANDSHAKE, b"hello\0".to_vec()));
            assert_eq!(reader.open(&record[5..]), inner, "{suite:#x}");
            assert_eq!(
                reader.open(&record[5..]),
                None,
                "the next record has another nonce"
            );
            assert_eq!(keys().updated().open(&record[5..]), None, "other keys");
            assert!(TrafficKeys::new(CipherSuite(suite), &secret[1..]).is_none());
        }
    }

    #[test]
    fn no_format_shows_a_secret() {
        let transcript = Transcript::new(Hash::Sha256);
        let secrets = HandshakeSecrets::new(&[7; 32], &transcript);
        let keys = TrafficKeys::new(CipherSuite(0x1301), &secrets.server).expect("keys");
        for shown in [
            format!("{secrets:?}"),
            format!("{keys:?}"),
            format!("{keys:#?}"),
        ] {
            assert!(shown.starts_with("[secret]") && shown.len() < 30, "{shown}");
        }
    }
}
