//! A request that a check makes.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use schemas::{Operation, key::ApiKey};
use serde_json::Value;

/// A request to be made.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// What it is meant for; answers are checked against it.
    pub operation: Option<&'static Operation>,
    pub(crate) method: Method,
    /// After the base URL.
    pub(crate) path: String,
    /// What stands in the path in the place that varies.
    pub(crate) id: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl ApiRequest {
    /// A call of an operation whose path needs no id.
    pub fn to(operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            ..Self::at(operation.method.clone(), operation.path)
        }
    }

    /// A call of an operation on the object `id`.
    pub fn on(operation: &'static Operation, id: &str) -> Self {
        Self {
            path: operation.path_with(id),
            id: id.to_owned(),
            ..Self::to(operation)
        }
    }

    /// A call that is meant for no operation.
    pub fn at(method: Method, path: &str) -> Self {
        Self {
            operation: None,
            method,
            path: path.to_owned(),
            id: String::new(),
            query: None,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// About another object.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        if let Some(operation) = self.operation {
            self.path = operation.path_with(id);
            id.clone_into(&mut self.id);
        }
        self
    }

    /// The id of the object it is about; empty where it is about none.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it is sent.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The body as JSON.
    pub fn body_json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// With another method; it is still meant for its operation if that is `HEAD` for `GET`.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.operation = self.operation.filter(|_| method == Method::HEAD);
        self.method = method;
        self
    }

    /// Its path after the base URL.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// With the key of another call.
    #[must_use]
    pub(crate) fn with_authorization_of(mut self, other: &Self) -> Self {
        if let Some(value) = other.authorization_value() {
            self.headers.insert(header::AUTHORIZATION, value.clone());
        }
        self
    }

    /// What stands in its `Authorization`.
    pub(crate) fn authorization_value(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }

    /// With another path, which is that of no operation.
    #[must_use]
    pub fn with_raw_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self.operation = None;
        self
    }

    /// With a slash at the end of its path.
    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        self.path.push('/');
        self
    }

    /// With a query.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// With a key.
    #[must_use]
    pub fn key(self, key: &ApiKey) -> Self {
        self.authorization(&format!("Bearer {}", key.expose()))
    }

    /// What stands in `Authorization` with a key.
    pub(crate) fn credential(key: &ApiKey) -> Option<HeaderValue> {
        let call = Self::at(Method::GET, "").key(key);
        call.headers.get(header::AUTHORIZATION).cloned()
    }

    /// With whatever stands in `Authorization`, instead of what stood there.
    #[must_use]
    pub fn authorization(mut self, value: &str) -> Self {
        self.headers.remove(header::AUTHORIZATION);
        self.header(header::AUTHORIZATION, value)
    }

    /// With a header more.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        let mut value = HeaderValue::try_from(value).expect("checks send visible ASCII");
        value.set_sensitive(name == header::AUTHORIZATION);
        self.headers.append(name, value);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
    }

    /// With its body declared as this, instead of what it was declared as.
    #[must_use]
    pub fn media_type(mut self, value: &str) -> Self {
        self.headers.remove(header::CONTENT_TYPE);
        self.header(header::CONTENT_TYPE, value)
    }

    /// With a body as it is.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }
}
