//! A client's requests and their responses: the bytes of a tap, parsed as HTTP/1.1.

use std::time::Duration;

use schemas::oauth::Endpoint;

use super::{
    http1::{self, Stream},
    wiretap::{CloseKind, ConnectionLog},
};
use crate::report::model::API;

/// The first bytes of a client that uses HTTP/2 with prior knowledge (RFC 9113 §3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The destination of a client's request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    /// The API under test.
    Api,
    /// The authorization server, at the same address.
    AuthorizationServer,
    /// Another host.
    OtherHost,
    /// Another port of the same host.
    OtherPort,
}

impl Origin {
    /// Its name in reports.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Api => API,
            Self::AuthorizationServer => "the authorization server",
            Self::OtherHost => "another host",
            Self::OtherPort => "another port",
        }
    }

    /// The destination of a request with this path: the authorization server shares the API's address.
    pub(super) fn of_path(self, path: &str) -> Self {
        let mut places = ["/oauth/", "/.well-known/"].into_iter();
        let is_oauth = places.any(|place| path.starts_with(place));
        match self {
            Self::Api if is_oauth => Self::AuthorizationServer,
            Self::Api | Self::AuthorizationServer | Self::OtherHost | Self::OtherPort => self,
        }
    }
}

/// A header as sent.
pub(crate) type Header = (String, Vec<u8>);

/// A message: a request or a response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    /// Its headers as sent.
    pub headers: Vec<Header>,
    /// Its body, without chunk framing; incomplete if the message breaks off.
    pub body: Vec<u8>,
    /// When its first byte arrived.
    pub started_at: Duration,
    /// When its head was complete.
    pub head_at: Duration,
    /// When its last byte arrived.
    pub ended_at: Duration,
    /// Whether it arrived completely.
    pub whole: bool,
}

impl Message {
    /// The value of a header, if it is present and text; the first, if it is repeated.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let known = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.and_then(|(_, value)| str::from_utf8(value).ok())
    }

    /// All values of the header.
    pub(crate) fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let headers = self.headers.iter();
        headers
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// Its method.
    pub method: String,
    /// Its target as sent.
    pub target: String,
    /// Headers and body.
    pub message: Message,
}

impl Request {
    /// Whether it is a preflight request of the Fetch standard.
    fn is_preflight(&self) -> bool {
        self.method == "OPTIONS"
            && self
                .message
                .header("access-control-request-method")
                .is_some()
    }

    /// The path, without the query.
    fn path(&self) -> &str {
        let target = &self.target;
        target.split_once('?').map_or(target, |(path, _)| path)
    }
}

/// A response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Response {
    /// Its status.
    pub status: u16,
    /// The statuses of the informational responses before it.
    pub informational: Vec<u16>,
    /// Headers and body.
    pub message: Message,
}

/// The outcome of a request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A response.
    Response(Response),
    /// Bytes that are not a response.
    Garbage,
    /// No response.
    None,
}

/// A request and its outcome.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Its destination.
    pub origin: Origin,
    /// The index of its connection in the trace.
    pub connection: usize,
    /// When it may have started: for the first request of a connection, when the connection was opened.
    pub open_from: Duration,
    /// The request.
    pub request: Request,
    /// Its outcome.
    pub outcome: Outcome,
}

/// A connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// When and how the client ended it.
    pub client_end: Option<(Duration, CloseKind)>,
    /// When and how the server ended it.
    pub server_end: Option<(Duration, CloseKind)>,
    /// Whether the client sent something other than HTTP/1.1 requests.
    pub unreadable: bool,
    /// Whether that is HTTP/2 with prior knowledge.
    pub is_http2: bool,
    /// Number of bytes sent to the client.
    pub sent: u64,
}

/// The client's connections and requests in a trial, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Its connections.
    pub connections: Vec<Connection>,
    /// Its requests, ordered by the time at which their heads were complete.
    pub exchanges: Vec<Exchange>,
}

impl Exchange {
    /// The response, if there was one.
    pub(crate) fn response(&self) -> Option<&Response> {
        match &self.outcome {
            Outcome::Response(response) => Some(response),
            Outcome::Garbage | Outcome::None => None,
        }
    }

    /// The status of a complete response.
    pub(crate) fn status(&self) -> Option<u16> {
        let response = self.response().filter(|response| response.message.whole);
        response.map(|response| response.status)
    }

    /// When the head of the request was complete.
    pub(crate) fn at(&self) -> Duration {
        self.request.message.head_at
    }

    /// When the first byte of the request arrived.
    pub(crate) fn started_at(&self) -> Duration {
        self.request.message.started_at
    }

    /// When the head of its response was sent: the client cannot have read it earlier.
    pub(crate) fn head_received_at(&self) -> Option<Duration> {
        self.response().map(|response| response.message.head_at)
    }

    /// When the last byte of its response was sent.
    pub(crate) fn completed_at(&self) -> Option<Duration> {
        self.response().map(|response| response.message.ended_at)
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.request.path()
    }

    /// The endpoint of the authorization server that it went to, if it went to one.
    pub(crate) fn endpoint(&self) -> Option<Endpoint> {
        let is_there = self.origin == Origin::AuthorizationServer;
        Endpoint::at(self.path()).filter(|_| is_there)
    }

    /// The token in its `Authorization` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let value = self.request.message.header("authorization")?;
        value.split_once(' ').map(|(_, text)| text)
    }

    /// Whether another request equals this one in method, target and body.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        let (request, other) = (&self.request, &other.request);
        request.method == other.method
            && request.target == other.target
            && request.message.body == other.message.body
    }
}

impl Connection {
    /// Whether the server ended it, before the client did.
    pub(crate) fn is_ended_by_server(&self) -> bool {
        self.server_end
            .is_some_and(|(server, _)| self.client_end.is_none_or(|(client, _)| client > server))
    }
}

impl Trace {
    /// Parses the traffic of the taps.
    pub(crate) fn read(taps: &[(Origin, Vec<ConnectionLog>)]) -> Self {
        let mut trace = Self::default();
        for (origin, passed) in taps {
            for connection in passed {
                trace.add(*origin, connection);
            }
        }
        trace.exchanges.sort_by_key(Exchange::at);
        trace
    }

    fn add(&mut self, origin: Origin, passed: &ConnectionLog) {
        let connection = self.connections.len();
        let (mut up, mut down) = (Stream::new(&passed.up), Stream::new(&passed.down));
        let server_ended = passed
            .server_end
            .is_some_and(|(_, end)| end == CloseKind::Closed);
        let (mut unreadable, mut opened_at) = (false, Some(passed.opened_at));
        let is_http2 = up.rest().starts_with(HTTP2_PREFACE);
        while !up.is_empty() {
            let Some(request) = http1::request(&mut up) else {
                unreadable = true;
                break;
            };
            if passed.is_cut() && down.is_empty() {
                // The outcome is unknown: not all bytes were stored.
                break;
            }
            let outcome = http1::response_to(&mut down, &request.method, server_ended);
            let open_from = opened_at.take().unwrap_or(request.message.started_at);
            self.exchanges.push(Exchange {
                origin: origin.of_path(request.path()),
                connection,
                open_from,
                request,
                outcome,
            });
        }
        self.connections.push(Connection {
            client_end: passed.client_end,
            server_end: passed.server_end,
            unreadable,
            is_http2,
            sent: passed.down.passed,
        });
    }

    /// When a client could know the outcome of a request: the response had arrived, or the connection had ended.
    pub(crate) fn ended_at(&self, exchange: &Exchange) -> Option<Duration> {
        let ended = || {
            let connection = self.connections.get(exchange.connection)?;
            let ends = [connection.server_end, connection.client_end];
            ends.into_iter().flatten().map(|(at, _)| at).min()
        };
        exchange.completed_at().or_else(ended)
    }

    /// The connection of a request.
    pub(crate) fn connection_of(&self, exchange: &Exchange) -> &Connection {
        &self.connections[exchange.connection]
    }

    /// The requests to the API, without those by which a browser asks whether a script may send one: they carry no key.
    pub(crate) fn api(&self) -> impl DoubleEndedIterator<Item = &Exchange> + Clone {
        let all = self.exchanges.iter();
        all.filter(|exchange| exchange.origin == Origin::Api && !exchange.request.is_preflight())
    }

    /// The requests to an endpoint of the authorization server.
    pub(crate) fn to_endpoint(&self, endpoint: Endpoint) -> impl Iterator<Item = &Exchange> {
        let all = self.exchanges.iter();
        all.filter(move |exchange| {
            exchange.endpoint() == Some(endpoint) && !exchange.request.is_preflight()
        })
    }

    /// The requests to neither of the two servers.
    pub(crate) fn off_target(&self) -> impl Iterator<Item = &Exchange> {
        let all = self.exchanges.iter();
        all.filter(|exchange| matches!(exchange.origin, Origin::OtherHost | Origin::OtherPort))
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{get, trial};

    #[test]
    fn question_of_a_browser_is_no_request_of_the_program() {
        let options = |asks: bool| {
            let mut exchange = get(0, "/orders", 204, None);
            exchange.request.method = "OPTIONS".to_owned();
            let header = ("Access-Control-Request-Method", "GET");
            let header = (header.0.to_owned(), header.1.into());
            exchange.request.message.headers = asks.then_some(header).into_iter().collect();
            trial(vec![exchange]).trace.api().count()
        };
        assert_eq!([options(true), options(false)], [0, 1]);
    }
}
