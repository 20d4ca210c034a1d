//! Servers to judge: the faithful one, and servers with a bug between the faithful one and the judge.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    response::Response,
};
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request};
use mock_server::{App, Config, Server, Settings};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use tower::{ServiceExt, service_fn};
use url::Url;

use super::wire;

/// The bug of a server.
#[derive(Clone, Copy, Debug)]
pub enum Bug {
    /// Changes requests on their way to the faithful server, and responses on their way back.
    Patch {
        /// Changes a request.
        request: fn(&mut PatchedRequest),
        /// Changes the response.
        response: fn(&PatchedRequest, &mut PatchedResponse),
    },
    /// Every request to the API gets this fault, in the syntax of `X-Mock-Fault`.
    Fault(&'static str),
}

/// A request to the server.
#[derive(Debug)]
pub struct PatchedRequest {
    /// Its method, target and headers.
    pub head: request::Parts,
    /// Its body.
    pub body: Bytes,
    /// How long the request is delayed.
    pub delay: Duration,
    memory: Arc<Mutex<Memory>>,
}

/// What a bug remembers of earlier requests; each server has its own.
#[derive(Debug, Default)]
pub struct Memory {
    /// Numbers, by name.
    pub numbers: HashMap<String, i64>,
    /// Texts.
    pub texts: HashSet<String>,
    /// The first value seen for each name.
    pub firsts: HashMap<String, String>,
}

impl Memory {
    /// Increments a counter and returns it.
    pub fn count(&mut self, name: &str) -> i64 {
        let count = self.numbers.entry(name.to_owned()).or_default();
        *count += 1;
        *count
    }
}

impl PatchedRequest {
    /// Hides the control API, like a server that does not have one.
    pub fn hide_control(&mut self) {
        if self.path().starts_with("/_mock") {
            self.set_target("/nothing");
        }
    }

    /// Runs a function on the memory.
    pub fn with_memory<T>(&self, with: impl FnOnce(&mut Memory) -> T) -> T {
        with(&mut self.memory.lock())
    }

    /// Whether it is a request to the API with this method, whose path after `/api/v1` is this one, or ends like it after a
    /// `*`.
    pub fn is(&self, method: &Method, path: &str) -> bool {
        let received = self.path().trim_end_matches('/');
        let same = match path.strip_prefix('*') {
            Some(end) => received.starts_with("/api/v1") && received.ends_with(end),
            None => received.strip_prefix("/api/v1") == Some(path),
        };
        self.head.method == *method && same
    }

    /// Whether it reads one order.
    pub fn is_get_order(&self) -> bool {
        let parts = self.path().trim_end_matches('/').split('/').count();
        self.head.method == Method::GET && self.path().starts_with("/api/v1/orders/") && parts == 5
    }

    /// Whether it is a request to the API.
    pub fn is_api(&self) -> bool {
        self.path().starts_with("/api/v1")
    }

    /// The path.
    pub fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The query, without its question mark.
    pub fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// Sets path and query.
    pub fn set_target(&mut self, target: &str) {
        self.head.uri = target
            .parse()
            .expect("bugs make targets of targets, which they stay");
    }

    /// The value of `Authorization`.
    pub fn authorization(&self) -> Option<&str> {
        self.head.headers.get(header::AUTHORIZATION)?.to_str().ok()
    }

    /// The bearer token of the request, not validated.
    pub fn bearer(&self) -> Option<&str> {
        self.authorization()?.strip_prefix("Bearer ")
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query().as_bytes());
        let (_, value) = pairs.find(|(cow, _)| cow == name)?;
        Some(value.into_owned())
    }

    /// Replaces the key.
    pub fn present(&mut self, key: &str) {
        self.set_header(header::AUTHORIZATION, &format!("Bearer {key}"));
    }

    /// Sets a header.
    pub fn set_header(&mut self, name: HeaderName, value: &str) {
        let value = HeaderValue::try_from(value).expect("bugs set visible ASCII");
        self.head.headers.insert(name, value);
    }

    /// Replaces the key by a valid one with all public scopes.
    pub fn authenticate(&mut self) {
        let key = "Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxbuggy1";
        self.set_header(header::AUTHORIZATION, key);
    }

    /// Changes the body, unless it is not a JSON object.
    pub fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut body @ Value::Object(_)) = serde_json::from_slice(&self.body) {
            edit(&mut body);
            self.body = body.to_string().into();
        }
    }
}

/// A response of the server.
#[derive(Debug)]
pub struct PatchedResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Whether the body continues without end.
    pub endless: bool,
    /// How long the response is delayed.
    pub delay: Duration,
}

impl PatchedResponse {
    /// Sets the status.
    pub fn set_status(&mut self, status: u16) {
        self.status = StatusCode::from_u16(status).expect("bugs know what a status is");
    }

    /// Sets a header.
    pub fn set_header(&mut self, name: &'static str, value: &str) {
        let value = HeaderValue::try_from(value).expect("bugs set visible ASCII");
        self.headers.insert(HeaderName::from_static(name), value);
    }

    /// The value of a numeric header.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.headers.get(name)?.to_str().ok()?.parse().ok()
    }

    /// Sets the body.
    pub fn set_body(&mut self, body: &Value) {
        self.body = body.to_string().into();
    }

    /// Changes the body of a success.
    pub fn edit_success(&mut self, edit: impl FnOnce(&mut Value)) {
        if self.status.is_success() {
            self.edit(edit);
        }
    }

    /// Changes the body, unless it is not JSON.
    pub fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            edit(&mut body);
            self.set_body(&body);
        }
    }

    /// The body; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether the body is the error of this code.
    pub fn is_error(&self, code: &str) -> bool {
        self.json()["code"] == code
    }
}

/// The faithful server, which bugs are placed in front of.
#[derive(Clone, Debug)]
pub struct Target {
    app: App,
}

impl Target {
    /// Unless configured otherwise, quotas are small, so that few requests use them up; the data set is small, too.
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        let small = Settings {
            port: Some(0),
            companies: Some(60),
            tiers: vec!["free=5/1h".parse().map_err(Unusable)?],
            ..Settings::default()
        };
        let app = App::new(Config::from(settings.over(small)));
        let app = app.map_err(|error| Unusable(error.to_string()))?;
        Ok(Self { app })
    }

    /// Starts the server without a bug.
    pub async fn start_faithful(&self) -> io::Result<Running> {
        let server = Server::bind(self.app.clone()).await?;
        let address = server.address()?;
        let task = tokio::spawn(server.run(std::future::pending()));
        Ok(Running {
            address,
            memory: Arc::default(),
            tasks: vec![task],
        })
    }

    /// Starts the server with a bug.
    pub async fn start(&self, bug: Bug) -> io::Result<Running> {
        match bug {
            Bug::Patch { request, response } => self.start_patched(request, response).await,
            Bug::Fault(fault) => {
                let mut running = self.start_faithful().await?;
                let (address, task) = wire::start(running.address, fault).await?;
                running.address = address;
                running.tasks.push(task);
                Ok(running)
            }
        }
    }

    async fn start_patched(
        &self,
        request: fn(&mut PatchedRequest),
        response: fn(&PatchedRequest, &mut PatchedResponse),
    ) -> io::Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = mock_server::router(self.app.clone());
        let memory: Arc<Mutex<Memory>> = Arc::default();
        let remembered = Arc::clone(&memory);
        let buggy = service_fn(move |received: Request| {
            let (router, memory) = (router.clone(), Arc::clone(&memory));
            async move { Ok::<_, Infallible>(pass(router, request, response, memory, received).await) }
        });
        let serve = axum::serve(listener, Router::new().fallback_service(buggy));
        let task = tokio::spawn(async move { drop(serve.await) });
        Ok(Running {
            address,
            memory: remembered,
            tasks: vec![task],
        })
    }
}

/// Why the server to judge cannot be created.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the server to test: {0}")]
pub struct Unusable(String);

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// The address it listens on.
    pub address: SocketAddr,
    /// The memory of its bug.
    pub memory: Arc<Mutex<Memory>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// The base URL of its API.
    pub fn base_url(&self) -> Url {
        let base = format!("http://{}/api/v1", self.address);
        base.parse().expect("an address makes a URL")
    }

    /// Lets the server run as long as the runtime does.
    pub fn detach(mut self) -> SocketAddr {
        self.tasks.clear();
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn pass(
    router: Router,
    request: fn(&mut PatchedRequest),
    response: fn(&PatchedRequest, &mut PatchedResponse),
    memory: Arc<Mutex<Memory>>,
    received: Request,
) -> Response {
    let (head, body) = received.into_parts();
    let mut patched_request = PatchedRequest {
        head,
        // If the caller disconnects early, the body is empty.
        body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
        delay: Duration::ZERO,
        memory,
    };
    request(&mut patched_request);
    hold(patched_request.delay).await;
    let mut forwarded = Request::from_parts(
        patched_request.head.clone(),
        Body::from(patched_request.body.clone()),
    );
    if patched_request.head.method == Method::HEAD {
        *forwarded.method_mut() = Method::GET;
    }
    let Ok(answered) = router.oneshot(forwarded).await;
    let (head, body) = answered.into_parts();
    let mut patched_response = PatchedResponse {
        status: head.status,
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
        endless: false,
        delay: Duration::ZERO,
    };
    response(&patched_request, &mut patched_response);
    hold(patched_response.delay).await;
    // The length of the body may have changed. Without this header it is computed again, also for a `HEAD`, whose body is left
    // out.
    patched_response.headers.remove(header::CONTENT_LENGTH);
    let body = if patched_response.endless {
        let more = stream::repeat(Ok::<_, Infallible>(Bytes::from(vec![b' '; 64 * 1024])));
        Body::from_stream(more)
    } else {
        Body::from(patched_response.body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = patched_response.status;
    *response.headers_mut() = patched_response.headers;
    response
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that is slow is what the judge is to notice"
)]
async fn hold(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}
