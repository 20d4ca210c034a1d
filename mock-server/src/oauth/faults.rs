//! The faults of an organization's scenario at these endpoints: a middleware around them. The organization follows from the
//! code, the token or the user of a request; a request without any of them meets no fault.

use std::sync::Arc;

use axum::{
    body::{self, Body},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use schemas::oauth::Endpoint;

use super::{error::OauthError, parameters::Parameters};
use crate::{
    app::App,
    config::limits::MAX_FORM,
    pipeline::{WireControl, endpoint, received::in_time},
    tenants::Organization,
    tokens::Opaque,
};

pub(super) async fn meet(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(at) = Endpoint::at(request.uri().path()) else {
        return next.run(request).await;
    };
    let wire = request.extensions().get::<WireControl>().cloned();
    let (head, body) = request.into_parts();
    // Those that take a form read all of it, too, and refuse what is larger.
    let form = match in_time(&app, body::to_bytes(body, MAX_FORM)).await {
        Ok(Ok(form)) => form,
        Ok(Err(_)) => return OauthError::too_large().into_response(),
        Err(late) => return OauthError::late(&late).into_response(),
    };
    let query = head.uri.query().unwrap_or_default();
    let found = [&*form, query.as_bytes()]
        .into_iter()
        .find_map(|text| organization(&app, &Parameters::parse(text)));
    let request = Request::from_parts(head, Body::from(form));
    let Some(found) = found.filter(|found| found.has_scenario()) else {
        return next.run(request).await;
    };
    let handle = |request| next.run(request);
    let met = endpoint::meet(&app, (&found, at), request, wire.as_ref(), handle).await;
    met.unwrap_or_else(|wrong| OauthError::invalid_request(wrong).into_response())
}

/// Whose request it is.
fn organization(app: &App, parameters: &Parameters) -> Option<Arc<Organization>> {
    let by_text = ["code", "refresh_token", "token"]
        .into_iter()
        .filter_map(|name| parameters.once(name));
    for text in by_text {
        if let Some(name) = Opaque::organization(text) {
            return app.tenants.organization(name);
        }
        if let Ok(found) = app.tenants.resolve_token(text) {
            return Some(found.organization);
        }
    }
    let user = parameters.once("login_hint");
    let user = user.and_then(|hint| hint.split_once('@'));
    let name = parameters
        .once("organization")
        .or(user.map(|(_, organization)| organization))?;
    app.tenants.organization(name)
}
