//! X23, X24, X25, X26, X27: what the certificates of the line are allowed to.

use super::{
    UNKNOWN, below_root, classical, edited, everyone, good, intermediate, minding, root, serving,
    three,
};
use crate::certify::tbs::{self, Edit, id, usage};
use crate::scenario::Scenario;
use crate::scenarios::Name;
use wire::profile::PathFault;

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        purposes(),
        issuers(),
        authorities_as_leaves(),
        constraints(),
        critical_extensions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn purposes() -> Vec<Scenario> {
    let client_only: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[id::CLIENT_AUTH]),
        );
    };
    let email_only: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            true,
            tbs::extended_key_usage(&[id::EMAIL_PROTECTION]),
        );
    };
    let any: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[id::ANY_PURPOSE]),
        );
    };
    let agreement_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_AGREEMENT));
    };
    let encipherment_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_ENCIPHERMENT));
    };
    let signing_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_CERT_SIGN));
    };
    vec![
        Name::new(
            "X23",
            "any-issuer",
            "The intermediate may issue for any purpose and does not name that of a server.",
        )
        .broken(
            minding("X23", PathFault::AnyPurposeOfIssuer),
            serving(below_root(intermediate(any))),
            serving(good()),
        ),
        Name::new(
            "X23",
            "root",
            "The trusted root may issue for clients only.",
        )
        .broken(
            minding("X23", PathFault::AnchorPurpose),
            serving(root(client_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "certificate-signing",
            "A key that is for signing certificates only.",
        )
        .broken(
            minding("X23", PathFault::NoServerUsage),
            serving(edited(signing_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "client",
            "A certificate for clients serves a server.",
        )
        .broken(
            everyone("X23"),
            serving(edited(client_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "email-rsa-tls12",
            "A certificate for e-mail, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X23"),
            classical(edited(email_only)),
            classical(good()),
        ),
        Name::new(
            "X23",
            "issuer",
            "The intermediate may issue for clients only.",
        )
        .broken(
            minding("X23", PathFault::PurposeOfIssuer),
            serving(below_root(intermediate(client_only))),
            serving(good()),
        ),
        Name::new(
            "X23",
            "any",
            "A certificate for any purpose, which does not name that of a server.",
        )
        .broken(
            minding("X23", PathFault::AnyPurpose),
            serving(edited(any)),
            serving(good()),
        ),
        Name::new("X23", "key-agreement", "A key that is not for signatures.").broken(
            minding("X23", PathFault::NoDigitalSignature),
            serving(edited(agreement_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "key-encipherment-rsa-tls12",
            "An RSA key that is for RSA key exchange only, in TLS 1.2 with ECDHE.",
        )
        .broken(
            minding("X23", PathFault::NoDigitalSignature),
            classical(edited(encipherment_only)),
            classical(good()),
        ),
    ]
}

fn issuers() -> Vec<Scenario> {
    let no_ca: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(false, None),
        )
    };
    let silent: Edit = |ca| ca.without(id::BASIC_CONSTRAINTS);
    let no_signing: Edit = |ca| {
        ca.with(
            id::KEY_USAGE,
            true,
            tbs::key_usage(usage::DIGITAL_SIGNATURE | usage::CRL_SIGN),
        );
    };
    let alone: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(0)),
        )
    };
    let one_below: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(1)),
        )
    };
    vec![
        Name::new("X24", "no-ca", "The intermediate says that it is no CA.").broken(
            everyone("X24"),
            serving(below_root(intermediate(no_ca))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "no-ca-rsa-tls12",
            "The intermediate says that it is no CA, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X24"),
            classical(below_root(intermediate(no_ca))),
            classical(good()),
        ),
        Name::new(
            "X24",
            "silent",
            "The intermediate does not say whether it is a CA.",
        )
        .broken(
            everyone("X24"),
            serving(below_root(intermediate(silent))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "key-usage",
            "The intermediate's key is not for signing certificates.",
        )
        .broken(
            everyone("X24"),
            serving(below_root(intermediate(no_signing))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "path-length",
            "An intermediate may have none below it, and has.",
        )
        .broken(
            everyone("X24"),
            serving(three(intermediate(alone))),
            serving(three(intermediate(one_below))),
        ),
        Name::new(
            "X24",
            "root-no-ca",
            "The trusted root says that it is no CA.",
        )
        .broken(everyone("X24"), serving(root(no_ca)), serving(good())),
        Name::new(
            "X24",
            "path-length-root",
            "The root may have no intermediate below it, and has.",
        )
        .broken(
            minding("X24", PathFault::AnchorPathLength),
            serving(root(alone)),
            serving(root(one_below)),
        ),
    ]
}

fn authorities_as_leaves() -> Vec<Scenario> {
    let ca: Edit = |leaf| {
        leaf.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, None),
        )
    };
    let signing: Edit = |leaf| {
        leaf.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(0)),
        );
        let usages = usage::DIGITAL_SIGNATURE | usage::KEY_CERT_SIGN;
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usages));
    };
    let version_1: Edit = |ca| {
        ca.version = None;
        ca.extensions.clear();
    };
    vec![
        Name::new("X25", "leaf", "The server's own certificate is a CA's.").broken(
            minding("X25", PathFault::CaAsLeaf),
            serving(edited(ca)),
            serving(good()),
        ),
        Name::new(
            "X25",
            "leaf-rsa-tls12",
            "The server's own certificate may sign others, in TLS 1.2 with an RSA key.",
        )
        .broken(
            minding("X25", PathFault::CaAsLeaf),
            classical(edited(signing)),
            classical(good()),
        ),
        Name::new("X25", "version-1", "The intermediate is of version 1.").broken(
            everyone("X25"),
            serving(below_root(intermediate(version_1))),
            serving(good()),
        ),
    ]
}

fn constraints() -> Vec<Scenario> {
    let elsewhere: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&["corp.test"], &[]),
        );
    };
    let here: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&["shop.test"], &["corp.test"]),
        );
    };
    let not_www: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&[], &["www.shop.test"]),
        );
    };
    vec![
        Name::new(
            "X26",
            "permitted",
            "The intermediate may issue for another domain only.",
        )
        .broken(
            everyone("X26"),
            serving(below_root(intermediate(elsewhere))),
            serving(below_root(intermediate(here))),
        ),
        Name::new(
            "X26",
            "excluded-rsa-tls12",
            "The intermediate may not issue for this name, in TLS 1.2.",
        )
        .broken(
            everyone("X26"),
            classical(below_root(intermediate(not_www))),
            classical(below_root(intermediate(here))),
        ),
        Name::new(
            "X26",
            "upper",
            "The upper of two intermediates may issue for another domain only.",
        )
        .broken(
            everyone("X26"),
            serving(three(intermediate(elsewhere))),
            serving(three(intermediate(here))),
        ),
        Name::new(
            "X26",
            "root",
            "The trusted root may issue for another domain only.",
        )
        .broken(
            minding("X26", PathFault::AnchorNameConstraints),
            serving(root(elsewhere)),
            serving(root(here)),
        ),
    ]
}

fn critical_extensions() -> Vec<Scenario> {
    let critical: Edit = |any| any.with(UNKNOWN, true, vec![5, 0]);
    let mild: Edit = |any| any.with(UNKNOWN, false, vec![5, 0]);
    vec![
        Name::new(
            "X27",
            "leaf",
            "The certificate has a critical extension of nobody's.",
        )
        .broken(
            everyone("X27"),
            serving(edited(critical)),
            serving(edited(mild)),
        ),
        Name::new(
            "X27",
            "intermediate",
            "The intermediate has a critical extension of nobody's.",
        )
        .broken(
            everyone("X27"),
            serving(below_root(intermediate(critical))),
            serving(below_root(intermediate(mild))),
        ),
        Name::new(
            "X27",
            "leaf-rsa-tls12",
            "The RSA certificate has a critical extension of nobody's, in TLS 1.2.",
        )
        .broken(
            everyone("X27"),
            classical(edited(critical)),
            classical(edited(mild)),
        ),
    ]
}
