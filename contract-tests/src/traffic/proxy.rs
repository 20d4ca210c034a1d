//! A proxy between any client and any server: what passes is judged on both sides, and is not changed.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header, request, response};
use http_body_util::{BodyExt, BodyStream, StreamBody};
use hyper::{
    body::{Body as HttpBody, Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

use super::{
    Finding, Options, Traffic, TrafficError,
    base::Base,
    judge::Judge,
    recorded::{Answer, Header, Part, Recorded},
};
use crate::{check::Verdict, client, stopwatch::Stopwatch};

/// Connections that are served at a time; others wait.
const MAX_CONNECTIONS: usize = 128;
/// Bytes of a body that are kept to be judged; what is longer passes unjudged.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_mins(1);
/// Violations of an exchange that its caller is told of, and bytes of each.
const TOLD: usize = 8;
const TOLD_BYTES: usize = 300;
const TELLS: &str = "x-contract-violation";
/// Headers that are about one connection only.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

type Tell = Box<dyn Fn(&Finding) + Send + Sync>;

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The address is not free, or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// No TLS can be spoken with the server.
    #[error("no connection to {0} can be trusted: {1}")]
    Untrusted(Url, String),
    /// No client can be made.
    #[error(transparent)]
    Client(#[from] client::ClientError),
    /// Nothing can be judged.
    #[error(transparent)]
    Judge(#[from] TrafficError),
}

/// A proxy that has its port.
#[derive(Debug)]
pub struct Proxy {
    listener: TcpListener,
    shared: Arc<Shared>,
}

struct Shared {
    http: reqwest::Client,
    to: Url,
    judge: Mutex<Judge>,
    watch: Stopwatch,
    tell: Tell,
    tell_caller: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Proxy {
    /// Listens in front of the server whose API is at `to`. `tell` hears each finding when it is made; with
    /// `tell_caller`, the header `X-Contract-Violation` of the answer has what fails.
    pub async fn open(
        listen: SocketAddr,
        to: Url,
        options: Options,
        tell_caller: bool,
        tell: Tell,
    ) -> Result<Self, ProxyError> {
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| ProxyError::Listen(listen, error))?;
        if let Some(why) = options.trust.refuses(&to).await {
            return Err(ProxyError::Untrusted(to, why));
        }
        let http = client::builder(&options.trust)?;
        let http = http.read_timeout(SILENCE).build();
        let judge = Judge::new(&options, Some(Base::new(&to)))?;
        let shared = Arc::new(Shared {
            http: http.map_err(|error| client::ClientError::from(&error))?,
            to,
            judge: Mutex::new(judge),
            watch: Stopwatch::start(),
            tell,
            tell_caller,
        });
        Ok(Self { listener, shared })
    }

    /// What clients are given as the base URL of the API.
    pub fn base_url(&self) -> io::Result<String> {
        let address = self.listener.local_addr()?;
        Ok(format!("http://{address}{}", self.shared.to.path()))
    }

    /// Passes on what comes until it is told to end; what is under way then is cut off.
    pub async fn run(self, until: impl Future<Output = ()>) -> Traffic {
        tokio::select! {
            () = self.accept() => {}
            () = until => {}
        }
        self.shared.judge.lock().end()
    }

    async fn accept(&self) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(serve(stream, Arc::clone(&self.shared)));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(shared.pass(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    // Who goes away in the middle has heard enough.
    let _ = connection.await;
}

/// An exchange whose answer is not there yet; dropped without one, it had none.
struct Pending<'a>(&'a Shared, Option<Recorded>);

impl Pending<'_> {
    fn answered(mut self, status: u16, headers: &HeaderMap, body: Option<Bytes>) -> Vec<Finding> {
        let Some(mut exchange) = self.1.take() else {
            return Vec::new();
        };
        // What is encoded is not what the contract speaks of.
        let body = body.filter(|_| !headers.contains_key(header::CONTENT_ENCODING));
        exchange.answer = Some(Answer {
            status,
            code: None,
            part: part(headers, body),
        });
        self.0.note(exchange)
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(exchange) = self.1.take() {
            self.0.note(exchange);
        }
    }
}

impl Shared {
    fn note(&self, mut exchange: Recorded) -> Vec<Finding> {
        let at = exchange.at.unwrap_or_default();
        exchange.took = self.watch.elapsed().saturating_sub(at);
        exchange.head_after = exchange.took;
        let found = self.judge.lock().note(exchange);
        found.iter().for_each(&self.tell);
        found
    }

    async fn pass(&self, request: Request<Incoming>) -> Response<Body> {
        let at = self.watch.elapsed();
        let (head, body) = request.into_parts();
        let Some(url) = self.url(&head.uri) else {
            return plain(StatusCode::BAD_REQUEST, "only paths can be asked for here");
        };
        let (kept, body) = match take(body).await {
            Taken::Whole(body) => (Some(body.clone()), reqwest::Body::from(body)),
            Taken::Longer(begun, rest) => (None, reqwest::Body::wrap(chained(begun, rest))),
            Taken::Broken(..) => return plain(StatusCode::BAD_REQUEST, "the body breaks off"),
        };
        let empty = kept.as_ref().is_some_and(Bytes::is_empty);
        let sent = Self::request(&head, url.clone(), (!empty).then_some(body));
        let exchange = Recorded {
            place: format!("{:.3} s after the start", at.as_secs_f64()),
            at: Some(at),
            request: part(&head.headers, kept),
            ..Recorded::of(head.method.as_str(), url)
        };
        let pending = Pending(self, Some(exchange));
        match self.http.execute(sent).await {
            Ok(answer) => self.answer(Response::from(answer), pending).await,
            Err(error) if error.is_timeout() => plain(
                StatusCode::GATEWAY_TIMEOUT,
                "the server did not answer in time",
            ),
            Err(_) => plain(StatusCode::BAD_GATEWAY, "the server cannot be reached"),
        }
    }

    /// Where a call goes: always to the one server.
    fn url(&self, uri: &Uri) -> Option<Url> {
        let target = uri.path_and_query()?;
        let mut url = self.to.clone();
        url.set_path(target.path());
        url.set_query(target.query());
        Some(url)
    }

    fn request(head: &request::Parts, url: Url, body: Option<reqwest::Body>) -> reqwest::Request {
        let mut sent = reqwest::Request::new(head.method.clone(), url);
        let headers = sent.headers_mut();
        *headers = end_to_end(&head.headers);
        headers.remove(header::HOST);
        // What is judged must be read.
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        *sent.body_mut() = body;
        sent
    }

    async fn answer(
        &self,
        answer: Response<reqwest::Body>,
        pending: Pending<'_>,
    ) -> Response<Body> {
        let (head, body) = answer.into_parts();
        let status = head.status.as_u16();
        let (kept, body) = match take(body).await {
            Taken::Whole(body) => (Some(body.clone()), Body::from(body)),
            Taken::Longer(begun, rest) => (None, Body::new(chained(begun, rest))),
            Taken::Broken(begun, error) => (None, Body::new(cut_off(begun, error))),
        };
        let found = pending.answered(status, &head.headers, kept);
        self.told(&head, body, &found)
    }

    fn told(&self, head: &response::Parts, body: Body, found: &[Finding]) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = end_to_end(&head.headers);
        if self.tell_caller {
            response.headers_mut().remove(TELLS);
            let fails = found.iter().filter(|one| one.verdict == Verdict::Fail);
            for one in fails.take(TOLD) {
                let line = one.line();
                let line = line.chars().take(TOLD_BYTES).map(visible);
                if let Ok(value) = HeaderValue::try_from(line.collect::<String>()) {
                    response.headers_mut().append(TELLS, value);
                }
            }
        }
        response
    }
}

fn visible(character: char) -> char {
    if matches!(character, ' '..='~') {
        character
    } else {
        '?'
    }
}

/// An answer of the proxy's own.
fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("contract-tests proxy: {text}\n")));
    *response.status_mut() = status;
    response
}

/// Without what is about one connection only, as it says itself.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let options = headers.get_all(header::CONNECTION).iter();
    let options = options.filter_map(|value| value.to_str().ok());
    let named: Vec<_> = options
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let hop = |name: &str| {
        HOP_BY_HOP.contains(&name) || named.iter().any(|option| option.eq_ignore_ascii_case(name))
    };
    let kept = headers.iter().filter(|(name, _)| !hop(name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn part(headers: &HeaderMap, body: Option<Bytes>) -> Part {
    let headers = headers.iter().map(|(name, value)| -> Header {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    Part {
        headers: Some(headers.collect()),
        body: body.map(Into::into),
    }
}

/// What has been read of a body.
enum Taken<B, E> {
    Whole(Bytes),
    /// Its beginning, and the rest.
    Longer(Bytes, B),
    /// What came, and why no more did.
    Broken(Bytes, E),
}

async fn take<B: HttpBody<Data = Bytes> + Unpin>(mut body: B) -> Taken<B, B::Error> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => read.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
            Err(error) => return Taken::Broken(read.freeze(), error),
        }
        if read.len() > MAX_BODY {
            return Taken::Longer(read.freeze(), body);
        }
    }
    Taken::Whole(read.freeze())
}

fn chained<B>(
    begun: Bytes,
    rest: B,
) -> StreamBody<impl futures_util::Stream<Item = Result<Frame<Bytes>, B::Error>>>
where
    B: HttpBody<Data = Bytes>,
{
    let begun = stream::iter([Ok(Frame::data(begun))]);
    StreamBody::new(begun.chain(BodyStream::new(rest)))
}

/// Breaks off where the server did; what came before is on its way by then.
fn cut_off<E>(
    begun: Bytes,
    error: E,
) -> StreamBody<impl futures_util::Stream<Item = Result<Frame<Bytes>, E>>> {
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(error)
    });
    StreamBody::new(stream::iter([Ok(Frame::data(begun))]).chain(end))
}
