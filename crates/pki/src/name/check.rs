use super::identity::{ServerIdentity, to_ascii};
use crate::certificate::Certificate;
use std::net::IpAddr;

/// The certificate is not for the server asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameMismatch {
    /// The server asked for.
    pub wanted: String,
    /// For whom the certificate is: the names of subjectAltName, or without one the commonName.
    pub presented: Vec<String>,
    /// What went wrong when the certificate was made or the server chosen.
    pub reason: NameReason,
}

/// Why none of the names fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameReason {
    /// `www.` is missing or too much: the certificate is for `other`.
    WwwOrApex {
        /// The form that the certificate is for.
        other: String,
    },
    /// A wildcard stands for exactly one label, and the name has more.
    WildcardDepth {
        /// The wildcard.
        pattern: String,
    },
    /// Only the commonName fits, and it does not count (RFC 9525 section 2).
    CommonNameOnly {
        /// The commonName.
        common_name: String,
    },
    /// An address is wanted and not among the addresses.
    AddressNotListed,
    /// It would fit if an underscore were a hyphen, which some issuer or browser replaced.
    Underscore,
    /// It would fit if the internationalised name were written in A-labels, or by the other of the two mappings in use
    /// (IDNA 2003 and UTS 46).
    International,
    /// It would fit without the dot at the end of the name in the certificate.
    TrailingDot,
    /// The certificate of somebody else on a shared host: more than 5 names, all of other domains.
    ManyTenants {
        /// How many names.
        count: usize,
    },
    /// None of these.
    Unrelated,
}

/// More names than this, all of others, mean a shared host.
const TENANTS: usize = 5;

/// Longer than any host name in any notation: not worth mapping.
const MAX_NAME: usize = 1024;

/// Whether `certificate` is for `identity`.
///
/// # Errors
///
/// The mismatch with its most telling reason.
pub fn check(certificate: &Certificate, identity: &ServerIdentity) -> Result<(), NameMismatch> {
    let names = &certificate.dns_names;
    let fits = match identity {
        ServerIdentity::Dns(wanted) => names.iter().any(|pattern| covers(pattern, wanted)),
        ServerIdentity::Address(address) => certificate.ip_addresses.contains(address),
    };
    if fits {
        return Ok(());
    }
    let nameless = names.is_empty() && certificate.ip_addresses.is_empty();
    let common_name = certificate.common_name().filter(|_| nameless);
    let addresses = certificate.ip_addresses.iter().map(IpAddr::to_string);
    let presented: Vec<String> = names
        .iter()
        .cloned()
        .chain(addresses)
        .chain(common_name.map(str::to_owned))
        .collect();
    let reason = common_name
        .filter(|common_name| match identity {
            ServerIdentity::Dns(wanted) => covers(common_name, wanted),
            ServerIdentity::Address(address) => common_name.parse() == Ok(*address),
        })
        .map(|common_name| NameReason::CommonNameOnly {
            common_name: common_name.to_owned(),
        })
        .unwrap_or_else(|| match identity {
            ServerIdentity::Dns(wanted) => reason(wanted, &presented),
            ServerIdentity::Address(_) => NameReason::AddressNotListed,
        });
    Err(NameMismatch {
        wanted: identity.to_string(),
        presented,
        reason,
    })
}

/// Whether a presented DNS-ID fits the wanted name, which is in lower case (RFC 9525 section 6.3).
fn covers(pattern: &str, wanted: &str) -> bool {
    if pattern.eq_ignore_ascii_case(wanted) {
        return true;
    }
    match (pattern.strip_prefix("*."), wanted.split_once('.')) {
        (Some(base), Some((_, parent))) => base.contains('.') && base.eq_ignore_ascii_case(parent),
        _ => false,
    }
}

fn reason(wanted: &str, presented: &[String]) -> NameReason {
    let plausible = |name: &&String| name.len() <= MAX_NAME;
    let any = |change: fn(&str) -> Option<String>| {
        presented
            .iter()
            .filter(plausible)
            .filter_map(|pattern| change(pattern))
            .any(|changed| covers(&changed, wanted))
    };
    if any(|pattern| pattern.strip_suffix('.').map(str::to_owned)) {
        return NameReason::TrailingDot;
    }
    let mut short = presented.iter().filter(plausible);
    if any(in_a_labels) || short.any(|pattern| is_other_mapping(pattern, wanted)) {
        return NameReason::International;
    }
    let hyphened = wanted.replace('_', "-");
    if presented
        .iter()
        .any(|pattern| covers(&pattern.replace('_', "-"), &hyphened))
    {
        return NameReason::Underscore;
    }
    if let Some(other) = www_or_apex(wanted, presented) {
        return NameReason::WwwOrApex { other };
    }
    let deeper = |pattern: &&String| {
        pattern
            .strip_prefix("*.")
            .is_some_and(|base| base.contains('.') && is_under(wanted, base))
    };
    if let Some(pattern) = presented.iter().find(deeper) {
        return NameReason::WildcardDepth {
            pattern: pattern.clone(),
        };
    }
    let foreign = |pattern: &String| domain(pattern) != domain(wanted);
    if presented.len() > TENANTS && presented.iter().all(foreign) {
        return NameReason::ManyTenants {
            count: presented.len(),
        };
    }
    NameReason::Unrelated
}

/// A name in U-labels, which a certificate must not hold, as A-labels.
fn in_a_labels(pattern: &str) -> Option<String> {
    if pattern.is_ascii() {
        return None;
    }
    match pattern.strip_prefix("*.") {
        Some(base) => to_ascii(base).map(|base| format!("*.{base}")),
        None => to_ascii(pattern),
    }
}

/// Whether both are one name by the mapping of IDNA 2003, which knew no sharp s, final sigma or joiners.
fn is_other_mapping(pattern: &str, wanted: &str) -> bool {
    let has_a_label = |name: &str| name.split('.').any(|label| label.starts_with("xn--"));
    let pattern = pattern.to_ascii_lowercase();
    if !has_a_label(&pattern) && !has_a_label(wanted) {
        return false;
    }
    match (older(&pattern), older(wanted)) {
        (Some(pattern), Some(wanted)) => covers(&pattern, &wanted),
        _ => false,
    }
}

fn older(name: &str) -> Option<String> {
    let (star, base) = match name.strip_prefix("*.") {
        Some(base) => ("*.", base),
        None => ("", name),
    };
    let (unicode, valid) = idna::domain_to_unicode(base);
    valid.ok()?;
    let mapped = unicode
        .replace('ß', "ss")
        .replace('ς', "σ")
        .replace(['\u{200c}', '\u{200d}'], "");
    to_ascii(&mapped).map(|ascii| format!("{star}{ascii}"))
}

/// The form with or without `www.` that is presented.
fn www_or_apex(wanted: &str, presented: &[String]) -> Option<String> {
    let is_presented = |name: &str| {
        presented
            .iter()
            .any(|pattern| pattern.eq_ignore_ascii_case(name))
    };
    if let Some(apex) = wanted.strip_prefix("www.") {
        return is_presented(apex).then(|| apex.to_owned());
    }
    let other = format!("www.{wanted}");
    let is_covered = presented.iter().any(|pattern| covers(pattern, &other));
    is_covered.then_some(other)
}

fn is_under(name: &str, base: &str) -> bool {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    name.strip_suffix(&base)
        .is_some_and(|head| head.ends_with('.'))
}

/// The last two labels: near enough to the registered domain for telling neighbours from strangers.
fn domain(name: &str) -> Vec<String> {
    name.rsplit('.')
        .take(2)
        .map(str::to_ascii_lowercase)
        .collect()
}
