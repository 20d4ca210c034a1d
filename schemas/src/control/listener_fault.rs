//! What can be wrong with an address, for everybody who comes to it.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ListenerFault {
    /// Nobody listens: the connection is refused.
    Refused,
    /// The connection is accepted, and then nothing is read or written.
    Silent,
    /// No connection is accepted: connecting takes until the caller has enough.
    BacklogFull,
    /// The connection is accepted and reset.
    ResetOnAccept,
    /// The request is read, and the connection closed without a reply.
    EmptyReply,
    /// The server itself, for one connection at a time: the next is not heard until the first is closed.
    OneConnection,
    /// The server itself, for one request at a time on each connection of HTTP/2.
    OneStream,
}
