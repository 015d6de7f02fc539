//! SOCKS version 5 (RFC 1928), with user name and password (RFC 1929).

use super::ProxyLogin;
use crate::connect::Connection;
use crate::ending::Ending;
use crate::garbage;
use report::{Direction, PhaseOutcome, Via};
use std::net::{IpAddr, SocketAddr};

const VERSION: u8 = 5;
const CONNECT: u8 = 1;
const NO_AUTHENTICATION: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NONE_ACCEPTABLE: u8 = 0xff;
/// The version of the dialogue in RFC 1929 section 2.
const LOGIN_VERSION: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Asks for a tunnel and reads the reply to its last octet.
pub(super) async fn tunnel(
    connection: &mut Connection<'_>,
    via: &Via,
    login: Option<&ProxyLogin>,
) -> Result<(), Ending> {
    let request = request(&via.authority)
        .ok_or_else(|| Ending::new(PhaseOutcome::Error, "target not to be named in SOCKS"))?;
    let greeting: &[u8] = match login {
        Some(_) => &[VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD],
        None => &[VERSION, 1, NO_AUTHENTICATION],
    };
    connection.write(greeting).await;
    let mut answers = Answers::default();
    let method = match answers.next(connection, 2).await?.as_slice() {
        [VERSION, method] => *method,
        other => {
            // Text instead of SOCKS is worth keeping as far as it has come.
            let heard = [other, &answers.heard].concat();
            record(connection, &answers.heard);
            return Err(foreign(&heard));
        }
    };
    match (method, login) {
        (NO_AUTHENTICATION, _) => {}
        (USER_AND_PASSWORD, Some(login)) => {
            let message = login_message(login)
                .ok_or_else(|| Ending::new(PhaseOutcome::Error, "user or password too long"))?;
            // What stands in the report has two empty fields.
            connection.write_as(&message, &[LOGIN_VERSION, 0, 0]).await;
            match answers.next(connection, 2).await?.as_slice() {
                [_, 0] => {}
                [LOGIN_VERSION, status] => {
                    let detail = format!("SOCKS login refused, status {status}");
                    return Err(Ending::new(PhaseOutcome::Refused, detail));
                }
                other => return Err(foreign(other)),
            }
        }
        (NONE_ACCEPTABLE, _) => {
            let detail = "SOCKS method 255 no acceptable methods";
            return Err(Ending::new(PhaseOutcome::Refused, detail));
        }
        (other, _) => {
            let detail = format!("SOCKS method {other}");
            return Err(Ending::new(PhaseOutcome::Garbage, detail));
        }
    }
    connection.write(&request).await;
    let head = answers.next(connection, 4).await?;
    let (code, kind) = match head.as_slice() {
        [VERSION, code, _, kind] => (*code, *kind),
        other => return Err(foreign(other)),
    };
    if code != 0 {
        let detail = format!("SOCKS reply {code} {}", meaning(code));
        return Err(Ending::new(PhaseOutcome::Refused, detail));
    }
    let address = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => answers
            .next(connection, 1)
            .await?
            .first()
            .map_or(0, |length| usize::from(*length)),
        _ => return Err(foreign(&head)),
    };
    answers.next(connection, address.saturating_add(2)).await?;
    connection.recorder().remark("SOCKS reply 0 succeeded");
    connection.unread(answers.heard);
    Ok(())
}

/// A request for a connection (RFC 1928 section 4); `None` where the authority cannot stand in one.
fn request(authority: &str) -> Option<Vec<u8>> {
    let mut request = vec![VERSION, CONNECT, 0];
    let port = match authority.parse::<SocketAddr>() {
        Ok(address) => {
            match address.ip() {
                IpAddr::V4(ip) => {
                    request.push(IPV4);
                    request.extend(ip.octets());
                }
                IpAddr::V6(ip) => {
                    request.push(IPV6);
                    request.extend(ip.octets());
                }
            }
            address.port()
        }
        Err(_) => {
            let (name, port) = authority.rsplit_once(':')?;
            request.push(NAME);
            request.push(u8::try_from(name.len()).ok()?);
            request.extend(name.as_bytes());
            port.parse().ok()?
        }
    };
    request.extend(port.to_be_bytes());
    Some(request)
}

/// RFC 1929 section 2: each field is at most 255 octets long.
fn login_message(login: &ProxyLogin) -> Option<Vec<u8>> {
    let mut message = vec![LOGIN_VERSION];
    for field in [login.user.reveal(), login.password.reveal()] {
        message.push(u8::try_from(field.len()).ok()?);
        message.extend(field.as_bytes());
    }
    Some(message)
}

/// RFC 1928 section 6.
fn meaning(code: u8) -> &'static str {
    match code {
        1 => "general SOCKS server failure",
        2 => "connection not allowed by ruleset",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unassigned",
    }
}

fn foreign(octets: &[u8]) -> Ending {
    Ending::new(PhaseOutcome::Garbage, garbage::described(octets))
}

/// What the proxy says, by the octet: what is not part of its reply belongs to the tunnel.
#[derive(Default)]
struct Answers {
    heard: Vec<u8>,
}

impl Answers {
    /// The next `count` octets, at most 257. Whoever does not speak SOCKS may say less, or more: what there is ends the
    /// dialogue then.
    async fn next(
        &mut self,
        connection: &mut Connection<'_>,
        count: usize,
    ) -> Result<Vec<u8>, Ending> {
        while self.heard.len() < count {
            match connection.read_unrecorded().await {
                Ok(Some(octets)) => self.heard.extend_from_slice(&octets),
                Ok(None) => {
                    let heard = std::mem::take(&mut self.heard);
                    record(connection, &heard);
                    return Err(match heard.as_slice() {
                        [] => Ending::plain(PhaseOutcome::Closed),
                        heard => Ending::new(PhaseOutcome::Closed, garbage::described(heard)),
                    });
                }
                Err(ending) => {
                    record(connection, &self.heard);
                    return Err(ending);
                }
            }
        }
        let rest = self.heard.split_off(count);
        let taken = std::mem::replace(&mut self.heard, rest);
        record(connection, &taken);
        Ok(taken)
    }
}

fn record(connection: &Connection<'_>, octets: &[u8]) {
    connection.recorder().traffic(Direction::Received, octets);
}

#[cfg(test)]
mod tests {
    use super::{login_message, request};
    use crate::proxy::ProxyLogin;
    use report::Secret;

    #[test]
    fn requests_name_the_target_as_it_is_given() {
        assert_eq!(
            request("192.0.2.7:443").unwrap(),
            [5, 1, 0, 1, 192, 0, 2, 7, 1, 187]
        );
        let v6 = request("[2001:db8::1]:443").unwrap();
        assert_eq!((v6.len(), v6[3], v6[4], v6[19]), (22, 4, 0x20, 1));
        assert_eq!(
            request("a.test:8443").unwrap(),
            [&[5, 1, 0, 3, 6], b"a.test".as_slice(), &[0x20, 0xfb]].concat()
        );
        assert_eq!(request(&format!("{}:1", "a".repeat(256))), None);
        assert_eq!(request("no port"), None);
    }

    #[test]
    fn a_login_that_is_too_long_cannot_be_said() {
        let login = |password: &str| ProxyLogin {
            user: Secret::new("u".to_owned()),
            password: Secret::new(password.to_owned()),
        };
        assert_eq!(login_message(&login("p")).unwrap(), b"\x01\x01u\x01p");
        assert_eq!(login_message(&login(&"p".repeat(256))), None);
        assert!(!format!("{:?}", login("hunter2")).contains("hunter2"));
    }
}
