//! The proxy of a scenario, and the environment that names it.

use super::LabError;
use crate::serve::{ProxyServer, Tasks, reserve};
use crate::stage::{Place, ProxyManner, ProxySpec};
use std::net::SocketAddr;
use tokio::net::TcpSocket;

/// An address where nobody listens, as long as `kept` is kept.
pub(super) fn nowhere(kept: &mut Vec<TcpSocket>) -> Result<String, LabError> {
    let (socket, address) = place()?;
    kept.push(socket);
    Ok(address.to_string())
}

/// Starts it, with tunnels to `server`, and says what the environment holds. Where nobody listens, `kept` is to be kept.
pub(super) fn start(
    spec: &ProxySpec,
    tasks: &mut Tasks,
    server: SocketAddr,
    kept: &mut Vec<TcpSocket>,
) -> Result<Vec<(String, String)>, LabError> {
    let (socket, address) = place()?;
    if matches!(spec.manner, ProxyManner::Absent) {
        kept.push(socket);
    } else {
        ProxyServer::start(tasks, socket, spec.manner, server).map_err(listen)?;
    }
    let host = spec
        .name
        .map_or_else(|| address.ip().to_string(), str::to_owned);
    let login = spec
        .login
        .map(|login| format!("{login}@"))
        .unwrap_or_default();
    let url = format!("{}://{login}{host}:{}", spec.scheme, address.port());
    let mut environment = vec![(spec.variable.to_owned(), url)];
    if let Some(list) = spec.no_proxy {
        environment.push(("no_proxy".to_owned(), list.to_owned()));
    }
    Ok(environment)
}

fn place() -> Result<(TcpSocket, SocketAddr), LabError> {
    reserve(Place::Loopback).map_err(listen)
}

fn listen(source: std::io::Error) -> LabError {
    LabError::Listen {
        what: "proxy",
        source,
    }
}
