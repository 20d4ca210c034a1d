//! What becomes of a request's bytes on their way.

use std::time::Duration;

use http::Version;

/// What becomes of the bytes of one answer. A count of bytes begins with its status line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum WireFault {
    /// All go out, as they are.
    #[default]
    Whole,
    /// After this many bytes the connection is reset.
    ResetAfter(usize),
    /// After this many bytes the connection is closed, in good order.
    CloseAfter(usize),
    /// After this many bytes nothing more comes, and the connection stays open.
    StallAfter(usize),
    /// This many bytes at a time, with a pause after each.
    Drip {
        /// Bytes at a time, at least one.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// These bytes come before the response.
    Prefix(Vec<u8>),
    /// These bytes come in place of the response.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether the connection is closed after them.
        close: bool,
    },
    /// The response is as it should be; when the next request comes, the connection is reset.
    ResetOnNextRequest,
    /// The response is as it should be; then the connection is closed, without a word of it.
    CloseAfterwards,
    /// The response is as it should be; the connection is closed only so much later.
    CloseLate(Duration),
    /// After this many bytes, or the whole answer, nothing more is sent; what comes is still read.
    HalfCloseAfter(Option<usize>),
    /// The request is taken in this many bytes at a time, with a pause after each.
    SlowRead {
        /// Bytes at a time, at least one.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// `100 Continue` does not go out.
    NoContinue,
    /// HTTP/2: the connection ends in good order once the response is out.
    Goodbye,
    /// HTTP/2: these frames come before the response's.
    Frames {
        /// The frames.
        bytes: Vec<u8>,
        /// Whether the connection is closed after them.
        close: bool,
    },
    /// HTTP/2: `PING` is not answered.
    NoPong,
    /// HTTP/2: the response's stream ends early; others on the connection go on.
    Stream {
        /// After this many bytes of the body; none, where not even the head goes out.
        after: Option<usize>,
        /// How.
        end: StreamEnd,
    },
}

impl WireFault {
    /// Takes out the bytes that go out before any of the response.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        if let Self::Prefix(bytes) | Self::Replace { bytes, .. } | Self::Frames { bytes, .. } = self
        {
            std::mem::take(bytes)
        } else {
            Vec::new()
        }
    }
}

/// How a stream of HTTP/2 ends early.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StreamEnd {
    /// It is reset, with this reason (RFC 9113, section 7).
    Reset(u32),
    /// Nothing more comes.
    Stall,
}

/// Which protocol a connection must speak for a fault to make sense on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// Any.
    Any,
    /// HTTP/1.0 or HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

impl Protocol {
    /// What is wrong with a connection of this version, if something is.
    pub fn check(self, version: Version) -> Result<(), String> {
        match (self, version) {
            (Self::Http1, Version::HTTP_2) => {
                Err("needs HTTP/1.1, but this request uses HTTP/2".to_owned())
            }
            (Self::Http2, version) if version != Version::HTTP_2 => {
                Err(format!("needs HTTP/2, but this request uses {version:?}"))
            }
            (Self::Any | Self::Http1 | Self::Http2, _) => Ok(()),
        }
    }
}
