//! Name constraints (RFC 5280 section 4.2.1.10).

use super::problem::{PathProblem, PathProblemKind};
use crate::certificate::Certificate;
use crate::extension::{GeneralName, Subtrees};
use std::net::IpAddr;

/// Comparisons of a name with a subtree, beyond which a path is not worth more.
const MAX_COMPARISONS: usize = 100_000;

/// Every certificate of a path, leaf first and anchor last, against the constraints of all above it: the first name
/// that is forbidden of each.
pub(super) fn violations(path: &[&Certificate]) -> Vec<PathProblem> {
    let mut problems = Vec::new();
    let mut left = MAX_COMPARISONS;
    for (imposed_at, issuer) in path.iter().enumerate().skip(1) {
        let Some(constraints) = &issuer.name_constraints else {
            continue;
        };
        let bases = constraints
            .permitted
            .len()
            .saturating_add(constraints.excluded.len());
        for (depth, certificate) in path.iter().enumerate().take(imposed_at) {
            if depth > 0 && certificate.is_self_issued() {
                continue;
            }
            let names = names(certificate);
            let cost = names.len().saturating_mul(bases);
            let Some(rest) = left.checked_sub(cost) else {
                problems.push(PathProblem {
                    depth,
                    kind: PathProblemKind::TooManyNames,
                });
                return problems;
            };
            left = rest;
            let forbidden = names.iter().find(|name| {
                !is_permitted(name, &constraints.permitted)
                    || constraints.excluded.iter().any(|base| overlaps(name, base))
            });
            if let Some(name) = forbidden {
                problems.push(PathProblem {
                    depth,
                    kind: PathProblemKind::NameConstraint {
                        name: text(name),
                        imposed_at,
                    },
                });
            }
        }
    }
    problems
}

fn names(certificate: &Certificate) -> Vec<GeneralName> {
    let dns = certificate.dns_names.iter().cloned().map(GeneralName::Dns);
    let addresses = certificate.ip_addresses.iter().map(|address| {
        GeneralName::Address(match address {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        })
    });
    let subject = (!certificate.subject.is_empty())
        .then(|| GeneralName::Directory(certificate.subject.clone()));
    // A certificate from before subjectAltName has its mailbox in its subject.
    let mailboxes = certificate
        .subject
        .mailboxes
        .iter()
        .filter(|_| !certificate.has_san)
        .cloned()
        .map(GeneralName::Email);
    dns.chain(addresses)
        .chain(certificate.other_names.iter().cloned())
        .chain(mailboxes)
        .chain(subject)
        .collect()
}

fn is_permitted(name: &GeneralName, permitted: &Subtrees) -> bool {
    let mut of_kind = permitted
        .iter()
        .filter(|base| is_same_kind(name, base))
        .peekable();
    of_kind.peek().is_none() || of_kind.any(|base| is_within(name, base))
}

fn is_same_kind(name: &GeneralName, base: &GeneralName) -> bool {
    match (name, base) {
        (GeneralName::Other(name), GeneralName::Other(base)) => name == base,
        _ => std::mem::discriminant(name) == std::mem::discriminant(base),
    }
}

/// Whether all that a name stands for lies in the subtree. Kinds that nobody can compare never do.
fn is_within(name: &GeneralName, base: &GeneralName) -> bool {
    match (name, base) {
        (GeneralName::Dns(name), GeneralName::Dns(base)) => is_dns_within(name, base),
        (GeneralName::Address(address), GeneralName::Address(network)) => {
            is_in_network(address, network)
        }
        (GeneralName::Directory(name), GeneralName::Directory(base)) => name.is_within(base),
        (GeneralName::Email(mailbox), GeneralName::Email(base)) => match mailbox.rsplit_once('@') {
            Some(_) if base.contains('@') => mailbox == base,
            Some((_, host)) => is_host_within(host, base),
            None => false,
        },
        (GeneralName::Uri(uri), GeneralName::Uri(base)) => {
            host_of(uri).is_some_and(|host| is_host_within(host, base))
        }
        _ => false,
    }
}

/// Whether anything that a name stands for lies in the subtree. Kinds that nobody can compare do.
fn overlaps(name: &GeneralName, base: &GeneralName) -> bool {
    match (name, base) {
        (GeneralName::Dns(name), GeneralName::Dns(base)) => {
            let by_wildcard = name
                .strip_prefix("*.")
                .zip(base.split_once('.'))
                .is_some_and(|(parent, (_, base))| parent.eq_ignore_ascii_case(base));
            by_wildcard || is_dns_within(name, base)
        }
        (GeneralName::Other(_), _) => is_same_kind(name, base),
        _ => is_within(name, base),
    }
}

/// A DNS subtree holds its base and everything below; with a leading dot, only what is below.
fn is_dns_within(name: &str, base: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let base = base.strip_suffix('.').unwrap_or(base);
    let parts = name
        .len()
        .checked_sub(base.len())
        .and_then(|at| name.split_at_checked(at));
    let Some((head, tail)) = parts else {
        return false;
    };
    let apart = head.is_empty() || base.is_empty() || base.starts_with('.') || head.ends_with('.');
    apart && tail.eq_ignore_ascii_case(base)
}

/// For mailboxes and URIs a base is one host, and with a leading dot everything below it.
fn is_host_within(host: &str, base: &str) -> bool {
    if base.starts_with('.') {
        is_dns_within(host, base)
    } else {
        host.eq_ignore_ascii_case(base)
    }
}

fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

fn is_in_network(address: &[u8], network: &[u8]) -> bool {
    let Some((base, mask)) = network.split_at_checked(address.len()) else {
        return false;
    };
    mask.len() == address.len()
        && address
            .iter()
            .zip(base)
            .zip(mask)
            .all(|((address, base), mask)| address & mask == base & mask)
}

fn text(name: &GeneralName) -> String {
    match name {
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => text.clone(),
        GeneralName::Directory(name) => name.text.clone(),
        GeneralName::Address(octets) => match (
            <[u8; 4]>::try_from(octets.as_slice()),
            <[u8; 16]>::try_from(octets.as_slice()),
        ) {
            (Ok(v4), _) => IpAddr::from(v4).to_string(),
            (_, Ok(v6)) => IpAddr::from(v6).to_string(),
            _ => crate::oid::hex(octets),
        },
        GeneralName::Other(number) => format!("general name [{number}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_permitted, overlaps};
    use crate::extension::GeneralName as Name;

    fn dns(text: &str) -> Name {
        Name::Dns(text.to_owned())
    }

    #[test]
    fn permitted_and_excluded() {
        // name, base, permitted by it, excluded by it
        let v4 = |octets: &[u8]| Name::Address(octets.to_vec());
        let mail = |text: &str| Name::Email(text.to_owned());
        let uri = |text: &str| Name::Uri(text.to_owned());
        let cases = [
            (dns("example.com"), dns("example.com"), true, true),
            (dns("WWW.example.com"), dns("Example.com"), true, true),
            (dns("notexample.com"), dns("example.com"), false, false),
            (dns("example.com"), dns(".example.com"), false, false),
            (dns("www.example.com"), dns(".example.com"), true, true),
            (dns("anything"), dns(""), true, true),
            (dns("*.example.com"), dns("example.com"), true, true),
            (dns("*.example.com"), dns("a.example.com"), false, true),
            (
                dns("example.com"),
                v4(&[10, 0, 0, 0, 255, 0, 0, 0]),
                true,
                false,
            ),
            (
                v4(&[10, 1, 2, 3]),
                v4(&[10, 0, 0, 0, 255, 0, 0, 0]),
                true,
                true,
            ),
            (
                v4(&[11, 1, 2, 3]),
                v4(&[10, 0, 0, 0, 255, 0, 0, 0]),
                false,
                false,
            ),
            (v4(&[10, 1, 2, 3]), v4(&[10, 0, 0]), false, false),
            (mail("a@example.com"), mail("example.com"), true, true),
            (mail("a@www.example.com"), mail("example.com"), false, false),
            (mail("a@www.example.com"), mail(".example.com"), true, true),
            (mail("a@example.com"), mail("b@example.com"), false, false),
            (
                uri("https://u@www.example.com:1/x"),
                uri("www.example.com"),
                true,
                true,
            ),
            (uri("urn:x"), uri("example.com"), false, false),
            (Name::Other(0), Name::Other(0), false, true),
            (Name::Other(0), Name::Other(3), true, false),
        ];
        for (name, base, permitted, excluded) in cases {
            let seen = (
                is_permitted(&name, &vec![base.clone()]),
                overlaps(&name, &base),
            );
            assert_eq!(seen, (permitted, excluded), "{name:?} {base:?}");
        }
    }
}
