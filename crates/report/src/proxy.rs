//! Proxies between this machine and the target.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;

/// The way of one connection through a proxy. User name and password are not here: a report holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Via {
    /// Where the proxy is connected to.
    pub proxy: SocketAddr,
    /// What is spoken with it.
    pub kind: ProxyKind,
    /// The proxy as the user named it, without a port: over TLS the name in its certificate.
    pub host: String,
    /// The target as it is named to the proxy, `host:port`; an IPv6 address stands in brackets.
    pub authority: String,
    /// Whether the user name and password of the setting are given where the proxy asks for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub credentials: bool,
}

/// What is spoken with a proxy.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyKind {
    /// HTTP/1.1 CONNECT (RFC 9110 section 9.3.6); the proxy resolves the target's name.
    Http,
    /// The same within TLS to the proxy.
    Https,
    /// SOCKS version 5 (RFC 1928) with an address that was resolved here.
    Socks5,
    /// SOCKS version 5 with a name that the proxy resolves.
    Socks5h,
}

impl ProxyKind {
    /// The scheme in the proxy's URL.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    /// Whether the proxy, not this machine, resolves the target's name.
    pub fn resolves(self) -> bool {
        self != Self::Socks5
    }
}

/// The proxy that the command line or the environment names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProxySetting {
    /// What is spoken with it.
    pub kind: ProxyKind,
    /// Its name or address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether a user name and a password came with it; they are not here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub credentials: bool,
    /// Who names it: `--proxy`, or the environment variable by its name.
    pub source: String,
    /// What takes the target off the proxy, where something does: then the target is connected to directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Exclusion>,
}

/// An entry in a list of hosts that are connected to directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exclusion {
    /// The environment variable: `no_proxy` or `NO_PROXY`.
    pub variable: String,
    /// The entry that matches the target.
    pub entry: String,
}

impl fmt::Display for ProxySetting {
    /// Its URL without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.kind.scheme();
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ProxyKind, ProxySetting};

    #[test]
    fn the_url_of_an_ipv6_address_has_brackets() {
        let mut setting = ProxySetting {
            kind: ProxyKind::Socks5h,
            host: "::1".to_owned(),
            port: 1080,
            credentials: true,
            source: "all_proxy".to_owned(),
            excluded: None,
        };
        assert_eq!(setting.to_string(), "socks5h://[::1]:1080");
        setting.host = "proxy.test".to_owned();
        setting.kind = ProxyKind::Http;
        assert_eq!(setting.to_string(), "http://proxy.test:1080");
    }
}
