//! A server of TLS 1.2 that asks for a new handshake once it has read a request, as Apache does where a page alone needs a
//! client certificate.

use super::peer::Peer;
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use report::ContentType;
use rustls::{ConnectionTrafficSecrets, ServerConnection};
use std::io;

/// HelloRequest (RFC 5246 section 7.4.1.1): type 0, no body.
const HELLO_REQUEST: [u8; 4] = [0; 4];
/// Fatal, handshake_failure.
const FAILURE: [u8; 2] = [2, 40];

/// Asks for a new handshake, and ends the connection with an alert at whatever comes.
///
/// # Errors
///
/// When the connection breaks, or its cipher suite is not AES-GCM.
pub(super) async fn ask(tls: ServerConnection, peer: &mut Peer) -> io::Result<()> {
    let secrets = tls.dangerous_extract_secrets().map_err(io::Error::other)?;
    let (sequence, keys) = secrets.tx;
    let sealer = Sealer::new(&keys)?;
    let asking = sealer.seal(ContentType::HANDSHAKE, sequence, &HELLO_REQUEST)?;
    peer.say(&asking).await?;
    peer.more().await?;
    let ending = sealer.seal(ContentType::ALERT, sequence.wrapping_add(1), &FAILURE)?;
    peer.say(&ending).await
}

/// Makes the records of RFC 5288.
struct Sealer {
    key: LessSafeKey,
    iv: [u8; 12],
}

impl Sealer {
    fn new(keys: &ConnectionTrafficSecrets) -> io::Result<Self> {
        let (algorithm, key, iv) = match keys {
            ConnectionTrafficSecrets::Aes128Gcm { key, iv } => (&AES_128_GCM, key, iv),
            ConnectionTrafficSecrets::Aes256Gcm { key, iv } => (&AES_256_GCM, key, iv),
            _ => return Err(io::Error::other("not AES-GCM")),
        };
        let key = UnboundKey::new(algorithm, key.as_ref()).map_err(io::Error::other)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            iv: iv.as_ref().try_into().map_err(io::Error::other)?,
        })
    }

    fn seal(&self, kind: ContentType, sequence: u64, content: &[u8]) -> io::Result<Vec<u8>> {
        const VERSION: [u8; 2] = [3, 3];
        const SALT: usize = 4;
        let length = |octets: usize| u16::try_from(octets).map_err(io::Error::other);
        let mut nonce = self.iv;
        for (octet, counted) in nonce.iter_mut().skip(SALT).zip(sequence.to_be_bytes()) {
            *octet ^= counted;
        }
        let mut bound = sequence.to_be_bytes().to_vec();
        bound.push(kind.0);
        bound.extend(VERSION);
        bound.extend(length(content.len())?.to_be_bytes());
        let mut sealed = content.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound),
                &mut sealed,
            )
            .map_err(io::Error::other)?;
        let explicit = nonce.get(SALT..).unwrap_or_default();
        let mut record = vec![kind.0];
        record.extend(VERSION);
        record.extend(length(explicit.len() + sealed.len())?.to_be_bytes());
        record.extend(explicit);
        record.extend(sealed);
        Ok(record)
    }
}
