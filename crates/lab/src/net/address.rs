//! Who has which address: one prefix of each family, on every host's only link.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The prefixes' lengths.
pub(super) const PREFIXES: (u8, u8) = (16, 64);

/// The addresses of one host or hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pair {
    /// The one of 10.77.0.0/16.
    pub(crate) v4: Ipv4Addr,
    /// The one of fd77::/64.
    pub(crate) v6: Ipv6Addr,
}

impl Pair {
    const fn new(kind: u8, number: u8) -> Self {
        Self {
            v4: Ipv4Addr::new(10, 77, kind, number),
            v6: Ipv6Addr::new(0xfd77, 0, 0, 0, 0, 0, kind as u16, number as u16),
        }
    }

    /// Both.
    pub(super) fn both(self) -> [IpAddr; 2] {
        [self.v4.into(), self.v6.into()]
    }

    /// The one of the same family as `other`.
    pub(super) fn like(self, other: IpAddr) -> IpAddr {
        match other {
            IpAddr::V4(_) => self.v4.into(),
            IpAddr::V6(_) => self.v6.into(),
        }
    }
}

/// The prefixes.
pub(super) const NET: Pair = Pair::new(0, 0);
/// The client.
pub(super) const CLIENT: Pair = Pair::new(0, 1);
/// Who takes TCP connections in the server's place.
pub(super) const PROXY: Pair = Pair::new(0, 9);

/// What a router says its address is.
pub(super) const fn hop(number: u8) -> Pair {
    Pair::new(1, number)
}

/// The servers, counted from 0.
pub(super) const fn server(number: u8) -> Pair {
    Pair::new(0, 10 + number)
}

/// The address at which the proxy finds the first server; nobody else asks there.
pub(super) const BEHIND: Pair = Pair::new(2, 10);

/// The resolvers, counted from 0.
pub(super) const fn resolver(number: u8) -> Pair {
    Pair::new(0, 53 + number)
}
