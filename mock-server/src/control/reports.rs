//! `/_mock/organizations/{organization}/report`: reports about keys and tiers, from the journal.

mod usage;

use axum::{Json, extract::State};
use serde_json::Value;

pub(crate) use self::usage::used_by_key;
use super::Tenant;
use crate::app::App;

pub(super) async fn least_privilege(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Json<Value> {
    Json(usage::least_privilege(&app.config, &organization.state()))
}

pub(super) async fn tiers(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    Json(usage::tiers(&app.config, &organization.state()))
}
