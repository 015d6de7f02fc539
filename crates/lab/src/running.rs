//! A scenario under way.

use crate::certify::{Authority, CertifyError, Identity, SignError, Signer};
use crate::scenarios::scenarios;
use crate::serve::{
    self, Configured, Engine, Files, LibraryError, Limits, Pacer, PlainServer, RecordError,
    Scripted, Tasks, TlsServer, Zone, reserve, reserve_beside, sntp, tell_date,
};
use crate::stage::{
    CertificateSpec, Endpoint, Names, Place, Service, Spread, Stack, Stage, TimeSource,
};
use hickory_proto::rr::{Name, RData, RecordType};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpSocket;

/// Where the intermediate is to be had.
const ISSUER_PATH: &str = "/intermediate.der";

/// How long a resolver that is late takes for an answer.
const LATE: Duration = Duration::from_millis(1500);

/// The servers of a scenario. Dropping it ends them.
#[derive(Debug)]
pub struct Running {
    /// The words after `tlsmedic diagnose` with which a user examines it.
    pub arguments: Vec<String>,
    /// The environment variables of that examination, with their values.
    pub environment: Vec<(String, String)>,
    tasks: Tasks,
    /// Ports kept so that nobody listens there.
    kept: Vec<TcpSocket>,
}

/// Why a scenario could not be staged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// There is none with that id.
    #[error("there is no scenario {id}{}", nearest.as_ref().map(|near| format!(", did you mean {near}?")).unwrap_or_default())]
    Unknown {
        /// The id asked for.
        id: String,
        /// An id that looks like it.
        nearest: Option<String>,
    },
    /// A server could not listen.
    #[error("{what} cannot listen on a loopback address")]
    Listen {
        /// Which server.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A file for the client could not be written.
    #[error("{} cannot be written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("certificates of the lab cannot be made")]
    Certify(#[from] CertifyError),
    /// The TLS library could not be set up.
    #[error("TLS server of the lab cannot be set up")]
    Library(#[from] LibraryError),
    /// A scripted server's key could not be read.
    #[error("scripted server of the lab cannot sign")]
    Sign(#[from] SignError),
    /// A record of the scenario could not be made.
    #[error("DNS record of the lab cannot be made")]
    Record(#[from] RecordError),
    /// The scenario's host is not a DNS name.
    #[error("{name} is not a DNS name")]
    Name {
        /// The host.
        name: &'static str,
        /// What is wrong with it.
        source: hickory_proto::ProtoError,
    },
}

impl Running {
    /// Ends every server and every connection, and waits until they have.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        drop(self.kept);
    }
}

/// Stages the scenario `id`, or its healthy twin, with files for the client in `dir`. When it returns, every server
/// listens.
///
/// # Errors
///
/// When there is no such scenario, a port or file is not to be had, or a certificate cannot be made.
///
/// # Panics
///
/// Outside a tokio runtime with IO and time.
pub async fn start(id: &str, twin: bool, dir: &Path) -> Result<Running, LabError> {
    let Some(scenario) = scenarios().iter().find(|scenario| scenario.id == id) else {
        let nearest = scenarios()
            .iter()
            .map(|scenario| scenario.id.as_str())
            .max_by(|one, other| {
                strsim::jaro_winkler(one, id).total_cmp(&strsim::jaro_winkler(other, id))
            });
        return Err(LabError::Unknown {
            id: id.to_owned(),
            nearest: nearest.map(str::to_owned),
        });
    };
    stage(
        if twin {
            &scenario.healthy
        } else {
            &scenario.broken
        },
        dir,
    )
    .await
}

/// Stages it, with files for the client in `dir`.
///
/// # Errors
///
/// As [`start`].
pub(crate) async fn stage(stage: &Stage, dir: &Path) -> Result<Running, LabError> {
    let mut tasks = Tasks::new();
    let authority = Authority::new(Timestamp::now(), &stage.certificate)?;
    let issuer_url = if stage.certificate.issuer_url {
        Some(issuer_server(&mut tasks, &authority)?)
    } else {
        None
    };
    let listen = |source| LabError::Listen {
        what: "server",
        source,
    };
    let (socket, address) = reserve(stage.place).map_err(listen)?;
    let mut kept = Vec::new();
    let mut records = Vec::new();
    let mut addresses = vec![address.ip()];
    match &stage.service {
        Service::Nothing => kept.push(socket),
        Service::Plain(plain) => {
            PlainServer::start(&mut tasks, socket, *plain).map_err(listen)?;
        }
        Service::Tls(endpoint) => {
            let (host, port) = (stage.host, address.port());
            let mut server = |endpoint: &Endpoint, certificate: &CertificateSpec| {
                let url = issuer_url.as_deref();
                let identity = revocation::certified(&mut tasks, &authority, certificate, url)?;
                // What DNS says is about the first member.
                if records.is_empty() {
                    records =
                        serve::records(&stage.records, host, port, &authority, Some(&identity))?;
                }
                let engine = engine(endpoint, certificate, identity, &authority)?;
                Ok::<_, LabError>(TlsServer {
                    opening: endpoint.opening,
                    rules: endpoint.rules,
                    engine,
                    limits: Limits::new(stage.capacity),
                    pacer: Pacer::new(stage.pace),
                })
            };
            let mut servers = vec![server(endpoint, &stage.certificate)?];
            for member in &stage.members {
                servers.push(server(&member.endpoint, &member.certificate)?);
            }
            match stage.spread {
                Spread::Turns => {
                    TlsServer::start_in_turn(servers, &mut tasks, socket).map_err(listen)?;
                }
                Spread::Addresses | Spread::Resolvers => {
                    let mut socket = Some(socket);
                    for server in servers {
                        let socket = match socket.take() {
                            Some(first) => first,
                            None => {
                                let (next, beside) =
                                    reserve_beside(address.port()).map_err(listen)?;
                                addresses.push(beside.ip());
                                next
                            }
                        };
                        server.start(&mut tasks, socket).map_err(listen)?;
                    }
                }
            }
        }
    }
    let mut arguments = vec![format!("{}:{}", stage.host, address.port())];
    let mut argue = |words: [String; 2]| arguments.extend(words);
    match stage.names {
        None if stage.is_out_of_reach() => {
            argue(["--connect".to_owned(), proxy::nowhere(&mut kept)?]);
        }
        None => argue(["--connect".to_owned(), address.to_string()]),
        Some(says) => {
            let known = match stage.spread {
                Spread::Addresses | Spread::Turns => vec![addresses],
                Spread::Resolvers => {
                    let others = addresses.split_off(1);
                    vec![others, addresses]
                }
            };
            for addresses in known.into_iter().filter(|known| !known.is_empty()) {
                let records = records.clone();
                let resolver = resolver(&mut tasks, stage, says, addresses, records).await?;
                argue(["--resolver".to_owned(), resolver.to_string()]);
            }
        }
    }
    if let Some(bundles) = stage.bundles {
        let (former, now) = trust::bundles(&authority, bundles);
        argue([
            "--former-ca-file".to_owned(),
            write(dir, "former.pem", &former)?,
        ]);
        argue(["--ca-file".to_owned(), write(dir, "ca.pem", &now)?]);
    }
    if !stage.distrusted.is_empty() {
        let list = trust::distrusted(&authority, stage.distrusted)?;
        argue([
            "--distrusted".to_owned(),
            write(dir, "distrusted.toml", &list)?,
        ]);
    }
    if stage.trusts_root && stage.bundles.is_none() {
        argue([
            "--ca-file".to_owned(),
            write(
                dir,
                "ca.pem",
                &authority.roots_pem(stage.trusts_namesake, stage.trusts_other_root),
            )?,
        ]);
    }
    if let Some(spec) = &stage.deployed {
        let identity = authority.server(spec, None)?;
        let path = write(dir, "deployed.pem", &identity.certificate_pem)?;
        argue(["--deployed".to_owned(), path]);
    }
    for source in stage.time_sources {
        argue(time_source(&mut tasks, *source).await?);
    }
    if stage.client_certificate {
        let client = authority.client(&stage.client)?;
        argue([
            "--client-cert".to_owned(),
            write(dir, "client.pem", &client.certificate_pem)?,
        ]);
        argue([
            "--client-key".to_owned(),
            write(dir, "client.key", &client.key_pem)?,
        ]);
    }
    arguments.extend(stage.arguments.iter().map(|word| (*word).to_owned()));
    let mut environment = Vec::new();
    if let Some(spec) = &stage.proxy {
        environment = proxy::start(spec, &mut tasks, address, &mut kept)?;
    }
    Ok(Running {
        arguments,
        environment,
        tasks,
        kept,
    })
}

fn engine(
    endpoint: &Endpoint,
    certificate: &CertificateSpec,
    identity: Identity,
    authority: &Authority,
) -> Result<Engine, LabError> {
    Ok(match &endpoint.stack {
        Stack::Library(library) => Engine::Library(Configured::new(library, &identity, authority)?),
        Stack::Script(script) => {
            let signer = Signer::new(&identity, certificate.key)?;
            Engine::Script(Arc::new(Scripted {
                script: script.clone(),
                identity,
                signer,
            }))
        }
    })
}

/// Starts somebody who tells the time, and says how the client is told of it.
async fn time_source(tasks: &mut Tasks, source: TimeSource) -> Result<[String; 2], LabError> {
    let listen = |source| LabError::Listen {
        what: "time source",
        source,
    };
    let (option, address) = match source {
        TimeSource::Sntp(hours) => {
            let ahead = SignedDuration::from_hours(hours);
            let address = sntp::start(tasks, ahead).await.map_err(listen)?;
            ("--time-source", address)
        }
        TimeSource::Date(hours) | TimeSource::Cached(hours) => {
            let (socket, address) = reserve(Place::Loopback).map_err(listen)?;
            let ahead = SignedDuration::from_hours(hours);
            let cached = matches!(source, TimeSource::Cached(_));
            tell_date(tasks, socket, ahead, cached).map_err(listen)?;
            ("--control", address)
        }
    };
    Ok([option.to_owned(), address.to_string()])
}

/// Starts the HTTP server that has the intermediate, and says where.
fn issuer_server(tasks: &mut Tasks, authority: &Authority) -> Result<String, LabError> {
    let listen = |source| LabError::Listen {
        what: "issuers' server",
        source,
    };
    let (socket, address) = reserve(Place::Loopback).map_err(listen)?;
    Files::start(tasks, socket, ISSUER_PATH, authority.intermediate_der()).map_err(listen)?;
    Ok(format!("http://{address}{ISSUER_PATH}"))
}

async fn resolver(
    tasks: &mut Tasks,
    stage: &Stage,
    says: Names,
    addresses: Vec<IpAddr>,
    records: Vec<(Name, RData)>,
) -> Result<SocketAddr, LabError> {
    let host = stage.host;
    let name = Name::from_ascii(format!("{host}."))
        .map_err(|source| LabError::Name { name: host, source })?;
    let zone = Zone {
        name,
        says,
        addresses,
        records,
        authenticated: stage.records.authenticated,
        fails: stage.records.tlsa_fails.then_some(RecordType::TLSA),
        late: match says {
            Names::Late => LATE,
            _ => Duration::ZERO,
        },
    };
    zone.start(tasks).await.map_err(|source| LabError::Listen {
        what: "resolver",
        source,
    })
}

fn write(dir: &Path, name: &str, content: &str) -> Result<String, LabError> {
    let path = dir.join(name);
    match fs::write(&path, content) {
        Ok(()) => Ok(path.display().to_string()),
        Err(source) => Err(LabError::File { path, source }),
    }
}

mod proxy;
mod revocation;
#[cfg(test)]
mod tests;
mod trust;
