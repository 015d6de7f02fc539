//! Cipher suites.

use super::generated::CIPHER_SUITES;
use super::named::{GREASE_NAME, hexadecimal, is_grease, parse_hexadecimal};
use report::CipherSuite;
use std::borrow::Cow;

/// What is known about a cipher suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CipherSuiteInfo {
    /// The code point.
    pub code: CipherSuite,
    /// The name as registered; `OLD_…`, `SSL_…` and the `SM4` suites of GB/T 38636 are not registered.
    pub name: &'static str,
    /// OpenSSL's name, where OpenSSL has or had the suite.
    pub openssl: Option<&'static str>,
    /// Other names it goes by.
    pub aliases: &'static [&'static str],
    /// How the keys are agreed on.
    pub key_exchange: KeyExchange,
    /// What authenticates the server.
    pub authentication: Authentication,
    /// The cipher with key length and mode, such as `AES-128-GCM`; `NULL` where nothing is encrypted.
    pub cipher: &'static str,
    /// The hash of the record's HMAC or another MAC, such as `SHA`; `AEAD` where the cipher does it.
    pub mac: &'static str,
    /// The hash of the key derivation from TLS 1.2 on; before it is MD5 with SHA-1 always.
    pub hash: SuiteHash,
    /// Whether it is for TLS 1.3 and later.
    pub tls13: bool,
}

/// How a cipher suite agrees on keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// Not at all: the null suite and the signalling values.
    Null,
    /// The client encrypts to the certificate's RSA key.
    Rsa,
    /// Static Diffie-Hellman with the key of the certificate.
    Dh,
    /// Ephemeral Diffie-Hellman.
    Dhe,
    /// Static elliptic-curve Diffie-Hellman with the key of the certificate.
    Ecdh,
    /// Ephemeral elliptic-curve Diffie-Hellman.
    Ecdhe,
    /// A pre-shared key alone.
    Psk,
    /// A pre-shared key with RSA encryption.
    RsaPsk,
    /// A pre-shared key with ephemeral Diffie-Hellman.
    DhePsk,
    /// A pre-shared key with ephemeral elliptic-curve Diffie-Hellman.
    EcdhePsk,
    /// Secure Remote Password (RFC 5054).
    Srp,
    /// Kerberos (RFC 2712).
    Krb5,
    /// Dragonfly (RFC 8492).
    Eccpwd,
    /// J-PAKE over elliptic curves (Thread).
    Ecjpake,
    /// GOST R 34.10 key transport (RFC 9189).
    Gost,
    /// The client encrypts to the certificate's SM2 key.
    Sm2,
    /// The client encrypts to an SM9 identity.
    Sm9,
    /// Identity-based Diffie-Hellman of SM9.
    Ibsdh,
    /// Not a matter of the suite: TLS 1.3.
    Tls13,
}

/// What authenticates the server in a cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authentication {
    /// Nothing.
    Null,
    /// An RSA certificate.
    Rsa,
    /// A DSA certificate.
    Dss,
    /// An ECDSA or EdDSA certificate.
    Ecdsa,
    /// A pre-shared key.
    Psk,
    /// The password.
    Srp,
    /// Kerberos.
    Krb5,
    /// The password.
    Eccpwd,
    /// The password.
    Ecjpake,
    /// A GOST R 34.10 certificate.
    Gost,
    /// An SM2 certificate.
    Sm2,
    /// An SM9 identity.
    Sm9,
    /// Not a matter of the suite: TLS 1.3.
    Tls13,
}

/// The hash a cipher suite derives keys with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SuiteHash {
    /// SHA-256, also where the suite's name says MD5 or SHA.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SM3.
    Sm3,
    /// GOST R 34.11-94.
    Gostr3411,
    /// GOST R 34.11-2012 with 256 bits.
    Streebog256,
}

/// Every known cipher suite, by code point.
pub fn cipher_suites() -> &'static [CipherSuiteInfo] {
    CIPHER_SUITES
}

/// What is known about `code`.
pub fn cipher_suite(code: CipherSuite) -> Option<&'static CipherSuiteInfo> {
    let place = CIPHER_SUITES
        .binary_search_by_key(&code, |info| info.code)
        .ok()?;
    CIPHER_SUITES.get(place)
}

/// The registered name, `GREASE`, or the code in hexadecimal.
pub fn cipher_suite_name(code: CipherSuite) -> Cow<'static, str> {
    match cipher_suite(code) {
        Some(info) => info.name.into(),
        None if is_grease(code.0) => GREASE_NAME.into(),
        None => hexadecimal(code.0),
    }
}

/// The suite with that registered or OpenSSL name, in any case, or that hexadecimal code (`0x…`).
pub fn cipher_suite_by_name(name: &str) -> Option<CipherSuite> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let has = |info: &&CipherSuiteInfo| {
        is(info.name) || info.openssl.is_some_and(is) || info.aliases.iter().any(|alias| is(alias))
    };
    let found = CIPHER_SUITES.iter().find(has);
    found
        .map(|info| info.code)
        .or_else(|| parse_hexadecimal(name).map(CipherSuite))
}
