//! Certificate, CertificateRequest, CertificateVerify and the certificate that is sent compressed.

use super::extension::{self, RawExtension, find, find_at};
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{put8, put16, put24};
use report::{ExtensionType, ProtocolVersion, SignatureScheme};

const SIGNATURE_ALGORITHMS: u16 = 13;
const CERTIFICATE_AUTHORITIES: u16 = 47;

/// Certificate (RFC 8446 section 4.4.2, RFC 5246 section 7.4.2).
///
/// ```text
/// before TLS 1.3:  certificate_list <0..2^24-1> of  certificate <1..2^24-1>
/// TLS 1.3:         certificate_request_context <0..255>
///                  | certificate_list <0..2^24-1> of  cert_data <1..2^24-1> | extensions <0..2^16-1>
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateMessage {
    /// certificate_request_context; only in TLS 1.3.
    pub context: Vec<u8>,
    /// The certificates, the sender's own first.
    pub entries: Vec<CertificateEntry>,
}

/// One certificate with what comes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateEntry {
    /// DER, unless the peer sends something else.
    pub der: Vec<u8>,
    /// Extensions; only in TLS 1.3.
    pub extensions: Vec<RawExtension>,
}

impl CertificateMessage {
    pub(super) fn encode(&self, modern: bool) -> Vec<u8> {
        let mut list = Vec::new();
        for entry in &self.entries {
            put24(&mut list, &entry.der);
            if modern {
                put16(&mut list, &extension::encode(&entry.extensions));
            }
        }
        let mut out = Vec::new();
        if modern {
            put8(&mut out, &self.context);
        }
        put24(&mut out, &list);
        out
    }

    pub(super) fn decode(
        mut body: Body<'_>,
        modern: bool,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let mut context = Vec::new();
        if modern {
            context = body.vector8("certificate_request_context")?.rest().to_vec();
        }
        let mut list = body.vector24("certificate_list")?;
        body.end("certificate_list", defects);
        let mut entries = Vec::new();
        while !list.is_empty() {
            match CertificateEntry::decode(&mut list, modern, defects) {
                Ok(entry) => entries.push(entry),
                Err(defect) => {
                    defects.push(defect);
                    break;
                }
            }
        }
        Ok(Self { context, entries })
    }
}

impl CertificateEntry {
    fn decode(
        list: &mut Body<'_>,
        modern: bool,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let place = list.place();
        let der = list.vector24("certificate")?.rest().to_vec();
        if der.is_empty() {
            defects.push(Defect::new(
                place,
                "certificate",
                "at least 1 octet",
                "0 octets",
            ));
        }
        // A certificate whose extensions are cut off is still a certificate.
        let block = if modern {
            list.vector16("certificate extensions")
        } else {
            Ok(Body::new(&[]))
        };
        let extensions = match block {
            Ok(block) => extension::decode(block, defects),
            Err(defect) => {
                defects.push(defect);
                *list = Body::new(&[]);
                Vec::new()
            }
        };
        Ok(Self { der, extensions })
    }
}

/// CertificateRequest, in the form of any version (RFC 8446 section 4.3.2, RFC 5246 section 7.4.4).
///
/// ```text
/// before TLS 1.3:  certificate_types <1..255> | from TLS 1.2: supported_signature_algorithms <2..2^16-2>
///                  | certificate_authorities <0..2^16-1> of  name <1..2^16-1>
/// TLS 1.3:         certificate_request_context <0..255> | extensions <2..2^16-1>
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequest {
    /// certificate_request_context; only in TLS 1.3.
    pub context: Vec<u8>,
    /// certificate_types; only before TLS 1.3.
    pub certificate_types: Vec<u8>,
    /// Signature schemes; none before TLS 1.2.
    pub schemes: Vec<SignatureScheme>,
    /// DER of the distinguished names of the authorities accepted; empty means any.
    pub authorities: Vec<Vec<u8>>,
    /// All extensions; only in TLS 1.3. `schemes` and `authorities` are read from them, and written as extensions
    /// where these hold none.
    pub extensions: Vec<RawExtension>,
}

impl CertificateRequest {
    pub(super) fn encode(&self, version: ProtocolVersion) -> Vec<u8> {
        let schemes = self
            .schemes
            .iter()
            .flat_map(|scheme| scheme.0.to_be_bytes());
        let mut scheme_list = Vec::new();
        put16(&mut scheme_list, &schemes.collect::<Vec<u8>>());
        let mut names = Vec::new();
        for name in &self.authorities {
            put16(&mut names, name);
        }
        let mut name_list = Vec::new();
        put16(&mut name_list, &names);

        let mut out = Vec::new();
        if version >= ProtocolVersion::TLS1_3 {
            let mut extensions = self.extensions.clone();
            let mut add = |code: u16, empty: bool, body: &[u8]| {
                if !empty && find(&self.extensions, code).is_none() {
                    let code = ExtensionType(code);
                    extensions.push(RawExtension {
                        code,
                        body: body.to_vec(),
                    });
                }
            };
            add(SIGNATURE_ALGORITHMS, self.schemes.is_empty(), &scheme_list);
            add(
                CERTIFICATE_AUTHORITIES,
                self.authorities.is_empty(),
                &name_list,
            );
            put8(&mut out, &self.context);
            put16(&mut out, &extension::encode(&extensions));
            return out;
        }
        put8(&mut out, &self.certificate_types);
        if version >= ProtocolVersion::TLS1_2 {
            out.extend(scheme_list);
        }
        out.extend(name_list);
        out
    }

    pub(super) fn decode(
        mut body: Body<'_>,
        version: ProtocolVersion,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        if version >= ProtocolVersion::TLS1_3 {
            return Self::decode_modern(body, defects);
        }
        let certificate_types = body.vector8("certificate_types")?.rest().to_vec();
        let mut schemes = Vec::new();
        if version >= ProtocolVersion::TLS1_2 {
            const FIELD: &str = "supported_signature_algorithms";
            schemes = body.vector16(FIELD)?.numbers(FIELD, defects);
        }
        let authorities = names(body.vector16("certificate_authorities")?, defects);
        body.end("certificate_authorities", defects);
        let schemes = schemes.into_iter().map(SignatureScheme).collect();
        Ok(Self {
            certificate_types,
            schemes,
            authorities,
            ..Self::default()
        })
    }

    fn decode_modern(mut body: Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        let context = body.vector8("certificate_request_context")?.rest().to_vec();
        let start = body.place().saturating_add(2);
        let block = match body.vector16("extensions") {
            Ok(block) => {
                body.end("certificate_request", defects);
                block
            }
            Err(defect) => {
                defects.push(defect);
                Body::new(&[])
            }
        };
        let extensions = extension::decode(block, defects);
        let list = |code: u16, field: &'static str| match find_at(start, &extensions, code) {
            Some(mut body) => body.vector16(field),
            None => Ok(Body::new(&[])),
        };
        let schemes = list(SIGNATURE_ALGORITHMS, "signature_algorithms")
            .map(|list| list.numbers("signature_algorithms", defects));
        let authorities = list(CERTIFICATE_AUTHORITIES, "certificate_authorities")
            .map(|list| names(list, defects));
        let mut kept = |defect| defects.push(defect);
        let schemes = schemes.map_err(&mut kept).unwrap_or_default();
        let schemes = schemes.into_iter().map(SignatureScheme).collect();
        let authorities = authorities.map_err(&mut kept).unwrap_or_default();
        Ok(Self {
            context,
            schemes,
            authorities,
            extensions,
            ..Self::default()
        })
    }
}

fn names(mut list: Body<'_>, defects: &mut Vec<Defect>) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    while !list.is_empty() {
        match list.vector16("distinguished_name") {
            Ok(name) => names.push(name.rest().to_vec()),
            Err(defect) => {
                defects.push(defect);
                break;
            }
        }
    }
    names
}

/// CertificateVerify (RFC 8446 section 4.4.3; RFC 5246 section 7.4.8).
///
/// ```text
/// from TLS 1.2: algorithm (2) | signature <0..2^16-1>
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateVerify {
    /// The scheme; before TLS 1.2 none is written.
    pub scheme: Option<SignatureScheme>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl CertificateVerify {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(scheme) = self.scheme {
            out.extend_from_slice(&scheme.0.to_be_bytes());
        }
        put16(&mut out, &self.signature);
        out
    }

    pub(super) fn decode(
        mut body: Body<'_>,
        version: ProtocolVersion,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let mut scheme = None;
        if version >= ProtocolVersion::TLS1_2 {
            scheme = Some(SignatureScheme(body.u16("algorithm")?));
        }
        let signature = body.vector16("signature")?.rest().to_vec();
        body.end("signature", defects);
        Ok(Self { scheme, signature })
    }
}
