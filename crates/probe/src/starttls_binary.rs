//! The STARTTLS dialogues of protocols that are not lines of text.

use crate::dialogue::{Dialogue, foreign, refused};
use crate::ending::{Ending, quoted};

/// Octets of one LDAP or MySQL message.
const MAX_MESSAGE: usize = 16 * 1024;

/// ExtendedRequest with the StartTLS OID 1.3.6.1.4.1.1466.20037, message id 1 (RFC 4511 sections 4.12 and 4.14.1).
const LDAP_START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// SSLRequest: length 8, code 80877103 (PostgreSQL's "Message Formats").
const POSTGRES_SSL_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// CLIENT_SSL of MySQL's capability flags.
const MYSQL_CLIENT_SSL: u16 = 0x0800;

pub(crate) async fn ldap(with: &mut Dialogue<'_, '_>) -> Result<String, Ending> {
    with.say(LDAP_START_TLS).await;
    let message = with
        .until(
            |heard| match heard {
                [] | [0x30] => None,
                [0x30, length, ..] if *length < 0x80 => whole(heard, 2, usize::from(*length)),
                [0x30, 0x81, length, ..] => whole(heard, 3, usize::from(*length)),
                [0x30, 0x82, high, low, ..] => {
                    whole(heard, 4, usize::from(u16::from_be_bytes([*high, *low])))
                }
                [0x30, 0x81 | 0x82, ..] if heard.len() < 4 => None,
                // Active Directory writes every length with four octets.
                [0x30, 0x84, 0, 0, high, low, ..] => {
                    whole(heard, 6, usize::from(u16::from_be_bytes([*high, *low])))
                }
                [0x30, 0x84, ..] if heard.len() < 6 => None,
                _ => Some(heard.len()),
            },
            MAX_MESSAGE,
        )
        .await?;
    match ldap_result(&message) {
        Some((0, _)) => Ok("resultCode 0".to_owned()),
        Some((code, message)) => Err(refused(&format!("resultCode {code} {message}"))),
        None => Err(foreign(&message)),
    }
}

pub(crate) async fn postgres(with: &mut Dialogue<'_, '_>) -> Result<String, Ending> {
    with.say(POSTGRES_SSL_REQUEST).await;
    let answer = with.octets(1).await?;
    match answer.as_slice() {
        b"S" => Ok("S".to_owned()),
        b"N" => Err(refused("N")),
        b"E" => Err(refused(&postgres_error(with).await?)),
        _ => Err(foreign(&answer)),
    }
}

/// What an ErrorResponse says, its letter taken already: fields of a letter and a string after a length, or, from
/// servers older than 7.4, a string alone ("Message Formats").
async fn postgres_error(with: &mut Dialogue<'_, '_>) -> Result<String, Ending> {
    let rest = with
        .until(
            |heard| match heard {
                [0, 0, high, low, ..] => {
                    whole(heard, 0, usize::from(u16::from_be_bytes([*high, *low])))
                }
                [] | [0] | [0, 0] | [0, 0, _] => None,
                _ => heard
                    .iter()
                    .position(|octet| *octet == 0)
                    .map(|end| end + 1),
            },
            MAX_MESSAGE,
        )
        .await?;
    let Some(fields) = rest.strip_prefix(&[0, 0]) else {
        return Ok(format!("E {}", quoted(rest.trim_ascii_end())));
    };
    let field = |letter: u8| {
        let mut fields = fields
            .get(2..)
            .unwrap_or_default()
            .split(|octet| *octet == 0);
        fields.find_map(|field| field.strip_prefix(&[letter]).map(quoted))
    };
    let (severity, message) = (field(b'S'), field(b'M'));
    let words = [Some("E".to_owned()), severity, message];
    Ok(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

pub(crate) async fn mysql(with: &mut Dialogue<'_, '_>) -> Result<String, Ending> {
    let packet = with
        .until(
            |heard| match heard {
                // The first packet of a connection has the sequence number 0.
                [low, middle, high, 0, 0x0a | 0xff, ..] => {
                    let length = u32::from_le_bytes([*low, *middle, *high, 0]);
                    whole(heard, 4, usize::try_from(length).unwrap_or(usize::MAX))
                }
                _ => (heard.len() >= 5).then_some(heard.len()),
            },
            MAX_MESSAGE,
        )
        .await?;
    let body = packet.get(4..).unwrap_or_default();
    let (version, capabilities) = match body {
        [0xff, error @ ..] => return Err(refused(&quoted(error.get(2..).unwrap_or_default()))),
        [0x0a, greeting @ ..] => match mysql_greeting(greeting) {
            Some(greeting) => greeting,
            None => return Err(foreign(&packet)),
        },
        _ => return Err(foreign(&packet)),
    };
    if capabilities & MYSQL_CLIENT_SSL == 0 {
        return Err(refused(&format!("{version}, no CLIENT_SSL")));
    }
    // SSLRequest: CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION and CLIENT_PLUGIN_AUTH, packets
    // up to 16 MiB, utf8mb4, 23 zero octets.
    let mut request = vec![32, 0, 0, 1];
    request.extend_from_slice(&0x0008_8a00_u32.to_le_bytes());
    request.extend_from_slice(&0x0100_0000_u32.to_le_bytes());
    request.push(45);
    request.extend_from_slice(&[0; 23]);
    with.say(request).await;
    Ok(version)
}

fn whole(heard: &[u8], header: usize, length: usize) -> Option<usize> {
    let end = header.saturating_add(length);
    // A length nobody means must not be waited for.
    if length > MAX_MESSAGE {
        return Some(heard.len());
    }
    (heard.len() >= end).then_some(end)
}

/// resultCode and diagnosticMessage of the ExtendedResponse in an LDAPMessage (RFC 4511 section 4.1.9).
fn ldap_result(message: &[u8]) -> Option<(u8, String)> {
    let (0x30, message, _) = element(message)? else {
        return None;
    };
    let (0x02, _id, rest) = element(message)? else {
        return None;
    };
    let (0x78, response, _) = element(rest)? else {
        return None;
    };
    let (0x0a, [code], rest) = element(response)? else {
        return None;
    };
    let diagnostic = element(rest)
        .filter(|(tag, ..)| *tag == 0x04)
        .and_then(|(_, _matched, rest)| element(rest))
        .filter(|(tag, ..)| *tag == 0x04)
        .map(|(_, message, _)| quoted(message));
    Some((*code, diagnostic.unwrap_or_default()))
}

/// Tag, content and rest of a BER element with a definite length.
fn element(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = octets.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (octets, rest) = rest.split_at_checked(count)?;
        let length = octets
            .iter()
            .fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// Version and lower capability flags of a HandshakeV10 packet, after its first octet.
fn mysql_greeting(greeting: &[u8]) -> Option<(String, u16)> {
    let end = greeting.iter().position(|octet| *octet == 0)?;
    let version = quoted(greeting.get(..end)?);
    // Thread id 4, first part of the nonce 8, filler 1.
    let flags = greeting.get(end + 14..end + 16)?;
    Some((version, u16::from_le_bytes(flags.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::{LDAP_START_TLS, ldap_result, mysql_greeting};

    #[test]
    fn the_ldap_request_has_the_lengths_it_says() {
        assert_eq!(LDAP_START_TLS.len(), 0x1d + 2);
        assert_eq!(LDAP_START_TLS.len() - 7, 0x18);
    }

    #[test]
    fn ldap_answers_with_short_and_long_lengths() {
        let short = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00";
        assert_eq!(ldap_result(short), Some((52, String::new())));
        let long = b"\x30\x84\0\0\0\x10\x02\x01\x01\x78\x84\0\0\0\x07\x0a\x01\0\x04\0\x04\0";
        assert_eq!(ldap_result(long), Some((0, String::new())));
        for cut in 0..short.len() {
            assert_eq!(ldap_result(&short[..cut]), None);
        }
        assert_eq!(ldap_result(b"\x30\x84\xff\xff\xff\xff"), None);
    }

    #[test]
    fn a_mysql_greeting_cut_anywhere_is_none() {
        let mut greeting = b"8.0.1\0".to_vec();
        greeting.extend_from_slice(&[1; 13]);
        greeting.extend_from_slice(&[0x00, 0x08]);
        assert_eq!(
            mysql_greeting(&greeting),
            Some(("8.0.1".to_owned(), 0x0800))
        );
        for cut in 0..greeting.len() {
            assert_eq!(mysql_greeting(&greeting[..cut]), None);
        }
    }
}
