//! What all requests to these endpoints meet, in a middleware around them: the faults of their organization's scenario and
//! those that they ask for, and its time. The organization follows from the credential, the code, the token or the user of
//! a request; one without any of them meets no scenario, and is dated by the machine.

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
    pipeline::{self, WireControl, endpoint},
    tenants::Organization,
    tokens::Opaque,
};

pub(super) async fn meet(State(app): State<App>, request: Request, next: Next) -> Response {
    let wire = request.extensions().get::<WireControl>().cloned();
    let refused = |error: OauthError, organization: Option<&Organization>| {
        let mut response = error.into_response();
        endpoint::date(&app, organization, response.headers_mut());
        response
    };
    let Some(at) = Endpoint::at(request.uri().path()) else {
        if let Err(wrong) = endpoint::check_without_faults(request.headers()) {
            return refused(OauthError::invalid_request(wrong), None);
        }
        let mut response = next.run(request).await;
        endpoint::date(&app, None, response.headers_mut());
        return response;
    };
    let (head, body) = request.into_parts();
    // Those that take a form read all of it, too, and refuse what is larger.
    let Ok(form) = body::to_bytes(body, MAX_FORM).await else {
        return refused(OauthError::too_large(), None);
    };
    let query = head.uri.query().unwrap_or_default();
    let parameters = [&*form, query.as_bytes()].map(Parameters::parse);
    let headers = head.headers.clone();
    let whose = || {
        let own = pipeline::organization_of(&app, &headers).ok();
        own.or_else(|| parameters.iter().find_map(|all| organization(&app, all)))
    };
    let request = Request::from_parts(head, Body::from(form));
    let handle = |request| next.run(request);
    let met = endpoint::meet(&app, (at, &whose), request, wire.as_ref(), handle).await;
    met.unwrap_or_else(|wrong| refused(OauthError::invalid_request(wrong), whose().as_deref()))
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
