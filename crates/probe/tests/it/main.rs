//! The hands against real servers and scripted peers, all on this machine.

mod anchors;
mod dialogues;
mod handshake;
mod hello;
mod hostile;
mod lookups;
mod plaintext;
mod proxies;
mod servers;
mod support;
