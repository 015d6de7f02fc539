//! ServerKeyExchange of TLS 1.2 and before.

use super::message::Context;
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{put8, put16};
use report::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};

/// ECCurveType named_curve (RFC 8422 section 5.4).
const NAMED_CURVE: u8 = 3;

/// ServerKeyExchange (RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279, RFC 5489, RFC 5054).
///
/// ```text
/// PSK suites: psk_identity_hint <0..2^16-1> | parameters, if any
/// | signed suites: from TLS 1.2 algorithm (2) | signature <0..2^16-1>
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// psk_identity_hint; only in PSK suites.
    pub psk_identity_hint: Option<Vec<u8>>,
    /// What is exchanged.
    pub parameters: KeyExchangeParameters,
    /// The signature over it; `None` in anonymous and PSK suites.
    pub signature: Option<ServerSignature>,
}

/// What a ServerKeyExchange exchanges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyExchangeParameters {
    /// ECDHE over a named curve (RFC 8422 section 5.4).
    Ecdhe {
        /// The curve.
        group: NamedGroup,
        /// The server's point.
        public: Vec<u8>,
    },
    /// Finite-field Diffie-Hellman (RFC 5246 section 7.4.3).
    Dhe {
        /// The prime, big-endian.
        prime: Vec<u8>,
        /// The generator, big-endian.
        generator: Vec<u8>,
        /// The server's value, big-endian.
        public: Vec<u8>,
    },
    /// The short-lived RSA key of the export suites (RFC 2246 section 7.4.3).
    RsaExport {
        /// The modulus, big-endian.
        modulus: Vec<u8>,
        /// The exponent, big-endian.
        exponent: Vec<u8>,
    },
    /// Secure remote password (RFC 5054 section 2.8.2).
    Srp {
        /// N, big-endian.
        prime: Vec<u8>,
        /// g, big-endian.
        generator: Vec<u8>,
        /// s.
        salt: Vec<u8>,
        /// B, big-endian.
        public: Vec<u8>,
    },
    /// Nothing: PSK and RSA_PSK suites send the hint alone.
    None,
    /// Anything else, with whatever follows it.
    Other(Vec<u8>),
}

/// A signature of TLS 1.2 or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSignature {
    /// Hash and signature algorithm; before TLS 1.2 none is written.
    pub scheme: Option<SignatureScheme>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// The form a cipher suite gives the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parameters {
    Ecdhe,
    Dhe,
    RsaExport,
    Srp,
    None,
}

/// What the name of a cipher suite says about the message.
struct Form {
    hint: bool,
    parameters: Parameters,
    signed: bool,
}

impl ServerKeyExchange {
    /// The octets that are signed, after the two randoms.
    pub fn signed_parameters(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut put = |parts: &[&Vec<u8>]| parts.iter().for_each(|part| put16(&mut out, part));
        match &self.parameters {
            KeyExchangeParameters::Ecdhe { group, public } => {
                out.push(NAMED_CURVE);
                out.extend_from_slice(&group.0.to_be_bytes());
                put8(&mut out, public);
            }
            KeyExchangeParameters::Dhe {
                prime,
                generator,
                public,
            } => {
                put(&[prime, generator, public]);
            }
            KeyExchangeParameters::RsaExport { modulus, exponent } => put(&[modulus, exponent]),
            KeyExchangeParameters::Srp {
                prime,
                generator,
                salt,
                public,
            } => {
                put(&[prime, generator]);
                put8(&mut out, salt);
                put16(&mut out, public);
            }
            KeyExchangeParameters::None => {}
            KeyExchangeParameters::Other(octets) => out.extend_from_slice(octets),
        }
        out
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(hint) = &self.psk_identity_hint {
            put16(&mut out, hint);
        }
        out.extend(self.signed_parameters());
        if let Some(signature) = &self.signature {
            if let Some(scheme) = signature.scheme {
                out.extend_from_slice(&scheme.0.to_be_bytes());
            }
            put16(&mut out, &signature.signature);
        }
        out
    }

    /// The message does not say which key exchange it belongs to; the cipher suite does. For a suite that is not
    /// known, the reading that uses up all of it.
    pub(super) fn decode(body: Body<'_>, context: &Context, defects: &mut Vec<Defect>) -> Self {
        let form = match context.cipher_suite.map(form) {
            Some(Ok(form)) => form,
            Some(Err(Unwanted)) => {
                let got = format!("{} octets", body.rest().len());
                let expected = "no such message with this cipher suite";
                defects.push(Defect::new(0, "server_key_exchange", expected, got));
                return Self::guess(body, context);
            }
            Some(Err(Unknown)) | None => return Self::guess(body, context),
        };
        match Self::with_form(body, &form, context, defects) {
            Ok(exchange) => exchange,
            Err(defect) => {
                defects.push(defect);
                Self::other(body)
            }
        }
    }

    fn guess(body: Body<'_>, context: &Context) -> Self {
        let forms = [(Parameters::Ecdhe, true), (Parameters::Ecdhe, false)]
            .into_iter()
            .chain([(Parameters::Dhe, true), (Parameters::Dhe, false)]);
        for (parameters, signed) in forms {
            let mut defects = Vec::new();
            let form = Form {
                hint: false,
                parameters,
                signed,
            };
            if let Ok(exchange) = Self::with_form(body, &form, context, &mut defects)
                && defects.is_empty()
            {
                return exchange;
            }
        }
        Self::other(body)
    }

    fn other(body: Body<'_>) -> Self {
        let parameters = KeyExchangeParameters::Other(body.rest().to_vec());
        Self {
            psk_identity_hint: None,
            parameters,
            signature: None,
        }
    }

    fn with_form(
        mut body: Body<'_>,
        form: &Form,
        context: &Context,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let mut psk_identity_hint = None;
        if form.hint {
            psk_identity_hint = Some(body.vector16("psk_identity_hint")?.rest().to_vec());
        }
        let parameters = form.parameters.decode(&mut body)?;
        let mut signature = None;
        if form.signed {
            let mut scheme = None;
            if context.version >= ProtocolVersion::TLS1_2 {
                scheme = Some(SignatureScheme(body.u16("algorithm")?));
            }
            let octets = body.vector16("signature")?.rest().to_vec();
            signature = Some(ServerSignature {
                scheme,
                signature: octets,
            });
        }
        body.end("server_key_exchange", defects);
        Ok(Self {
            psk_identity_hint,
            parameters,
            signature,
        })
    }
}

impl Parameters {
    fn decode(self, body: &mut Body<'_>) -> Result<KeyExchangeParameters, Defect> {
        let mut part = |field| body.vector16(field).map(|part| part.rest().to_vec());
        Ok(match self {
            Self::Ecdhe => {
                let place = body.place();
                let curve_type = body.u8("curve_type")?;
                if curve_type != NAMED_CURVE {
                    let got = curve_type.to_string();
                    return Err(Defect::new(place, "curve_type", "3, named_curve", got));
                }
                let group = NamedGroup(body.u16("namedcurve")?);
                let public = body.vector8("public")?.rest().to_vec();
                KeyExchangeParameters::Ecdhe { group, public }
            }
            Self::Dhe => KeyExchangeParameters::Dhe {
                prime: part("dh_p")?,
                generator: part("dh_g")?,
                public: part("dh_Ys")?,
            },
            Self::RsaExport => KeyExchangeParameters::RsaExport {
                modulus: part("rsa_modulus")?,
                exponent: part("rsa_exponent")?,
            },
            Self::Srp => KeyExchangeParameters::Srp {
                prime: part("srp_N")?,
                generator: part("srp_g")?,
                salt: body.vector8("srp_s")?.rest().to_vec(),
                public: body.vector16("srp_B")?.rest().to_vec(),
            },
            Self::None => KeyExchangeParameters::None,
        })
    }
}

/// Why a cipher suite gives the message no form.
enum NoForm {
    Unwanted,
    Unknown,
}
use NoForm::{Unknown, Unwanted};

/// Reads the key exchange off the suite's registered name, `TLS_` key exchange `_WITH_` the rest.
fn form(suite: CipherSuite) -> Result<Form, NoForm> {
    let name = crate::registry::cipher_suite_name(suite);
    let exchange = name
        .strip_prefix("TLS_")
        .and_then(|name| name.split_once("_WITH_"));
    let (exchange, _) = exchange.ok_or(Unknown)?;
    let parts: Vec<&str> = exchange.split('_').collect();
    let has = |part: &str| parts.contains(&part);
    let parameters = match () {
        () if has("ECDHE") => Parameters::Ecdhe,
        () if has("ECDH") && has("anon") => Parameters::Ecdhe,
        () if has("DHE") || has("DH") && has("anon") => Parameters::Dhe,
        () if has("SRP") => Parameters::Srp,
        () if has("RSA") && has("EXPORT") => Parameters::RsaExport,
        () if has("PSK") => Parameters::None,
        () if has("RSA") || has("DH") || has("ECDH") || has("KRB5") => return Err(Unwanted),
        () => return Err(Unknown),
    };
    let authenticated = has("RSA") || has("DSS") || has("ECDSA");
    let hint = has("PSK");
    Ok(Form {
        hint,
        parameters,
        signed: authenticated && !hint,
    })
}
