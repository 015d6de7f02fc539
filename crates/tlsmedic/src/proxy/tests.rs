use super::{Environment, Proxy};
use crate::fault::Fault;
use crate::target::{Host, host};
use diagnose::texts::{Language, Texts};
use report::ProxyKind;

fn of(
    option: Option<&str>,
    variables: &[(&str, &str)],
    scheme: &str,
    name: &str,
) -> Result<Option<Proxy>, Fault> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let environment = Environment::of(variables.iter().map(owned));
    let host = match name.parse() {
        Ok(address) => Host::Address(address),
        Err(_) => host(name, name).unwrap(),
    };
    Proxy::of(option, &environment, scheme, &host)
}

/// What names the proxy, and its URL.
fn chosen(variables: &[(&str, &str)], scheme: &str) -> Option<String> {
    let proxy = of(None, variables, scheme, "a.test").unwrap()?;
    Some(format!("{} {}", proxy.setting.source, proxy.setting))
}

#[test]
fn the_scheme_comes_before_all_and_small_letters_before_capitals() {
    let all = [
        ("https_proxy", "one"),
        ("HTTPS_PROXY", "two"),
        ("all_proxy", "three"),
        ("ALL_PROXY", "four"),
        ("http_proxy", "five"),
    ];
    let expected = [
        "https_proxy http://one:1080",
        "HTTPS_PROXY http://two:1080",
        "all_proxy http://three:1080",
        "ALL_PROXY http://four:1080",
    ];
    for (skipped, expected) in expected.iter().enumerate() {
        assert_eq!(chosen(&all[skipped..], "https").unwrap(), *expected);
        assert_eq!(chosen(&all[skipped..], "wss").unwrap(), *expected);
    }
    assert_eq!(chosen(&all[4..], "https"), None);
    assert_eq!(
        chosen(&all, "imaps").unwrap(),
        "all_proxy http://three:1080"
    );
    let empty = [("https_proxy", ""), ("HTTPS_PROXY", "two")];
    assert_eq!(
        chosen(&empty, "https").unwrap(),
        "HTTPS_PROXY http://two:1080"
    );
}

#[test]
fn the_option_comes_first_and_may_say_none() {
    let variables = [("https_proxy", "one")];
    let proxy = of(Some("socks5h://two"), &variables, "https", "a.test").unwrap();
    let setting = proxy.unwrap().setting;
    assert_eq!(
        (setting.source.as_str(), setting.kind),
        ("--proxy", ProxyKind::Socks5h)
    );
    for none in ["", "none"] {
        assert!(
            of(Some(none), &variables, "https", "a.test")
                .unwrap()
                .is_none()
        );
    }
}

#[test]
fn urls_of_proxies() {
    let parsed = |url| {
        let proxy = of(Some(url), &[], "https", "a.test").unwrap().unwrap();
        let login = proxy
            .login
            .map(|login| (login.user.reveal().clone(), login.password.reveal().clone()));
        (proxy.setting.to_string(), login)
    };
    let login = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
    assert_eq!(
        parsed("proxy.test:3128/path"),
        ("http://proxy.test:3128".into(), None)
    );
    assert_eq!(
        parsed("HTTPS://proxy.test"),
        ("https://proxy.test:443".into(), None)
    );
    assert_eq!(
        parsed("socks5://u%40x:p%3a%2F@[::1]:9"),
        ("socks5://[::1]:9".into(), login("u@x", "p:/"))
    );
    assert_eq!(
        parsed("http://u@h"),
        ("http://h:1080".into(), login("u", ""))
    );
    assert_eq!(
        parsed("http://100%:50%zz@h"),
        ("http://h:1080".into(), login("100%", "50%zz"))
    );
}

#[test]
fn what_is_no_proxy_is_refused_without_its_password() {
    let texts = Texts::new(Language::English);
    for (url, word) in [
        ("socks4://u:hunter2@h", "socks4"),
        ("ftp://u:hunter2@h", "ftp"),
        ("http://u:hunter2@", "host"),
        ("http://u:hunter2@h:0", "port"),
        ("http://u:hunter2@[::1", "IPv6"),
        ("http://u:hunter2@h\n", "control"),
        ("http://u:hunter2%0d%0aX@h", "control"),
        ("http://u:hunter2%ff@h", "UTF-8"),
    ] {
        let fault = of(None, &[("https_proxy", url)], "https", "a.test").unwrap_err();
        let hint = fault.hint.as_ref().map(|hint| texts.format(hint));
        let said = format!("{} {}", texts.format(&fault.text), hint.unwrap_or_default());
        assert!(said.to_lowercase().contains(&word.to_lowercase()), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn exceptions() {
    let excluded = |list: &str, name: &str| {
        let variables = [("https_proxy", "one"), ("no_proxy", list)];
        let proxy = of(None, &variables, "https", name).unwrap().unwrap();
        proxy.setting.excluded.map(|exclusion| exclusion.entry)
    };
    for (list, name, expected) in [
        ("*", "a.test", Some("*")),
        ("*,b.test", "a.test", None),
        ("a.test", "a.test", Some("a.test")),
        ("A.Test.", "a.test", Some("A.Test.")),
        ("b.test, a.test", "www.a.test", Some("a.test")),
        (".a.test", "a.test", Some(".a.test")),
        (".a.test", "www.a.test", Some(".a.test")),
        ("a.test", "nota.test", None),
        ("*.a.test", "www.a.test", None),
        ("www.a.test", "a.test", None),
        (".", "a.test", None),
        ("b.test a.test", "a.test", Some("a.test")),
        ("192.0.2.0/24", "192.0.2.7", Some("192.0.2.0/24")),
        ("192.0.2.0/24", "192.0.3.7", None),
        ("192.0.2.7", "192.0.2.7", Some("192.0.2.7")),
        ("192.0.2.7/0", "192.0.2.7", Some("192.0.2.7/0")),
        ("0.0.0.0/0", "192.0.2.7", None),
        ("192.0.2.0/33", "192.0.2.0", None),
        ("2001:db8::/32", "2001:db8:1::1", Some("2001:db8::/32")),
        ("2001:db8::/33", "2001:db8:8000::1", None),
        ("::1", "::1", Some("::1")),
        ("192.0.2", "192.0.2.7", None),
        ("", "a.test", None),
    ] {
        assert_eq!(
            excluded(list, name).as_deref(),
            expected,
            "{list:?} for {name}"
        );
    }
    let both = [
        ("https_proxy", "one"),
        ("no_proxy", "b.test"),
        ("NO_PROXY", "a.test"),
    ];
    let proxy = of(None, &both, "https", "a.test").unwrap().unwrap();
    assert!(proxy.setting.excluded.is_none(), "small letters win");
    let option = of(Some("two"), &both[2..], "https", "a.test").unwrap();
    assert!(option.unwrap().setting.excluded.is_some());
}

#[test]
fn no_format_shows_a_password() {
    let variables = [("https_proxy", "http://u:hunter2@h")];
    let proxy = of(None, &variables, "https", "a.test").unwrap();
    let environment = Environment::of([("https_proxy".to_owned(), "u:hunter2@h".to_owned())]);
    for shown in [format!("{proxy:?}"), format!("{environment:?}")] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
