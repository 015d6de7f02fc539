//! Names to addresses: as this machine's programs do it (getaddrinfo), or by asking one server.

use crate::ending::Ending;
use crate::{Recorder, detached, dns};
use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, getaddrinfo};
use report::{Answer, PhaseName, PhaseOutcome, RecordType};
use std::fs;
use std::io::{self, Read as _};
use std::net::{IpAddr, SocketAddr};

/// Where this machine keeps the addresses of its DNS servers.
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// Where this machine keeps addresses that it does not ask for.
const HOSTS: &str = "/etc/hosts";
/// Octets read of that; some block thousands of hosts with it.
const MAX_HOSTS: u64 = 16 * 1024 * 1024;
/// Suffixes tried behind a name at most (resolv.conf(5)).
const MAX_SUFFIXES: usize = 6;

/// The DNS servers this machine is set up to ask, in order; none when its configuration cannot be read.
pub fn system_resolvers() -> Vec<SocketAddr> {
    fs::read(RESOLV_CONF).map_or_else(|_| Vec::new(), |octets| resolvers(&octets))
}

/// The suffixes this machine tries behind a name, in order; none when its configuration cannot be read.
pub fn system_search() -> Vec<String> {
    fs::read(RESOLV_CONF).map_or_else(|_| Vec::new(), |octets| suffixes(&octets))
}

/// The addresses that this machine's hosts file has for a name, as the phase [`PhaseName::Resolve`].
pub(crate) async fn hosts(name: &str, recorder: &Recorder) -> Result<(), Ending> {
    recorder.begin(PhaseName::Resolve, None);
    let name = name.to_owned();
    let addresses = detached::run(move || in_hosts(&name)).await??;
    recorder.remark(HOSTS);
    if addresses.is_empty() {
        return Err(Ending::new(PhaseOutcome::NotFound, HOSTS));
    }
    recorder.answer(Answer::Addresses {
        addresses,
        response_code: None,
        aliases: Vec::new(),
    });
    Ok(())
}

fn in_hosts(name: &str) -> Result<Vec<IpAddr>, Ending> {
    let mut octets = Vec::new();
    fs::File::open(HOSTS)?
        .take(MAX_HOSTS)
        .read_to_end(&mut octets)?;
    Ok(entries(&octets, name))
}

/// The addresses of the lines of a hosts file (hosts(5)) that have `name`.
fn entries(hosts: &[u8], name: &str) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for line in hosts.split(|octet| *octet == b'\n') {
        let line = String::from_utf8_lossy(line);
        let mut words = line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace();
        let address = words.next().and_then(|word| word.parse().ok());
        if let Some(address) = address
            && words.any(|word| word.eq_ignore_ascii_case(name))
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

/// Asks for the addresses of a name, as the phase [`PhaseName::Resolve`].
pub(crate) async fn resolve(
    name: &str,
    record: RecordType,
    server: Option<SocketAddr>,
    recorder: &Recorder,
) -> Result<(), Ending> {
    recorder.begin(PhaseName::Resolve, server);
    if let Some(server) = server {
        return dns::ask(name, record, server, recorder).await;
    }
    let family = match record {
        RecordType::Addresses => libc::AF_UNSPEC,
        RecordType::A => libc::AF_INET,
        RecordType::Aaaa => libc::AF_INET6,
        RecordType::Https | RecordType::Tlsa => {
            return Err(Ending::new(PhaseOutcome::Error, "not for getaddrinfo"));
        }
    };
    let addresses = system(name, family).await?;
    recorder.answer(Answer::Addresses {
        addresses,
        response_code: None,
        aliases: Vec::new(),
    });
    Ok(())
}

/// The addresses getaddrinfo gives for a name; `family` is an `AF_` number.
pub(crate) async fn system(name: &str, family: i32) -> Result<Vec<IpAddr>, Ending> {
    let name = name.to_owned();
    // A lookup cannot be cancelled, and must not keep the program from ending.
    detached::run(move || lookup(&name, family)).await?
}

fn lookup(name: &str, family: i32) -> Result<Vec<IpAddr>, Ending> {
    let hints = AddrInfoHints {
        address: family,
        socktype: libc::SOCK_STREAM,
        ..AddrInfoHints::default()
    };
    let mut addresses = Vec::new();
    for found in getaddrinfo(Some(name), None, Some(hints)).map_err(refusal)? {
        let address = found?.sockaddr.ip();
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

fn refusal(error: LookupError) -> Ending {
    let (outcome, name) = match error.kind() {
        LookupErrorKind::NoName => (PhaseOutcome::NotFound, "EAI_NONAME"),
        LookupErrorKind::NoData => (PhaseOutcome::NotFound, "EAI_NODATA"),
        LookupErrorKind::Again => (PhaseOutcome::Error, "EAI_AGAIN"),
        LookupErrorKind::Fail => (PhaseOutcome::Error, "EAI_FAIL"),
        LookupErrorKind::Badflags => (PhaseOutcome::Error, "EAI_BADFLAGS"),
        LookupErrorKind::Family => (PhaseOutcome::Error, "EAI_FAMILY"),
        LookupErrorKind::Socktype => (PhaseOutcome::Error, "EAI_SOCKTYPE"),
        LookupErrorKind::Service => (PhaseOutcome::Error, "EAI_SERVICE"),
        LookupErrorKind::Memory => (PhaseOutcome::Error, "EAI_MEMORY"),
        LookupErrorKind::System => return io::Error::last_os_error().into(),
        // glibc's EAI_ADDRFAMILY: the name has addresses, none of this family.
        LookupErrorKind::Unknown | LookupErrorKind::IO if error.error_num() == -9 => {
            (PhaseOutcome::NotFound, "EAI_ADDRFAMILY")
        }
        LookupErrorKind::Unknown | LookupErrorKind::IO => {
            let number = error.error_num();
            return Ending::new(PhaseOutcome::Error, format!("getaddrinfo {number}"));
        }
    };
    Ending::new(outcome, name)
}

fn resolvers(resolv_conf: &[u8]) -> Vec<SocketAddr> {
    // A line that cannot be read must not hide the servers named in the others.
    let lines = resolv_conf.split(|octet| *octet == b'\n');
    lines
        .filter_map(|line| resolv_conf::Config::parse(line).ok())
        .flat_map(|config| config.nameservers)
        .map(|server| SocketAddr::new(server.into(), dns::PORT))
        .collect()
}

fn suffixes(resolv_conf: &[u8]) -> Vec<String> {
    let mut suffixes = Vec::new();
    for line in String::from_utf8_lossy(resolv_conf).lines() {
        let mut words = line.split_whitespace();
        // Of several lines the last one counts.
        if matches!(words.next(), Some("search" | "domain")) {
            suffixes = words
                .take(MAX_SUFFIXES)
                .map(|suffix| suffix.trim_matches('.').to_owned())
                .filter(|suffix| !suffix.is_empty())
                .collect();
        }
    }
    suffixes
}

#[cfg(test)]
mod tests {
    use super::{entries, resolve, resolvers, suffixes};
    use crate::Recorder;
    use report::{Answer, RecordType};
    use std::time::Instant;

    #[test]
    fn an_odd_line_hides_no_server() {
        let found =
            resolvers(b"search example\nnameserver 192.0.2.1\nnonsense :::\nnameserver ::1\n");
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["192.0.2.1:53", "[::1]:53"]);
    }

    #[test]
    fn the_last_search_list_counts() {
        let conf = b"domain one.test\nnameserver ::1\nsearch two.test. . three.test\n# search no\n";
        assert_eq!(suffixes(conf), ["two.test", "three.test"]);
        assert_eq!(suffixes(b"nameserver ::1\n"), [""; 0]);
    }

    #[test]
    fn lines_of_a_hosts_file() {
        let hosts = b"127.0.0.1 localhost\n10.0.0.7\tweb WWW.shop.test # www.other.test\n#10.0.0.8 www.shop.test\n\xff\n\
                      fd00::7 www.shop.test\n10.0.0.7 www.shop.test\nnonsense www.shop.test\n";
        let found = entries(hosts, "www.shop.test");
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.7", "fd00::7"]);
        assert_eq!(entries(hosts, "www.other.test").len(), 0);
        assert_eq!(entries(hosts, "shop.test").len(), 0);
    }

    #[tokio::test]
    async fn getaddrinfo_answers_by_family() {
        let recorder = Recorder::new(Instant::now());
        let asked = resolve("127.0.0.1", RecordType::A, None, &recorder).await;
        assert_eq!(asked, Ok(()));
        let Some(Answer::Addresses { addresses, .. }) = recorder.snapshot().answer else {
            panic!("no answer");
        };
        assert_eq!(
            addresses,
            ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]
        );
        let asked = resolve("127.0.0.1", RecordType::Aaaa, None, &recorder).await;
        let ending = asked.unwrap_err();
        assert_eq!(ending.outcome, report::PhaseOutcome::NotFound, "{ending:?}");
    }
}
