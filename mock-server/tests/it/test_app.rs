//! The server without sockets, and what tests use it with: organizations on frozen clocks, and callers with a key.

use std::sync::Arc;

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use mock_server::{App, Config, Settings};
use schemas::{API_PREFIX, Operation, ScopeSet, documents::Document, examples, operations};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

use crate::response::{Response, is_ours};

/// The initial time of the clocks of organizations.
pub(crate) const START: &str = "2026-01-15T09:00:00Z";

/// A server.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) router: Router,
    pub(crate) runtime: Arc<Runtime>,
}

impl TestApp {
    /// A server with the default settings.
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// A server with the settings of a file.
    pub(crate) fn with(settings: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        Self {
            router: mock_server::router(app(settings)),
            runtime: Arc::new(runtime),
        }
    }

    /// A new organization with its clock frozen at [`START`].
    #[track_caller]
    pub(crate) fn organization(&self) -> Organization {
        self.organization_like(json!({"clock": format!("frozen={START}")}))
    }

    /// A new organization with these properties.
    #[track_caller]
    pub(crate) fn organization_like(&self, wanted: Value) -> Organization {
        let made = self.control(Method::POST, "/organizations", wanted).ok();
        Organization {
            app: self.clone(),
            name: made["name"].as_str().unwrap().to_owned(),
        }
    }

    /// A caller with this key.
    pub(crate) fn caller(&self, key: impl Into<String>) -> Caller {
        Caller {
            app: self.clone(),
            key: key.into(),
        }
    }

    /// A request, with a `Host` and nothing else.
    pub(crate) fn call(&self, method: Method, target: &str) -> Call {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header(header::HOST, "127.0.0.1:8000")
            .body(Bytes::new())
            .unwrap();
        Call {
            app: self.clone(),
            request,
        }
    }

    /// Sends a request to the control API.
    #[track_caller]
    pub(crate) fn control(&self, method: Method, path: &str, body: impl Into<Value>) -> Response {
        let call = self.call(method, &format!("/_mock{path}"));
        let body = body.into();
        if body.is_null() {
            call.send()
        } else {
            call.body(body.to_string()).send()
        }
    }
}

/// The state of a server with the settings of a file.
pub(crate) fn app(settings: &str) -> App {
    let settings: Settings = toml::from_str(settings).unwrap();
    App::new(Config::from(settings)).unwrap()
}

/// An organization, accessed through the control API.
#[derive(Clone)]
pub(crate) struct Organization {
    pub(crate) app: TestApp,
    pub(crate) name: String,
}

impl Organization {
    /// A new organization of a new server, and a caller with all scopes.
    #[track_caller]
    pub(crate) fn new() -> (Self, Caller) {
        Self::with("")
    }

    /// The same, of a server with the settings of a file.
    #[track_caller]
    pub(crate) fn with(settings: &str) -> (Self, Caller) {
        let organization = TestApp::with(settings).organization();
        let caller = organization.key(json!({"preset": "full_access"}));
        (organization, caller)
    }

    /// A control request for the organization.
    #[track_caller]
    pub(crate) fn control(&self, method: Method, path: &str, body: impl Into<Value>) -> Response {
        let path = format!("/organizations/{}{path}", self.name);
        self.app.control(method, &path, body)
    }

    /// A caller with a new key.
    #[track_caller]
    pub(crate) fn key(&self, wanted: Value) -> Caller {
        let made = self.control(Method::POST, "/keys", wanted).ok();
        self.app.caller(made["key"].as_str().unwrap())
    }

    /// A caller with an access token with all scopes.
    #[track_caller]
    pub(crate) fn admin(&self) -> Caller {
        self.token(json!({}))
    }

    /// A caller with an access token with these properties.
    #[track_caller]
    pub(crate) fn token(&self, wanted: Value) -> Caller {
        let made = self.control(Method::POST, "/tokens", wanted).ok();
        self.app.caller(made["access_token"].as_str().unwrap())
    }

    /// A caller with a key whose text contains these words, which set its properties.
    pub(crate) fn spelled(&self, words: &str) -> Caller {
        self.app
            .caller(format!("lnc_test_{words:x<26}{}", self.name))
    }

    /// Changes the clock.
    #[track_caller]
    pub(crate) fn clock(&self, verb: &str, body: impl Into<Value>) -> Response {
        self.control(Method::POST, &format!("/clock/{verb}"), body)
    }

    /// Advances the clock; returns the events that became due.
    #[track_caller]
    pub(crate) fn advance(&self, by: &str) -> Value {
        self.clock("advance", json!({"by": by})).ok()["fired"].take()
    }

    /// Advances the clock to a time.
    #[track_caller]
    pub(crate) fn advance_to(&self, to: Timestamp) {
        self.clock("advance", json!({"to": to.to_string()})).ok();
    }

    /// Every request in the journal of the organization.
    #[track_caller]
    pub(crate) fn journal(&self) -> Vec<Value> {
        entries(self.control(Method::GET, "/journal", ()))
    }
}

/// The entries of a journal.
#[track_caller]
pub(crate) fn entries(journal: Response) -> Vec<Value> {
    journal.ok()["entries"].as_array().unwrap().clone()
}

/// A caller with a key or an access token.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) app: TestApp,
    pub(crate) key: String,
}

impl Caller {
    /// A request with the key; `path` comes after the API prefix.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        self.app
            .call(method, &format!("{API_PREFIX}{path}"))
            .header("authorization", format!("Bearer {}", self.key))
    }

    /// `GET`
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Response {
        self.call(Method::GET, path).send()
    }

    /// `POST` with a JSON body.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path).json(body).send()
    }

    /// Creates an order; returns its id.
    #[track_caller]
    pub(crate) fn create(&self, order: &Value) -> String {
        let order = self.post("/orders", order).ok();
        order["id"].as_str().unwrap().to_owned()
    }

    /// Creates a blacklist with a few entries; returns its id.
    #[track_caller]
    pub(crate) fn create_blacklist(&self) -> String {
        let list = examples::body(Document::CreateBlacklist);
        let list = self.post("/blacklists", &list).ok();
        let id = list["id"].as_str().unwrap().to_owned();
        let entries = examples::body(Document::AddEntries);
        self.post(&format!("/blacklists/{id}/entries"), &entries)
            .ok();
        id
    }

    /// The id of the first row of a list.
    #[track_caller]
    pub(crate) fn first(&self, path: &str) -> String {
        let list = self.get(path).ok();
        let rows = ["items", "orders"]
            .iter()
            .find_map(|name| list[name].get(0));
        rows.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// Every row of a list, page by page.
#[track_caller]
pub(crate) fn all(caller: &Caller, path: &str) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut rows = Vec::new();
    loop {
        let page = format!("{path}{joint}limit=100&offset={}", rows.len());
        let mut page = caller.get(&page).ok();
        let names = ["items", "orders", "results"];
        let there = names.iter().find(|name| page[**name].is_array()).unwrap();
        let Value::Array(more) = page[*there].take() else {
            unreachable!("it is an array")
        };
        rows.extend(more);
        if page["total"] == rows.len() {
            return rows;
        }
    }
}

/// The operations that an API key can call.
pub(crate) fn open_to_keys() -> impl Iterator<Item = &'static Operation> {
    operations::all().filter(|operation| ScopeSet::PUBLIC.contains_all(operation.scopes))
}

/// An order of this number of companies, with the ids `CRM-0`, `CRM-1`, …
pub(crate) fn order(companies: usize) -> Value {
    let company = |index| json!({"company_name": format!("Hotel {index}"), "external_id": format!("CRM-{index}")});
    let companies: Vec<_> = (0..companies).map(company).collect();
    json!({"title": "Hotels", "features": ["CONTACTS"], "companies": companies})
}

/// A request to send.
#[must_use]
pub(crate) struct Call {
    pub(crate) app: TestApp,
    pub(crate) request: Request<Bytes>,
}

impl Call {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
        let name = HeaderName::from_static(name);
        self.request.headers_mut().append(name, value);
        self
    }

    /// Removes a header.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// Sets the query.
    pub(crate) fn query(mut self, query: &str) -> Self {
        let target = format!("{}?{query}", self.request.uri());
        *self.request.uri_mut() = target.parse().unwrap();
        self
    }

    /// Sets the body, without a content type.
    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sets a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sends it.
    #[track_caller]
    pub(crate) fn send(self) -> Response {
        let runtime = Arc::clone(&self.app.runtime);
        runtime.block_on(self.answered())
    }

    /// Sends it and returns the response.
    pub(crate) async fn answered(self) -> Response {
        let (head, body) = self.request.into_parts();
        let request = Request::from_parts(head.clone(), Body::from(body));
        let (answer, body) = self.app.router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let answer = http::Response::from_parts(answer, body);
        let response = Response::checked(&head, answer);
        // Only the HTTP library's own responses bypass the pipeline; there are none here.
        let named = response.header("x-request-id").is_some();
        assert!(
            named || is_ours(&head),
            "no id: {} {}",
            head.method,
            head.uri
        );
        response
    }

    /// Sends it and returns the response without checks: a fault may have changed it.
    pub(crate) fn spoiled(self) -> Response {
        let (head, body) = self.request.into_parts();
        let request = Request::from_parts(head, Body::from(body));
        let answer = self.app.runtime.block_on(async {
            let (head, body) = self.app.router.oneshot(request).await.unwrap().into_parts();
            http::Response::from_parts(head, body.collect().await.unwrap().to_bytes())
        });
        Response::unchecked(answer)
    }
}
