use super::{Endpoint, Host, SERVICES, Target, host_and_port, service_of_port, starttls};
use report::Starttls;

fn endpoint(input: &str) -> Endpoint {
    match Target::parse(input) {
        Ok(Target::Endpoint(endpoint)) => endpoint,
        other => panic!("{input}: {other:?}"),
    }
}

fn fault(input: &str) -> String {
    match Target::parse(input) {
        Err(fault) => fault.text.id,
        Ok(target) => panic!("{input}: {target:?}"),
    }
}

#[test]
fn hosts_and_ports() {
    for (input, host, port) in [
        ("Example.COM", "example.com", None),
        ("example.com.", "example.com.", None),
        ("example.com:8443", "example.com", Some(8443)),
        ("_dmarc.example.com", "_dmarc.example.com", None),
        ("192.0.2.1:1", "192.0.2.1", Some(1)),
        ("2001:db8::1", "2001:db8::1", None),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:65535", "2001:db8::1", Some(65535)),
        ("münchen.example", "xn--mnchen-3ya.example", None),
        ("例え.テスト:443", "xn--r8jz45g.xn--zckzah", Some(443)),
        ("localhost", "localhost", None),
    ] {
        let endpoint = endpoint(input);
        assert_eq!(
            (endpoint.host.to_string().as_str(), endpoint.port),
            (host, port),
            "{input}"
        );
        assert_eq!(endpoint.service, None, "{input}");
        assert_eq!(endpoint.input, input);
    }
}

#[test]
fn urls() {
    for (input, scheme, port, protocol) in [
        ("https://example.com", "https", None, None),
        ("HTTPS://example.com/a?b#c", "https", None, None),
        ("https://example.com:8443/a:b@c", "https", Some(8443), None),
        ("https://[2001:db8::1]:8443/", "https", Some(8443), None),
        ("smtp://example.com", "smtp", None, Some(Starttls::Smtp)),
        ("smtps://example.com", "smtps", None, None),
        (
            "xmpp-server://example.com",
            "xmpp-server",
            None,
            Some(Starttls::XmppServer),
        ),
        (
            "postgresql://example.com/db",
            "postgresql",
            None,
            Some(Starttls::Postgres),
        ),
    ] {
        let endpoint = endpoint(input);
        let service = endpoint.service.expect("a service");
        assert_eq!(
            (service.scheme, endpoint.port, service.starttls),
            (scheme, port, protocol),
            "{input}"
        );
    }
}

#[test]
fn a_password_is_not_kept() {
    let endpoint = endpoint("postgres://user:p@ss@db.example:5433/sales?sslmode=require");
    assert_eq!(
        endpoint.input,
        "postgres://db.example:5433/sales?sslmode=require"
    );
    assert_eq!(endpoint.host, Host::Name("db.example".to_owned()));
    let fault = Target::parse("gopher://user:hunter2@example.com").unwrap_err();
    assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
}

#[test]
fn lab() {
    let lab = |input: &str| match Target::parse(input) {
        Ok(Target::Lab(lab)) => Some((lab.id, lab.twin)),
        _ => None,
    };
    assert_eq!(lab("lab:S10-rsa"), Some(("S10-rsa".to_owned(), false)));
    assert_eq!(
        lab("lab:S10-rsa/healthy"),
        Some(("S10-rsa".to_owned(), true))
    );
    assert_eq!(lab("lab:443"), None, "a host named lab");
}

#[test]
fn malformed() {
    for (input, id) in [
        ("", "ui-fault-target-empty"),
        ("  ", "ui-fault-target-empty"),
        (":443", "ui-fault-no-host"),
        ("https://", "ui-fault-no-host"),
        ("https:///path", "ui-fault-no-host"),
        ("gopher://example.com", "ui-fault-scheme"),
        ("http://example.com", "ui-fault-plain-scheme"),
        ("example.com:0", "ui-fault-port"),
        ("example.com:70000", "ui-fault-port"),
        ("example.com:", "ui-fault-port"),
        ("example.com:+443", "ui-fault-port"),
        ("example.com:https", "ui-fault-port"),
        ("https://example.com:70000/", "ui-fault-port"),
        ("2001:db8::zz", "ui-fault-colons"),
        ("a:b:c", "ui-fault-colons"),
        ("[2001:db8::1", "ui-fault-brackets"),
        ("[2001:db8::1]443", "ui-fault-brackets"),
        ("[example.com]:443", "ui-fault-brackets"),
        ("exa mple.com", "ui-fault-name-letter"),
        ("example.com/path", "ui-fault-name-letter"),
        ("a..b", "ui-fault-name-label"),
        (".", "ui-fault-name-label"),
        ("300.1.1.1", "ui-fault-name-address"),
        ("1.2.3", "ui-fault-name-address"),
    ] {
        assert_eq!(fault(input), id, "{input:?}");
    }
    assert_eq!(
        fault(&format!("{}.example", "a".repeat(64))),
        "ui-fault-name-long"
    );
    assert_eq!(fault(&"a.".repeat(130)), "ui-fault-name-long");
    assert_eq!(fault("a\u{200b}\u{0}.example"), "ui-fault-name-letter");
}

#[test]
fn every_service_has_a_port_and_its_own_name() {
    for service in &SERVICES {
        assert!(service.port > 0);
        assert_eq!(
            SERVICES
                .iter()
                .filter(|other| other.scheme == service.scheme)
                .count(),
            1,
            "{}",
            service.scheme
        );
    }
    assert_eq!(service_of_port(443), "https");
    assert_eq!(service_of_port(993), "imaps");
    assert_eq!(service_of_port(12345), "https");
}

#[test]
fn starttls_protocols() {
    assert_eq!(starttls("SMTP").map(|service| service.port), Ok(25));
    assert_eq!(
        starttls("postgresql").map(|service| service.scheme),
        Ok("postgres")
    );
    for protocol in super::PROTOCOLS.split(", ") {
        assert_eq!(
            starttls(protocol).map(|service| service.scheme),
            Ok(protocol)
        );
    }
    let fault = starttls("smpt").unwrap_err();
    assert_eq!(
        fault
            .hint
            .map(|hint| hint.params["nearest"].clone())
            .as_deref(),
        Some("smtp")
    );
    assert!(starttls("https").is_err());
}

#[test]
fn no_text_panics() {
    use proptest::prelude::*;
    proptest!(|(input in "\\PC{0,20}|[a-z0-9:./\\[\\]@%-]{0,30}")| {
        let _ = Target::parse(&input);
        let _ = host_and_port(&input);
    });
}
