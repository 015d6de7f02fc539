//! The grammar of a TARGET: `host`, `host:port`, `[v6]:port`, a bare IPv6 address, a URL, `lab:ID` or `lab:ID/healthy`.

use crate::fault::Fault;
use crate::nearest::nearest;
use report::Starttls;
use std::net::IpAddr;

/// A service, as a URL scheme names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) scheme: &'static str,
    /// Its registered port.
    pub(crate) port: u16,
    /// What precedes TLS; `None` is TLS from the first octet.
    pub(crate) starttls: Option<Starttls>,
}

const fn direct(scheme: &'static str, port: u16) -> Service {
    Service {
        scheme,
        port,
        starttls: None,
    }
}

const fn upgraded(scheme: &'static str, port: u16, protocol: Starttls) -> Service {
    Service {
        scheme,
        port,
        starttls: Some(protocol),
    }
}

/// The services, the usual one of a port first.
const SERVICES: [Service; 39] = [
    direct("https", 443),
    direct("smtps", 465),
    direct("imaps", 993),
    direct("pop3s", 995),
    direct("ftps", 990),
    direct("ldaps", 636),
    direct("nntps", 563),
    direct("ircs", 6697),
    direct("xmpps", 5223),
    direct("telnets", 992),
    direct("sips", 5061),
    direct("amqps", 5671),
    direct("mqtts", 8883),
    direct("rediss", 6379),
    direct("dot", 853),
    direct("syslog-tls", 6514),
    direct("docker", 2376),
    direct("wss", 443),
    direct("tls", 443),
    direct("submissions", 465),
    upgraded("smtp", 25, Starttls::Smtp),
    upgraded("submission", 587, Starttls::Smtp),
    upgraded("lmtp", 24, Starttls::Lmtp),
    upgraded("imap", 143, Starttls::Imap),
    upgraded("pop3", 110, Starttls::Pop3),
    upgraded("ftp", 21, Starttls::Ftp),
    upgraded("nntp", 119, Starttls::Nntp),
    upgraded("sieve", 4190, Starttls::Sieve),
    upgraded("xmpp", 5222, Starttls::Xmpp),
    upgraded("xmpp-server", 5269, Starttls::XmppServer),
    upgraded("ldap", 389, Starttls::Ldap),
    upgraded("postgres", 5432, Starttls::Postgres),
    upgraded("mysql", 3306, Starttls::Mysql),
    upgraded("irc", 6667, Starttls::Irc),
    upgraded("managesieve", 4190, Starttls::Sieve),
    upgraded("postgresql", 5432, Starttls::Postgres),
    upgraded("mariadb", 3306, Starttls::Mysql),
    upgraded("jabber", 5222, Starttls::Xmpp),
    upgraded("snews", 563, Starttls::Nntp),
];

/// Two names of one protocol, where `--starttls` takes both.
const SYNONYMS: [(&str, &str); 4] = [
    ("postgresql", "postgres"),
    ("mariadb", "mysql"),
    ("managesieve", "sieve"),
    ("jabber", "xmpp"),
];

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A host.
    Endpoint(Endpoint),
    /// A scenario of the lab.
    Lab(LabTarget),
}

/// A host, and what the target says about its port and service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// As typed, without the password a URL may hold.
    pub(crate) input: String,
    pub(crate) host: Host,
    pub(crate) port: Option<u16>,
    /// The service a URL names.
    pub(crate) service: Option<&'static Service>,
}

/// A scenario, or its healthy twin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabTarget {
    pub(crate) id: String,
    pub(crate) twin: bool,
}

/// A host name in A-labels, or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    Address(IpAddr),
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl Target {
    /// Reads one TARGET.
    ///
    /// # Errors
    ///
    /// A fault that names what is wrong with it.
    pub(crate) fn parse(input: &str) -> Result<Self, Fault> {
        if input.trim().is_empty() {
            return Err(Fault::new("ui-fault-target-empty", []).hint("ui-hint-target", []));
        }
        if let Some(lab) = LabTarget::parse(input) {
            return Ok(Self::Lab(lab));
        }
        match input.split_once("://") {
            Some((scheme, rest)) => url(input, scheme, rest).map(Self::Endpoint),
            None => {
                let (host, port) = host_and_port(input)?;
                let input = input.to_owned();
                Ok(Self::Endpoint(Endpoint {
                    input,
                    host,
                    port,
                    service: None,
                }))
            }
        }
    }
}

impl LabTarget {
    /// `lab:ID`; a number after the colon is a port, and `lab` a host.
    fn parse(input: &str) -> Option<Self> {
        let id = input.strip_prefix("lab:")?;
        if !id.is_empty() && id.bytes().all(|octet| octet.is_ascii_digit()) {
            return None;
        }
        Some(Self::named(id))
    }

    /// `ID` or `ID/healthy`.
    pub(crate) fn named(id: &str) -> Self {
        match id.strip_suffix("/healthy") {
            Some(id) => Self {
                id: id.to_owned(),
                twin: true,
            },
            None => Self {
                id: id.to_owned(),
                twin: false,
            },
        }
    }
}

/// The service of a port that is named without one: TLS from the first octet is spoken, whatever is registered.
pub(crate) fn service_of_port(port: u16) -> &'static str {
    let found = SERVICES.iter().find(|service| service.port == port);
    found.map_or("https", |service| service.scheme)
}

/// The service that `--starttls` names.
///
/// # Errors
///
/// A fault when there is no such protocol with STARTTLS.
pub(crate) fn starttls(protocol: &str) -> Result<&'static Service, Fault> {
    let wanted = protocol.to_ascii_lowercase();
    let canonical = SYNONYMS
        .iter()
        .find(|(name, _)| *name == wanted)
        .map_or(wanted.as_str(), |(_, name)| *name);
    let mut known = SERVICES.iter().filter(|service| service.starttls.is_some());
    known
        .clone()
        .find(|service| service.scheme == canonical)
        .ok_or_else(|| {
            let fault = Fault::new("ui-fault-starttls", [("protocol", protocol)]);
            match nearest(protocol, known.by_ref().map(|service| service.scheme)) {
                Some(name) => fault.meaning(Some(name)),
                None => fault.hint("ui-hint-starttls", [("known", PROTOCOLS)]),
            }
        })
}

/// What `--starttls` takes, for people.
pub(crate) const PROTOCOLS: &str =
    "smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, xmpp-server, ldap, postgres, mysql, irc";

fn url(input: &str, scheme: &str, rest: &str) -> Result<Endpoint, Fault> {
    let wanted = scheme.to_ascii_lowercase();
    if wanted == "http" || wanted == "ws" {
        return Err(Fault::new("ui-fault-plain-scheme", [("scheme", &wanted)])
            .hint("ui-hint-plain-scheme", [("scheme", &format!("{wanted}s"))]));
    }
    let service = SERVICES
        .iter()
        .find(|service| service.scheme == wanted)
        .ok_or_else(|| {
            let fault = Fault::new(
                "ui-fault-scheme",
                [("scheme", scheme), ("target", &without_password(input))],
            );
            match nearest(scheme, SERVICES.iter().map(|service| service.scheme)) {
                Some(name) => fault.meaning(Some(&format!("{name}://"))),
                None => fault.hint("ui-hint-scheme", []),
            }
        })?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    if place.is_empty() {
        return Err(
            Fault::new("ui-fault-no-host", [("target", &without_password(input))])
                .hint("ui-hint-target", []),
        );
    }
    let (host, port) = host_and_port(place)?;
    Ok(Endpoint {
        input: without_password(input),
        host,
        port,
        service: Some(service),
    })
}

/// A URL without the user and password before its host: a report holds no secret.
fn without_password(input: &str) -> String {
    let Some((scheme, rest)) = input.split_once("://") else {
        return input.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    format!("{scheme}://{place}{path}")
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
///
/// # Errors
///
/// A fault that names what is wrong with it.
pub(crate) fn host_and_port(place: &str) -> Result<(Host, Option<u16>), Fault> {
    if let Some(rest) = place.strip_prefix('[') {
        let brackets =
            || Fault::new("ui-fault-brackets", [("target", place)]).hint("ui-hint-brackets", []);
        let (address, after) = rest.split_once(']').ok_or_else(brackets)?;
        let address = address.parse().map_err(|_| brackets())?;
        let port = match after.strip_prefix(':') {
            Some(digits) => Some(port(digits, place)?),
            None if after.is_empty() => None,
            None => return Err(brackets()),
        };
        return Ok((Host::Address(IpAddr::V6(address)), port));
    }
    if let Ok(address) = place.parse() {
        return Ok((Host::Address(IpAddr::V6(address)), None));
    }
    match place.split_once(':') {
        Some((_, rest)) if rest.contains(':') => {
            Err(Fault::new("ui-fault-colons", [("target", place)]).hint("ui-hint-brackets", []))
        }
        Some((name, digits)) => Ok((host(name, place)?, Some(port(digits, place)?))),
        None => Ok((host(place, place)?, None)),
    }
}

/// `ADDR`, `ADDR:PORT`, `[V6]:PORT`.
///
/// # Errors
///
/// A fault when it is none of them; `option` is the option it was given to.
pub(crate) fn address_and_port(place: &str, option: &str) -> Result<(IpAddr, Option<u16>), Fault> {
    match host_and_port(place)? {
        (Host::Address(address), port) => Ok((address, port)),
        (Host::Name(name), _) => Err(Fault::new(
            "ui-fault-not-address",
            [("value", &name), ("option", option)],
        )
        .hint("ui-hint-not-address", [])),
    }
}

fn port(digits: &str, place: &str) -> Result<u16, Fault> {
    let number = digits
        .bytes()
        .all(|octet| octet.is_ascii_digit())
        .then(|| digits.parse::<u16>());
    match number {
        Some(Ok(port)) if port > 0 => Ok(port),
        _ => Err(
            Fault::new("ui-fault-port", [("port", digits), ("target", place)])
                .hint("ui-hint-port", []),
        ),
    }
}

/// A host name in A-labels or an IPv4 address; `place` is what it stands in.
pub(crate) fn host(name: &str, place: &str) -> Result<Host, Fault> {
    /// RFC 1035 section 2.3.4, less the octets of lengths.
    const LONGEST_NAME: usize = 253;
    const LONGEST_LABEL: usize = 63;
    let malformed =
        |id| Fault::new(id, [("name", name), ("target", place)]).hint("ui-hint-target", []);
    if name.is_empty() {
        return Err(malformed("ui-fault-no-host"));
    }
    if let Ok(address) = name.parse() {
        return Ok(Host::Address(IpAddr::V4(address)));
    }
    let ascii = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(name).map_err(|_| malformed("ui-fault-name-unicode"))?
    };
    let relative = ascii.strip_suffix('.').unwrap_or(&ascii);
    if relative.len() > LONGEST_NAME || relative.split('.').any(|label| label.len() > LONGEST_LABEL)
    {
        return Err(malformed("ui-fault-name-long"));
    }
    if relative.split('.').any(str::is_empty) {
        return Err(malformed("ui-fault-name-label"));
    }
    let strange =
        |letter: &char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.');
    if let Some(letter) = ascii.chars().find(strange) {
        let letter = format!("{letter:?}");
        return Err(Fault::new(
            "ui-fault-name-letter",
            [("name", name), ("letter", &letter)],
        )
        .hint("ui-hint-target", []));
    }
    let last = relative.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(malformed("ui-fault-name-address"));
    }
    Ok(Host::Name(ascii))
}

#[cfg(test)]
mod tests;
