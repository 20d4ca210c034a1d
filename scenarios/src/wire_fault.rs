//! What happens to the bytes of a request or a response in transit.

use std::{fmt, time::Duration};

use http::Version;

/// What happens to the bytes of one response. Byte counts start at the status line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum WireFault {
    /// All are sent unchanged.
    #[default]
    Whole,
    /// The connection is reset after this many bytes.
    ResetAfter(usize),
    /// The connection is closed after this many bytes, cleanly.
    CloseAfter(usize),
    /// Nothing more is sent after this many bytes; the connection stays open.
    StallAfter(usize),
    /// The response is sent this many bytes at a time, with a pause after each.
    Drip {
        /// Bytes at a time, at least one.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// These bytes precede the response.
    Prefix(Vec<u8>),
    /// These bytes replace the response.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether the connection is closed after them.
        close: bool,
    },
    /// The response is correct; when the next request arrives, the connection is reset.
    ResetOnNextRequest,
    /// The response is correct, then the connection is closed, unannounced.
    CloseAfterwards,
    /// The response is correct; the connection closes only after this delay.
    CloseLate(Duration),
    /// Nothing more is sent after this many bytes, or after the whole response; the server keeps reading.
    HalfCloseAfter(Option<usize>),
    /// The request is read this many bytes at a time, with a pause after each.
    SlowRead {
        /// Bytes at a time, at least one.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// `100 Continue` is not sent.
    NoContinue,
    /// HTTP/2: the connection ends gracefully after the response.
    Goodbye,
    /// HTTP/2: these frames precede the response's frames.
    Frames {
        /// The frames.
        bytes: Vec<u8>,
        /// Whether the connection is closed after them.
        close: bool,
    },
    /// HTTP/2: `PING` is not answered.
    NoPong,
    /// HTTP/2: the response's stream ends early; others on the connection continue.
    Stream {
        /// After this many bytes of the body; `None` if not even the headers are sent.
        after: Option<usize>,
        /// How.
        end: StreamEnd,
    },
}

impl WireFault {
    /// Whether the client can receive the whole response, and nothing else.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Whole
            | Self::Drip { .. }
            | Self::ResetOnNextRequest
            | Self::CloseAfterwards
            | Self::CloseLate(_)
            | Self::HalfCloseAfter(None)
            | Self::SlowRead { .. }
            | Self::NoContinue
            | Self::Goodbye
            | Self::NoPong => true,
            Self::ResetAfter(_)
            | Self::CloseAfter(_)
            | Self::StallAfter(_)
            | Self::Prefix(_)
            | Self::Replace { .. }
            | Self::HalfCloseAfter(Some(_))
            | Self::Frames { .. }
            | Self::Stream { .. } => false,
        }
    }

    /// The bytes that are sent before or instead of the response.
    pub fn bytes(&self) -> &[u8] {
        if let Self::Prefix(bytes) | Self::Replace { bytes, .. } | Self::Frames { bytes, .. } = self
        {
            bytes
        } else {
            &[]
        }
    }

    /// Takes the bytes that are sent before any of the response.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        if let Self::Prefix(bytes) | Self::Replace { bytes, .. } | Self::Frames { bytes, .. } = self
        {
            std::mem::take(bytes)
        } else {
            Vec::new()
        }
    }
}

/// What happens, for people.
impl fmt::Display for WireFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("all bytes are sent unchanged"),
            Self::ResetAfter(bytes) => write!(f, "the connection is reset after {bytes} bytes"),
            Self::CloseAfter(bytes) => write!(f, "the connection is closed after {bytes} bytes"),
            Self::StallAfter(bytes) => {
                write!(
                    f,
                    "after {bytes} bytes nothing is sent, and the connection stays open"
                )
            }
            Self::Drip { bytes, every } => write!(f, "{bytes} bytes are sent every {every:?}"),
            Self::Prefix(bytes) => write!(f, "{} bytes precede the response", bytes.len()),
            Self::Replace { bytes, close } => {
                write!(
                    f,
                    "{} bytes replace the response{}",
                    bytes.len(),
                    ending(*close)
                )
            }
            Self::ResetOnNextRequest => f.write_str("the next request resets the connection"),
            Self::CloseAfterwards => {
                f.write_str("the response is followed by an unannounced close")
            }
            Self::CloseLate(delay) => {
                write!(f, "the connection is closed {delay:?} after the response")
            }
            Self::HalfCloseAfter(None) => {
                f.write_str("nothing is sent after the response, but requests are read")
            }
            Self::HalfCloseAfter(Some(bytes)) => {
                write!(
                    f,
                    "nothing is sent after {bytes} bytes, but requests are read"
                )
            }
            Self::SlowRead { bytes, every } => {
                write!(f, "{bytes} bytes of the request are read every {every:?}")
            }
            Self::NoContinue => f.write_str("`100 Continue` is not sent"),
            Self::Goodbye => f.write_str("the connection ends gracefully after the response"),
            Self::Frames { bytes, close } => {
                write!(
                    f,
                    "{} bytes of frames precede the response{}",
                    bytes.len(),
                    ending(*close)
                )
            }
            Self::NoPong => f.write_str("`PING` is not answered"),
            Self::Stream { after: None, end } => write!(f, "{end} before its headers"),
            Self::Stream {
                after: Some(bytes),
                end,
            } => write!(f, "{end} after {bytes} bytes of its body"),
        }
    }
}

/// The end of a sentence on bytes after which the connection may be closed.
fn ending(close: bool) -> &'static str {
    if close {
        ", then the connection is closed"
    } else {
        ""
    }
}

/// How an HTTP/2 stream ends early.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StreamEnd {
    /// It is reset, with this reason (RFC 9113, section 7).
    Reset(u32),
    /// Nothing more is sent.
    Stall,
}

/// What happens to the stream, for people.
impl fmt::Display for StreamEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset(reason) => write!(f, "the stream is reset with reason {reason}"),
            Self::Stall => f.write_str("nothing more of the stream is sent"),
        }
    }
}

/// The protocol that a connection must use for a fault to apply.
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
    /// Checks that a connection of this version can have the fault.
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
