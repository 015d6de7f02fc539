use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The reference identity (RFC 9525 section 6.1): whom the client wants to talk to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServerIdentity {
    /// A host name: A-labels in lower case, without a trailing dot.
    Dns(String),
    /// An address.
    Address(IpAddr),
}

/// Why a text names no server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// There is nothing.
    #[error("the name is empty")]
    Empty,
    /// More than 253 characters (RFC 1035 section 2.3.4).
    #[error("the name has {characters} characters, more than 253")]
    TooLong {
        /// How many there are.
        characters: usize,
    },
    /// A label that is empty or longer than 63 characters.
    #[error("label {label:?} must have 1 to 63 characters")]
    Label {
        /// The label.
        label: String,
    },
    /// A character that host names cannot have.
    #[error("character {character:?} cannot stand in a host name")]
    Character {
        /// The character.
        character: char,
    },
    /// UTS 46 has no ASCII form for it.
    #[error("{name:?} is no valid internationalised name")]
    International {
        /// The name as given.
        name: String,
    },
    /// Brackets or a last label of digits, as in an address, but it is none.
    #[error("{text:?} is no valid address")]
    Address {
        /// The text as given.
        text: String,
    },
}

impl ServerIdentity {
    /// Reads a host name, which may be internationalised (UTS 46) and may end in a dot, or an address, an IPv6 one also
    /// in brackets.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    ///
    /// # Example
    ///
    /// ```
    /// use pki::name::ServerIdentity;
    /// let identity = ServerIdentity::parse("Bücher.example.").unwrap();
    /// assert_eq!(identity.to_string(), "xn--bcher-kva.example");
    /// ```
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.is_empty() || text == "." {
            return Err(IdentityError::Empty);
        }
        let no_address = || IdentityError::Address {
            text: text.to_owned(),
        };
        if let Some(open) = text.strip_prefix('[') {
            let inner = open.strip_suffix(']').ok_or_else(no_address)?;
            let address: Ipv6Addr = inner.parse().map_err(|_| no_address())?;
            return Ok(Self::Address(address.into()));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let ascii = to_ascii(name).ok_or_else(|| wrong_characters(name))?;
        let allowed = |character: &char| {
            character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
        };
        if let Some(character) = ascii.chars().find(|character| !allowed(character)) {
            return Err(IdentityError::Character { character });
        }
        if ascii.len() > 253 {
            return Err(IdentityError::TooLong {
                characters: ascii.len(),
            });
        }
        if let Some(label) = ascii
            .split('.')
            .find(|label| label.is_empty() || label.len() > 63)
        {
            return Err(IdentityError::Label {
                label: label.to_owned(),
            });
        }
        let last = ascii.rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|octet| octet.is_ascii_digit()) {
            return Err(no_address());
        }
        Ok(Self::Dns(ascii))
    }
}

impl fmt::Display for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// A-labels in lower case.
pub(super) fn to_ascii(name: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(
        name.as_bytes(),
        AsciiDenyList::URL,
        Hyphens::Allow,
        DnsLength::Ignore,
    );
    ascii.ok().map(|ascii| ascii.to_ascii_lowercase())
}

fn wrong_characters(name: &str) -> IdentityError {
    let wrong = name.chars().find(|character| {
        character.is_ascii() && !character.is_ascii_alphanumeric() && !"-_.".contains(*character)
    });
    match wrong {
        Some(character) => IdentityError::Character { character },
        None => IdentityError::International {
            name: name.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{IdentityError, ServerIdentity};
    use proptest::proptest;

    #[test]
    fn names_and_addresses() {
        let cases = [
            ("www.Example.COM", "www.example.com"),
            ("www.example.com.", "www.example.com"),
            ("localhost", "localhost"),
            ("_dmarc.example.com", "_dmarc.example.com"),
            ("faß.example", "xn--fa-hia.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("-odd-.example", "-odd-.example"),
            ("192.0.2.1", "192.0.2.1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
        ];
        for (text, expected) in cases {
            let identity = ServerIdentity::parse(text);
            assert_eq!(identity.map(|it| it.to_string()), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_names_nothing() {
        let long = "a".repeat(64);
        let longer = format!("{}com", "abc.".repeat(63));
        let cases = [
            ("", "the name is empty"),
            (".", "the name is empty"),
            ("a..b", "label \"\" must have 1 to 63 characters"),
            ("a.b..", "label \"\" must have 1 to 63 characters"),
            ("a b", "character ' ' cannot stand in a host name"),
            ("*.example.com", "character '*' cannot stand in a host name"),
            ("a/b", "character '/' cannot stand in a host name"),
            (
                "xn--a.example",
                "\"xn--a.example\" is no valid internationalised name",
            ),
            ("300.1.1.1", "\"300.1.1.1\" is no valid address"),
            ("[192.0.2.1]", "\"[192.0.2.1]\" is no valid address"),
            ("[::1", "\"[::1\" is no valid address"),
            (&longer, "the name has 255 characters, more than 253"),
        ];
        for (text, expected) in cases {
            let error = ServerIdentity::parse(text).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
        }
        assert_eq!(
            ServerIdentity::parse(&long),
            Err(IdentityError::Label { label: long })
        );
    }

    proptest! {
        #[test]
        fn nothing_panics_and_results_are_stable(text in "\\PC{0,80}") {
            if let Ok(identity) = ServerIdentity::parse(&text) {
                assert_eq!(ServerIdentity::parse(&identity.to_string()), Ok(identity));
            }
        }
    }
}
