//! A request that is sent, and its whole response; or why there is none.

use std::{
    collections::HashSet,
    error::Error,
    io::{self, ErrorKind},
    iter,
    net::SocketAddr,
    sync::{Mutex, MutexGuard},
};

use bytes::{Bytes, BytesMut};
use http::{Extensions, HeaderMap, StatusCode};
use hyper_util::client::legacy::{self, connect::HttpInfo};
use reqwest::{Request, Response};
use schemas::key::redact;
use serde_json::json;

use super::{
    client::{ClientError, MAX_BODY},
    trust,
};
use crate::finding::{NotPassed, Violation};

/// Sends requests on pooled connections, and on new ones.
#[derive(Debug)]
pub(super) struct Sender {
    pooled: reqwest::Client,
    /// Keeps none, so that every request has a new one.
    fresh: reqwest::Client,
    /// Connections that have brought a response, by their address here.
    used: Mutex<HashSet<SocketAddr>>,
}

/// A response.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Sender {
    /// Sends as this makes clients.
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

    /// What makes a request.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.pooled
    }

    /// Sends a request and reads the whole response. A server may end a connection that nothing happens on, and a request may
    /// be on its way then: it is made once more, on a new connection; `on_retry` is called then.
    pub(super) async fn send(
        &self,
        request: Request,
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
        self.used().extend(connection);
        read(response).await
    }

    /// Whether the request was on a connection that had brought a response before, and ended without another one.
    fn ended_while_idle(&self, error: &reqwest::Error) -> bool {
        let of_client = causes(error).find_map(|cause| cause.downcast_ref::<legacy::Error>());
        let connected = of_client.and_then(legacy::Error::connect_info);
        let connection = connected.and_then(|connected| {
            let mut extras = Extensions::new();
            connected.get_extras(&mut extras);
            connection(&extras)
        });
        // A new connection may get the same address.
        let reused = connection.is_some_and(|address| self.used().remove(&address));
        reused && !error.is_timeout() && has_ended(error)
    }

    fn used(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.used.lock().expect("nobody panics with them in hand")
    }
}

/// The address of a connection on this side, which no other one has at the time.
fn connection(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<HttpInfo>().map(HttpInfo::local_addr)
}

/// Whether a connection ended where a response was to begin.
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

async fn read(mut response: Response) -> Result<Received, ReceiveError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(ReceiveError::IncompleteBody)?
    {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            return Err(ReceiveError::TooLong);
        }
    }
    Ok(Received {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body: body.freeze(),
    })
}

/// Why there is no whole response.
pub(super) enum ReceiveError {
    /// It did not begin as one.
    NoResponse(reqwest::Error),
    /// It began, and did not come to its end.
    IncompleteBody(reqwest::Error),
    /// It is longer than anybody would read.
    TooLong,
}

impl ReceiveError {
    /// Whether time ran out.
    pub(super) fn is_timeout(&self) -> bool {
        match self {
            Self::NoResponse(error) | Self::IncompleteBody(error) => error.is_timeout(),
            Self::TooLong => false,
        }
    }

    /// A server that cannot be reached, or says nothing in time, leaves a question open; a response that is not
    /// whole is a finding.
    pub(super) fn into_not_passed(&self, describe: &str) -> NotPassed {
        let (at, actual) = match self {
            Self::NoResponse(error) => ("connection", describe_error(error)),
            Self::IncompleteBody(error) => ("body", describe_error(error)),
            Self::TooLong => ("body", format!("more than {MAX_BODY} bytes")),
        };
        let message = match self {
            Self::NoResponse(error) if has_ended(error) => {
                format!("a new connection ended without a response to {describe}")
            }
            Self::NoResponse(_) | Self::IncompleteBody(_) => {
                format!("no whole answer to {describe}: {actual}")
            }
            Self::TooLong => format!("the answer to {describe} is longer than {MAX_BODY} bytes"),
        };
        match self {
            Self::NoResponse(error) if error.is_connect() || error.is_timeout() => {
                NotPassed::Inconclusive(message)
            }
            Self::NoResponse(_) | Self::IncompleteBody(_) | Self::TooLong => Violation {
                message,
                at: at.to_owned(),
                expected: json!("a whole response"),
                actual: json!(actual),
                ..Violation::default()
            }
            .into(),
        }
    }
}

/// An error, and what caused it.
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
