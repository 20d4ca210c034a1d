//! What can only be seen on a connection: malformed requests, many requests in a row, and the end of connections.

mod aborted;
mod addresses;
pub(crate) mod connection;
mod deadlines;
mod faults;
mod framing;
mod http2;
mod later_requests;
mod lines;
mod memory;
mod pace;
mod payload;
mod reuse;
mod shutdown;
mod tls;
mod unread;

use std::{net::SocketAddr, sync::mpsc, thread, time::Duration};

use mock_server::Server;
use tokio::{runtime, sync::oneshot};

use self::connection::Connection;
use crate::test_app;

/// A key that is valid on any server.
const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";

/// A server on its own port and thread. It stops on drop.
struct WireServer {
    address: SocketAddr,
    /// The certificates to trust, in PEM, if it speaks TLS.
    trusted: String,
    stop: Option<oneshot::Sender<()>>,
    ended: mpsc::Receiver<()>,
}

impl WireServer {
    fn start() -> Self {
        Self::with("")
    }

    /// A server with the settings of a file.
    fn with(settings: &str) -> Self {
        let app = test_app::app(&format!("port = 0\n{settings}"));
        let mut builder = runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let trusted = app.trusted_certificates().unwrap_or_default().to_owned();
        let server = runtime.block_on(Server::bind(app)).unwrap();
        let address = server.address().unwrap();
        let ((stop, stopped), (end, ended)) = (oneshot::channel(), mpsc::channel());
        thread::spawn(move || {
            runtime.block_on(server.run(async { drop(stopped.await) }));
            let _ = end.send(());
        });
        Self {
            address,
            trusted,
            stop: Some(stop),
            ended,
        }
    }

    fn connect(&self) -> Connection {
        Connection::to(self.address)
    }

    fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Whether it ends within this time.
    fn ends_within(&self, time: Duration) -> bool {
        self.ended.recv_timeout(time).is_ok()
    }
}

/// The head of a request with a key, without the empty line at its end.
fn head(request_line: &str) -> String {
    format!("{request_line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n")
}
