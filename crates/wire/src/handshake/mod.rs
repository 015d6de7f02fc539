//! Handshake messages of SSLv3 to TLS 1.3: what each holds, written and read.
//!
//! Reading is tolerant: a message whose body does not keep to its form comes back as
//! [`HandshakeMessage::Unknown`] with its octets, beside a [`Defect`](crate::defect::Defect) that says where and why.

mod client_hello;
mod key_exchange;
mod message;
mod server;

pub use client_hello::{ClientHelloMessage, RawExtension};
pub use key_exchange::{KeyExchangeParameters, ServerKeyExchange, ServerSignature};
pub use message::{Context, HandshakeMessage};
pub(crate) use server::selected_protocol;
pub use server::{CertificateEntry, CertificateMessage, CertificateRequest, CertificateVerify, ServerHello};
