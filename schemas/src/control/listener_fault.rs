//! Faults of a whole listener: they affect every connection to its address.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// A fault of a listener.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ListenerFault {
    /// Nothing listens: connections are refused.
    Refused,
    /// Connections are accepted, then nothing is read or written.
    Silent,
    /// Connections are not accepted: connecting lasts until the client gives up.
    BacklogFull,
    /// Connections are accepted and reset.
    ResetOnAccept,
    /// The request is read, then the connection is closed without a response.
    EmptyReply,
    /// The real server, one connection at a time: the next one waits until the first is closed.
    OneConnection,
    /// The real server, one request at a time on each HTTP/2 connection.
    OneStream,
}
