//! From options to a [`Question`].

use crate::args::Options;
use crate::fault::Fault;
use crate::files;
use crate::nearest::nearest;
use crate::proxy::{Environment, Proxy};
use crate::target::{self, Endpoint, Host};
use jiff::Timestamp;
use probe::{CaFile, ClientAuth, Hands, HandsConfig, HandsError, ProxyLogin};
use report::{
    AddressFamily, AskedClient, Bytes, CipherSuite, NamedGroup, Offers, ProtocolVersion, Question,
    ServerNameChoice, SignatureScheme,
};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;
use wire::{profile, registry};

/// Signature schemes that are offered for a name that is unknown.
const SCHEMES: [&str; 12] = [
    "ecdsa_secp256r1_sha256",
    "ecdsa_secp384r1_sha384",
    "ecdsa_secp521r1_sha512",
    "ed25519",
    "ed448",
    "rsa_pss_rsae_sha256",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512",
    "rsa_pkcs1_sha256",
    "rsa_pkcs1_sha384",
    "rsa_pkcs1_sha512",
    "rsa_pkcs1_sha1",
];
/// Where DNS is asked.
const DNS_PORT: u16 = 53;
/// What a client waits when nobody says how long, in microseconds.
const TIMEOUT_US: u64 = 10_000_000;
/// The longest `--timeout`, in seconds.
const LONGEST_TIMEOUT: f64 = 3600.0;
const MICROSECONDS: f64 = 1e6;

/// A question that is ready to be asked, with what the hands need for it.
#[derive(Debug)]
pub(crate) struct Examination {
    question: Question,
    client_auth: Option<ClientAuth>,
    ca_files: Vec<CaFile>,
    proxy_login: Option<ProxyLogin>,
    no_kernel_facts: bool,
}

impl Examination {
    /// The question about `endpoint` that `options` describe, with the proxy of `environment` where they name none. Reads the
    /// files they name.
    ///
    /// # Errors
    ///
    /// A fault in an option, in a proxy variable or in a file.
    pub(crate) fn new(
        endpoint: &Endpoint,
        options: &Options,
        environment: &Environment,
    ) -> Result<Self, Fault> {
        let ca_files = [&options.ca_file, &options.former_ca_file]
            .into_iter()
            .flatten()
            .map(|path| files::ca_file(path))
            .collect::<Result<_, _>>()?;
        let client_auth = client_auth(options)?;
        let mut question = question(endpoint, options, client_auth.as_ref())?;
        let proxy = proxy(endpoint, options, environment)?;
        question.proxy = proxy.as_ref().map(|proxy| proxy.setting.clone());
        if let (Some(_), Some(setting)) = (question.load, &question.proxy)
            && setting.excluded.is_none()
        {
            let fault = Fault::new("ui-fault-load-proxy", [("source", &setting.source)]);
            return Err(fault.hint("ui-hint-load-proxy", []));
        }
        let examination = Self {
            question,
            client_auth,
            ca_files,
            proxy_login: proxy.and_then(|proxy| proxy.login),
            no_kernel_facts: options.no_kernel_facts,
        };
        // Whether key and certificate belong together is only seen here; better before anything is contacted.
        examination.hands(Instant::now())?;
        Ok(examination)
    }

    /// The same, reported as the target `input`.
    pub(crate) fn called(mut self, input: String) -> Self {
        self.question.target.input = input;
        self
    }

    /// What was examined, as typed.
    pub(crate) fn input(&self) -> &str {
        &self.question.target.input
    }

    /// The question, asked now.
    pub(crate) fn question(&self) -> Question {
        Question {
            started: Timestamp::now(),
            ..self.question.clone()
        }
    }

    /// Hands whose times count from `started`.
    ///
    /// # Errors
    ///
    /// A fault when the client certificate cannot be used.
    pub(crate) fn hands(&self, started: Instant) -> Result<Hands, Fault> {
        let config = HandsConfig {
            started,
            client_auth: self.client_auth.clone(),
            ca_files: self.ca_files.clone(),
            proxy_login: self.proxy_login.clone(),
        };
        let hands = Hands::new(config).map_err(|error| hands_fault(&error))?;
        Ok(match self.no_kernel_facts {
            true => hands.without_kernel_facts(),
            false => hands,
        })
    }
}

/// Why no hands can be made.
pub(crate) fn hands_fault(error: &HandsError) -> Fault {
    match error {
        HandsError::ClientAuth(error) => client_fault(error),
        error => Fault::new("ui-fault-tls", [("detail", &error.to_string())]),
    }
}

fn client_fault(error: &probe::ClientKeyError) -> Fault {
    use probe::ClientKeyError::{Mismatch, NoCertificate, UnknownForm};
    match error {
        Mismatch => Fault::new("ui-fault-key-mismatch", []).hint("ui-hint-key-mismatch", []),
        UnknownForm => Fault::new("ui-fault-key-form", []).hint("ui-hint-key-file", []),
        NoCertificate => Fault::new(
            "ui-fault-client-certificate",
            [("detail", "0 certificates")],
        ),
        other => Fault::new(
            "ui-fault-client-certificate",
            [("detail", &other.to_string())],
        ),
    }
}

fn client_auth(options: &Options) -> Result<Option<ClientAuth>, Fault> {
    match (&options.client_cert, &options.client_key) {
        (Some(certificate), key) => files::client_auth(certificate, key.as_deref()).map(Some),
        (None, Some(key)) => Err(
            Fault::new("ui-fault-no-client-certificate", [("path", key)])
                .hint("ui-hint-no-client-certificate", []),
        ),
        (None, None) => Ok(None),
    }
}

fn question(
    endpoint: &Endpoint,
    options: &Options,
    client_auth: Option<&ClientAuth>,
) -> Result<Question, Fault> {
    let named = options
        .starttls
        .as_deref()
        .map(target::starttls)
        .transpose()?;
    let service = named.or(endpoint.service);
    let port = endpoint
        .port
        .or(service.map(|service| service.port))
        .unwrap_or(HTTPS);
    let scheme = service.map_or_else(|| target::service_of_port(port), |service| service.scheme);
    let choice = server_name(options)?;
    let family = family(options, &endpoint.host)?;
    let connect = match options.connect.as_deref() {
        Some(place) => {
            let (address, own) = target::address_and_port(place, "--connect")?;
            fits(family, address)?;
            Some(SocketAddr::new(address, own.unwrap_or(port)))
        }
        None => None,
    };
    let host = endpoint.host.to_string();
    let sent = match (&choice, &endpoint.host) {
        (ServerNameChoice::Name(name), _) => Some(name.clone()),
        (ServerNameChoice::Host, Host::Name(name)) => Some(name.trim_end_matches('.').to_owned()),
        (ServerNameChoice::Host, Host::Address(_)) | (ServerNameChoice::None, _) => None,
    };
    Ok(Question {
        target: report::Target {
            input: endpoint.input.clone(),
            host,
            port,
            service: scheme.to_owned(),
            server_name: sent,
            addresses: Vec::new(),
        },
        started: Timestamp::UNIX_EPOCH,
        client: client(options)?,
        offers: offers(options)?,
        connect,
        proxy: None,
        family,
        all_addresses: options.all_addresses,
        deployed: match options.deployed.as_deref() {
            Some(path) => files::deployed(path)?.into_iter().map(Bytes).collect(),
            None => Vec::new(),
        },
        starttls: service.and_then(|service| service.starttls),
        server_name: choice,
        ca_file: options.ca_file.clone(),
        former_ca_file: options.former_ca_file.clone(),
        distrusted: match options.distrusted.as_deref() {
            Some(path) => files::distrusted(path)?,
            None => Vec::new(),
        },
        client_certificate: client_auth
            .map(|auth| auth.chain.iter().cloned().map(Bytes).collect())
            .unwrap_or_default(),
        time_sources: places(&options.time_source)?,
        controls: places(&options.control)?,
        resolvers: resolvers(options)?,
        resolvers_named: !options.resolver.is_empty(),
        search: probe::system_search(),
        offline: options.offline,
        timeout_us: timeout(options)?,
        load: load(options)?,
    })
}

const HTTPS: u16 = 443;

/// The proxy for the service that the user names; a port alone names none, and is taken for HTTPS.
fn proxy(
    endpoint: &Endpoint,
    options: &Options,
    environment: &Environment,
) -> Result<Option<Proxy>, Fault> {
    let named = options
        .starttls
        .as_deref()
        .map(target::starttls)
        .transpose()?;
    let service = named.or(endpoint.service);
    let scheme = service.map_or("https", |service| service.scheme);
    Proxy::of(
        options.proxy.as_deref(),
        environment,
        scheme,
        &endpoint.host,
    )
}

fn server_name(options: &Options) -> Result<ServerNameChoice, Fault> {
    match options.server_name.as_deref() {
        None => Ok(ServerNameChoice::Host),
        Some("none") => Ok(ServerNameChoice::None),
        Some(name) => {
            let host = match name.parse::<IpAddr>() {
                Ok(address) => Host::Address(address),
                Err(_) => target::host(name, name)?,
            };
            Ok(ServerNameChoice::Name(
                host.to_string().trim_end_matches('.').to_owned(),
            ))
        }
    }
}

fn family(options: &Options, host: &Host) -> Result<AddressFamily, Fault> {
    let family = match (options.ipv4, options.ipv6) {
        (true, _) => AddressFamily::Ipv4,
        (_, true) => AddressFamily::Ipv6,
        _ => AddressFamily::Any,
    };
    match host {
        Host::Address(address) if options.connect.is_none() => fits(family, *address)?,
        _ => {}
    }
    Ok(family)
}

fn fits(family: AddressFamily, address: IpAddr) -> Result<(), Fault> {
    let option = match (family, address) {
        (AddressFamily::Ipv4, IpAddr::V6(_)) => "-4",
        (AddressFamily::Ipv6, IpAddr::V4(_)) => "-6",
        _ => return Ok(()),
    };
    Err(Fault::new(
        "ui-fault-family",
        [("option", option), ("address", &address.to_string())],
    ))
}

fn client(options: &Options) -> Result<AskedClient, Fault> {
    let Some(id) = &options.client else {
        return Ok(AskedClient::ReferenceSet);
    };
    if profile::profile(id).is_some() {
        return Ok(AskedClient::Profile(id.clone()));
    }
    let known: Vec<&str> = profile::profiles()
        .iter()
        .map(|profile| profile.id.as_str())
        .collect();
    let fault = Fault::new("ui-fault-profile", [("profile", id)]);
    Err(match nearest(id, known.iter().copied()) {
        Some(nearest) => fault.meaning(Some(nearest)),
        None => fault.hint("ui-hint-known", [("known", &known.join(", "))]),
    })
}

fn offers(options: &Options) -> Result<Offers, Fault> {
    let version = |text: &Option<String>| text.as_deref().map(version).transpose();
    let (tls_min, tls_max) = (version(&options.tls_min)?, version(&options.tls_max)?);
    if let (Some(lowest), Some(highest)) = (tls_min, tls_max)
        && lowest > highest
    {
        let params = [
            ("lowest", lowest.to_string()),
            ("highest", highest.to_string()),
        ];
        let params = params.each_ref().map(|(key, value)| (*key, value.as_str()));
        return Err(Fault::new("ui-fault-versions", params));
    }
    Ok(Offers {
        tls_min,
        tls_max,
        cipher_suites: list(options.ciphers.as_deref(), cipher_suite)?,
        groups: list(options.groups.as_deref(), group)?,
        signature_schemes: list(options.sigalgs.as_deref(), signature_scheme)?,
        alpn: options.alpn.as_deref().map(alpn),
    })
}

/// A list with colons or commas between its elements.
fn list<T>(
    text: Option<&str>,
    element: fn(&str) -> Result<T, Fault>,
) -> Result<Option<Vec<T>>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let elements = text.split([':', ',']).map(str::trim);
    elements.map(element).collect::<Result<_, _>>().map(Some)
}

fn alpn(text: &str) -> Vec<String> {
    if text == "none" {
        return Vec::new();
    }
    text.split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn version(name: &str) -> Result<ProtocolVersion, Fault> {
    registry::version_by_name(name).ok_or_else(|| {
        Fault::new("ui-fault-version", [("name", name)])
            .hint("ui-hint-known", [("known", "1.0, 1.1, 1.2, 1.3")])
    })
}

fn cipher_suite(name: &str) -> Result<CipherSuite, Fault> {
    registry::cipher_suite_by_name(name).ok_or_else(|| {
        let known = registry::cipher_suites()
            .iter()
            .flat_map(|suite| std::iter::once(suite.name).chain(suite.openssl));
        Fault::new("ui-fault-cipher", [("name", name)]).meaning(nearest(name, known))
    })
}

fn group(name: &str) -> Result<NamedGroup, Fault> {
    registry::group_by_name(name).ok_or_else(|| {
        let known: Vec<_> = registry::groups().map(registry::group_name).collect();
        Fault::new("ui-fault-group", [("name", name)])
            .meaning(nearest(name, known.iter().map(AsRef::as_ref)))
    })
}

fn signature_scheme(name: &str) -> Result<SignatureScheme, Fault> {
    registry::signature_scheme_by_name(name).ok_or_else(|| {
        Fault::new("ui-fault-scheme-name", [("name", name)]).meaning(nearest(name, SCHEMES))
    })
}

fn places(texts: &[String]) -> Result<Vec<String>, Fault> {
    let checked = |text: &String| target::host_and_port(text).map(|_| text.clone());
    texts.iter().map(checked).collect()
}

fn resolvers(options: &Options) -> Result<Vec<SocketAddr>, Fault> {
    if options.resolver.is_empty() {
        return Ok(probe::system_resolvers());
    }
    let one = |place: &String| {
        let (address, port) = target::address_and_port(place, "--resolver")?;
        Ok(SocketAddr::new(address, port.unwrap_or(DNS_PORT)))
    };
    options.resolver.iter().map(one).collect()
}

/// The most handshakes at once and in a second, where load is asked for.
fn load(options: &Options) -> Result<Option<u32>, Fault> {
    let most = probe::MAX_PER_SECOND.max(probe::MAX_AT_ONCE);
    let Some(text) = options.load_max.as_deref() else {
        return Ok(options.load.then_some(most));
    };
    let number = text.parse::<u32>().ok();
    match number.filter(|number| (1..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => {
            let fault = Fault::new("ui-fault-load-max", [("value", text)]);
            Err(fault.hint("ui-hint-load-max", [("most", &most.to_string())]))
        }
    }
}

fn timeout(options: &Options) -> Result<u64, Fault> {
    let Some(text) = options.timeout.as_deref() else {
        return Ok(TIMEOUT_US);
    };
    let seconds = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= LONGEST_TIMEOUT);
    seconds
        .map(|seconds| (seconds * MICROSECONDS).ceil() as u64)
        .ok_or_else(|| {
            Fault::new("ui-fault-timeout", [("value", text)]).hint("ui-hint-timeout", [])
        })
}
