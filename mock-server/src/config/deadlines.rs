//! How long a connection may take for what is its caller's turn.

use std::time::Duration;

/// How long a connection may take for what is its caller's turn, in real time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deadlines {
    /// From the connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request to the end of its head; of HTTP/2 also that of the connection.
    pub head: Duration,
    /// For the whole body of a request.
    pub body: Duration,
    /// Without a request, after one.
    pub idle: Duration,
    /// For the next bytes of a response to be taken.
    pub write: Duration,
}

impl Deadlines {
    /// The shortest that ends a connection.
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
