//! The sockets that a server listens on: one, or two for `localhost`.

use std::{
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    task::{Context, Poll},
};

use tokio::net::{TcpListener, TcpStream};

use crate::config::Host;

/// The error of a system that does not know a protocol.
#[cfg(unix)]
const UNKNOWN_PROTOCOL: i32 = rustix::io::Errno::AFNOSUPPORT.raw_os_error();
/// The same on Windows, `WSAEAFNOSUPPORT`.
#[cfg(windows)]
const UNKNOWN_PROTOCOL: i32 = 10047;
/// How often a free port of one address is looked for that is free on the other one, too.
const ATTEMPTS: usize = 16;

/// The sockets that a server listens on. There is at least one.
#[derive(Debug)]
pub(super) struct Listeners(Vec<TcpListener>);

/// An address that a server cannot listen on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {error}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// The error of the operating system.
    #[source]
    pub error: io::Error,
}

impl From<ListenError> for io::Error {
    fn from(failed: ListenError) -> Self {
        failed.error
    }
}

impl From<TcpListener> for Listeners {
    fn from(listener: TcpListener) -> Self {
        Self(vec![listener])
    }
}

impl Listeners {
    /// Binds the addresses of a host, all with the same port. Addresses of a protocol that the machine lacks are left
    /// out, unless there is no other one.
    pub(super) async fn bind(host: Host, port: u16) -> Result<Self, ListenError> {
        let addresses = host.addresses();
        let mut attempts = ATTEMPTS;
        loop {
            attempts -= 1;
            match bind_all(&addresses, port).await {
                // Another program has that port on the second address.
                Err(ListenError { error, .. })
                    if port == 0 && attempts > 0 && error.kind() == io::ErrorKind::AddrInUse => {}
                bound => return bound,
            }
        }
    }

    /// The first address.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.0[0].local_addr()
    }

    /// Accepts a connection on any of the sockets.
    pub(super) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let mut accepted = self.0.iter().map(|listener| listener.poll_accept(context));
        accepted.find(Poll::is_ready).unwrap_or(Poll::Pending)
    }
}

async fn bind_all(addresses: &[IpAddr], port: u16) -> Result<Listeners, ListenError> {
    let (mut bound, mut port, mut missing) = (Vec::new(), port, None);
    for ip in addresses {
        let address = SocketAddr::new(*ip, port);
        let failed = |error| ListenError { address, error };
        match TcpListener::bind(address).await {
            Ok(listener) => {
                port = listener.local_addr().map_err(failed)?.port();
                bound.push(listener);
            }
            Err(error) if is_missing(&error) => missing = Some(failed(error)),
            Err(error) => return Err(failed(error)),
        }
    }
    match missing {
        Some(missing) if bound.is_empty() => Err(missing),
        Some(missing) => {
            tracing::info!(address = %missing.address.ip(), "this machine does not have the address; not listening there");
            Ok(Listeners(bound))
        }
        None => Ok(Listeners(bound)),
    }
}

/// Whether the machine does not have the address, or does not know the protocol at all.
fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(UNKNOWN_PROTOCOL)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// An address for documentation, which no machine has.
    const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[tokio::test]
    async fn leaves_out_addresses_that_the_machine_lacks() {
        let both = [NOWHERE, Ipv4Addr::LOCALHOST.into()];
        let bound = bind_all(&both, 0).await.unwrap();
        assert!(bound.address().unwrap().ip().is_loopback());
        assert_eq!(bound.0.len(), 1);
        let error = bind_all(&[NOWHERE], 0).await.unwrap_err();
        assert_eq!(error.address.ip(), NOWHERE);
    }

    #[tokio::test]
    async fn port_must_be_free_on_all_addresses() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let taken = taken.local_addr().unwrap();
        let other = IpAddr::from([127, 0, 0, 2]);
        let error = bind_all(&[other, taken.ip()], taken.port())
            .await
            .unwrap_err();
        assert_eq!(
            (error.address, error.error.kind()),
            (taken, io::ErrorKind::AddrInUse)
        );
    }

    #[tokio::test]
    async fn accepts_on_every_address() {
        let addresses = [[127, 0, 0, 1], [127, 0, 0, 2]].map(IpAddr::from);
        let bound = bind_all(&addresses, 0).await.unwrap();
        let port = bound.address().unwrap().port();
        for address in addresses {
            let client = TcpStream::connect((address, port)).await.unwrap();
            let (_, peer) = bound.accept().await.unwrap();
            assert_eq!(peer, client.local_addr().unwrap());
        }
    }
}
