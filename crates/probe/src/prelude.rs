//! What precedes the ClientHello on a connection.

use crate::connect::Connection;
use crate::ending::Ending;
use crate::starttls;
use report::{PhaseName, Prelude};
use std::net::{IpAddr, SocketAddr};

/// Says what precedes TLS, as the phase [`PhaseName::Starttls`] where there is something to say.
pub(crate) async fn speak(
    connection: &mut Connection<'_>,
    prelude: Prelude,
    server_name: Option<&str>,
) -> Result<(), Ending> {
    match prelude {
        Prelude::None => {}
        Prelude::Starttls(protocol) => {
            connection.recorder().next(PhaseName::Starttls);
            starttls::dialogue(connection, protocol, server_name).await?;
        }
        Prelude::ProxyLine => {
            connection.recorder().next(PhaseName::Starttls);
            connection.recorder().remark("PROXY");
            let line = proxy_line(connection.local, connection.peer);
            connection.write(line.as_bytes()).await;
        }
    }
    Ok(())
}

fn proxy_line(from: SocketAddr, to: SocketAddr) -> String {
    let (from_ip, to_ip) = (from.ip().to_canonical(), to.ip().to_canonical());
    let family = match (from_ip, to_ip) {
        (IpAddr::V4(_), IpAddr::V4(_)) => "TCP4",
        _ => "TCP6",
    };
    let (from_port, to_port) = (from.port(), to.port());
    format!("PROXY {family} {from_ip} {to_ip} {from_port} {to_port}\r\n")
}

#[cfg(test)]
mod tests {
    use super::proxy_line;

    #[test]
    fn the_proxy_line_names_both_ends() {
        let line = |from: &str, to: &str| proxy_line(from.parse().unwrap(), to.parse().unwrap());
        assert_eq!(
            line("192.0.2.1:1025", "198.51.100.7:443"),
            "PROXY TCP4 192.0.2.1 198.51.100.7 1025 443\r\n"
        );
        assert_eq!(
            line("[2001:db8::1]:1025", "[2001:db8::2]:443"),
            "PROXY TCP6 2001:db8::1 2001:db8::2 1025 443\r\n"
        );
    }
}
