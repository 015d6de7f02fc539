//! Networks that fail: hosts in network namespaces of their own, joined by a router in user space.
//!
//! A [`NetScenario`] is data: what the server does, which routers lie between, what the links and the boxes on the way do to
//! packets, and what an examination must conclude. [`start`] stages one; it needs root and `/dev/net/tun`. The client's
//! host has no server: programs run there as nobody, and meet the network as any user's program does.
//!
//! Every host has one TUN device and an address in one prefix. The router reads what they send and walks each packet over the
//! hops between the two: hop 1 is the client's router, the last one is the server itself.

mod address;
mod boxes;
mod error;
mod forge;
mod host;
mod middlebox;
mod packet;
mod path;
mod queue;
mod router;
mod running;
mod scenario;
mod scenarios;
mod server;
mod stage;
mod walk;

pub use error::NetError;
pub use host::Host;
pub use running::{NetRunning, start, start_by_chance};
pub use scenario::NetScenario;
pub use scenarios::scenarios;
