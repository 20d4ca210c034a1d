//! `/_mock/addresses`: broken listeners, where nobody listens, accepts or answers, or where this server serves too few
//! at a time.
//!
//! On the server's own port that would be so for everybody, so each has a port of its own. These calls are here, and not
//! with the others of the control API: two of the faults need the server itself.

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

/// Connections that an address keeps at a time; the oldest makes room, or the next waits.
const CONNECTIONS: usize = 100;
/// Connections that wait to be accepted, where they are.
const BACKLOG: u32 = 128;
/// Connections of our own at most that fill the shortest queue there is.
const FILLING: usize = 16;
/// How long such a connection takes that finds no place any more.
const NO_PLACE: Duration = Duration::from_millis(100);
/// How long a request may take to arrive that is not replied to.
const HEARING: Duration = Duration::from_secs(10);

/// The control calls about them.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/addresses", get(list).post(open))
        .route("/addresses/{id}", delete(close))
}

/// What should be wrong with a listener.
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
    // Another may have taken the last place meanwhile.
    let opened = app.broken_listeners().keep(listener)?;
    Ok(created(opened))
}

async fn list(State(app): State<App>) -> Json<Value> {
    Json(app.broken_listeners().to_json())
}

async fn close(State(app): State<App>, Id(id): Id) -> Result<StatusCode, ControlError> {
    let closed = app.broken_listeners().close(&id);
    match closed {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(ApiError::not_found("address", &id).into()),
    }
}

impl From<BrokenListenerError> for ControlError {
    fn from(error: BrokenListenerError) -> Self {
        Self::plain(ErrorCode::Conflict, error.to_string())
    }
}

/// Takes a free port, and breaks it.
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
            task(accept(socket.listen(BACKLOG)?, fault))
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
    Ok(BrokenListener::new(fault, address, held))
}

/// Serves the API there, for as many at a time as the bounds say.
fn serve(app: &App, socket: TcpSocket, bounds: Bounds) -> io::Result<Held> {
    let server = Server::at(socket.listen(BACKLOG)?, app.clone(), bounds);
    Ok(task(server.until(pending())))
}

fn task(task: impl Future<Output = ()> + Send + 'static) -> Held {
    let mut tasks = JoinSet::new();
    tasks.spawn(task);
    Held::Tasks(tasks)
}

/// Connects until there is no place any more.
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

/// Accepts connections, and does no more with them than the fault says.
async fn accept(listener: TcpListener, fault: ListenerFault) {
    let (mut silent, mut heard) = (VecDeque::new(), JoinSet::new());
    loop {
        let Some(stream) = usable(listener.accept().await).await else {
            continue;
        };
        match fault {
            ListenerFault::ResetOnAccept => {
                // Where the system does not let us, it is closed in good order instead.
                let _ = stream.set_zero_linger();
            }
            ListenerFault::EmptyReply => {
                while heard.try_join_next().is_some() {}
                if heard.len() == CONNECTIONS {
                    heard.join_next().await;
                }
                heard.spawn(async { drop(timeout(HEARING, hear(stream)).await) });
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

/// Reads a request up to the end of its head, and hangs up. What comes after is read as well: the system
/// would reset a connection that has something unread.
async fn hear(mut stream: TcpStream) -> io::Result<()> {
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
        let whole = head.len() > MAX_HEAD || memmem::find(&head, b"\r\n\r\n").is_some();
        if whole && !hung_up {
            poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
            hung_up = true;
        }
    }
}
