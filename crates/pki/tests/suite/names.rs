use crate::authority::{self, Entity, key};
use pki::Certificate;
use pki::name::{NameReason, ServerIdentity, check};
use rcgen::{CustomExtension, DnType};

/// A certificate with these dNSNames as they stand, which rcgen would refuse, and no other names.
fn certificate(names: &[&str]) -> Certificate {
    let mut list = Vec::new();
    for name in names {
        list.extend([0x82, name.len() as u8]);
        list.extend(name.as_bytes());
    }
    let length = (list.len() as u16).to_be_bytes();
    let value = [&[0x30, 0x82][..], &length, &list].concat();
    let mut params = authority::named("leaf");
    params.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 5, 29, 17], value)];
    let der = params.self_signed(&key()).unwrap().der().to_vec();
    Certificate::parse(&der).certificate.unwrap()
}

fn fits(names: &[&str], wanted: &str) -> Result<(), NameReason> {
    let identity = ServerIdentity::parse(wanted).unwrap();
    check(&certificate(names), &identity).map_err(|mismatch| {
        assert_eq!(mismatch.wanted, identity.to_string());
        assert_eq!(mismatch.presented, names);
        mismatch.reason
    })
}

#[test]
fn rfc9525_dns_ids() {
    // presented, wanted, fits
    let cases = [
        ("www.example.com", "www.example.com", true),
        ("www.example.com", "WWW.EXAMPLE.com", true),
        ("WWW.example.COM", "www.example.com", true),
        ("www.example.com", "www.example.com.", true),
        ("*.example.com", "www.example.com", true),
        ("*.EXAMPLE.com", "www.example.com", true),
        ("*.example.com", "a_b.example.com", true),
        ("*.example.com", "xn--bcher-kva.example.com", true),
        ("*.example.com", "example.com", false),
        ("*.example.com", "a.b.example.com", false),
        ("f*.example.com", "foo.example.com", false),
        ("*oo.example.com", "foo.example.com", false),
        ("www.*.com", "www.example.com", false),
        ("*.*.com", "www.example.com", false),
        ("*", "localhost", false),
        ("*.com", "example.com", false),
        ("xn--bcher-kva.example", "bücher.example", true),
        ("xn--bcher-kva.example", "BÜCHER.example", true),
        ("*.xn--bcher-kva.example", "www.bücher.example", true),
        ("", "example.com", false),
        ("example.com.evil.example", "example.com", false),
        ("192.0.2.1", "192.0.2.1", false),
    ];
    for (presented, wanted, expected) in cases {
        assert_eq!(
            fits(&[presented], wanted).is_ok(),
            expected,
            "{presented} {wanted}"
        );
    }
}

#[test]
fn reasons() {
    let www = |other: &str| NameReason::WwwOrApex {
        other: other.to_owned(),
    };
    let depth = |pattern: &str| NameReason::WildcardDepth {
        pattern: pattern.to_owned(),
    };
    let tenants = ["a.net", "b.net", "c.net", "d.net", "e.net", "f.net"];
    let cases: [(&[&str], &str, NameReason); 19] = [
        (&["example.com"], "www.example.com", www("example.com")),
        (
            &["x.org", "www.example.com"],
            "example.com",
            www("www.example.com"),
        ),
        (&["*.example.com"], "example.com", www("www.example.com")),
        (
            &["*.example.com"],
            "a.b.example.com",
            depth("*.example.com"),
        ),
        (
            &["*.example.com"],
            "www.b.example.com",
            depth("*.example.com"),
        ),
        (
            &["*.example.com", "b.example.com"],
            "www.b.example.com",
            www("b.example.com"),
        ),
        (&["*.com"], "a.example.com", NameReason::Unrelated),
        (
            &["my-app.example.com"],
            "my_app.example.com",
            NameReason::Underscore,
        ),
        (
            &["my_app.example.com"],
            "my-app.example.com",
            NameReason::Underscore,
        ),
        (
            &["www.example.com."],
            "www.example.com",
            NameReason::TrailingDot,
        ),
        (
            &["*.example.com."],
            "www.example.com",
            NameReason::TrailingDot,
        ),
        (
            &["bücher.example"],
            "bücher.example",
            NameReason::International,
        ),
        (
            &["*.bücher.example"],
            "www.bücher.example",
            NameReason::International,
        ),
        (
            &["strasse.example"],
            "straße.example",
            NameReason::International,
        ),
        (
            &["xn--strae-oqa.example"],
            "strasse.example",
            NameReason::International,
        ),
        (
            &tenants,
            "www.example.com",
            NameReason::ManyTenants { count: 6 },
        ),
        (&tenants[..5], "www.example.com", NameReason::Unrelated),
        (
            &["default.example.com"],
            "www.example.com",
            NameReason::Unrelated,
        ),
        (&["192.0.2.1"], "192.0.2.1", NameReason::AddressNotListed),
    ];
    for (presented, wanted, reason) in cases {
        assert_eq!(
            fits(presented, wanted),
            Err(reason),
            "{presented:?} {wanted}"
        );
    }
    let siblings = [
        "a.net",
        "b.net",
        "c.net",
        "d.net",
        "e.net",
        "api.example.com",
    ];
    assert_eq!(
        fits(&siblings, "www.example.com"),
        Err(NameReason::Unrelated)
    );
}

#[test]
fn addresses() {
    let leaf = Entity::self_signed(
        authority::server(&["192.0.2.1", "2001:db8::1", "example.com"]),
        key(),
    );
    let judge = |wanted: &str| check(&leaf.certificate, &ServerIdentity::parse(wanted).unwrap());
    assert_eq!(judge("192.0.2.1"), Ok(()));
    assert_eq!(judge("[2001:db8:0::1]"), Ok(()));
    let mismatch = judge("192.0.2.2").unwrap_err();
    assert_eq!(mismatch.reason, NameReason::AddressNotListed);
    assert_eq!(
        mismatch.presented,
        ["example.com", "192.0.2.1", "2001:db8::1"]
    );
    let mapped = judge("::ffff:192.0.2.1").unwrap_err();
    assert_eq!(mapped.reason, NameReason::AddressNotListed);
}

#[test]
fn common_names_do_not_count() {
    let of = |common_name: &str, names: &[&str], wanted: &str| {
        let mut params = authority::server(names);
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        let leaf = Entity::self_signed(params, key());
        let mismatch = check(&leaf.certificate, &ServerIdentity::parse(wanted).unwrap());
        let mismatch = mismatch.unwrap_err();
        (mismatch.reason, mismatch.presented)
    };
    let only = |name: &str| NameReason::CommonNameOnly {
        common_name: name.to_owned(),
    };
    let presented = |name: &str| vec![name.to_owned()];
    assert_eq!(
        of("www.a.example", &[], "www.a.example"),
        (only("www.a.example"), presented("www.a.example"))
    );
    assert_eq!(
        of("*.a.example", &[], "www.a.example"),
        (only("*.a.example"), presented("*.a.example"))
    );
    assert_eq!(
        of("192.0.2.1", &[], "192.0.2.1"),
        (only("192.0.2.1"), presented("192.0.2.1"))
    );
    assert_eq!(
        of("Router", &[], "a.example"),
        (NameReason::Unrelated, presented("Router"))
    );
    assert_eq!(
        of("a.example", &["b.example"], "a.example"),
        (NameReason::Unrelated, presented("b.example"))
    );
}

#[test]
fn control_characters_neither_fit_nor_reach_a_terminal() {
    let leaf = certificate(&["www.example.com\0.evil.example", "\u{1b}[2Jwww.example.com"]);
    let mismatch = check(&leaf, &ServerIdentity::parse("www.example.com").unwrap()).unwrap_err();
    let presented = [
        "www.example.com\u{fffd}.evil.example",
        "\u{fffd}[2Jwww.example.com",
    ];
    assert_eq!(mismatch.presented, presented);
    assert_eq!(mismatch.reason, NameReason::Unrelated);
}
