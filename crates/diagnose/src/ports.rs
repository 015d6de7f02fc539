//! What a port is registered for (IANA service name and port number registry), as far as it decides
//! between "the server forgot TLS" and "this is another service".

use report::Starttls;

/// What stands behind a port number by registration or long custom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// TLS from the first octet.
    Tls,
    /// A plaintext service; with a way to TLS where one is given.
    Plaintext(Option<Starttls>),
    /// Nothing that matters here.
    Nothing,
}

/// What `port` is registered for.
pub(crate) fn registered(port: u16) -> Registered {
    use Registered::{Nothing, Plaintext, Tls};
    match port {
        261 | 443 | 448 | 465 | 563 | 614 | 636 | 684 | 695 | 832 | 853 | 989 | 990 | 992 | 993
        | 994 | 995 | 2083 | 2376 | 2484 | 3269 | 4433 | 5061 | 5223 | 5349 | 5671 | 5986
        | 6443 | 6514 | 6697 | 8443 | 8883 | 9443 => Tls,
        21 => Plaintext(Some(Starttls::Ftp)),
        24 => Plaintext(Some(Starttls::Lmtp)),
        25 | 587 | 2525 => Plaintext(Some(Starttls::Smtp)),
        110 => Plaintext(Some(Starttls::Pop3)),
        119 => Plaintext(Some(Starttls::Nntp)),
        143 => Plaintext(Some(Starttls::Imap)),
        194 | 6665..=6669 => Plaintext(Some(Starttls::Irc)),
        389 | 3268 => Plaintext(Some(Starttls::Ldap)),
        3306 => Plaintext(Some(Starttls::Mysql)),
        4190 => Plaintext(Some(Starttls::Sieve)),
        5222 => Plaintext(Some(Starttls::Xmpp)),
        5269 => Plaintext(Some(Starttls::XmppServer)),
        5432 => Plaintext(Some(Starttls::Postgres)),
        7
        | 9
        | 13
        | 19
        | 22
        | 23
        | 37
        | 43
        | 53
        | 70
        | 79
        | 80
        | 88
        | 111
        | 113
        | 135
        | 139
        | 179
        | 445
        | 512..=515
        | 548
        | 554
        | 631
        | 873
        | 1080
        | 1433
        | 1521
        | 1883
        | 2049
        | 2181
        | 2375
        | 3128
        | 3389
        | 5060
        | 5672
        | 5900
        | 5985
        | 6379
        | 8000
        | 8008
        | 8080
        | 8088
        | 9092
        | 9100
        | 9200
        | 11211
        | 27017 => Plaintext(None),
        _ => Nothing,
    }
}
