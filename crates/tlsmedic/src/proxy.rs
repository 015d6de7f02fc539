//! Which proxy a connection goes through: `--proxy`, or the environment with curl's rules (curl(1), section ENVIRONMENT).

mod exclusion;
#[cfg(test)]
mod tests;

use crate::fault::Fault;
use crate::target::{self, Host};
use exclusion::exclusion;
use probe::ProxyLogin;
use report::{Exclusion, ProxyKind, ProxySetting, Secret};
use std::collections::BTreeMap;

/// The option, where it is the source.
const OPTION: &str = "--proxy";
/// curl's, for a proxy without a port.
const PORT: u16 = 1080;
const TLS_PORT: u16 = 443;
/// The schemes that are spoken.
const KNOWN: &str = "http, https, socks5, socks5h";

/// The environment variables that concern proxies. Those that are empty are as good as absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, Secret<String>>);

impl Environment {
    /// Those of this process.
    ///
    /// # Errors
    ///
    /// A fault when one of them is not UTF-8.
    pub(crate) fn of_process() -> Result<Self, Fault> {
        let mut all = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| concerns_proxies(name)) else {
                continue;
            };
            let value = value
                .into_string()
                .map_err(|_| malformed("ui-fault-proxy-octets", name))?;
            all.insert(name.to_owned(), Secret::new(value));
        }
        Ok(Self(all))
    }

    /// Exactly these.
    pub(crate) fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let secret = |(name, value)| (name, Secret::new(value));
        Self(variables.into_iter().map(secret).collect())
    }

    /// The first of these that is set, with its name.
    fn first<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<(&'n str, &str)> {
        names.into_iter().find_map(|name| {
            let value = self.0.get(name)?.reveal();
            (!value.is_empty()).then_some((name, value.as_str()))
        })
    }
}

fn concerns_proxies(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("_proxy")
}

/// The proxy for one target.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) setting: ProxySetting,
    pub(crate) login: Option<ProxyLogin>,
}

impl Proxy {
    /// The proxy for `host` and a service of that URL scheme: the option's, `none` and nothing being none, otherwise the
    /// first of `SCHEME_proxy`, `SCHEME_PROXY`, `all_proxy` and `ALL_PROXY`. Whatever names it, `no_proxy` and then `NO_PROXY`
    /// may exclude the host. As with curl.
    ///
    /// # Errors
    ///
    /// A fault when what names it is not the URL of a proxy that can be spoken to.
    pub(crate) fn of(
        option: Option<&str>,
        environment: &Environment,
        scheme: &str,
        host: &Host,
    ) -> Result<Option<Self>, Fault> {
        // curl takes web sockets over TLS for HTTPS here.
        let scheme = if scheme == "wss" { "https" } else { scheme };
        let lower = format!("{scheme}_proxy");
        let upper = lower.to_ascii_uppercase();
        let named = match option {
            Some("" | "none") => None,
            Some(url) => Some((OPTION, url)),
            None => environment.first([lower.as_str(), &upper, "all_proxy", "ALL_PROXY"]),
        };
        let Some((source, url)) = named else {
            return Ok(None);
        };
        let excluded = environment
            .first(["no_proxy", "NO_PROXY"])
            .and_then(|(variable, list)| {
                let entry = exclusion(list, host)?.to_owned();
                let variable = variable.to_owned();
                Some(Exclusion { variable, entry })
            });
        let (setting, login) = parse(url, source)?;
        let setting = ProxySetting {
            excluded,
            ..setting
        };
        Ok(Some(Self { setting, login }))
    }
}

fn malformed(id: &str, source: &str) -> Fault {
    Fault::new(id, [("source", source)]).hint("ui-hint-proxy", [])
}

/// Reads the URL of a proxy. Nothing of it but scheme and host gets into a fault, because it may hold a password.
fn parse(url: &str, source: &str) -> Result<(ProxySetting, Option<ProxyLogin>), Fault> {
    if url.chars().any(char::is_control) {
        return Err(malformed("ui-fault-proxy-control", source));
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "http" => ProxyKind::Http,
        "https" => ProxyKind::Https,
        "socks5" => ProxyKind::Socks5,
        "socks5h" => ProxyKind::Socks5h,
        other => {
            let params = [("scheme", other), ("source", source)];
            return Err(Fault::new("ui-fault-proxy-scheme", params)
                .hint("ui-hint-known", [("known", KNOWN)]));
        }
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (login, place) = match authority.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, authority),
    };
    let (host, port) = target::host_and_port(place)
        .map_err(|fault| fault.hint("ui-hint-proxy-source", [("source", source)]))?;
    let login = login
        .filter(|login| !login.is_empty())
        .map(|login| credentials(login, source))
        .transpose()?;
    let default = match kind {
        ProxyKind::Https => TLS_PORT,
        _ => PORT,
    };
    let setting = ProxySetting {
        kind,
        host: host.to_string(),
        port: port.unwrap_or(default),
        credentials: login.is_some(),
        source: source.to_owned(),
        excluded: None,
    };
    Ok((setting, login))
}

fn credentials(login: &str, source: &str) -> Result<ProxyLogin, Fault> {
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let decoded = |text: &str| {
        let octets = percent_decoded(text);
        let text =
            String::from_utf8(octets).map_err(|_| malformed("ui-fault-proxy-octets", source))?;
        if text.chars().any(char::is_control) {
            return Err(malformed("ui-fault-proxy-control", source));
        }
        Ok(Secret::new(text))
    };
    Ok(ProxyLogin {
        user: decoded(user)?,
        password: decoded(password)?,
    })
}

/// RFC 3986 section 2.1; what is no percent-encoding stays as it is, as with curl.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let hex = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        match (first, others) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                decoded.push(hex(*high).unwrap_or_default() << 4 | hex(*low).unwrap_or_default());
                rest = after;
            }
            _ => {
                decoded.push(*first);
                rest = others;
            }
        }
    }
    decoded
}
