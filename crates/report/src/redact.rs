//! Reports for sharing.

use crate::{Answer, Report};
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};

impl Report {
    /// The same report with host names and addresses replaced and the evidence's octets removed. The verdict, times and
    /// texts stay; it cannot be judged again, because the octets hold the names.
    ///
    /// Names are replaced by `host-1.invalid` … (RFC 6761 section 6.4) and addresses by ones of the documentation ranges
    /// (RFC 5737, RFC 3849), the same for the same, so that "these two differ" stays visible.
    #[must_use]
    pub fn redact(&self) -> Self {
        let mut copy = self.clone();
        for entry in &mut copy.evidence {
            entry.observed.traffic.clear();
            entry.observed.opened.clear();
            match &mut entry.observed.answer {
                Some(Answer::Http(reply)) => reply.body.0.clear(),
                Some(Answer::Records { records, .. }) => records.clear(),
                Some(Answer::Anchors { certificates, .. }) => certificates.clear(),
                _ => {}
            }
            match &mut entry.conditions {
                crate::Action::Anchors { subjects, .. } => subjects.clear(),
                crate::Action::Fetch { serials, .. } => serials.clear(),
                _ => {}
            }
        }
        copy.question = None;
        copy.redacted = true;
        let mut names = Names::default();
        names.collect(self);
        let replaced = serde_json::to_value(&copy).and_then(|mut value| {
            replace(&mut value, &names.pairs());
            serde_json::from_value(value)
        });
        replaced.unwrap_or_else(|_| self.without_particulars())
    }

    /// What is left when names cannot be told from the rest: the outcome, and nothing that could name anybody.
    fn without_particulars(&self) -> Self {
        Self {
            tool: self.tool.clone(),
            started: self.started,
            elapsed_us: self.elapsed_us,
            connections: self.connections,
            outcome: self.outcome,
            verdict: self.verdict,
            partial: self.partial,
            redacted: true,
            ..Self::example()
        }
    }
}

/// Keys whose values are from a fixed vocabulary or a clock's. A certificate may be named like one of those values.
const FIXED: [&str; 25] = [
    "schema",
    "tool",
    "started",
    "vantage",
    "outcome",
    "verdict",
    "side",
    "certainty",
    "affects",
    "kind",
    "phase",
    "moment",
    "record",
    "prelude",
    "say",
    "purpose",
    "type",
    "form",
    "direction",
    "source",
    "severity",
    "audience",
    "id",
    "not_before",
    "not_after",
];

#[derive(Default)]
struct Names {
    names: Vec<String>,
    addresses: Vec<IpAddr>,
}

impl Names {
    fn collect(&mut self, report: &Report) {
        if let Some(target) = &report.target {
            self.name(&target.host);
            self.name(&target.input);
            target.server_name.iter().for_each(|name| self.name(name));
            self.addresses
                .extend(target.addresses.iter().map(|address| address.ip()));
        }
        for certificate in &report.certificates {
            for name in &certificate.names {
                self.name(name);
            }
            for name in [&certificate.subject, &certificate.issuer] {
                self.name(name);
                for part in name.split(',') {
                    if let Some((_, value)) = part.split_once('=') {
                        self.name(value.trim());
                    }
                }
            }
            self.name(&certificate.sha256);
            self.name(&certificate.serial);
        }
        for contact in &report.contacted {
            self.name(&contact.address);
        }
        if let Some(question) = &report.question {
            for name in question
                .controls
                .iter()
                .chain(&question.time_sources)
                .chain(&question.ca_file)
                .chain(&question.former_ca_file)
                .chain(&question.search)
                .chain(question.distrusted.iter().map(|entry| &entry.name))
            {
                self.name(name);
            }
            question
                .proxy
                .iter()
                .for_each(|proxy| self.name(&proxy.host));
            self.addresses
                .extend(question.resolvers.iter().map(|address| address.ip()));
            self.addresses
                .extend(question.connect.map(|address| address.ip()));
        }
        for entry in &report.evidence {
            if let Some(local) = entry.observed.local {
                self.addresses.push(local.ip());
            }
            let phases = &entry.observed.phases;
            self.addresses
                .extend(phases.iter().filter_map(|phase| phase.offender));
            let kernel = &entry.observed.kernel;
            self.addresses
                .extend(kernel.iter().filter_map(|fact| fact.offender));
            match &entry.observed.answer {
                Some(Answer::Addresses {
                    addresses, aliases, ..
                }) => {
                    self.addresses.extend(addresses);
                    for alias in aliases {
                        self.name(alias);
                    }
                }
                Some(Answer::Records { aliases, .. }) => {
                    aliases.iter().for_each(|alias| self.name(alias));
                }
                Some(Answer::Http(reply)) => self.name(&reply.url),
                Some(Answer::Anchors {
                    path: Some(path), ..
                }) => self.name(path),
                _ => {}
            }
            if let Some(via) = entry.conditions.via() {
                self.addresses.push(via.proxy.ip());
                self.name(&via.host);
                if let Some((host, _)) = via.authority.rsplit_once(':') {
                    self.name(host);
                }
            }
            match &entry.conditions {
                crate::Action::Resolve { name, .. } | crate::Action::Hosts { name } => {
                    self.name(name);
                }
                crate::Action::Handshake(handshake) => handshake
                    .server_name
                    .iter()
                    .for_each(|name| self.name(name)),
                crate::Action::Load(load) => {
                    load.server_name.iter().for_each(|name| self.name(name))
                }
                crate::Action::Hello(hello) => {
                    hello.server_name.iter().for_each(|name| self.name(name))
                }
                crate::Action::Fetch { url, .. } => {
                    self.name(url);
                    // An OCSP request is the last part of its URL, which is then shown without it.
                    if let Some((base, _)) = url.rsplit_once('/')
                        && base.contains("://")
                    {
                        self.name(base);
                    }
                }
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &str) {
        const SHORTEST: usize = 3;
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        // Where a port follows, only the address is replaced: what stands for it must be an address again.
        let address = address.or_else(|_| name.parse::<SocketAddr>().map(|address| address.ip()));
        match address {
            Ok(address) => self.addresses.push(address),
            Err(_) if name.len() >= SHORTEST && name != "getaddrinfo" => {
                self.names.push(name.to_owned())
            }
            Err(_) => {}
        }
    }

    /// What to replace by what, the longest first so that a name within a longer one is not cut out of it.
    fn pairs(mut self) -> Vec<(String, String)> {
        self.names.sort();
        self.names.dedup();
        self.addresses.sort();
        self.addresses.dedup();
        let names = self
            .names
            .into_iter()
            .enumerate()
            .map(|(index, name)| (name, format!("host-{}.invalid", index + 1)));
        let addresses = self
            .addresses
            .into_iter()
            .enumerate()
            .map(|(index, address)| {
                let place = index + 1;
                let replacement = if address.is_ipv4() {
                    format!("192.0.2.{}", place % 256)
                } else {
                    format!("2001:db8::{place:x}")
                };
                (address.to_string(), replacement)
            });
        let mut pairs: Vec<_> = names.chain(addresses).collect();
        pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        pairs
    }
}

fn replace(value: &mut Value, pairs: &[(String, String)]) {
    match value {
        Value::String(text) => *text = replaced(text, pairs),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, pairs)),
        Value::Object(entries) => entries
            .iter_mut()
            .filter(|(key, _)| !FIXED.contains(&key.as_str()))
            .for_each(|(_, value)| replace(value, pairs)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One pass from left to right, so that what was put in is not replaced again.
fn replaced(text: &str, pairs: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match pairs.iter().find(|(from, _)| {
            rest.get(..from.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(from))
        }) {
            Some((from, to)) => {
                out.push_str(to);
                rest = rest.get(from.len()..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use crate::{CertificateSource, CertificateSummary, Contact, Report, Target};

    #[test]
    fn longest_name_first_and_once() {
        let pairs = [
            ("www.example.com".to_owned(), "host-2.invalid".to_owned()),
            ("example.com".to_owned(), "host-1.invalid".to_owned()),
        ];
        assert_eq!(
            replaced("WWW.example.com is not example.com", &pairs),
            "host-2.invalid is not host-1.invalid"
        );
    }

    fn seen(subject: &str) -> Report {
        let target = Target {
            input: "127.0.0.1:4433".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 4433,
            service: "https".to_owned(),
            server_name: None,
            addresses: vec!["127.0.0.1:4433".parse().unwrap()],
        };
        let certificate = CertificateSummary {
            subject: subject.to_owned(),
            issuer: "CN=served,O=fails".to_owned(),
            names: Vec::new(),
            not_before: jiff::Timestamp::UNIX_EPOCH,
            not_after: jiff::Timestamp::UNIX_EPOCH,
            key: "EC P-256".to_owned(),
            signature: "ecdsa-with-SHA256".to_owned(),
            serial: "01".to_owned(),
            sha256: "ab".repeat(32),
            source: CertificateSource::Served,
        };
        let contact = Contact {
            what: "dns".to_owned(),
            address: "10.1.2.3:53".to_owned(),
            why: "resolve:A:10.1.2.3:53".to_owned(),
        };
        Report {
            target: Some(target),
            certificates: vec![certificate],
            contacted: vec![contact],
            ..Report::example()
        }
    }

    #[test]
    fn addresses_with_ports_stay_addresses() {
        let shared = seen("CN=shop").redact();
        let text = serde_json::to_string(&shared).unwrap();
        assert!(
            shared.redacted && !text.contains("127.0.0.1") && !text.contains("10.1.2.3"),
            "{text}"
        );
        assert_eq!(shared.contacted[0].why, "resolve:A:192.0.2.1:53");
        let target = shared.target.unwrap();
        assert_eq!(target.input, target.addresses[0].to_string());
    }

    #[test]
    fn a_certificate_named_like_a_value_is_replaced_and_the_value_is_not() {
        let shared = seen("CN=not-tested").redact();
        assert_eq!(shared.certificates[0].source, CertificateSource::Served);
        let text = serde_json::to_string(&shared.certificates[0].subject).unwrap()
            + &shared.certificates[0].issuer;
        assert!(
            !text.contains("not-tested") && !text.contains("fails"),
            "{text}"
        );
    }

    #[test]
    fn what_cannot_be_told_apart_is_left_out() {
        let left = seen("CN=shop").without_particulars();
        assert!(
            left.redacted
                && left.target.is_none()
                && left.certificates.is_empty()
                && left.contacted.is_empty()
        );
    }
}
