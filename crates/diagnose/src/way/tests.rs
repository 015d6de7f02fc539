use super::Tunnel;
use crate::Differential;
use report::{
    Action, Answer, AskedClient, Brain, Exclusion, Fact, Observation, Offers, Phase, PhaseName,
    PhaseOutcome, ProxyKind, ProxySetting, Question, ServerNameChoice, Target,
};

fn seen(connect: PhaseOutcome, proxy: Option<(PhaseOutcome, &str)>) -> Option<Tunnel> {
    let phase = |phase, outcome, detail: &str| Phase {
        phase,
        address: None,
        start_us: 0,
        elapsed_us: 0,
        outcome,
        errno: None,
        detail: Some(detail.to_owned()),
        offender: None,
        icmp: None,
    };
    let mut phases = vec![phase(PhaseName::Connect, connect, "")];
    phases.extend(proxy.map(|(outcome, detail)| phase(PhaseName::Proxy, outcome, detail)));
    Tunnel::failed(&Observation {
        phases,
        ..Observation::default()
    })
}

#[test]
fn each_end_of_the_dialogue_stays_apart() {
    use PhaseOutcome::{Closed, Ok, Refused, Timeout};
    assert_eq!(Tunnel::failed(&Observation::default()), None);
    assert_eq!(seen(Refused, None), Some(Tunnel::Unreached(Refused)));
    assert_eq!(seen(Ok, None), None, "under way");
    assert_eq!(seen(Ok, Some((Ok, "HTTP/1.1 200 OK"))), None);
    let said = |detail| seen(Ok, Some((Refused, detail)));
    assert_eq!(said("HTTP/1.0 407 Login"), Some(Tunnel::Status(407)));
    assert_eq!(
        said("SOCKS reply 2 connection not allowed by ruleset"),
        Some(Tunnel::Reply(2))
    );
    assert_eq!(said("SOCKS login refused, status 1"), Some(Tunnel::Login));
    assert_eq!(seen(Ok, Some((Closed, ""))), Some(Tunnel::Closed));
    assert_eq!(seen(Ok, Some((Timeout, ""))), Some(Tunnel::Silent));
}

fn question(proxy: &str, kind: ProxyKind, excluded: bool) -> Question {
    Question {
        target: Target {
            input: "www.shop.test".to_owned(),
            host: "www.shop.test".to_owned(),
            port: 443,
            service: "https".to_owned(),
            server_name: Some("www.shop.test".to_owned()),
            addresses: Vec::new(),
        },
        started: jiff::Timestamp::UNIX_EPOCH,
        load: None,
        search: Vec::new(),
        client: AskedClient::ReferenceSet,
        offers: Offers::default(),
        connect: None,
        proxy: Some(ProxySetting {
            kind,
            host: proxy.to_owned(),
            port: 3128,
            credentials: false,
            source: "https_proxy".to_owned(),
            excluded: excluded.then(|| Exclusion {
                variable: "no_proxy".to_owned(),
                entry: "*".to_owned(),
            }),
        }),
        family: report::AddressFamily::Any,
        all_addresses: false,
        starttls: None,
        server_name: ServerNameChoice::Host,
        ca_file: None,
        former_ca_file: None,
        distrusted: Vec::new(),
        deployed: Vec::new(),
        client_certificate: Vec::new(),
        time_sources: Vec::new(),
        controls: Vec::new(),
        resolvers: vec!["192.0.2.53:53".parse().unwrap()],
        resolvers_named: true,
        offline: true,
        timeout_us: 1_000_000,
    }
}

/// The names looked up, and how often the target is connected to through a proxy and directly, when every name is found.
fn asked(question: &Question) -> (Vec<String>, usize, usize) {
    let mut brain = Differential::new(question);
    let (mut names, mut through, mut direct) = (Vec::new(), 0, 0);
    let mut started = brain.starts();
    while let Some(experiment) = started.pop() {
        match &experiment.action {
            Action::Resolve { name, record, .. } => {
                if !names.contains(name) {
                    names.push(name.clone());
                }
                let addresses = match record {
                    report::RecordType::A => vec!["192.0.2.7".parse().unwrap()],
                    _ => Vec::new(),
                };
                let answer = Answer::Addresses {
                    addresses,
                    response_code: Some(0),
                    aliases: Vec::new(),
                };
                let observation = Observation {
                    answer: Some(answer),
                    ..Observation::default()
                };
                let id = experiment.id;
                brain.note(Fact::Ended { id, observation }, 1);
                started.extend(brain.starts());
            }
            action if action.address().is_some() => match action.via() {
                Some(_) => through += 1,
                None => direct += 1,
            },
            _ => {}
        }
    }
    names.sort();
    (names, through, direct)
}

#[test]
fn nothing_goes_past_the_proxy_and_no_name_to_a_resolver_that_need_not_know() {
    let proxy = "proxy.test".to_owned();
    let target = "www.shop.test".to_owned();
    let of = |proxy: &str, kind, excluded| {
        let (mut names, through, direct) = asked(&question(proxy, kind, excluded));
        names.retain(|name| !name.starts_with('_'));
        (names, through, direct)
    };
    assert_eq!(
        of("proxy.test", ProxyKind::Http, false),
        (vec![proxy.clone()], 4, 0)
    );
    assert_eq!(of("192.0.2.1", ProxyKind::Socks5h, false), (vec![], 4, 0));
    assert_eq!(
        of("192.0.2.1", ProxyKind::Socks5, false),
        (vec![target.clone()], 4, 0)
    );
    assert_eq!(
        of("proxy.test", ProxyKind::Socks5, false),
        (vec![proxy, target.clone()], 4, 0)
    );
    assert_eq!(
        of("proxy.test", ProxyKind::Http, true),
        (vec![target], 0, 4)
    );
}

#[test]
fn through_a_proxy_that_is_not_found_nothing_is_asked() {
    for kind in [ProxyKind::Http, ProxyKind::Socks5] {
        let mut question = question("proxy.test", kind, false);
        question.connect = Some("192.0.2.7:443".parse().unwrap());
        let started = Differential::new(&question).starts();
        assert!(
            started
                .iter()
                .all(|experiment| experiment.action.address().is_none()),
            "{started:?}"
        );
    }
}
