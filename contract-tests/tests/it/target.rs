//! Servers to judge: the faithful one, and ones with a bug between it and the judge.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    response::Response,
};
use contract_tests::{
    ExitCode, Run, Selection,
    check::Verdict,
    session::{Options, Session},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request};
use mock_server::{App, Config, Server, Settings};
use serde_json::Value;
use tower::{ServiceExt, service_fn};

/// A bug: what happens to a request on its way to the server, and to the answer on its way back.
#[derive(Clone, Copy)]
pub(crate) struct Bug {
    pub(crate) request: fn(&mut Ask),
    pub(crate) response: fn(&Ask, &mut Answer),
}

/// No bug at all.
pub(crate) const FAITHFUL: Bug = Bug {
    request: |_| {},
    response: |_, _| {},
};

/// A request to the server.
pub(crate) struct Ask {
    pub(crate) head: request::Parts,
    pub(crate) body: Bytes,
    /// What a bug remembers of earlier calls, by name.
    pub(crate) memory: Memory,
}

/// Numbers by name, one set for each server.
pub(crate) type Memory = Arc<Mutex<HashMap<String, i64>>>;

impl Ask {
    /// Hides the control API, as a server that is not under our control has none.
    pub(crate) fn hide_control(&mut self) {
        if self.path().starts_with("/_mock") {
            self.set_target("/nothing");
        }
    }

    /// Whether it is an API call with this method, whose path ends like this after `/api/v1`.
    pub(crate) fn is(&self, method: &Method, path: &str) -> bool {
        let asked = self.path().trim_end_matches('/');
        let same = match path.strip_prefix('*') {
            Some(end) => asked.starts_with("/api/v1") && asked.ends_with(end),
            None => asked == format!("/api/v1{path}"),
        };
        self.head.method == *method && same
    }

    /// Whether it reads one order.
    pub(crate) fn is_get_order(&self) -> bool {
        let parts = self.path().trim_end_matches('/').split('/').count();
        self.head.method == Method::GET && self.path().starts_with("/api/v1/orders/") && parts == 5
    }

    pub(crate) fn is_api(&self) -> bool {
        self.path().starts_with("/api/v1")
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    pub(crate) fn set_target(&mut self, target: &str) {
        self.head.uri = target.parse().unwrap();
    }

    pub(crate) fn authorization(&self) -> Option<&str> {
        self.head.headers.get(header::AUTHORIZATION)?.to_str().ok()
    }

    /// Sends another key instead, one that works and may do everything.
    pub(crate) fn let_in(&mut self) {
        let key = HeaderValue::from_static("Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxbuggy1");
        self.head.headers.insert(header::AUTHORIZATION, key);
    }
}

/// An answer of the server.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn set_status(&mut self, status: u16) {
        self.status = StatusCode::from_u16(status).unwrap();
    }

    pub(crate) fn set_header(&mut self, name: &'static str, value: &str) {
        self.headers
            .insert(HeaderName::from_static(name), value.parse().unwrap());
    }

    /// Changes the body of a success.
    pub(crate) fn edit_success(&mut self, edit: impl FnOnce(&mut Value)) {
        if self.status.is_success() {
            self.edit(edit);
        }
    }

    /// Changes the body; one that is no JSON stays.
    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            edit(&mut body);
            self.body = body.to_string().into();
        }
    }

    pub(crate) fn is_error(&self, code: &str) -> bool {
        serde_json::from_slice::<Value>(&self.body).is_ok_and(|body| body["code"] == code)
    }
}

/// Starts the faithful server, as it is.
pub(crate) async fn start_faithful() -> SocketAddr {
    start_with(Settings::default()).await
}

/// Starts the faithful server with these settings.
pub(crate) async fn start_with(settings: Settings) -> SocketAddr {
    let server = Server::bind(app(settings)).await.unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.run(std::future::pending()));
    address
}

/// Starts a server with a bug.
pub(crate) async fn start(bug: Bug) -> SocketAddr {
    start_watched(bug).await.0
}

/// Starts a server with a bug; also returns what the bug remembers.
pub(crate) async fn start_watched(bug: Bug) -> (SocketAddr, Memory) {
    serve(mock_server::router(app(Settings::default())), bug).await
}

/// Quotas are small, so that using them up takes few calls; so is the world.
fn app(settings: Settings) -> App {
    let tiers = vec!["free=5/1h".parse().unwrap()];
    App::new(Config::from(Settings {
        port: Some(0),
        companies: Some(60),
        tiers,
        ..settings
    }))
    .unwrap()
}

async fn serve(router: Router, bug: Bug) -> (SocketAddr, Memory) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let memory = Memory::default();
    let remembered = Arc::clone(&memory);
    let buggy = service_fn(move |request: Request| {
        let (router, memory) = (router.clone(), Arc::clone(&memory));
        async move { Ok::<_, Infallible>(pass(router, bug, memory, request).await) }
    });
    tokio::spawn(axum::serve(listener, Router::new().fallback_service(buggy)).into_future());
    (address, remembered)
}

async fn pass(router: Router, bug: Bug, memory: Memory, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut ask = Ask { head, body, memory };
    (bug.request)(&mut ask);
    let mut forwarded = Request::from_parts(ask.head.clone(), Body::from(ask.body.clone()));
    if ask.head.method == Method::HEAD {
        *forwarded.method_mut() = Method::GET;
    }
    let (head, body) = router.oneshot(forwarded).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut answer = Answer {
        status: head.status,
        headers: head.headers,
        body,
    };
    (bug.response)(&ask, &mut answer);
    // The body may have another length now; what it is, is told anew, also where it is left out.
    answer.headers.remove(header::CONTENT_LENGTH);
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// Judges the server at an address, with every check.
pub(crate) async fn judge(
    address: SocketAddr,
    options: impl FnOnce(&mut Options),
) -> (Session, Run) {
    judge_some(address, &Selection::default(), options).await
}

/// Judges a part of what the server at an address does.
pub(crate) async fn judge_some(
    address: SocketAddr,
    selection: &Selection,
    options: impl FnOnce(&mut Options),
) -> (Session, Run) {
    let base = format!("http://{address}/api/v1").parse().unwrap();
    let mut wanted = Options::new(base);
    options(&mut wanted);
    let session = Session::begin(wanted).await.unwrap();
    let forever = Box::pin(std::future::pending());
    let run = contract_tests::run(&session, selection, |_| {}, forever).await;
    session.end().await;
    (session, run)
}

/// The checks that are red, each once.
pub(crate) fn red(run: &Run) -> Vec<&'static str> {
    let mut red: Vec<_> = run
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| finding.id)
        .collect();
    red.dedup();
    red
}

#[tokio::test]
async fn a_faithful_server_passes_every_check_and_none_is_left_open() {
    let (_, run) = judge(start_faithful().await, |_| {}).await;
    let open: Vec<_> = run
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Pass)
        .collect();
    assert!(open.is_empty(), "{open:#?}");
    assert_eq!(run.exit_code(), ExitCode::Passed);
}
