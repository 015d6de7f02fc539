//! Versions as people write them.

use report::ProtocolVersion;

/// The version a person means by `1.2`, `TLS1.2`, `TLSv1.2`, `tls1_2`, `ssl3` …
pub fn version_by_name(name: &str) -> Option<ProtocolVersion> {
    let plain = name
        .to_ascii_lowercase()
        .replace([' ', 'v', '_', '.', '-'], "");
    let number = plain.strip_prefix("tls").unwrap_or(&plain);
    Some(match number {
        "ssl2" | "ssl20" => ProtocolVersion::SSL2,
        "ssl3" | "ssl30" => ProtocolVersion::SSL3,
        "1" | "10" => ProtocolVersion::TLS1_0,
        "11" => ProtocolVersion::TLS1_1,
        "12" => ProtocolVersion::TLS1_2,
        "13" => ProtocolVersion::TLS1_3,
        _ => return None,
    })
}
