//! Applies a fault to an example, for the tests of faults.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Context, Fault};
use crate::response::FaultResponse;

/// A minimal request, at the Unix epoch.
pub(super) const CONTEXT: Context<'static> = Context {
    now: Timestamp::UNIX_EPOCH,
    host: "127.0.0.1:8000",
    target: "/api/v1/orders",
    endpoint: None,
    about: None,
    response: None,
    first: None,
};

/// Parses a fault in header syntax.
#[track_caller]
pub(super) fn fault(text: &str) -> Fault {
    Fault::from_header(text).unwrap().remove(0)
}

/// Applies a fault to a response.
#[track_caller]
pub(super) fn response_edited_by(text: &str, status: u16, body: &Value) -> FaultResponse {
    let mut response = FaultResponse::json(StatusCode::from_u16(status).unwrap(), body);
    fault(text).edit(&mut response, CONTEXT);
    response
}

/// Applies a fault in file syntax to the JSON of a success.
#[track_caller]
pub(super) fn edited_by(fault: Value, body: &Value) -> Value {
    let fault: Fault = serde_json::from_value(fault).unwrap();
    let mut response = FaultResponse::json(StatusCode::OK, body);
    fault.edit(&mut response, CONTEXT);
    serde_json::from_slice(&response.body).unwrap()
}

/// Applies a fault to the JSON of a success.
#[track_caller]
pub(super) fn edited(text: &str, body: &Value) -> Value {
    serde_json::from_slice(&response_edited_by(text, 200, body).body).unwrap()
}

/// A list of two rows.
pub(super) fn list() -> Value {
    json!({
        "items": [
            {"id": "7f3e8c90-1234-4678-9abc-def012345678", "name": "Hotel Müller", "status": "COMPLETED", "employee_count": 45, "created_at": "2026-01-15T09:00:00Z"},
            {"id": "5b0e6f0a-41c7-4d19-9d5e-3c3a8f1f6a21", "name": "Café", "status": "COMPLETED", "employee_count": null, "created_at": "2026-01-15T09:00:00Z"},
        ],
        "total": 5, "limit": 2, "offset": 0, "has_more": true,
    })
}
