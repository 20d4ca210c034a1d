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
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let then_closed = |close: &bool| {
            if *close {
                ", then the connection is closed"
            } else {
                ""
            }
        };
        match self {
            Self::Whole => write!(formatter, "all bytes are sent unchanged"),
            Self::ResetAfter(bytes) => {
                write!(formatter, "the connection is reset after {bytes} bytes")
            }
            Self::CloseAfter(bytes) => {
                write!(formatter, "the connection is closed after {bytes} bytes")
            }
            Self::StallAfter(bytes) => write!(
                formatter,
                "nothing more is sent after {bytes} bytes, and the connection stays open"
            ),
            Self::Drip { bytes, every } => write!(
                formatter,
                "{bytes} bytes are sent at a time, with a pause of {every:?} after each"
            ),
            Self::Prefix(bytes) => write!(formatter, "{} bytes precede the response", bytes.len()),
            Self::Replace { bytes, close } => write!(
                formatter,
                "{} bytes replace the response{}",
                bytes.len(),
                then_closed(close)
            ),
            Self::ResetOnNextRequest => {
                write!(
                    formatter,
                    "the connection is reset when the next request arrives"
                )
            }
            Self::CloseAfterwards => {
                write!(
                    formatter,
                    "the connection is closed after the response, unannounced"
                )
            }
            Self::CloseLate(delay) => {
                write!(
                    formatter,
                    "the connection is closed {delay:?} after the response"
                )
            }
            Self::HalfCloseAfter(None) => {
                write!(
                    formatter,
                    "nothing more is sent after the response, but requests are read"
                )
            }
            Self::HalfCloseAfter(Some(bytes)) => write!(
                formatter,
                "nothing more is sent after {bytes} bytes, but requests are read"
            ),
            Self::SlowRead { bytes, every } => write!(
                formatter,
                "{bytes} bytes of the request are read at a time, with a pause of {every:?} after each"
            ),
            Self::NoContinue => write!(formatter, "`100 Continue` is not sent"),
            Self::Goodbye => write!(
                formatter,
                "the connection ends gracefully after the response"
            ),
            Self::Frames { bytes, close } => write!(
                formatter,
                "{} bytes of frames precede those of the response{}",
                bytes.len(),
                then_closed(close)
            ),
            Self::NoPong => write!(formatter, "`PING` is not answered"),
            Self::Stream { after, end } => {
                match end {
                    StreamEnd::Reset(reason) => {
                        write!(formatter, "the stream is reset with reason {reason}")?;
                    }
                    StreamEnd::Stall => write!(formatter, "nothing more of the stream is sent")?,
                }
                match after {
                    None => write!(formatter, " before its headers"),
                    Some(bytes) => write!(formatter, " after {bytes} bytes of its body"),
                }
            }
        }
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
