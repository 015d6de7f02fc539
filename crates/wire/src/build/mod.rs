//! From a description to the octets of a ClientHello, and the keys behind its key shares.
//!
//! Everything random comes from a seed: the same description, name and seed give the same octets.

mod extension;
mod frame;
mod keys;
mod seed;

pub use extension::extension_type;
pub use keys::{KeyShares, ShareError};

use crate::handshake::{ClientHelloMessage, HandshakeMessage, RawExtension, ServerHello};
use report::{CipherSuite, ClientHello, Extension, NamedGroup, ProtocolVersion};
use seed::Seed;

/// A ClientHello ready to be sent.
#[derive(Clone, Debug)]
pub struct Built {
    /// The octets for the connection, in records.
    pub octets: Vec<u8>,
    /// The handshake message with its header, as a transcript hashes it. Of the SSLv2 form everything
    /// after the two octets of length (RFC 5246 section E.2).
    pub message: Vec<u8>,
    /// The keys behind its key shares.
    pub keys: KeyShares,
}

/// The octets of `hello`. Everything random is expanded from `seed`.
///
/// `server_name` fills the server_name extension, without a trailing dot; with `None` or an IP address
/// the extension is left out (RFC 6066 section 3 allows no address in it). Each GREASE placeholder
/// becomes one of the sixteen values: the same one for a group and its key share, different ones for
/// two extensions. Groups without arithmetic here get a share that only looks like one.
///
/// A description can be too long to be a ClientHello: lists that do not fit their length are cut.
pub fn build(hello: &ClientHello, server_name: Option<&str>, seed: &[u8; 32]) -> Built {
    make(hello, server_name, seed, None, KeyShares::default())
}

/// The octets of the handshake message of `hello` with its header, without the work of making keys. Where the length is left to
/// chance, as with GREASE for Encrypted Client Hello, one of those that it may have.
pub fn length(hello: &ClientHello, server_name: Option<&str>) -> usize {
    let keys = KeyShares::of_lengths();
    make(hello, server_name, &[0; 32], None, keys).message.len()
}

/// The second ClientHello, in answer to the HelloRetryRequest `retry` (RFC 8446 section 4.1.2): with
/// the same name and seed it has the same random, session id and GREASE; key_share holds one fresh
/// share of the group wanted, or the same shares when only a cookie came; the cookie is returned, and
/// padding to a length is made anew. Whether the server may ask for that group is for the caller to judge.
///
/// Its records have version 0x0303 whatever the first ones had (RFC 8446 section 5.1), and a
/// change_cipher_spec goes before them where the hello has a session id, as the clients that pretend to
/// resume do it (section D.4).
pub fn build_retry(
    hello: &ClientHello,
    server_name: Option<&str>,
    seed: &[u8; 32],
    retry: &ServerHello,
) -> Built {
    make(hello, server_name, seed, Some(retry), KeyShares::default())
}

fn make(
    hello: &ClientHello,
    server_name: Option<&str>,
    seed: &[u8; 32],
    retry: Option<&ServerHello>,
    mut keys: KeyShares,
) -> Built {
    let seed = Seed::new(seed);
    let server_name = server_name.and_then(host_name);
    let wanted = retry
        .and_then(ServerHello::key_share)
        .map(|(group, _)| group);
    let mut extensions: Vec<RawExtension> = Vec::new();
    let mut padding = None;
    let mut grease = 0usize;
    for extension in &hello.extensions {
        match extension {
            Extension::PaddingTo { length } => {
                padding = Some((extensions.len(), usize::from(*length)))
            }
            Extension::KeyShare { groups } => {
                let groups: Vec<NamedGroup> =
                    wanted.map_or_else(|| groups.clone(), |group| vec![group]);
                extensions.push(extension::key_share(&groups, &seed, &mut keys));
            }
            other => {
                extensions.extend(extension::raw(other, server_name, &seed, grease));
                grease =
                    grease.saturating_add(usize::from(matches!(other, Extension::Grease { .. })));
            }
        }
    }
    if let Some(cookie) = retry.and_then(ServerHello::cookie) {
        extensions.push(extension::cookie(cookie));
    }
    let suite = |suite: &CipherSuite| CipherSuite(seed.grease(suite.0, seed::Place::CipherSuite));
    let mut message = ClientHelloMessage {
        legacy_version: hello.legacy_version,
        random: seed.octets("random"),
        session_id: seed.many("session id", usize::from(hello.session_id_length.min(32))),
        cipher_suites: hello.cipher_suites.iter().map(suite).collect(),
        compression_methods: hello.compression_methods.clone(),
        extensions,
    };
    if let Some((place, length)) = padding {
        pad(&mut message, place, length);
    }
    frame::frame(hello, message, keys, retry.is_some())
}

/// The name as server_name takes it, unless it is none.
fn host_name(name: &str) -> Option<&str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let address = name
        .trim_matches(['[', ']'])
        .parse::<std::net::IpAddr>()
        .is_ok();
    (!name.is_empty() && !address).then_some(name)
}

/// Inserts a padding extension so that the handshake message becomes `length` octets long (RFC 7685
/// section 4). One to three octets cannot be filled: an extension has four before its body.
fn pad(message: &mut ClientHelloMessage, place: usize, length: usize) {
    const EXTENSION_HEADER: usize = 4;
    let now = HandshakeMessage::ClientHello(message.clone())
        .encode(ProtocolVersion::TLS1_2)
        .len();
    let block = if message.extensions.is_empty() { 2 } else { 0 };
    let Some(body) = length.checked_sub(now.saturating_add(EXTENSION_HEADER).saturating_add(block))
    else {
        return;
    };
    message.extensions.insert(
        place.min(message.extensions.len()),
        extension::padding(body),
    );
}

#[cfg(test)]
pub(crate) mod arbitrary;
#[cfg(test)]
mod tests;
