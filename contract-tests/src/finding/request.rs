//! A request of the judge.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use schemas::Operation;
use serde_json::Value;

use crate::finding::Bearer;

/// A request to send.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The operation whose contract the response is checked against.
    pub operation: Option<&'static Operation>,
    pub(crate) method: Method,
    /// The path after the base URL.
    pub(crate) path: String,
    /// Whether the path is outside the API: it then follows the base URL without the API prefix.
    pub(crate) outside_the_api: bool,
    /// The id in the path.
    pub(crate) id: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl ApiRequest {
    /// A request to an operation without an id in its path.
    pub fn to(operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            ..Self::at(operation.method.clone(), operation.path)
        }
    }

    /// A request to an operation on the object `id`.
    pub fn on(operation: &'static Operation, id: &str) -> Self {
        Self {
            path: operation.path_with(id),
            id: id.to_owned(),
            ..Self::to(operation)
        }
    }

    /// A request that belongs to no operation of the contract.
    pub fn at(method: Method, path: &str) -> Self {
        Self {
            operation: None,
            method,
            path: path.to_owned(),
            outside_the_api: false,
            id: String::new(),
            query: None,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// A request to a part of the server that is not the API, such as its authorization server.
    pub fn outside_the_api(method: Method, path: &str) -> Self {
        Self {
            outside_the_api: true,
            ..Self::at(method, path)
        }
    }

    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        if let Some(operation) = self.operation {
            self.path = operation.path_with(id);
            id.clone_into(&mut self.id);
        }
        self
    }

    /// The id in the path; empty where there is none.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The body as JSON; `null` if it is not JSON.
    pub fn body_json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Replaces the method. Only with `HEAD` does the request still belong to its operation.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.operation = self.operation.filter(|_| method == Method::HEAD);
        self.method = method;
        self
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    #[must_use]
    pub(crate) fn with_authorization_of(mut self, other: &Self) -> Self {
        if let Some(value) = other.authorization_value() {
            self.headers.insert(header::AUTHORIZATION, value.clone());
        }
        self
    }

    pub(crate) fn authorization_value(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }

    /// Replaces the path; the request then belongs to no operation.
    #[must_use]
    pub fn with_raw_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self.operation = None;
        self
    }

    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        self.path.push('/');
        self
    }

    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    #[must_use]
    pub fn without_query(self) -> Self {
        Self {
            query: None,
            ..self
        }
    }

    #[must_use]
    pub fn key(self, key: &impl Bearer) -> Self {
        self.authorization(&format!("Bearer {}", key.expose()))
    }

    /// The value of `Authorization` for a key.
    pub(crate) fn credential(key: &impl Bearer) -> Option<HeaderValue> {
        let request = Self::at(Method::GET, "").key(key);
        request.headers.get(header::AUTHORIZATION).cloned()
    }

    /// Removes `Authorization`.
    #[must_use]
    pub(crate) fn without_authorization(mut self) -> Self {
        self.headers.remove(header::AUTHORIZATION);
        self
    }

    /// Replaces `Authorization`.
    #[must_use]
    pub fn authorization(self, value: &str) -> Self {
        self.without_authorization()
            .header(header::AUTHORIZATION, value)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        let mut value = HeaderValue::try_from(value).expect("checks send visible ASCII");
        value.set_sensitive(name == header::AUTHORIZATION);
        self.headers.append(name, value);
        self
    }

    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
    }

    /// Sets a form as the body, encoded as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form(self, encoded: String) -> Self {
        self.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded)
    }

    /// Replaces the content type.
    #[must_use]
    pub fn media_type(self, value: &str) -> Self {
        self.without_media_type()
            .header(header::CONTENT_TYPE, value)
    }

    /// Removes the content type.
    #[must_use]
    pub(crate) fn without_media_type(mut self) -> Self {
        self.headers.remove(header::CONTENT_TYPE);
        self
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }
}
