//! `/_mock/organizations/{organization}/report`: what the journal says of keys and tiers.

use axum::{Json, extract::State};
use serde_json::Value;

use super::Tenant;
use crate::{app::App, report};

pub(super) async fn least_privilege(
    State(app): State<App>,
    Tenant(organization): Tenant,
) -> Json<Value> {
    Json(report::least_privilege(&app.config, &organization.state()))
}

pub(super) async fn tiers(State(app): State<App>, Tenant(organization): Tenant) -> Json<Value> {
    Json(report::tiers(&app.config, &organization.state()))
}
