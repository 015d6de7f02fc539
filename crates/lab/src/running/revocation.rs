//! The CA's services for one scenario, and the certificate that names them.

use super::LabError;
use crate::certify::{Authority, Identity, Register};
use crate::serve::{LIST_PATH, OCSP_PATH, RevocationService, Tasks, reserve};
use crate::stage::{CertificateSpec, Place};
use jiff::Timestamp;

/// Issues the certificate, starts its responder and its list's server where it names them, and makes its staple.
pub(super) fn certified(
    tasks: &mut Tasks,
    authority: &Authority,
    spec: &CertificateSpec,
    issuer_url: Option<&str>,
) -> Result<Identity, LabError> {
    let listen = |source| LabError::Listen {
        what: "CA's server",
        source,
    };
    let mut spec = spec.clone();
    let revocation = &mut spec.revocation;
    let mut socket = None;
    if revocation.responder.is_some() || revocation.list.is_some() {
        let (bound, address) = reserve(Place::Loopback).map_err(listen)?;
        if revocation.responder.is_some() {
            revocation.urls.ocsp = Some(format!("http://{address}{OCSP_PATH}"));
        }
        if revocation.list.is_some() {
            revocation.urls.list = Some(format!("http://{address}{LIST_PATH}"));
        }
        socket = Some(bound);
    }
    let mut identity = authority.server(&spec, issuer_url)?;
    let Some(issuer) = authority.issuer() else {
        return Ok(identity);
    };
    let serial_der = identity.serial_der.clone();
    let register = Register {
        authority,
        issuer,
        serial_der: &serial_der,
        now: Timestamp::now(),
    };
    let revocation = &spec.revocation;
    if let Some(socket) = socket {
        let reply = revocation
            .responder
            .map(|reply| register.reply(&reply))
            .transpose()?;
        let list = revocation
            .list
            .map(|reply| register.list_reply(&reply))
            .transpose()?;
        let service = RevocationService {
            answer: reply.flatten(),
            list: list.flatten(),
        };
        service.start(tasks, socket).map_err(listen)?;
    }
    let staple = revocation
        .staple
        .map(|reply| register.reply(&reply))
        .transpose()?;
    identity.staple = staple.flatten();
    Ok(identity)
}
