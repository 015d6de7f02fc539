//! SSLv2 (draft-hickman-netscape-ssl-00): its records and the messages of its hello.

use crate::reader::{Reader, put16};

/// An SSLv2 message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ssl2Message {
    /// CLIENT-HELLO, also the compatible form of later versions (RFC 5246 section E.2).
    ClientHello {
        /// The version offered.
        version: u16,
        /// Three octets each.
        cipher_specs: Vec<[u8; 3]>,
        /// SESSION-ID.
        session_id: Vec<u8>,
        /// CHALLENGE.
        challenge: Vec<u8>,
    },
    /// SERVER-HELLO.
    ServerHello {
        /// Whether SESSION-ID was found.
        session_id_hit: bool,
        /// CERTIFICATE-TYPE: 1 is X.509.
        certificate_type: u8,
        /// The version selected.
        version: u16,
        /// DER.
        certificate: Vec<u8>,
        /// Three octets each.
        cipher_specs: Vec<[u8; 3]>,
        /// CONNECTION-ID.
        connection_id: Vec<u8>,
    },
    /// ERROR: 1 no cipher, 2 no certificate, 4 bad certificate, 6 unsupported certificate type.
    Error(u16),
    /// Any other message, or one that does not keep to its form.
    Other {
        /// MSG-TYPE.
        typ: u8,
        /// What follows it.
        body: Vec<u8>,
    },
}

/// Whether `octets` may begin an SSLv2 record with a hello or an error, which is all that is told apart from TLS.
pub(crate) fn looks_like(octets: &[u8]) -> bool {
    matches!(octets, [0x80..=0xff, _, 0 | 1 | 4, ..])
}

impl Ssl2Message {
    /// The message in a record with a two-octet header.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        match self {
            Self::ClientHello { version, cipher_specs, session_id, challenge } => {
                body.push(1);
                body.extend_from_slice(&version.to_be_bytes());
                lengths(&mut body, &[cipher_specs.len().saturating_mul(3), session_id.len(), challenge.len()]);
                body.extend(cipher_specs.iter().flatten());
                body.extend_from_slice(session_id);
                body.extend_from_slice(challenge);
            }
            Self::ServerHello { session_id_hit, certificate_type, version, certificate, cipher_specs, connection_id } => {
                body.extend_from_slice(&[4, u8::from(*session_id_hit), *certificate_type]);
                body.extend_from_slice(&version.to_be_bytes());
                lengths(&mut body, &[certificate.len(), cipher_specs.len().saturating_mul(3), connection_id.len()]);
                body.extend_from_slice(certificate);
                body.extend(cipher_specs.iter().flatten());
                body.extend_from_slice(connection_id);
            }
            Self::Error(code) => {
                body.push(0);
                body.extend_from_slice(&code.to_be_bytes());
            }
            Self::Other { typ, body: rest } => {
                body.push(*typ);
                body.extend_from_slice(rest);
            }
        }
        let mut out = Vec::new();
        put16(&mut out, body.get(..0x7fff).unwrap_or(&body));
        if let Some(first) = out.first_mut() {
            *first |= 0x80;
        }
        out
    }

    /// Reads a message, without its record's header.
    pub fn decode(octets: &[u8]) -> Self {
        let mut reader = Reader::new(octets);
        let typ = reader.u8().unwrap_or_default();
        let whole = match typ {
            0 => reader.u16().map(Self::Error),
            1 => client_hello(&mut reader),
            4 => server_hello(&mut reader),
            _ => None,
        };
        whole.unwrap_or_else(|| Self::Other { typ, body: octets.get(1..).unwrap_or_default().to_vec() })
    }
}

fn lengths(out: &mut Vec<u8>, lengths: &[usize]) {
    for length in lengths {
        out.extend_from_slice(&u16::try_from(*length).unwrap_or(u16::MAX).to_be_bytes());
    }
}

fn client_hello(reader: &mut Reader<'_>) -> Option<Ssl2Message> {
    let version = reader.u16()?;
    let (specs, session, challenge) = (reader.u16()?, reader.u16()?, reader.u16()?);
    Some(Ssl2Message::ClientHello {
        version,
        cipher_specs: specs_of(reader.take(usize::from(specs))?),
        session_id: reader.take(usize::from(session))?.to_vec(),
        challenge: reader.take(usize::from(challenge))?.to_vec(),
    })
}

fn server_hello(reader: &mut Reader<'_>) -> Option<Ssl2Message> {
    let (hit, certificate_type, version) = (reader.u8()?, reader.u8()?, reader.u16()?);
    let (certificate, specs, connection) = (reader.u16()?, reader.u16()?, reader.u16()?);
    Some(Ssl2Message::ServerHello {
        session_id_hit: hit != 0,
        certificate_type,
        version,
        certificate: reader.take(usize::from(certificate))?.to_vec(),
        cipher_specs: specs_of(reader.take(usize::from(specs))?),
        connection_id: reader.take(usize::from(connection))?.to_vec(),
    })
}

fn specs_of(octets: &[u8]) -> Vec<[u8; 3]> {
    octets.chunks_exact(3).filter_map(|spec| spec.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::Ssl2Message;

    #[test]
    fn hellos_come_back() {
        let messages = [
            Ssl2Message::ClientHello { version: 2, cipher_specs: vec![[1, 0, 0x80]], session_id: vec![], challenge: vec![7; 16] },
            Ssl2Message::ServerHello {
                session_id_hit: false,
                certificate_type: 1,
                version: 2,
                certificate: vec![0x30, 0],
                cipher_specs: vec![[7, 0, 0xc0]],
                connection_id: vec![9; 16],
            },
            Ssl2Message::Error(1),
        ];
        for message in messages {
            let octets = message.encode();
            assert_eq!(Ssl2Message::decode(&octets[2..]), message);
        }
    }
}
