//! A proxy on the way, and how the client is told of it.

use super::Stage;

/// A proxy that the environment names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProxySpec {
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// The scheme in its value.
    pub(crate) scheme: &'static str,
    /// User name and password in its value, `user:password`.
    pub(crate) login: Option<&'static str>,
    /// The name in its value, instead of the address it listens on.
    pub(crate) name: Option<&'static str>,
    /// The value of `no_proxy`.
    pub(crate) no_proxy: Option<&'static str>,
    /// What it does.
    pub(crate) manner: Manner,
    /// Where its tunnels lead.
    pub(crate) forward: Forward,
}

impl Default for ProxySpec {
    fn default() -> Self {
        Self {
            variable: "https_proxy",
            scheme: "http",
            login: None,
            name: None,
            no_proxy: None,
            manner: Manner::Http,
            forward: Forward::Open,
        }
    }
}

/// What a proxy does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// CONNECT of HTTP.
    Http,
    /// The same after so many milliseconds.
    HttpLate(u64),
    /// CONNECT, with this head as its answer, up to the empty line.
    HttpHead(&'static str),
    /// SOCKS version 5.
    Socks,
    /// It says no.
    Refuses(Refuses),
    /// It sends these octets at once, whatever is said.
    Says(&'static [u8]),
    /// It says nothing.
    Hangs,
    /// Nobody listens.
    Absent,
    /// CONNECT, and the tunnel ends at once.
    DeadTunnel,
}

/// How a proxy says no.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refuses {
    /// With this status line and these header lines.
    Http(&'static str),
    /// With 407, unless the client gives these in Base64.
    HttpLogin(&'static str),
    /// With this reply of SOCKS.
    Socks(u8),
    /// Unless the client gives this user name and password, in SOCKS.
    SocksLogin(&'static str, &'static str),
}

/// Where tunnels lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forward {
    /// To the server, which can be reached without it too.
    Open,
    /// To the server, which can be reached by nobody else.
    Only,
}

impl Stage {
    /// Whether the client itself cannot reach the server: where it looks for it, nobody listens.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        self.proxy
            .is_some_and(|proxy| proxy.forward == Forward::Only)
    }

    /// The same behind a proxy.
    pub(crate) fn behind(self, proxy: ProxySpec) -> Self {
        Self {
            proxy: Some(proxy),
            ..self
        }
    }
}
