//! X03 to X08: every way in which a certificate is for another name than the one asked for, and names that only look wrong.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, KeyType, Stage};
use report::Certainty;

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        wildcard(),
        somebody_else(),
        common_name(),
        address(),
        written(),
        harmless(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn asking(host: &'static str, names: &[&str]) -> Stage {
    Stage {
        host,
        ..Stage::default().with_certificate(CertificateSpec::for_names(names))
    }
}

fn proven(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Proven)
}

fn supported(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Supported)
}

fn wildcard() -> Vec<Scenario> {
    let case = |variant, title, host, names: &[&str], good: &[&str]| {
        Name::new("X04", variant, title).broken(
            proven("X04"),
            asking(host, names),
            asking(host, good),
        )
    };
    vec![
        case(
            "two-labels",
            "The wildcard stands for one label, the name has two.",
            "eu.api.shop.test",
            &["*.shop.test", "shop.test"],
            &["*.api.shop.test"],
        ),
        case(
            "www-below",
            "The name under www is one label too deep.",
            "www.eu.shop.test",
            &["*.shop.test"],
            &["*.shop.test", "www.eu.shop.test"],
        ),
        case(
            "three-labels",
            "The name is two labels too deep.",
            "a.b.c.shop.test",
            &["*.shop.test", "*.c.shop.test"],
            &["*.b.c.shop.test"],
        ),
        Name::new(
            "X03",
            "wildcard-apex",
            "The wildcard covers www, and the client asks for the apex.",
        )
        .broken(
            proven("X03"),
            asking("shop.test", &["*.shop.test"]),
            asking("shop.test", &["*.shop.test", "shop.test"]),
        ),
    ]
}

fn somebody_else() -> Vec<Scenario> {
    let case = |variant, title, names: &[&str]| {
        Name::new("X05", variant, title).broken(
            supported("X05"),
            asking("www.shop.test", names),
            asking("www.shop.test", &["www.shop.test"]),
        )
    };
    vec![
        case(
            "one-site",
            "The server answers with the certificate of one other site.",
            &["intranet.office.test"],
        ),
        case(
            "many-tenants",
            "The shared host answers with its default certificate of eight sites.",
            &[
                "one.test",
                "two.test",
                "three.test",
                "four.test",
                "five.test",
                "six.test",
                "seven.test",
                "eight.test",
            ],
        ),
        case(
            "hosting-wildcard",
            "The hoster answers with the wildcard of its own domain.",
            &["*.hoster.test", "hoster.test"],
        ),
    ]
}

fn common_name() -> Vec<Scenario> {
    let nameless = |key| CertificateSpec {
        key,
        ..CertificateSpec::for_names(&[])
    };
    let case = |variant, title, key| {
        Name::new("X06", variant, title).broken(
            Expected::fails_for("X06", |profile| profile.rules.needs_san),
            Stage::default().with_certificate(nameless(key)),
            Stage::default().with_certificate(CertificateSpec::with_key(key)),
        )
    };
    let wild = CertificateSpec {
        common_name: Some("*.shop.test"),
        ..CertificateSpec::for_names(&[])
    };
    vec![
        case(
            "ecdsa",
            "The name stands in the common name only.",
            KeyType::P256,
        ),
        case(
            "rsa",
            "The name stands in the common name only, with an RSA key.",
            KeyType::Rsa2048,
        ),
        Name::new(
            "X06",
            "wildcard",
            "A wildcard stands in the common name only.",
        )
        .broken(
            Expected::fails_for("X06", |profile| profile.rules.needs_san),
            Stage::default().with_certificate(wild),
            asking("www.shop.test", &["*.shop.test"]),
        ),
        // Near miss: the client asked about is one that does not mind.
        Name::new(
            "X06",
            "unminded",
            "The name stands in the common name only, which the client asked about takes.",
        )
        .broken(
            Expected::finding("X06"),
            Stage {
                arguments: &["--as", "openssl3"],
                ..Stage::default().with_certificate(nameless(KeyType::P256))
            },
            Stage {
                arguments: &["--as", "openssl3"],
                ..Stage::default()
            },
        ),
        // Near miss: the common name is another's too.
        Name::new(
            "X05",
            "common-name",
            "Neither the common name nor anything else is the one asked for.",
        )
        .broken(
            supported("X05"),
            Stage::default().with_certificate(CertificateSpec {
                common_name: Some("intranet.office.test"),
                ..CertificateSpec::for_names(&[])
            }),
            Stage::default(),
        ),
    ]
}

fn address() -> Vec<Scenario> {
    let case = |variant, title, host, names: &[&str]| {
        Name::new("X07", variant, title).broken(
            proven("X07"),
            asking(host, names),
            asking(host, &["www.shop.test", host]),
        )
    };
    vec![
        case(
            "name-only",
            "The client asks for an address, and the certificate has names only.",
            "192.0.2.7",
            &["www.shop.test"],
        ),
        case(
            "other-address",
            "The certificate has another address.",
            "192.0.2.7",
            &["www.shop.test", "192.0.2.8"],
        ),
        case(
            "wildcard",
            "A wildcard covers no address.",
            "192.0.2.7",
            &["*.shop.test"],
        ),
    ]
}

fn written() -> Vec<Scenario> {
    let case = |variant, title, host, names: &[&str], good: &[&str]| {
        Name::new("X08", variant, title).broken(
            supported("X08"),
            asking(host, names),
            asking(host, good),
        )
    };
    vec![
        case(
            "underscore",
            "The name has an underscore, the certificate a hyphen in its place.",
            "my_shop.test",
            &["my-shop.test"],
            &["my_shop.test"],
        ),
        case(
            "sharp-s",
            "The name was mapped by the rules of 2003 when the certificate was ordered.",
            "xn--strae-oqa.test",
            &["strasse.test"],
            &["xn--strae-oqa.test"],
        ),
        case(
            "trailing-dot",
            "The certificate's name ends in a dot.",
            "www.shop.test",
            &["www.shop.test."],
            &["www.shop.test"],
        ),
    ]
}

/// Names that look unlike the certificate's and are the same.
fn harmless() -> Vec<Scenario> {
    vec![
        odd(
            "name-upper-case",
            "The certificate's name is in upper case.",
            asking("www.shop.test", &["WWW.SHOP.TEST"]),
        ),
        odd(
            "name-asked-upper-case",
            "The name is asked for in upper case.",
            asking("WWW.Shop.Test", &["www.shop.test"]),
        ),
        odd(
            "name-absolute",
            "The name is asked for with a dot at its end.",
            asking("www.shop.test.", &["www.shop.test"]),
        ),
        odd(
            "name-u-label",
            "The name is asked for in U-labels, the certificate has A-labels.",
            asking("bücher.test", &["xn--bcher-kva.test"]),
        ),
        odd(
            "name-a-label",
            "The name is asked for in A-labels.",
            asking("xn--bcher-kva.test", &["xn--bcher-kva.test"]),
        ),
        odd(
            "name-wildcard",
            "A wildcard stands for the one label of the name.",
            asking("www.shop.test", &["*.shop.test"]),
        ),
        odd(
            "name-address",
            "The client asks for an address that the certificate has.",
            asking("192.0.2.7", &["192.0.2.7"]),
        ),
    ]
}
