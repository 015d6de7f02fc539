//! SSLv2 (draft-hickman-netscape-ssl-00): its records and its messages.

use crate::body::Body;
use crate::defect::Defect;
use crate::reader::put16;

/// Octets of an ERROR message.
pub(crate) const ERROR_LENGTH: usize = 3;

/// A message of SSLv2. Those after [`Self::ClientMasterKey`] are encrypted on the wire and only written plain by tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ssl2Message {
    /// ERROR: 1 no cipher, 2 no certificate, 4 bad certificate, 6 unsupported certificate type.
    Error(u16),
    /// CLIENT-HELLO, also the compatible form of later versions (RFC 5246 section E.2).
    ClientHello {
        /// The version offered.
        version: u16,
        /// CIPHER-SPECS, three octets each.
        cipher_specs: Vec<[u8; 3]>,
        /// SESSION-ID.
        session_id: Vec<u8>,
        /// CHALLENGE.
        challenge: Vec<u8>,
    },
    /// CLIENT-MASTER-KEY.
    ClientMasterKey {
        /// CIPHER-KIND.
        cipher_kind: [u8; 3],
        /// CLEAR-KEY.
        clear_key: Vec<u8>,
        /// ENCRYPTED-KEY.
        encrypted_key: Vec<u8>,
        /// KEY-ARG.
        key_argument: Vec<u8>,
    },
    /// CLIENT-FINISHED with CONNECTION-ID.
    ClientFinished(Vec<u8>),
    /// SERVER-HELLO.
    ServerHello {
        /// SESSION-ID-HIT: whether the session was found; 0 or 1.
        session_id_hit: u8,
        /// CERTIFICATE-TYPE: 1 is X.509.
        certificate_type: u8,
        /// The version selected.
        version: u16,
        /// CERTIFICATE, DER.
        certificate: Vec<u8>,
        /// CIPHER-SPECS, three octets each.
        cipher_specs: Vec<[u8; 3]>,
        /// CONNECTION-ID.
        connection_id: Vec<u8>,
    },
    /// SERVER-VERIFY with CHALLENGE.
    ServerVerify(Vec<u8>),
    /// SERVER-FINISHED with SESSION-ID.
    ServerFinished(Vec<u8>),
    /// REQUEST-CERTIFICATE.
    RequestCertificate {
        /// AUTHENTICATION-TYPE: 1 is MD5 with RSA.
        authentication_type: u8,
        /// CERTIFICATE-CHALLENGE.
        challenge: Vec<u8>,
    },
    /// CLIENT-CERTIFICATE.
    ClientCertificate {
        /// CERTIFICATE-TYPE: 1 is X.509.
        certificate_type: u8,
        /// CERTIFICATE, DER.
        certificate: Vec<u8>,
        /// RESPONSE.
        response: Vec<u8>,
    },
    /// The body of an encrypted record.
    Encrypted(Vec<u8>),
    /// Any other message, or one that does not keep to its form.
    Other {
        /// MSG-TYPE.
        typ: u8,
        /// What follows it.
        body: Vec<u8>,
    },
}

/// One record at the start of some octets.
pub(crate) struct Frame<'a> {
    /// Octets of the header: two, or three with padding.
    pub(crate) header: usize,
    /// The content without padding.
    pub(crate) body: &'a [u8],
    /// Octets of all of it.
    pub(crate) used: usize,
}

/// The record `octets` begin with, once it is whole.
///
/// ```text
/// without padding:  1 and length (15 bits) | content
/// with padding:     0, security escape and length (14 bits) | octets of padding (1) | content, padding
/// ```
pub(crate) fn frame(octets: &[u8]) -> Option<Frame<'_>> {
    let [high, low] = *octets.first_chunk::<2>()?;
    let (header, mask) = if high & 0x80 == 0 {
        (3usize, 0x3fff)
    } else {
        (2, 0x7fff)
    };
    let length = usize::from(u16::from_be_bytes([high, low]) & mask);
    let used = header.saturating_add(length);
    let content = octets.get(header..used)?;
    let padding = if header == 3 {
        octets.get(2).copied().unwrap_or_default()
    } else {
        0
    };
    let body = content
        .get(..length.saturating_sub(usize::from(padding)))
        .unwrap_or(content);
    Some(Frame { header, body, used })
}

/// Whether a connection may begin with a message of that type: ERROR, CLIENT-HELLO, CLIENT-MASTER-KEY, SERVER-HELLO.
pub(crate) fn is_message(typ: u8) -> bool {
    matches!(typ, 0..=2 | 4)
}

impl Ssl2Message {
    /// The message in a record with a two-octet header. A message over 32,767 octets is cut: the header cannot say
    /// more.
    pub fn encode(&self) -> Vec<u8> {
        const LONGEST: usize = 0x7fff;
        let body = self.encode_body();
        let mut out = Vec::new();
        put16(&mut out, body.get(..LONGEST).unwrap_or(&body));
        if let Some(first) = out.first_mut() {
            *first |= 0x80;
        }
        out
    }

    fn encode_body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Error(code) => {
                out.push(0);
                out.extend_from_slice(&code.to_be_bytes());
            }
            Self::ClientHello {
                version,
                cipher_specs,
                session_id,
                challenge,
            } => {
                out.push(1);
                out.extend_from_slice(&version.to_be_bytes());
                put_all(
                    &mut out,
                    &[cipher_specs.as_flattened(), session_id, challenge],
                );
            }
            Self::ClientMasterKey {
                cipher_kind,
                clear_key,
                encrypted_key,
                key_argument,
            } => {
                out.push(2);
                out.extend_from_slice(cipher_kind);
                put_all(&mut out, &[clear_key, encrypted_key, key_argument]);
            }
            Self::ClientFinished(connection_id) => {
                out.push(3);
                out.extend_from_slice(connection_id);
            }
            Self::ServerHello {
                session_id_hit,
                certificate_type,
                version,
                certificate,
                cipher_specs,
                connection_id,
            } => {
                out.extend_from_slice(&[4, *session_id_hit, *certificate_type]);
                out.extend_from_slice(&version.to_be_bytes());
                put_all(
                    &mut out,
                    &[certificate, cipher_specs.as_flattened(), connection_id],
                );
            }
            Self::ServerVerify(challenge) => {
                out.push(5);
                out.extend_from_slice(challenge);
            }
            Self::ServerFinished(session_id) => {
                out.push(6);
                out.extend_from_slice(session_id);
            }
            Self::RequestCertificate {
                authentication_type,
                challenge,
            } => {
                out.extend_from_slice(&[7, *authentication_type]);
                out.extend_from_slice(challenge);
            }
            Self::ClientCertificate {
                certificate_type,
                certificate,
                response,
            } => {
                out.extend_from_slice(&[8, *certificate_type]);
                put_all(&mut out, &[certificate, response]);
            }
            Self::Encrypted(octets) => out.extend_from_slice(octets),
            Self::Other { typ, body } => {
                out.push(*typ);
                out.extend_from_slice(body);
            }
        }
        out
    }

    /// Reads a message, without its record's header. A message that does not keep to its form is
    /// [`Self::Other`], and a defect whose offset counts from the message's first octet.
    pub fn decode(octets: &[u8]) -> (Self, Vec<Defect>) {
        let mut defects = Vec::new();
        let message = Self::read(Body::new(octets), &mut defects).unwrap_or_else(|defect| {
            defects.push(defect);
            let typ = octets.first().copied().unwrap_or_default();
            Self::Other {
                typ,
                body: octets.get(1..).unwrap_or_default().to_vec(),
            }
        });
        (message, defects)
    }

    fn read(mut body: Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        let typ = body.u8("MSG-TYPE")?;
        let message = match typ {
            0 => Self::Error(body.u16("ERROR-CODE")?),
            1 => Self::client_hello(&mut body, defects)?,
            2 => Self::client_master_key(&mut body)?,
            3 => return Ok(Self::ClientFinished(body.rest().to_vec())),
            4 => Self::server_hello(&mut body, defects)?,
            5 => return Ok(Self::ServerVerify(body.rest().to_vec())),
            6 => return Ok(Self::ServerFinished(body.rest().to_vec())),
            7 => {
                let authentication_type = body.u8("AUTHENTICATION-TYPE")?;
                let challenge = body.rest().to_vec();
                return Ok(Self::RequestCertificate {
                    authentication_type,
                    challenge,
                });
            }
            8 => {
                let certificate_type = body.u8("CERTIFICATE-TYPE")?;
                let certificate = body.u16("CERTIFICATE-LENGTH")?;
                let response = body.u16("RESPONSE-LENGTH")?;
                Self::ClientCertificate {
                    certificate_type,
                    certificate: part(&mut body, certificate, "CERTIFICATE-DATA")?,
                    response: part(&mut body, response, "RESPONSE-DATA")?,
                }
            }
            _ => {
                let got = typ.to_string();
                defects.push(Defect::new(0, "MSG-TYPE", "0 to 8", got));
                return Ok(Self::Other {
                    typ,
                    body: body.rest().to_vec(),
                });
            }
        };
        body.end("SSLv2 message", defects);
        Ok(message)
    }

    fn client_hello(body: &mut Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        let version = body.u16("CLIENT-VERSION")?;
        let specs = body.u16("CIPHER-SPECS-LENGTH")?;
        let session_id = body.u16("SESSION-ID-LENGTH")?;
        let challenge = body.u16("CHALLENGE-LENGTH")?;
        Ok(Self::ClientHello {
            version,
            cipher_specs: cipher_specs(body, specs, defects)?,
            session_id: part(body, session_id, "SESSION-ID-DATA")?,
            challenge: part(body, challenge, "CHALLENGE-DATA")?,
        })
    }

    fn client_master_key(body: &mut Body<'_>) -> Result<Self, Defect> {
        let cipher_kind = body.array("CIPHER-KIND")?;
        let clear_key = body.u16("CLEAR-KEY-LENGTH")?;
        let encrypted_key = body.u16("ENCRYPTED-KEY-LENGTH")?;
        let key_argument = body.u16("KEY-ARG-LENGTH")?;
        Ok(Self::ClientMasterKey {
            cipher_kind,
            clear_key: part(body, clear_key, "CLEAR-KEY-DATA")?,
            encrypted_key: part(body, encrypted_key, "ENCRYPTED-KEY-DATA")?,
            key_argument: part(body, key_argument, "KEY-ARG-DATA")?,
        })
    }

    fn server_hello(body: &mut Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        let session_id_hit = body.u8("SESSION-ID-HIT")?;
        let certificate_type = body.u8("CERTIFICATE-TYPE")?;
        let version = body.u16("SERVER-VERSION")?;
        let certificate = body.u16("CERTIFICATE-LENGTH")?;
        let specs = body.u16("CIPHER-SPECS-LENGTH")?;
        let connection_id = body.u16("CONNECTION-ID-LENGTH")?;
        Ok(Self::ServerHello {
            session_id_hit,
            certificate_type,
            version,
            certificate: part(body, certificate, "CERTIFICATE-DATA")?,
            cipher_specs: cipher_specs(body, specs, defects)?,
            connection_id: part(body, connection_id, "CONNECTION-ID-DATA")?,
        })
    }
}

fn part(body: &mut Body<'_>, length: u16, field: &'static str) -> Result<Vec<u8>, Defect> {
    body.take(usize::from(length), field).map(<[u8]>::to_vec)
}

fn cipher_specs(
    body: &mut Body<'_>,
    length: u16,
    defects: &mut Vec<Defect>,
) -> Result<Vec<[u8; 3]>, Defect> {
    const FIELD: &str = "CIPHER-SPECS-DATA";
    let place = body.place();
    let octets = body.take(usize::from(length), FIELD)?;
    let (specs, rest) = octets.as_chunks::<3>();
    if !rest.is_empty() {
        let got = format!("{length} octets");
        defects.push(Defect::new(place, FIELD, "a multiple of 3 octets", got));
    }
    Ok(specs.to_vec())
}

/// The lengths of all parts, then the parts; a part longer than its length can say is cut.
fn put_all(out: &mut Vec<u8>, parts: &[&[u8]]) {
    let most = usize::from(u16::MAX);
    let parts = parts.iter().map(|part| part.get(..most).unwrap_or(part));
    for part in parts.clone() {
        out.extend_from_slice(&u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::{Ssl2Message, frame};

    fn read(message: &Ssl2Message) -> Ssl2Message {
        let octets = message.encode();
        let frame = frame(&octets).expect("a whole record");
        assert_eq!(frame.used, octets.len());
        let (message, defects) = Ssl2Message::decode(frame.body);
        assert_eq!(defects, []);
        message
    }

    #[test]
    fn every_message_comes_back() {
        let messages = [
            Ssl2Message::Error(1),
            Ssl2Message::ClientHello {
                version: 2,
                cipher_specs: vec![[1, 0, 0x80], [7, 0, 0xc0]],
                session_id: vec![3; 16],
                challenge: vec![7; 16],
            },
            Ssl2Message::ClientMasterKey {
                cipher_kind: [1, 0, 0x80],
                clear_key: vec![1; 11],
                encrypted_key: vec![2; 128],
                key_argument: vec![3; 8],
            },
            Ssl2Message::ClientFinished(vec![4; 16]),
            Ssl2Message::ServerHello {
                session_id_hit: 0,
                certificate_type: 1,
                version: 2,
                certificate: vec![0x30, 0],
                cipher_specs: vec![[7, 0, 0xc0]],
                connection_id: vec![9; 16],
            },
            Ssl2Message::ServerVerify(vec![5; 16]),
            Ssl2Message::ServerFinished(vec![6; 16]),
            Ssl2Message::RequestCertificate {
                authentication_type: 1,
                challenge: vec![8; 16],
            },
            Ssl2Message::ClientCertificate {
                certificate_type: 1,
                certificate: vec![0x30, 0],
                response: vec![9; 128],
            },
            Ssl2Message::Other {
                typ: 9,
                body: vec![1, 2, 3],
            },
        ];
        for message in &messages[..9] {
            assert_eq!(&read(message), message);
        }
        let (other, defects) = Ssl2Message::decode(&messages[9].encode()[2..]);
        assert_eq!((&other, defects[0].field), (&messages[9], "MSG-TYPE"));
    }

    #[test]
    fn a_length_that_lies_is_placed() {
        let mut octets = Ssl2Message::Error(1).encode();
        octets.truncate(4);
        let (message, defects) = Ssl2Message::decode(&octets[2..]);
        assert_eq!(
            message,
            Ssl2Message::Other {
                typ: 0,
                body: vec![0]
            }
        );
        let defect = &defects[0];
        assert_eq!((defect.offset, defect.field), (1, "ERROR-CODE"));
        assert_eq!(
            (defect.expected.as_str(), defect.got.as_str()),
            ("2 octets", "1 octets")
        );
    }

    #[test]
    fn padding_is_no_content() {
        let frame = frame(&[0x00, 0x08, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0xff]).expect("a record");
        assert_eq!((frame.body, frame.used), (&[0, 0, 1][..], 11));
    }
}
