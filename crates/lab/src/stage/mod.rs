//! What is staged, as data: nothing here listens or signs.

mod capacity;
mod certificate;
mod client;
mod distrust;
mod endpoint;
mod gate;
mod pace;
mod proxy;
mod records;
mod revocation;
mod script;

pub(crate) use capacity::Capacity;
pub(crate) use certificate::{CaSpec, CertificateSpec, Chain, CrossSpec, Issuer, KeyType};
pub use certificate::{Served, SignedWith};
pub(crate) use client::{ClientIssuer, ClientSpec, Purpose};
pub(crate) use distrust::{Bundles, Distrust, DistrustOf};
pub(crate) use endpoint::{
    ClientAuth, Dialogue, Endpoint, Library, Manner, Opening, Plain, Service, Stack, Tickets,
};
pub(crate) use gate::{Condition, Refusal, Rule};
pub(crate) use pace::Pace;
pub(crate) use proxy::{Forward, Manner as ProxyManner, ProxySpec, Refuses};
pub(crate) use records::{Association, Records, Tlsa};
pub(crate) use revocation::{
    AnswerSpec, By, ListReply, ListSpec, Reply, RevocationSpec, RevocationUrls, Says,
};
pub(crate) use script::{Odd, Prime, Script};

/// Servers, names, time, trust and the client's wishes of one scenario, or of its twin.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// The host asked for.
    pub(crate) host: &'static str,
    /// What answers.
    pub(crate) service: Service,
    /// Where it listens.
    pub(crate) place: Place,
    /// What the resolver says of the host; `None` names the address on the command line instead.
    pub(crate) names: Option<Names>,
    /// What the resolver says beside that.
    pub(crate) records: Records,
    /// What is served.
    pub(crate) certificate: CertificateSpec,
    /// Servers beside it, set up otherwise.
    pub(crate) members: Vec<Member>,
    /// How a client comes to one of them.
    pub(crate) spread: Spread,
    /// What the client is told that the server should serve, where it is told.
    pub(crate) deployed: Option<CertificateSpec>,
    /// Whether the client is told of the lab's root.
    pub(crate) trusts_root: bool,
    /// Whether the client is told of the other root too, the one that signs crosses.
    pub(crate) trusts_other_root: bool,
    /// Whether the root that the client is told of is one of the same name with another key.
    pub(crate) trusts_namesake: bool,
    /// Which roots were and are in the client's bundle, where the client is told of both.
    pub(crate) bundles: Option<Bundles>,
    /// What the client is told to distrust.
    pub(crate) distrusted: &'static [Distrust],
    /// Who the client is told to ask for the time.
    pub(crate) time_sources: &'static [TimeSource],
    /// Whether the client is given a certificate of the lab's.
    pub(crate) client_certificate: bool,
    /// What that certificate is like.
    pub(crate) client: ClientSpec,
    /// What lies between, and how the client is told of it.
    pub(crate) proxy: Option<ProxySpec>,
    /// How many connections it stands.
    pub(crate) capacity: Capacity,
    /// How soon it answers.
    pub(crate) pace: Pace,
    /// More words of the command line.
    pub(crate) arguments: &'static [&'static str],
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            host: "www.shop.test",
            service: Service::Tls(Endpoint::default()),
            place: Place::Loopback,
            names: None,
            records: Records::default(),
            certificate: CertificateSpec::default(),
            members: Vec::new(),
            spread: Spread::Addresses,
            deployed: None,
            trusts_root: true,
            trusts_other_root: false,
            trusts_namesake: false,
            bundles: None,
            distrusted: &[],
            time_sources: &[],
            client_certificate: false,
            client: ClientSpec::default(),
            proxy: None,
            capacity: Capacity::Ample,
            pace: Pace::Prompt,
            arguments: &[],
        }
    }
}

impl Stage {
    /// A rustls server.
    pub(crate) fn library(library: Library) -> Self {
        Self::tls(Endpoint {
            stack: Stack::Library(library),
            ..Endpoint::default()
        })
    }

    /// A scripted server.
    pub(crate) fn script(script: Script) -> Self {
        Self::tls(Endpoint {
            stack: Stack::Script(script),
            ..Endpoint::default()
        })
    }

    /// A rustls server with default settings behind a gate.
    pub(crate) fn gated(rules: &'static [Rule]) -> Self {
        Self::tls(Endpoint {
            rules,
            ..Endpoint::default()
        })
    }

    /// A server that speaks TLS, sooner or later.
    pub(crate) fn tls(endpoint: Endpoint) -> Self {
        Self {
            service: Service::Tls(endpoint),
            ..Self::default()
        }
    }

    /// A server that does not.
    pub(crate) fn plain(plain: Plain) -> Self {
        Self {
            service: Service::Plain(plain),
            ..Self::default()
        }
    }

    /// The script, if there is one.
    #[cfg(test)]
    pub(crate) fn scripted(&self) -> Option<&Script> {
        match &self.service {
            Service::Tls(Endpoint {
                stack: Stack::Script(script),
                ..
            }) => Some(script),
            Service::Tls(_) | Service::Nothing | Service::Plain(_) => None,
        }
    }

    /// Whether TLS begins with the first octet.
    #[cfg(test)]
    pub(crate) fn is_direct(&self) -> bool {
        matches!(
            self.service,
            Service::Tls(Endpoint {
                opening: Opening::Direct,
                ..
            })
        )
    }

    /// The same with a certificate of this kind.
    pub(crate) fn with_certificate(self, certificate: CertificateSpec) -> Self {
        Self {
            certificate,
            ..self
        }
    }
}

/// A server beside the first one.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// What answers.
    pub(crate) endpoint: Endpoint,
    /// What is served.
    pub(crate) certificate: CertificateSpec,
}

/// How a client comes to one of several servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Each has an address, and the name has all of them.
    Addresses,
    /// They take turns behind one address.
    Turns,
    /// Each has an address, and the client asks two DNS servers: one knows the first address, the other the others.
    Resolvers,
}

/// Somebody who tells the time, and how many hours that is ahead of this machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeSource {
    /// By SNTP.
    Sntp(i64),
    /// By the `Date` of an HTTP answer.
    Date(i64),
    /// The same from a cache that has had it for as long as that, which must be in the past.
    Cached(i64),
}

impl TimeSource {
    /// One that is right.
    pub(crate) const RIGHT: &'static [Self] = &[Self::Sntp(0)];
}

/// An address to listen on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// 127.0.0.1, a free port.
    Loopback,
    /// Some loopback address, one of these ports.
    Registered(&'static [u16]),
    /// This address; it has a network namespace to itself.
    #[cfg(target_os = "linux")]
    At(std::net::SocketAddr),
}

/// What a resolver says of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// The address the server listens on.
    Address,
    /// NXDOMAIN.
    Missing,
    /// The name is there, an address is not.
    NoAddress,
    /// SERVFAIL.
    Broken,
    /// REFUSED.
    Refused,
    /// The address, after a while.
    Late,
}
