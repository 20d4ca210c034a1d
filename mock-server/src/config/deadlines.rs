//! Time limits of connections, for the steps that the client has to take.

use std::time::Duration;

/// Time limits of a connection, in real time, for the steps that the client has to take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deadlines {
    /// From the connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its head. On HTTP/2: from the first byte of the connection to the
    /// end of its first head.
    pub head: Duration,
    /// For the whole body of a request.
    pub body: Duration,
    /// Without a request, after an earlier one.
    pub idle: Duration,
    /// For the client to read more of a response.
    pub write: Duration,
}

impl Deadlines {
    /// The shortest time limit that closes a connection.
    pub(crate) fn shortest(&self) -> Duration {
        let all = [self.first_byte, self.head, self.idle, self.write];
        all.into_iter().min().unwrap_or_default()
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            write: Duration::from_secs(30),
        }
    }
}
