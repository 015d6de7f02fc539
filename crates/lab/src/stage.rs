//! Sets a scenario up on loopback, and says how it is examined.

use crate::authority::{Authority, Credentials, Leaf};
use crate::gate::{self, Gate};
use crate::plaintext::{self, Service};
use crate::scenarios::scenarios;
use crate::scripted::{self, Script};
use crate::services::{self, Dns};
use crate::tls::{self, Demand, Offer};
use rustls::ServerConfig;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The name that scenarios are asked for by.
pub(crate) const HOST: &str = "www.shop.test";

/// Everything around one server, as data.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) leaf: Leaf,
    /// Whether the examiner is given a clock to ask.
    pub(crate) clock: bool,
    /// Whether the examiner is given the root.
    pub(crate) trusted: bool,
    /// The DNS server that the examiner asks; otherwise it is told the address.
    pub(crate) dns: Option<Dns>,
    /// A registered port, on an address of 127.0.0.0/8 chosen at random.
    pub(crate) port: Option<u16>,
    /// Whether the examiner gets a client certificate.
    pub(crate) client_certificate: bool,
    /// More arguments for the examiner.
    pub(crate) arguments: Vec<&'static str>,
}

/// What the server does.
#[derive(Clone, Debug)]
pub(crate) enum Server {
    /// A complete TLS server behind a gate.
    Tls {
        opening: Opening,
        gate: Gate,
        offer: Offer,
    },
    /// A scripted flight.
    Scripted(Script),
    /// A service in plaintext that knows no TLS.
    Plaintext(Service),
    /// Nothing listens.
    Absent,
}

/// What precedes TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    None,
    /// A plaintext dialogue with STARTTLS.
    Starttls(Service),
    /// A PROXY line; without one the connection is closed, or answered with this alert.
    ProxyLine(Option<u8>),
}

impl Stage {
    /// A healthy server with a certificate for [`HOST`].
    pub(crate) fn healthy() -> Self {
        Self {
            server: Server::Tls {
                opening: Opening::None,
                gate: Gate::new(),
                offer: Offer::default(),
            },
            leaf: Leaf::new(HOST),
            clock: true,
            trusted: true,
            dns: None,
            port: None,
            client_certificate: false,
            arguments: Vec::new(),
        }
    }

    /// The same with another offer.
    pub(crate) fn offering(offer: Offer) -> Self {
        Self {
            server: Server::Tls {
                opening: Opening::None,
                gate: Gate::new(),
                offer,
            },
            ..Self::healthy()
        }
    }

    /// The same behind a gate.
    pub(crate) fn gated(gate: Gate) -> Self {
        Self {
            server: Server::Tls {
                opening: Opening::None,
                gate,
                offer: Offer::default(),
            },
            ..Self::healthy()
        }
    }
}

/// Why a scenario cannot be staged.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// There is none with that id.
    #[error("there is no scenario {id}; `tlsmedic lab list` shows all")]
    Unknown {
        /// The id asked for.
        id: String,
    },
    /// The operating system refused something.
    #[error("the scenario cannot be started: {0}")]
    Io(#[from] io::Error),
    /// A certificate could not be made.
    #[error("a certificate cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused a configuration.
    #[error("the server cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// A scenario under way. Dropping it ends its servers.
#[derive(Debug)]
pub struct Running {
    /// What follows `tlsmedic diagnose` to examine it.
    pub arguments: Vec<String>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Ends its servers, and waits until they have ended.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Stages the scenario `id`, or its healthy twin; its files go to `folder`. Every server listens when this returns.
///
/// # Errors
///
/// When there is no such scenario, or this machine cannot stage it.
pub async fn start(id: &str, twin: bool, folder: &Path) -> Result<Running, LabError> {
    let scenario = scenarios()
        .iter()
        .find(|scenario| scenario.id == id)
        .ok_or_else(|| LabError::Unknown { id: id.to_owned() })?;
    let stage = if twin {
        &scenario.healthy
    } else {
        &scenario.broken
    };
    let mut tasks = JoinSet::new();
    let authority = Authority::new()?;
    let issuer = services::http(&mut tasks, authority.intermediate_der()).await?;
    let issuer_url = format!("http://{issuer}/intermediate.cer");
    let credentials = authority.issue(&stage.leaf, &issuer_url)?;
    let other = authority.issue(
        &Leaf {
            key: stage.leaf.key,
            ..Leaf::new("other.test")
        },
        &issuer_url,
    )?;
    let address = listen(&mut tasks, stage, &authority, credentials, other).await?;
    let arguments = arguments(&mut tasks, stage, &authority, address, folder).await?;
    Ok(Running { arguments, tasks })
}

async fn arguments(
    tasks: &mut JoinSet<()>,
    stage: &Stage,
    authority: &Authority,
    address: SocketAddr,
    folder: &Path,
) -> Result<Vec<String>, LabError> {
    let write = |name: &str, content: String| -> io::Result<String> {
        let path = folder.join(name);
        std::fs::write(&path, content)?;
        Ok(path.display().to_string())
    };
    let mut arguments = vec![format!("{HOST}:{}", address.port())];
    let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    match stage.dns {
        Some(dns) => add("--resolver", services::dns(tasks, dns).await?.to_string()),
        None => add("--connect", address.to_string()),
    }
    if stage.trusted {
        add("--ca-file", write("ca.pem", authority.root_pem())?);
    }
    if stage.clock {
        add("--time-source", services::clock(tasks).await?.to_string());
    }
    if stage.client_certificate {
        let (certificate, key) = authority.client()?;
        add("--client-cert", write("client.pem", certificate)?);
        add("--client-key", write("client-key.pem", key)?);
    }
    arguments.extend(
        stage
            .arguments
            .iter()
            .map(|argument| (*argument).to_owned()),
    );
    Ok(arguments)
}

/// Binds the scenario's port and serves it in a task.
async fn listen(
    tasks: &mut JoinSet<()>,
    stage: &Stage,
    authority: &Authority,
    credentials: Credentials,
    other: Credentials,
) -> Result<SocketAddr, LabError> {
    let listener = bind(stage.port).await?;
    let address = listener.local_addr()?;
    let serving = match &stage.server {
        Server::Absent => return Ok(address),
        Server::Tls {
            opening,
            gate,
            offer,
        } => {
            let config = Arc::new(tls::config(offer, authority, &credentials, &other)?);
            Serving::Tls {
                opening: *opening,
                gate: gate.clone(),
                config,
                demand: offer.client_certificate,
            }
        }
        Server::Scripted(script) => Serving::Scripted {
            script: script.clone(),
            credentials: Arc::new((credentials, other)),
        },
        Server::Plaintext(service) => Serving::Plaintext(*service),
    };
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let serving = serving.clone();
            // What goes wrong on a connection is the scenario, or the client's leaving.
            connections.spawn(async move { drop(serving.serve(stream).await) });
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

async fn bind(port: Option<u16>) -> io::Result<TcpListener> {
    const TRIES: usize = 20;
    let Some(port) = port else {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    };
    let mut last = None;
    for _ in 0..TRIES {
        let [second, third, fourth] = rand::random::<[u8; 3]>();
        let address = IpAddr::V4(Ipv4Addr::new(127, second, third, fourth.clamp(1, 254)));
        match TcpListener::bind((address, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

/// A server ready for connections.
#[derive(Clone)]
enum Serving {
    Tls {
        opening: Opening,
        gate: Gate,
        config: Arc<ServerConfig>,
        demand: Demand,
    },
    Scripted {
        script: Script,
        credentials: Arc<(Credentials, Credentials)>,
    },
    Plaintext(Service),
}

impl Serving {
    async fn serve(self, mut stream: TcpStream) -> io::Result<()> {
        match self {
            Self::Tls {
                opening,
                gate,
                config,
                demand,
            } => {
                if !open(&mut stream, opening).await? {
                    return gate::leave(stream).await;
                }
                let Some(heard) = gate::hear(&mut stream).await? else {
                    return gate::leave(stream).await;
                };
                match gate::judge(&gate, &heard) {
                    Some(refusal) => gate::refuse(stream, refusal, Some(&heard)).await,
                    None => tls::serve(stream, &heard.octets, config, demand).await,
                }
            }
            Self::Scripted {
                script,
                credentials,
            } => {
                let Some(heard) = gate::hear(&mut stream).await? else {
                    return gate::leave(stream).await;
                };
                let (own, other) = &*credentials;
                scripted::answer(stream, &heard, &script, own, other).await
            }
            Self::Plaintext(service) => {
                plaintext::converse(&mut stream, service).await?;
                gate::leave(stream).await
            }
        }
    }
}

/// Does what precedes TLS; whether TLS begins after it.
async fn open(stream: &mut TcpStream, opening: Opening) -> io::Result<bool> {
    match opening {
        Opening::None => Ok(true),
        Opening::Starttls(service) => plaintext::converse(stream, service).await,
        Opening::ProxyLine(refusal) => {
            const LONGEST: usize = 107;
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") && line.len() < LONGEST {
                let mut octet = [0];
                if stream.read(&mut octet).await? == 0 {
                    return Ok(false);
                }
                line.extend(octet);
                if !b"PROXY ".starts_with(line.get(..line.len().min(6)).unwrap_or_default()) {
                    if let Some(number) = refusal {
                        tokio::io::AsyncWriteExt::write_all(stream, &gate::alert(number)).await?;
                    }
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }
}
