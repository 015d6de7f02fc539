//! A network under way.

use super::address::{self, BEHIND, CLIENT, NET, PREFIXES, PROXY, Pair};
use super::error::NetError;
use super::host::Host;
use super::path::Middle;
use super::router::{Port, Router, Side};
use super::scenarios::scenarios;
use super::server;
use super::stage::{Families, NetStage, Resolving, Serving};
use crate::running::{LabError, Running, stage};
use crate::serve::{Tasks, Zone};
use crate::stage::{Names, Place};
use hickory_proto::rr::Name;
use std::fs::{self, Permissions};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const HTTPS: u16 = 443;
const DNS: u16 = 53;

/// A network and its servers. Dropping it ends them.
#[derive(Debug)]
pub struct NetRunning {
    /// The words after `tlsmedic diagnose` with which a user examines it, in the client's namespace.
    pub arguments: Vec<String>,
    /// The environment variables of that examination, with their values.
    pub environment: Vec<(String, String)>,
    /// Where the examination runs.
    pub client: Host,
    // In this order they end: servers before the hosts they are on.
    _servers: Vec<Running>,
    _tasks: Vec<Tasks>,
    _router: Router,
    _hosts: Vec<Host>,
}

/// Stages the network scenario `id`, or its healthy twin, with files for the client in `dir`, which everybody may then read.
/// When it returns, every server listens.
///
/// # Errors
///
/// When there is no such scenario, when this process is not root or has no `/dev/net/tun`, or when a server cannot be
/// staged.
pub fn start(id: &str, twin: bool, dir: &Path) -> Result<NetRunning, NetError> {
    start_by_chance(id, twin, dir, 0)
}

/// The same with other chances for what is lost.
///
/// # Errors
///
/// As [`start`].
pub fn start_by_chance(
    id: &str,
    twin: bool,
    dir: &Path,
    chance: u64,
) -> Result<NetRunning, NetError> {
    let unknown = || NetError::Unknown { id: id.to_owned() };
    let scenario = scenarios()
        .iter()
        .find(|scenario| scenario.id == id)
        .ok_or_else(unknown)?;
    let net = match twin {
        true => &scenario.healthy,
        false => &scenario.broken,
    };
    let mut net = net.clone();
    for lossy in &mut net.path.lossy {
        lossy.seed = lossy.seed.wrapping_add(chance.wrapping_mul(1000));
    }
    raise(&net, dir)
}

/// Stages a network.
fn raise(net: &NetStage, dir: &Path) -> Result<NetRunning, NetError> {
    let readable = Permissions::from_mode(0o755);
    fs::set_permissions(dir, readable).map_err(|source| {
        NetError::Lab(LabError::File {
            path: dir.to_owned(),
            source,
        })
    })?;
    let hops = net.path.hops;
    let mut ports = Vec::new();
    let mut hosts = Vec::new();
    let mut tasks = Vec::new();
    let client = host("client", &[CLIENT], 0, Side::Host, &mut ports)?;
    let mut running = Vec::new();
    let mut arguments = Vec::new();
    for (number, serving) in (0..).zip(&net.servers) {
        let own = address::server(number);
        let all = match number {
            0 => vec![own, BEHIND],
            _ => vec![own],
        };
        let server = host("server", &all, hops, Side::Host, &mut ports)?;
        let everywhere: IpAddr = match net.families {
            Families::V4 => Ipv4Addr::UNSPECIFIED.into(),
            Families::V6 | Families::Both => Ipv6Addr::UNSPECIFIED.into(),
        };
        let place = SocketAddr::new(everywhere, HTTPS);
        if number == 0 && !net.server_rules.is_empty() {
            filter(&server, "input", net.server_rules)?;
        }
        server::start(
            &server,
            *serving,
            place,
            SocketAddr::new(own.v4.into(), HTTPS),
        )?;
        // What the client trusts is told even where nobody serves it.
        let mut staged = net.stage.clone();
        if number == 0 || *serving == Serving::Staged {
            staged.place = match serving {
                Serving::Staged => Place::At(place),
                _ => Place::Loopback,
            };
            let dir = dir.to_owned();
            let staged = server.wait(move || async move { stage(&staged, &dir).await })??;
            if number == 0 {
                arguments.clone_from(&staged.arguments);
            }
            running.push(staged);
        }
        hosts.push(server);
    }
    let target = own_address(net.families, address::server(0));
    let target = SocketAddr::new(target, HTTPS);
    let asked: Vec<String> = net
        .resolvers
        .iter()
        .zip(0..)
        .map(|(resolving, number)| {
            let (host, answering) = resolver(net, *resolving, number, &mut ports)?;
            hosts.push(host);
            tasks.push(answering);
            let address = address::resolver(number).v4;
            Ok(SocketAddr::new(address.into(), DNS).to_string())
        })
        .collect::<Result<_, NetError>>()?;
    let arguments = directed(arguments, net.stage.host, target, &asked);
    if let Some(middle) = net.path.middle {
        hosts.push(self::middle(middle, &mut ports)?);
    }
    let router = Router::start(&net.path, ports)?;
    let more = net.arguments.iter().map(|word| (*word).to_owned());
    Ok(NetRunning {
        arguments: arguments.into_iter().chain(more).collect(),
        environment: Vec::new(),
        client,
        _servers: running,
        _tasks: tasks,
        _router: router,
        _hosts: hosts,
    })
}

/// A host with one link.
fn host(
    name: &str,
    addresses: &[Pair],
    at: u8,
    side: Side,
    ports: &mut Vec<Port>,
) -> Result<Host, NetError> {
    let host = Host::new(name)?;
    let device = host.link("lab0", addresses)?;
    ports.push(Port {
        device,
        at,
        side,
        addresses: addresses.to_vec(),
    });
    Ok(host)
}

fn own_address(families: Families, pair: Pair) -> IpAddr {
    match families {
        Families::V4 | Families::Both => pair.v4.into(),
        Families::V6 => pair.v6.into(),
    }
}

/// The words with which a client finds the server in this network.
fn directed(
    staged: Vec<String>,
    name: &str,
    target: SocketAddr,
    resolvers: &[String],
) -> Vec<String> {
    let mut words = vec![format!("{name}:{}", target.port())];
    if resolvers.is_empty() {
        words.extend(["--connect".to_owned(), target.to_string()]);
    }
    for resolver in resolvers {
        words.extend(["--resolver".to_owned(), resolver.clone()]);
    }
    // The first is the target; what follows --connect is where the stage found itself.
    let mut rest = staged.into_iter().skip(1);
    while let Some(word) = rest.next() {
        if word == "--connect" {
            rest.next();
        } else {
            words.push(word);
        }
    }
    words
}

fn resolver(
    net: &NetStage,
    resolving: Resolving,
    number: u8,
    ports: &mut Vec<Port>,
) -> Result<(Host, Tasks), NetError> {
    let own = address::resolver(number);
    let host = host("resolver", &[own], 1, Side::Host, ports)?;
    let at = match resolving.false_address {
        true => address::server(1),
        false => address::server(0),
    };
    let addresses = match net.families {
        Families::V4 => vec![at.v4.into()],
        Families::V6 => vec![at.v6.into()],
        Families::Both => at.both().to_vec(),
    };
    let name = net.stage.host;
    let zone = Zone {
        name: Name::from_ascii(format!("{name}."))
            .map_err(|source| LabError::Name { name, source })?,
        says: Names::Address,
        addresses,
        records: Vec::new(),
        authenticated: false,
        fails: None,
        late: resolving.late,
    };
    let place = SocketAddr::new(own.v4.into(), DNS);
    let started = host.wait(move || async move {
        let mut tasks = Tasks::new();
        zone.start_at(&mut tasks, place).await.map(|_| tasks)
    })?;
    Ok((host, started.map_err(NetError::Listen)?))
}

/// A machine at a hop.
fn middle(middle: Middle, ports: &mut Vec<Port>) -> Result<Host, NetError> {
    match middle {
        Middle::Proxy { hop } => {
            let host = Host::new("proxy")?;
            // It takes the server's address for its own; from there connections to the server could not leave.
            let device = host.link("lab0", &[PROXY, address::server(0)])?;
            ports.push(Port {
                device,
                at: hop,
                side: Side::Proxy,
                addresses: vec![PROXY],
            });
            let place = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), HTTPS);
            let to = SocketAddr::new(BEHIND.v4.into(), HTTPS);
            server::relay(&host, place, to)?;
            Ok(host)
        }
        Middle::Firewall { hop, rules } => firewall(hop, rules, ports),
    }
}

/// A machine that forwards between two links, by rules.
fn firewall(hop: u8, rules: &str, ports: &mut Vec<Port>) -> Result<Host, NetError> {
    let host = Host::new("firewall")?;
    for (name, side) in [("near", Side::Near), ("far", Side::Far)] {
        let device = host.link(name, &[])?;
        ports.push(Port {
            device,
            at: hop,
            side,
            addresses: Vec::new(),
        });
    }
    let own = address::hop(hop);
    let (short, long) = PREFIXES;
    host.ip(&format!(
        "addr add {v4}/32 dev near\naddr add {v6}/128 dev near nodad\n\
         route add {client_v4}/32 dev near\nroute add {client_v6}/128 dev near\n\
         route add {net_v4}/{short} dev far\nroute add {net_v6}/{long} dev far\n",
        v4 = own.v4,
        v6 = own.v6,
        client_v4 = CLIENT.v4,
        client_v6 = CLIENT.v6,
        net_v4 = NET.v4,
        net_v6 = NET.v6,
    ))?;
    let forwards = || {
        for (name, value) in [
            ("ipv4/ip_forward", "1"),
            ("ipv6/conf/all/forwarding", "1"),
            // It says what it does with each packet.
            ("ipv4/icmp_ratelimit", "0"),
            ("ipv6/icmp/ratelimit", "0"),
        ] {
            fs::write(format!("/proc/sys/net/{name}"), value)?;
        }
        std::io::Result::Ok(())
    };
    host.run(forwards)?.map_err(NetError::Thread)?;
    filter(&host, "forward", rules)?;
    Ok(host)
}

/// Puts rules of nftables into a hook.
fn filter(host: &Host, hook: &str, rules: &str) -> Result<(), NetError> {
    let rules: String = rules.lines().map(|rule| format!("    {rule}\n")).collect();
    let table = format!(
        "table inet lab {{\n  chain c {{\n    type filter hook {hook} priority 0;\n{rules}  }}\n}}\n"
    );
    host.feed("nft", &["-f", "-"], &table)
}
