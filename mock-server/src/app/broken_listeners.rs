//! The open broken listeners.
//!
//! This module only keeps them open. `server` opens them, because some of them serve the API.

use std::{collections::BTreeMap, io};

use schemas::control::ListenerFault;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::config::limits::MAX_ADDRESSES;

/// The open broken listeners.
#[derive(Debug, Default)]
pub(crate) struct BrokenListeners {
    /// By number. Numbers are never reused.
    open: BTreeMap<u64, BrokenListener>,
    given: u64,
}

/// Why a broken listener cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokenListenerError {
    /// The maximum number is open.
    #[error(
        "there are already {MAX_ADDRESSES} broken addresses, the maximum; delete one with DELETE /_mock/addresses/{{id}}"
    )]
    TooMany,
    /// The operating system rejects it.
    #[error("cannot open a port: {0}")]
    System(#[from] io::Error),
}

/// A broken listener. It is open until it is dropped.
#[derive(Debug)]
pub(crate) struct BrokenListener {
    fault: ListenerFault,
    url: String,
    held: Held,
}

/// The resources that keep a broken listener open and produce its fault.
#[derive(Debug)]
#[expect(dead_code, reason = "it is held, and not looked at")]
pub(crate) enum Held {
    /// A bound port, so that no other process listens there.
    Port(TcpSocket),
    /// An accept queue that is full of this server's own connections.
    Queue(TcpListener, Vec<TcpStream>),
    /// Tasks that accept connections. They end when they are dropped.
    Tasks(JoinSet<()>),
}

impl BrokenListener {
    /// A listener with this fault, which clients reach at this URL.
    pub(crate) fn new(fault: ListenerFault, url: String, held: Held) -> Self {
        Self { fault, url, held }
    }

    /// Closes the port. Tasks that are only dropped end some time later, and accept connections until then.
    pub(crate) async fn end(self) {
        if let Held::Tasks(mut tasks) = self.held {
            tasks.shutdown().await;
        }
    }

    fn to_json(&self, number: u64) -> Value {
        json!({
            "id": format!("address_{number}"),
            "url": self.url,
            "fault": self.fault,
        })
    }
}

impl BrokenListeners {
    /// Keeps a listener, if the limit allows it, and describes it.
    pub(crate) fn keep(&mut self, listener: BrokenListener) -> Result<Value, BrokenListenerError> {
        self.room()?;
        self.given += 1;
        let json = listener.to_json(self.given);
        self.open.insert(self.given, listener);
        Ok(json)
    }

    /// Fails if the maximum number is open.
    pub(crate) fn room(&self) -> Result<(), BrokenListenerError> {
        if self.open.len() < MAX_ADDRESSES {
            Ok(())
        } else {
            Err(BrokenListenerError::TooMany)
        }
    }

    /// Describes all open listeners.
    pub(crate) fn to_json(&self) -> Value {
        let open = self.open.iter();
        let open: Vec<_> = open
            .map(|(number, broken_listener)| broken_listener.to_json(*number))
            .collect();
        json!({"total": open.len(), "addresses": open})
    }

    /// Removes a listener, if it exists.
    pub(crate) fn close(&mut self, id: &str) -> Option<BrokenListener> {
        let number = id.strip_prefix("address_")?.parse().ok()?;
        self.open.remove(&number)
    }
}
