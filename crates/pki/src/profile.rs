//! What RFC 5280 demands of a certificate beyond its encoding, and a certificate breaks all the same.
//!
//! Most clients mind few of these; they tell which CA software to distrust, and strict validators refuse them.

use crate::certificate::Certificate;
use crate::extension::id;

/// A demand of RFC 5280 section 4.1 and 4.2 that a certificate does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// authorityKeyIdentifier is missing, and the certificate is not self-signed (section 4.2.1.1).
    NoAuthorityKeyId,
    /// authorityKeyIdentifier is critical (section 4.2.1.1).
    CriticalAuthorityKeyId,
    /// subjectKeyIdentifier of a CA is missing (section 4.2.1.2).
    NoSubjectKeyId,
    /// subjectKeyIdentifier is critical (section 4.2.1.2).
    CriticalSubjectKeyId,
    /// keyUsage of a CA is missing (section 4.2.1.3).
    NoKeyUsage,
    /// keyUsage has keyCertSign, and the certificate is no CA's (section 4.2.1.3).
    SigningButNoCa,
    /// The subject is empty and subjectAltName is not critical (section 4.2.1.6).
    AlternativeNotCritical,
    /// subjectAltName holds no name (section 4.2.1.6).
    NoAlternative,
    /// basicConstraints of a CA is not critical (section 4.2.1.9).
    BasicConstraintsNotCritical,
    /// There is a path length, and the certificate is no CA's (section 4.2.1.9).
    PathLengthButNoCa,
    /// nameConstraints is not critical (section 4.2.1.10).
    NameConstraintsNotCritical,
    /// nameConstraints in a certificate that is no CA's (section 4.2.1.10).
    NameConstraintsButNoCa,
    /// nameConstraints constrains nothing (section 4.2.1.10).
    NoConstraint,
    /// policyConstraints is not critical (section 4.2.1.11).
    PolicyConstraintsNotCritical,
    /// extendedKeyUsage names no purpose (section 4.2.1.12).
    NoPurpose,
    /// authorityInfoAccess is critical (section 4.2.2.1).
    CriticalInformationAccess,
    /// The subject of a CA is empty (section 4.1.2.6).
    NoSubject,
    /// There are extensions, and the version is not 3 (section 4.1.2.1).
    ExtensionsInOldVersion,
}

/// Every demand that `certificate` breaks, in the order of [`Breach`].
pub fn breaches(certificate: &Certificate) -> Vec<Breach> {
    let critical = |oid: &str| {
        certificate
            .extension(oid)
            .map(|extension| extension.critical)
    };
    let is_critical = |oid| critical(oid) == Some(true);
    let is_mild = |oid| critical(oid) == Some(false);
    let (ca, is_v3) = (certificate.is_ca(), certificate.version == 3);
    let constraints = certificate.name_constraints.as_ref();
    let nameless = certificate.dns_names.is_empty()
        && certificate.ip_addresses.is_empty()
        && certificate.other_names.is_empty();
    let demands = [
        (
            is_v3 && certificate.authority_key_id.is_none() && !certificate.is_self_issued(),
            Breach::NoAuthorityKeyId,
        ),
        (
            is_critical(id::AUTHORITY_KEY_IDENTIFIER),
            Breach::CriticalAuthorityKeyId,
        ),
        (
            ca && certificate.subject_key_id.is_none(),
            Breach::NoSubjectKeyId,
        ),
        (
            is_critical(id::SUBJECT_KEY_IDENTIFIER),
            Breach::CriticalSubjectKeyId,
        ),
        (ca && certificate.key_usage.is_none(), Breach::NoKeyUsage),
        (
            !ca && certificate
                .key_usage
                .is_some_and(|usage| usage.key_cert_sign()),
            Breach::SigningButNoCa,
        ),
        (
            certificate.subject.is_empty() && is_mild(id::SUBJECT_ALT_NAME),
            Breach::AlternativeNotCritical,
        ),
        (certificate.has_san && nameless, Breach::NoAlternative),
        (
            ca && is_mild(id::BASIC_CONSTRAINTS),
            Breach::BasicConstraintsNotCritical,
        ),
        (
            !ca && certificate
                .basic_constraints
                .is_some_and(|basic| basic.path_length.is_some()),
            Breach::PathLengthButNoCa,
        ),
        (
            is_mild(id::NAME_CONSTRAINTS),
            Breach::NameConstraintsNotCritical,
        ),
        (!ca && constraints.is_some(), Breach::NameConstraintsButNoCa),
        (
            constraints.is_some_and(|all| all.permitted.is_empty() && all.excluded.is_empty()),
            Breach::NoConstraint,
        ),
        (
            is_mild(id::POLICY_CONSTRAINTS),
            Breach::PolicyConstraintsNotCritical,
        ),
        (
            certificate
                .extended_key_usage
                .as_ref()
                .is_some_and(Vec::is_empty),
            Breach::NoPurpose,
        ),
        (
            is_critical(id::AUTHORITY_INFORMATION_ACCESS),
            Breach::CriticalInformationAccess,
        ),
        (ca && certificate.subject.is_empty(), Breach::NoSubject),
        (
            !is_v3 && !certificate.extensions.is_empty(),
            Breach::ExtensionsInOldVersion,
        ),
    ];
    demands
        .into_iter()
        .filter_map(|(broken, breach)| broken.then_some(breach))
        .collect()
}
