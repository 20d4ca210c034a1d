//! `/_mock/addresses`: broken listeners, which refuse, do not accept or do not respond, or serve too few
//! connections.
//!
//! Such a fault on the server's own port would affect every client, so each listener has its own port. These
//! control requests are here, because two of the faults need the server itself.

use std::{
    collections::VecDeque,
    future::{pending, poll_fn},
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    routing::{delete, get},
};
use http::StatusCode;
use memchr::memmem;
use schemas::{ErrorCode, control::ListenerFault};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    io::AsyncWrite,
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};

use super::{Bounds, Server, usable};
use crate::{
    app::{App, BrokenListener, BrokenListenerError, Held},
    config::limits::MAX_HEAD,
    control::{Body, ControlBody, ControlError, Id, created},
    handlers::ApiError,
};

/// Maximum number of connections that a listener keeps. Beyond it, the oldest is closed, or the next one waits.
const CONNECTIONS: usize = 100;
/// Maximum number of connections that wait to be accepted, where that is not the fault.
const BACKLOG: u32 = 128;
/// Maximum number of own connections to fill the shortest possible queue.
const FILLING: usize = 16;
/// How long to wait for a connection before the queue counts as full.
const NO_PLACE: Duration = Duration::from_millis(100);
/// How long a request that gets no response may take to arrive.
const HEARING: Duration = Duration::from_secs(10);

/// The routes of the control API for broken listeners.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/addresses", get(list).post(open))
        .route("/addresses/{id}", delete(close))
}

/// The fault of a listener to open.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    fault: ListenerFault,
}

impl ControlBody for Open {
    const CALL: &str = "open_address";
}

async fn open(
    State(app): State<App>,
    Body(Open { fault }): Body<Open>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    app.broken_listeners().room()?;
    let listener = listen(&app, fault)
        .await
        .map_err(BrokenListenerError::from)?;
    // Meanwhile, another request may have taken the last place.
    let opened = app.broken_listeners().keep(listener)?;
    Ok(created(opened))
}

async fn list(State(app): State<App>) -> Json<Value> {
    Json(app.broken_listeners().to_json())
}

async fn close(State(app): State<App>, Id(id): Id) -> Result<StatusCode, ControlError> {
    let closed = app.broken_listeners().close(&id);
    let closed = closed.ok_or_else(|| ApiError::not_found("address", &id))?;
    closed.end().await;
    Ok(StatusCode::NO_CONTENT)
}

impl From<BrokenListenerError> for ControlError {
    fn from(error: BrokenListenerError) -> Self {
        Self::plain(ErrorCode::Conflict, error.to_string())
    }
}

/// Opens a listener with a fault on a free port.
async fn listen(app: &App, fault: ListenerFault) -> io::Result<BrokenListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let address = socket.local_addr()?;
    let bounds = Bounds::of(app);
    let held = match fault {
        ListenerFault::Refused => Held::Port(socket),
        ListenerFault::BacklogFull => {
            let listener = socket.listen(1)?;
            Held::Queue(listener, fill(address).await?)
        }
        ListenerFault::Silent | ListenerFault::ResetOnAccept | ListenerFault::EmptyReply => {
            let is_tls = app.tls.is_some();
            task(accept(socket.listen(BACKLOG)?, fault, is_tls))
        }
        ListenerFault::OneConnection => {
            let one = Bounds {
                connections: 1,
                per_client: None,
                makes_room: false,
                ..bounds
            };
            serve(app, socket, one)?
        }
        ListenerFault::OneStream => serve(
            app,
            socket,
            Bounds {
                streams: 1,
                ..bounds
            },
        )?,
    };
    let url = app.config.origin(&address.to_string());
    Ok(BrokenListener::new(fault, url, held))
}

/// Serves the API there, within these limits.
fn serve(app: &App, socket: TcpSocket, bounds: Bounds) -> io::Result<Held> {
    let server = Server::at(socket.listen(BACKLOG)?.into(), app.clone(), bounds);
    Ok(task(server.until(pending())))
}

fn task(task: impl Future<Output = ()> + Send + 'static) -> Held {
    let mut tasks = JoinSet::new();
    tasks.spawn(task);
    Held::Tasks(tasks)
}

/// Connects until the queue is full.
async fn fill(at: SocketAddr) -> io::Result<Vec<TcpStream>> {
    let mut filling = Vec::new();
    while filling.len() < FILLING {
        match timeout(NO_PLACE, TcpStream::connect(at)).await {
            Ok(stream) => filling.push(stream?),
            Err(_) => return Ok(filling),
        }
    }
    Err(io::Error::other("its queue of connections is never full"))
}

/// Accepts connections, and applies the fault to them.
async fn accept(listener: TcpListener, fault: ListenerFault, is_tls: bool) {
    let (mut silent, mut heard) = (VecDeque::new(), JoinSet::new());
    loop {
        let Some(stream) = usable(listener.accept().await).await else {
            continue;
        };
        match fault {
            ListenerFault::ResetOnAccept => {
                // If the system does not allow this, the connection is closed normally instead.
                let _ = stream.set_zero_linger();
            }
            ListenerFault::EmptyReply => {
                while heard.try_join_next().is_some() {}
                if heard.len() == CONNECTIONS {
                    heard.join_next().await;
                }
                heard.spawn(async move { drop(timeout(HEARING, hear(stream, is_tls)).await) });
            }
            ListenerFault::Silent
            | ListenerFault::Refused
            | ListenerFault::BacklogFull
            | ListenerFault::OneConnection
            | ListenerFault::OneStream => {
                silent.truncate(CONNECTIONS - 1);
                silent.push_front(stream);
            }
        }
    }
}

/// Reads a request up to the end of its head, or the first bytes of a TLS handshake, and closes the sending half. Later
/// bytes are read, too: the system would reset a connection with unread bytes.
async fn hear(mut stream: TcpStream, is_tls: bool) -> io::Result<()> {
    let (mut head, mut part) = (Vec::new(), [0; 4_096]);
    let mut hung_up = false;
    loop {
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => return Ok(()),
            Ok(read) if !hung_up => head.extend_from_slice(&part[..read]),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let is_complete = is_tls && !head.is_empty()
            || head.len() > MAX_HEAD
            || memmem::find(&head, b"\r\n\r\n").is_some();
        if is_complete && !hung_up {
            poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
            hung_up = true;
        }
    }
}
