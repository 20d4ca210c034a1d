//! `/_mock/organizations/{organization}/orders`: move or cancel an order.

use axum::{Json, extract::State};
use schemas::orders::OrderStatus;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, ControlBody, ControlError, Id, Tenant};
use crate::{
    app::App,
    handlers::ApiError,
    tenants::{Event, What},
};

/// The requested status of an order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transition {
    to: OrderStatus,
}

impl ControlBody for Transition {
    const CALL: &str = "move_order";
}

/// Moves an order at its organization's current time, and lists the statuses that it reached.
pub(super) async fn transition(
    State(app): State<App>,
    Tenant(organization): Tenant,
    Id(id): Id,
    Body(Transition { to }): Body<Transition>,
) -> Result<Json<Value>, ControlError> {
    app.deliver_all(&organization).await;
    let mut state = organization.state();
    let now = state.clock.now(app.machine_now());
    let (number, way) = state
        .store
        .move_order(&id, to, now)
        .map_err(ApiError::from)?;
    let orders = &mut state.store.orders;
    let id = orders.id(number);
    let fired = way.iter().map(|status| Event {
        at: now,
        what: What::OrderStatus {
            order: &id,
            status: *status,
        },
    });
    Ok(Json(json!({
        "fired": fired.map(Event::to_json).collect::<Vec<_>>(),
        "order": orders.json(number, now),
    })))
}
