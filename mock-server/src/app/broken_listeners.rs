//! The broken listeners that are open.
//!
//! Only what keeps them open is here; `server` opens them, since some serve the API.

use std::{collections::BTreeMap, io, net::SocketAddr};

use schemas::control::ListenerFault;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::config::limits::MAX_ADDRESSES;

/// The broken listeners that are open.
#[derive(Debug, Default)]
pub(crate) struct BrokenListeners {
    /// By number; the last one that was given is never given again.
    open: BTreeMap<u64, BrokenListener>,
    given: u64,
}

/// Why no broken listener can be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokenListenerError {
    /// There are as many as there can be.
    #[error(
        "there are already {MAX_ADDRESSES} broken addresses, the maximum; delete one with DELETE /_mock/addresses/{{id}}"
    )]
    TooMany,
    /// The system does not let us.
    #[error("cannot open a port: {0}")]
    System(#[from] io::Error),
}

/// A broken listener, open for as long as it is kept.
#[derive(Debug)]
pub(crate) struct BrokenListener {
    fault: ListenerFault,
    address: SocketAddr,
    _held: Held,
}

/// What keeps a broken listener open, and makes it what it is.
#[derive(Debug)]
#[expect(dead_code, reason = "it is held, and not looked at")]
pub(crate) enum Held {
    /// A port that is taken, so that nobody else listens there.
    Port(TcpSocket),
    /// A queue that is full of connections of our own.
    Queue(TcpListener, Vec<TcpStream>),
    /// Tasks that accept connections; dropped, they end.
    Tasks(JoinSet<()>),
}

impl BrokenListener {
    /// One at this address, with this fault.
    pub(crate) fn new(fault: ListenerFault, address: SocketAddr, held: Held) -> Self {
        Self {
            fault,
            address,
            _held: held,
        }
    }

    fn to_json(&self, number: u64) -> Value {
        json!({
            "id": format!("address_{number}"),
            "url": format!("http://{}", self.address),
            "fault": self.fault,
        })
    }
}

impl BrokenListeners {
    /// Keeps a listener, if there is room, and describes it.
    pub(crate) fn keep(&mut self, listener: BrokenListener) -> Result<Value, BrokenListenerError> {
        self.room()?;
        self.given += 1;
        let json = listener.to_json(self.given);
        self.open.insert(self.given, listener);
        Ok(json)
    }

    /// Whether there is room for another.
    pub(crate) fn room(&self) -> Result<(), BrokenListenerError> {
        if self.open.len() < MAX_ADDRESSES {
            Ok(())
        } else {
            Err(BrokenListenerError::TooMany)
        }
    }

    /// Describes all.
    pub(crate) fn to_json(&self) -> Value {
        let open = self.open.iter();
        let open: Vec<_> = open.map(|(number, one)| one.to_json(*number)).collect();
        json!({"total": open.len(), "addresses": open})
    }

    /// Lets go of one, if it is there.
    pub(crate) fn close(&mut self, id: &str) -> Option<BrokenListener> {
        let number = id.strip_prefix("address_")?.parse().ok()?;
        self.open.remove(&number)
    }
}
