//! Addresses that are broken: nobody listens, accepts or answers there, or this server does for too few at a time.
//!
//! On the server's own port that would be so for everybody, so each has a port of its own.

use std::{
    collections::{BTreeMap, VecDeque},
    future::{pending, poll_fn},
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use memchr::memmem;
use schemas::control::BrokenAddress;
use serde_json::{Value, json};
use tokio::{
    io::AsyncWrite,
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::{
    app::App,
    config::limits::{MAX_ADDRESSES, MAX_HEAD},
    server::{self, Bounds, Server},
};

/// Connections that an address keeps at a time; the oldest makes room, or the next waits.
const CONNECTIONS: usize = 100;
/// Connections that wait to be accepted, where they are.
const BACKLOG: u32 = 128;
/// Connections of our own at the most that fill the shortest queue there is.
const FILLING: usize = 16;
/// How long such a connection takes that finds no place any more.
const NO_PLACE: Duration = Duration::from_millis(100);
/// How long a request may take to arrive that is not replied to.
const HEARING: Duration = Duration::from_secs(10);

/// The addresses there are.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// By number; the last one that was given is never given again.
    open: BTreeMap<u64, Address>,
    given: u64,
}

/// Why there is no other address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddressError {
    /// There are as many as there can be.
    #[error(
        "there are {MAX_ADDRESSES} broken addresses already; DELETE /_mock/addresses/{{id}} makes room"
    )]
    TooMany,
    /// The system does not let us.
    #[error("the system gives no address: {0}")]
    System(#[from] io::Error),
}

/// An address, for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Address {
    fault: BrokenAddress,
    at: SocketAddr,
    _held: Held,
}

/// What makes an address what it is.
#[derive(Debug)]
#[expect(dead_code, reason = "it is held, and not looked at")]
enum Held {
    /// A port that is taken, so that nobody else listens there.
    Port(TcpSocket),
    /// A queue that is full of connections of our own.
    Queue(TcpListener, Vec<TcpStream>),
    /// Somebody who accepts connections; dropped, they end.
    Host(JoinSet<()>),
}

impl Address {
    /// Takes a free port, and breaks it.
    pub(crate) async fn open(app: &App, fault: BrokenAddress) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let at = socket.local_addr()?;
        let bounds = Bounds::of(app);
        let serve = |socket: TcpSocket, bounds| {
            let server = Server::at(socket.listen(BACKLOG)?, app.clone(), bounds);
            io::Result::Ok(server.until(pending()))
        };
        let mut host = JoinSet::new();
        let held = match fault {
            BrokenAddress::Refused => Held::Port(socket),
            BrokenAddress::BacklogFull => {
                let listener = socket.listen(1)?;
                Held::Queue(listener, fill(at).await?)
            }
            BrokenAddress::Silent | BrokenAddress::ResetOnAccept | BrokenAddress::EmptyReply => {
                host.spawn(accept(socket.listen(BACKLOG)?, fault));
                Held::Host(host)
            }
            BrokenAddress::OneConnection => {
                host.spawn(serve(
                    socket,
                    Bounds {
                        connections: 1,
                        ..bounds
                    },
                )?);
                Held::Host(host)
            }
            BrokenAddress::OneStream => {
                host.spawn(serve(
                    socket,
                    Bounds {
                        streams: 1,
                        ..bounds
                    },
                )?);
                Held::Host(host)
            }
        };
        Ok(Self {
            fault,
            at,
            _held: held,
        })
    }

    fn to_json(&self, number: u64) -> Value {
        json!({
            "id": format!("address_{number}"),
            "url": format!("http://{}", self.at),
            "fault": self.fault,
        })
    }
}

impl Addresses {
    /// Keeps an address, if there is room, and tells about it.
    pub(crate) fn keep(&mut self, address: Address) -> Result<Value, AddressError> {
        self.room()?;
        self.given += 1;
        let json = address.to_json(self.given);
        self.open.insert(self.given, address);
        Ok(json)
    }

    /// Whether there is room for another.
    pub(crate) fn room(&self) -> Result<(), AddressError> {
        if self.open.len() < MAX_ADDRESSES {
            Ok(())
        } else {
            Err(AddressError::TooMany)
        }
    }

    /// Tells about all.
    pub(crate) fn to_json(&self) -> Value {
        let open = self.open.iter();
        let open: Vec<_> = open.map(|(number, one)| one.to_json(*number)).collect();
        json!({"total": open.len(), "addresses": open})
    }

    /// Lets go of one, if it is there.
    pub(crate) fn close(&mut self, id: &str) -> Option<Address> {
        let number = id.strip_prefix("address_")?.parse().ok()?;
        self.open.remove(&number)
    }
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
async fn accept(listener: TcpListener, fault: BrokenAddress) {
    let (mut silent, mut heard) = (VecDeque::new(), JoinSet::new());
    loop {
        let Some(stream) = server::usable(listener.accept().await).await else {
            continue;
        };
        match fault {
            BrokenAddress::ResetOnAccept => {
                // Where the system does not let us, it is closed in good order instead.
                let _ = stream.set_zero_linger();
            }
            BrokenAddress::EmptyReply => {
                while heard.try_join_next().is_some() {}
                if heard.len() == CONNECTIONS {
                    heard.join_next().await;
                }
                heard.spawn(async { drop(timeout(HEARING, hear(stream)).await) });
            }
            BrokenAddress::Silent
            | BrokenAddress::Refused
            | BrokenAddress::BacklogFull
            | BrokenAddress::OneConnection
            | BrokenAddress::OneStream => {
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
