//! What an operation does, once a request has passed every check before it.
//!
//! A handler is a plain function from a [`Call`] to a [`Reply`]; it knows no HTTP headers, no keys
//! and no clock. An operation without one does not compile.

mod orders;

use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use schemas::{API_PREFIX, OperationId};
use serde::Serialize;
use serde_json::Value;

use crate::{error::ApiError, pipeline::query::Query, store::Orders};

/// Bytes that most bodies fit in, a page of ten orders too, so that they are written in one go.
const USUAL_BODY: usize = 4 * 1024;

/// A request that has passed every check, with what it may work on.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The orders of the caller's organization.
    pub orders: &'a mut Orders,
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The id in the path.
    pub id: Option<&'a str>,
    /// What its query says.
    pub query: Query,
    /// The body, of an operation that takes one.
    pub body: Option<Value>,
}

/// A success.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// A header of its own.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// Its JSON.
    pub body: Vec<u8>,
}

impl Reply {
    fn ok(body: &impl Serialize) -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BODY);
        serde_json::to_writer(&mut bytes, body).expect("wire types have text keys only");
        Self {
            status: StatusCode::OK,
            header: None,
            body: bytes,
        }
    }

    /// Something new, at `path` after the API's prefix.
    fn created(body: &impl Serialize, path: &str) -> Self {
        let location =
            HeaderValue::try_from(format!("{API_PREFIX}{path}")).expect("paths are visible ASCII");
        Self {
            status: StatusCode::CREATED,
            header: Some((header::LOCATION, location)),
            ..Self::ok(body)
        }
    }

    /// The methods of a path.
    pub(crate) fn options(allow: HeaderValue) -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            header: Some((header::ALLOW, allow)),
            body: Vec::new(),
        }
    }
}

/// Runs an operation.
pub(crate) fn call(operation: OperationId, call: Call<'_>) -> Result<Reply, ApiError> {
    match operation {
        OperationId::ListOrders => Ok(orders::list(call)),
        OperationId::CreateOrder => orders::create(call),
        OperationId::GetOrder => orders::get(call),
        OperationId::GetOrderResults => orders::results(call),
    }
}
