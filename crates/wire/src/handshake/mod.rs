//! Handshake messages of SSLv3 to TLS 1.3: what each holds, written and read.
//!
//! Reading is tolerant: what does not keep to its form is a [`Defect`](crate::defect::Defect) that says where and why.
//! A message of which nothing can be told comes back as [`HandshakeMessage::Unknown`] with its octets.

mod certificate;
mod client_hello;
mod extension;
mod key_exchange;
mod message;
mod server_hello;
#[cfg(test)]
mod tests;
mod ticket;

pub use certificate::{
    CertificateEntry, CertificateMessage, CertificateRequest, CertificateVerify,
};
pub use client_hello::ClientHelloMessage;
pub use extension::RawExtension;
pub use key_exchange::{KeyExchangeParameters, ServerKeyExchange, ServerSignature};
pub use message::{Context, HandshakeMessage};
pub use server_hello::{RETRY_RANDOM, ServerHello};
pub use ticket::NewSessionTicket;

pub(crate) use extension::find;
pub(crate) use server_hello::selected_protocol;
