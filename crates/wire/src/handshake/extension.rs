//! Extensions as octets (RFC 8446 section 4.2).

use crate::body::Body;
use crate::defect::Defect;
use crate::reader::put16;
use report::ExtensionType;
use std::collections::BTreeSet;

/// An extension as it stands on the wire.
///
/// ```text
/// extension_type (2) | length (2) | extension_data
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawExtension {
    /// extension_type.
    pub code: ExtensionType,
    /// extension_data.
    pub body: Vec<u8>,
}

/// The body of the first extension with that code.
pub(crate) fn find(extensions: &[RawExtension], code: u16) -> Option<&[u8]> {
    let found = extensions
        .iter()
        .find(|extension| extension.code.0 == code)?;
    Some(&found.body)
}

/// The body of the first extension with that code, of a block that begins `start` octets into a message's body.
pub(super) fn find_at(start: usize, extensions: &[RawExtension], code: u16) -> Option<Body<'_>> {
    const HEADER: usize = 4;
    let mut place = start;
    for extension in extensions {
        place = place.saturating_add(HEADER);
        if extension.code.0 == code {
            return Some(Body::at(place, &extension.body));
        }
        place = place.saturating_add(extension.body.len());
    }
    None
}

/// The extensions without the length of the block.
pub(super) fn encode(extensions: &[RawExtension]) -> Vec<u8> {
    let mut out = Vec::new();
    for extension in extensions {
        out.extend_from_slice(&extension.code.0.to_be_bytes());
        put16(&mut out, &extension.body);
    }
    out
}

/// Reads the extensions in `block`, as far as they keep to their form.
pub(super) fn decode(mut block: Body<'_>, defects: &mut Vec<Defect>) -> Vec<RawExtension> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    while !block.is_empty() {
        let place = block.place();
        match one(&mut block) {
            Ok(extension) => {
                if !seen.insert(extension.code) {
                    let got = format!("type {} again", extension.code.0);
                    defects.push(Defect::new(place, "extension_type", "each type once", got));
                }
                found.push(extension);
            }
            Err(defect) => {
                defects.push(defect);
                break;
            }
        }
    }
    found
}

/// The block that may end a hello: nothing, or a length and extensions, and nothing after it.
pub(super) fn decode_at_end(body: &mut Body<'_>, defects: &mut Vec<Defect>) -> Vec<RawExtension> {
    if body.is_empty() {
        return Vec::new();
    }
    match body.vector16("extensions") {
        Ok(block) => {
            body.end("extensions", defects);
            decode(block, defects)
        }
        Err(defect) => {
            defects.push(defect);
            Vec::new()
        }
    }
}

fn one(block: &mut Body<'_>) -> Result<RawExtension, Defect> {
    let code = ExtensionType(block.u16("extension_type")?);
    let body = block.vector16("extension_data")?.rest().to_vec();
    Ok(RawExtension { code, body })
}
