//! Names to addresses: as this machine's programs do it (getaddrinfo), or by asking one server.

use crate::ending::Ending;
use crate::{Recorder, detached, dns};
use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, getaddrinfo};
use report::{Answer, PhaseName, PhaseOutcome, RecordType};
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// Where this machine keeps the addresses of its DNS servers.
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// The DNS servers this machine is set up to ask, in order; none when its configuration cannot be read.
pub fn system_resolvers() -> Vec<SocketAddr> {
    fs::read(RESOLV_CONF).map_or_else(|_| Vec::new(), |octets| resolvers(&octets))
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

#[cfg(test)]
mod tests {
    use super::{resolve, resolvers};
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
