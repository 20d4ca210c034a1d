//! Broken servers, each broken in a different way.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    response::Response,
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use mock_server::{App, Config, Settings};
use schemas::{ErrorCode, Operation, documents::Document, examples, operations};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

type Respond = dyn Fn(&Parts, &Bytes) -> Response<Bytes> + Send + Sync;

/// A broken server.
#[derive(Clone)]
pub(super) struct Nonsense {
    pub(super) name: String,
    /// Whether some of its responses are ones of the API.
    pub(super) is_near: bool,
    respond: Arc<Respond>,
}

/// The addresses that it listens on.
pub(super) struct Addresses {
    /// Without a control API.
    pub(super) foreign: SocketAddr,
    /// With the working control API of a sandbox.
    pub(super) sandbox: SocketAddr,
}

// Servers that do a few things right.
pub(super) const ONE_LIST: &str = "one right list for every GET";
pub(super) const ONE_ORDER: &str = "one order for everything";
pub(super) const ANOTHER: &str = "the right body of another operation";
const JSON: &str = "application/json";
const HTML: &str = "text/html";
const LOGIN: &str =
    "<!DOCTYPE html><title>Log in</title><form method=post><input name=user></form>";

fn response(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
    response
}

fn json(status: u16, body: &Value) -> Response<Bytes> {
    response(status, JSON, body.to_string())
}

/// An error of the contract, with a status that may be wrong.
fn error(code: ErrorCode, status: u16) -> Response<Bytes> {
    let mut response = json(
        status,
        &json!({"code": code, "message": "No.", "detail": {}}),
    );
    let challenge = HeaderValue::from_static("Bearer");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn located(mut response: Response<Bytes>, location: &str) -> Response<Bytes> {
    let location = HeaderValue::try_from(location).unwrap();
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn refused(code: ErrorCode) -> Response<Bytes> {
    error(code, code.facts().status)
}

impl Nonsense {
    /// A server with this response function.
    fn new(
        name: &str,
        respond: impl Fn(&Parts, &Bytes) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            is_near: false,
            respond: Arc::new(respond),
        }
    }

    /// A server that returns this response to every request.
    fn always(response: Response<Bytes>) -> Self {
        let media_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
        let start = &response.body()[..response.body().len().min(30)];
        let start = String::from_utf8_lossy(start);
        let name = format!("{} {media_type} {start}", response.status().as_u16());
        Self::new(&name, move |_, _| response.clone())
    }

    /// A server with some responses of the API.
    fn near(
        name: &str,
        respond: impl Fn(&Parts, &Bytes) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        Self {
            is_near: true,
            ..Self::new(name, respond)
        }
    }

    /// Starts it.
    pub(super) async fn start(&self, app: &App) -> Addresses {
        Addresses {
            foreign: serve(Router::new().fallback_service(self.service())).await,
            sandbox: serve(self.behind_control(app)).await,
        }
    }

    fn service(
        &self,
    ) -> impl tower::Service<
        Request,
        Response = Response,
        Error = std::convert::Infallible,
        Future: Send,
    > + Clone
    + Send
    + Sync
    + 'static {
        let respond = Arc::clone(&self.respond);
        tower::service_fn(move |request: Request| {
            let respond = Arc::clone(&respond);
            async move {
                let (head, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
                Ok(respond(&head, &body).map(Body::from))
            }
        })
    }

    fn behind_control(&self, app: &App) -> Router {
        let (control, nonsense) = (mock_server::router(app.clone()), self.service());
        Router::new().fallback_service(tower::service_fn(move |request: Request| {
            let (control, nonsense) = (control.clone(), nonsense.clone());
            async move {
                if request.uri().path().starts_with("/_mock") {
                    control.oneshot(request).await
                } else {
                    nonsense.oneshot(request).await
                }
            }
        }))
    }
}

/// The sandbox whose control API is used.
pub(super) fn sandbox() -> App {
    let settings = Settings {
        companies: Some(5),
        ..Settings::default()
    };
    App::new(Config::from(settings)).unwrap()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Every broken server.
pub(super) fn all() -> Vec<Nonsense> {
    let mut all = same_for_all();
    all.extend(of_the_contract());
    all.extend(of_the_web());
    all
}

/// Servers that return a single response that is not a response of the API.
fn same_for_all() -> Vec<Nonsense> {
    // Deeper than the judge's parser follows, which stops at 128.
    let deep = r#"{"a":"#.repeat(200) + "1" + &"}".repeat(200);
    let mut all = vec![
        response(200, HTML, LOGIN),
        response(200, JSON, LOGIN),
        response(200, JSON, b"{\"id\": \"\xff\xfe\"}".to_vec()),
        response(200, JSON, deep),
        response(200, JSON, r#"{"orders": [}"#),
        response(302, HTML, ""),
        response(204, JSON, ""),
    ];
    for body in ["", "{}", "[]", "null", r#""ok""#, r#"{"ok": true}"#] {
        all.push(response(200, JSON, body));
    }
    all.extend([401, 500].map(|status| response(status, JSON, "")));
    all.extend([401, 403, 404, 429, 500].map(|status| response(status, JSON, "{}")));
    all.into_iter().map(Nonsense::always).collect()
}

/// Servers with responses of the contract that do not belong to the request.
fn of_the_contract() -> Vec<Nonsense> {
    let codes = [
        ErrorCode::AuthenticationError,
        ErrorCode::AuthorizationError,
        ErrorCode::EntityNotFound,
        ErrorCode::NotFound,
        ErrorCode::RateLimitExceeded,
        ErrorCode::ValidationError,
        ErrorCode::InternalError,
    ];
    let mut all: Vec<_> = codes.map(refused).map(Nonsense::always).into();
    // An error with the status of another one.
    all.push(Nonsense::always(error(ErrorCode::AuthenticationError, 200)));
    all.push(Nonsense::always(error(ErrorCode::NotFound, 401)));
    let (order, orders) = (
        examples::body(Document::Order),
        examples::body(Document::OrderList),
    );
    all.push(Nonsense::near(ONE_ORDER, move |_, _| json(200, &order)));
    let others = of_another();
    all.push(Nonsense::near(ANOTHER, move |head, _| {
        let other = operation(head).and_then(|operation| others[operation.id as usize].as_ref());
        let none = || refused(ErrorCode::NotFound);
        other.map_or_else(none, |body| json(200, body))
    }));
    all.push(Nonsense::near(ONE_LIST, move |head, _| {
        if head.method == Method::GET {
            json(200, &orders)
        } else {
            refused(ErrorCode::MethodNotAllowed)
        }
    }));
    for (name, inside) in [
        (
            "a locked door with nothing behind it",
            json(200, &json!({})),
        ),
        (
            "a locked door with a page behind it",
            response(200, HTML, LOGIN),
        ),
        (
            "a locked door to a locked door",
            refused(ErrorCode::AuthorizationError),
        ),
    ] {
        all.push(Nonsense::new(name, move |head, _| {
            if head.headers.contains_key(header::AUTHORIZATION) {
                inside.clone()
            } else {
                refused(ErrorCode::AuthenticationError)
            }
        }));
    }
    all
}

/// Other programs that listen where the API should be.
fn of_the_web() -> Vec<Nonsense> {
    vec![
        Nonsense::near("an echo of the body", |head, body| {
            let media_type = head.headers.get(header::CONTENT_TYPE);
            let mut response = response(200, JSON, body.clone());
            if let Some(media_type) = media_type {
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_TYPE, media_type.clone());
            }
            response
        }),
        Nonsense::near("an echo of the request", |head, body| {
            let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = head.headers.iter();
            let headers: Vec<_> = headers
                .map(|(name, value)| (name.as_str(), text(value)))
                .collect();
            let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
            let (method, url) = (head.method.as_str(), head.uri.to_string());
            json(
                200,
                &json!({"method": method, "url": url, "headers": headers, "json": body}),
            )
        }),
        Nonsense::new("a redirect to itself", |head, _| {
            located(response(307, HTML, ""), &head.uri.to_string())
        }),
        Nonsense::new("a redirect to a login page", |head, _| {
            if head.uri.path() == "/login" {
                response(200, HTML, LOGIN)
            } else {
                located(response(302, HTML, ""), "/login")
            }
        }),
        Nonsense::new("HEAD only", |head, _| {
            let status = if head.method == Method::HEAD {
                200
            } else {
                405
            };
            response(status, JSON, "")
        }),
        // Like `python3 -m http.server`.
        Nonsense::new("a server of files", |head, _| match head.method {
            Method::GET | Method::HEAD if head.uri.path() == "/" => response(200, HTML, LOGIN),
            Method::GET | Method::HEAD => response(404, HTML, "<h1>File not found</h1>"),
            _ => response(501, HTML, "<h1>Unsupported method</h1>"),
        }),
        Nonsense::new(
            "an app that has its page at every path",
            |head, _| match head.method {
                Method::GET | Method::HEAD => response(200, HTML, LOGIN),
                _ => response(405, HTML, "<h1>Method Not Allowed</h1>"),
            },
        ),
    ]
}

fn operation(head: &Parts) -> Option<&'static Operation> {
    let path = head.uri.path().strip_prefix(schemas::API_PREFIX)?;
    operations::find(head.method.as_str(), path)
}

/// For each operation, the body of the next operation that returns something else; `None` if it returns no body itself.
fn of_another() -> Vec<Option<Value>> {
    let of = |operation: &Operation| {
        let own = operation.response?;
        let mut all = operations::all().cycle().skip(operation.id as usize);
        let other = all.find_map(|one| one.response.filter(|other| *other != own))?;
        Some(examples::body(other))
    };
    operations::all().map(of).collect()
}
