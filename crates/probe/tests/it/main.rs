//! The hands against real servers and scripted peers, all on this machine.

mod anchors;
mod dialogues;
mod handshake;
mod hello;
mod hostile;
#[cfg(target_os = "linux")]
mod icmp;
#[cfg(target_os = "linux")]
mod kernel;
mod lookups;
#[cfg(target_os = "linux")]
mod namespaces;
mod plaintext;
mod proxies;
mod servers;
mod shapes;
mod support;
