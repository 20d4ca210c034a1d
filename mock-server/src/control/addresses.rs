//! `/_mock/addresses`: addresses that are broken.

use axum::{
    Json,
    extract::{Path, State},
};
use http::StatusCode;
use schemas::{ErrorCode, control::BrokenAddress};
use serde::Deserialize;
use serde_json::Value;

use super::{Body, ControlError, Says, created};
use crate::{
    app::App,
    handlers::ApiError,
    server::broken_listeners::{Address, AddressError},
};

/// What should be wrong with an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    fault: BrokenAddress,
}

impl Says for Wanted {
    const CALL: &str = "open_address";
}

pub(super) async fn open(
    State(app): State<App>,
    Body(Wanted { fault }): Body<Wanted>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    app.addresses.lock().room()?;
    let address = Address::open(&app, fault)
        .await
        .map_err(AddressError::from)?;
    // Another may have taken the last place meanwhile.
    let opened = app.addresses.lock().keep(address)?;
    Ok(created(opened))
}

pub(super) async fn list(State(app): State<App>) -> Json<Value> {
    Json(app.addresses.lock().to_json())
}

pub(super) async fn close(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlError> {
    let closed = app.addresses.lock().close(&id);
    match closed {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(ApiError::not_found("address", &id).into()),
    }
}

impl From<AddressError> for ControlError {
    fn from(error: AddressError) -> Self {
        Self::plain(ErrorCode::Conflict, error.to_string())
    }
}
