//! Sends a request and reads the whole response.

use std::{
    collections::HashSet,
    error::Error,
    io::{self, ErrorKind},
    iter,
    net::SocketAddr,
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use http::{Extensions, HeaderMap, StatusCode};
use hyper_util::client::legacy::{self, connect::HttpInfo};
use parking_lot::Mutex;
use reqwest::{Request, Response};
use schemas::key::redact;
use serde_json::{Value, json};
use url::Url;

use super::{
    client::{ClientError, MAX_BODY},
    presence::Reaction,
    trust,
};
use crate::finding::{
    NotPassed, Violation,
    memory::{Exhausted, MAX_PARSED, Memory, Reservation, parsed_size},
};

/// Sends requests on pooled connections, and on new ones.
#[derive(Debug)]
pub(super) struct Sender {
    pooled: reqwest::Client,
    /// Without a pool: every request opens a connection.
    fresh: reqwest::Client,
    /// Connections that have returned a response, by local address.
    used: Mutex<HashSet<SocketAddr>>,
}

pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The body as JSON; `null` if it is not JSON.
    pub(super) json: Value,
    pub(super) memory: Option<Arc<Reservation>>,
}

impl Sender {
    pub(super) fn new(
        builder: impl Fn() -> Result<reqwest::ClientBuilder, ClientError>,
    ) -> Result<Self, ClientError> {
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|failure| ClientError::from(&failure))
        };
        Ok(Self {
            pooled: build(builder()?)?,
            fresh: build(builder()?.pool_max_idle_per_host(0))?,
            used: Mutex::default(),
        })
    }

    /// Builds requests.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.pooled
    }

    /// Sends a request and reads the whole response. A server may close an idle connection while a request is on its way: the
    /// request is then repeated on a new connection, and `on_retry` is called.
    pub(super) async fn send(
        &self,
        request: Request,
        memory: &Memory,
        on_retry: impl Fn(),
    ) -> Result<Received, ReceiveError> {
        let copy = request.try_clone();
        let response = match (self.pooled.execute(request).await, copy) {
            (Err(error), Some(copy)) if self.ended_while_idle(&error) => {
                on_retry();
                self.fresh.execute(copy).await
            }
            (outcome, _) => outcome,
        };
        let response = response.map_err(ReceiveError::NoResponse)?;
        let connection = connection(response.extensions());
        self.used.lock().extend(connection);
        read(response, memory).await
    }

    /// Sends a request without a key on a new connection.
    pub(super) async fn probe(&self, url: &Url) -> Reaction {
        match self.fresh.get(url.clone()).send().await {
            Ok(_) => Reaction::Responds,
            Err(error) if error.is_connect() => Reaction::Refuses,
            Err(_) => Reaction::Accepts,
        }
    }

    /// Whether the request was sent on a connection that had returned a response before, and that ended without another.
    fn ended_while_idle(&self, error: &reqwest::Error) -> bool {
        let of_client = causes(error).find_map(|cause| cause.downcast_ref::<legacy::Error>());
        let connected = of_client.and_then(legacy::Error::connect_info);
        let connection = connected.and_then(|connected| {
            let mut extras = Extensions::new();
            connected.get_extras(&mut extras);
            connection(&extras)
        });
        // A new connection may get the same address.
        let reused = connection.is_some_and(|address| self.used.lock().remove(&address));
        reused && !error.is_timeout() && has_ended(error)
    }
}

/// The local address of a connection, which is unique while it is open.
fn connection(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<HttpInfo>().map(HttpInfo::local_addr)
}

/// Whether a connection ended before a response began.
fn has_ended(error: &reqwest::Error) -> bool {
    let ended = |cause: &(dyn Error + 'static)| {
        let of_http = cause.downcast_ref::<hyper::Error>();
        let of_io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        of_http.is_some_and(|error| {
            error.is_incomplete_message() || error.is_closed() || error.is_canceled()
        }) || matches!(
            of_io,
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe)
        )
    };
    causes(error).any(ended)
}

async fn read(mut response: Response, memory: &Memory) -> Result<Received, ReceiveError> {
    let (mut body, mut reserved) = (BytesMut::new(), (0, None));
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(ReceiveError::IncompleteBody)?
    {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            return Err(ReceiveError::TooLong);
        }
        if body.capacity() > reserved.0 {
            drop(reserved);
            reserved = (body.capacity(), memory.reserve(body.capacity())?);
        }
    }
    let size = parsed_size(&body);
    if size > MAX_PARSED {
        return Err(ReceiveError::TooLarge);
    }
    drop(reserved);
    let memory = memory.reserve(body.len() + size)?;
    Ok(Received {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        json: crate::finding::json(&body),
        body: body.freeze(),
        memory,
    })
}

/// Why there is no complete response.
pub(super) enum ReceiveError {
    NoResponse(reqwest::Error),
    /// The body ended early.
    IncompleteBody(reqwest::Error),
    TooLong,
    /// It has too many values.
    TooLarge,
    /// The responses that are being judged leave no memory for it.
    NoMemory,
}

impl From<Exhausted> for ReceiveError {
    fn from(_: Exhausted) -> Self {
        Self::NoMemory
    }
}

impl ReceiveError {
    pub(super) fn is_timeout(&self) -> bool {
        match self {
            Self::NoResponse(error) | Self::IncompleteBody(error) => error.is_timeout(),
            Self::TooLong | Self::TooLarge | Self::NoMemory => false,
        }
    }

    pub(super) fn is_oversized(&self) -> bool {
        match self {
            Self::TooLong | Self::TooLarge => true,
            Self::NoResponse(_) | Self::IncompleteBody(_) | Self::NoMemory => false,
        }
    }

    /// Whether the connection could not be opened, or has ended early.
    pub(super) fn is_lost_connection(&self) -> bool {
        match self {
            Self::NoResponse(error) => error.is_connect() || has_ended(error),
            Self::IncompleteBody(error) => !error.is_timeout(),
            Self::TooLong | Self::TooLarge | Self::NoMemory => false,
        }
    }

    /// Inconclusive if the server cannot be reached or does not respond in time; an incomplete response is a violation.
    pub(super) fn to_not_passed(&self, describe: &str) -> NotPassed {
        let (at, actual) = match self {
            Self::NoResponse(error) => ("connection", describe_error(error)),
            Self::IncompleteBody(error) => ("body", describe_error(error)),
            Self::TooLong => ("body", format!("more than {MAX_BODY} bytes")),
            Self::TooLarge => (
                "body",
                format!("more than {MAX_PARSED} bytes as JSON values"),
            ),
            Self::NoMemory => ("body", "more than there is memory for".to_owned()),
        };
        let message = match self {
            Self::NoResponse(error) if has_ended(error) => {
                format!("a new connection ended without a response to {describe}")
            }
            Self::NoResponse(_) | Self::IncompleteBody(_) => {
                format!("no complete response to {describe}: {actual}")
            }
            Self::TooLong => format!("the response to {describe} is longer than {MAX_BODY} bytes"),
            Self::TooLarge => {
                let max = MAX_PARSED / 1024 / 1024;
                format!("the JSON values of the response to {describe} take more than {max} MiB")
            }
            Self::NoMemory => {
                format!("no memory is left for the response to {describe}: others are as long")
            }
        };
        match self {
            Self::NoResponse(error) if error.is_connect() || error.is_timeout() => {
                NotPassed::Inconclusive(message)
            }
            Self::NoMemory => NotPassed::Inconclusive(message),
            Self::NoResponse(_) | Self::IncompleteBody(_) | Self::TooLong | Self::TooLarge => {
                Violation {
                    message,
                    at: at.to_owned(),
                    expected: json!("a complete response"),
                    actual: json!(actual),
                    ..Violation::default()
                }
                .into()
            }
        }
    }
}

/// An error and its causes.
fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let first: &'a (dyn Error + 'static) = error;
    iter::successors(Some(first), |error: &&'a (dyn Error + 'static)| {
        (*error).source()
    })
}

fn describe_error(error: &reqwest::Error) -> String {
    let mut all: Vec<_> = causes(error)
        .map(|cause| redact(&cause.to_string()).into_owned())
        .collect();
    all.extend(trust::advice(error).map(ToOwned::to_owned));
    all.join(": ")
}
