//! Middleware for all endpoints: it applies the faults of the organization's scenario and those that a request asks
//! for, sets the `Date`, and records the request in the journal. The organization follows from the credential, the
//! code, the token or the user of the request. If there is none of them, no scenario applies, and the request is
//! recorded with those without a known key.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use schemas::oauth::Endpoint;

use super::{error::OauthError, parameters::Parameters};
use crate::{
    app::App,
    config::{limits::MAX_FORM, oauth::OWN_PAGE},
    pipeline::{self, WireControl, endpoint, received::in_time},
    tenants::Organization,
    tokens::Opaque,
};

pub(super) async fn meet(State(app): State<App>, request: Request, next: Next) -> Response {
    let wire = request.extensions().get::<WireControl>().cloned();
    let wrong = |invalid| OauthError::invalid_request(invalid).into_response();
    let Some(at) = Endpoint::at(request.uri().path()) else {
        let mut response = match endpoint::check_without_faults(request.headers()) {
            Ok(()) => next.run(request).await,
            Err(error) => wrong(error),
        };
        endpoint::date(&app, response.headers_mut());
        return response;
    };
    let (head, body) = request.into_parts();
    let form = match read(&app, &head.headers, body).await {
        Ok(form) => form,
        Err(error) => {
            let nobodys = (at, || None);
            let request = http::Request::from_parts(head, None);
            let refused = async |_| error.into_response();
            return endpoint::meet(&app, nobodys, request, wire.as_ref(), refused, wrong).await;
        }
    };
    let query = head.uri.query().unwrap_or_default();
    let parameters = [&*form, query.as_bytes()].map(Parameters::parse);
    let headers = head.headers.clone();
    let whose = || {
        let own = pipeline::organization_of(&app, &headers).ok();
        own.or_else(|| parameters.iter().find_map(|all| organization(&app, all)))
    };
    let request = http::Request::from_parts(head, Some(form.clone()));
    let handle = |request| next.run(request);
    endpoint::meet(&app, (at, whose), request, wire.as_ref(), handle, wrong).await
}

/// Reads the body of a request, with the same limit as for forms.
async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, OauthError> {
    let declared = headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_FORM as u64) {
        return Err(OauthError::too_large());
    }
    let collected = in_time(app, Limited::new(body, MAX_FORM).collect()).await;
    match collected.map_err(|late| OauthError::late(&late))? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(OauthError::too_large()),
        Err(_) => Err(OauthError::invalid_request("the body is incomplete")),
    }
}

/// The organization of a request. Signing in to the dashboard is of none: who looks at an organization must change
/// neither its journal nor the course of its scenario.
fn organization(app: &App, parameters: &Parameters) -> Option<Arc<Organization>> {
    let back = parameters.once("redirect_uri");
    if back.is_some_and(|uri| uri.ends_with(OWN_PAGE)) {
        return None;
    }
    let by_text = ["code", "refresh_token", "token"]
        .into_iter()
        .filter_map(|name| parameters.once(name));
    for text in by_text {
        if let Some(name) = Opaque::organization(text) {
            return app.tenants.organization(name, app.machine_now());
        }
        if let Ok(found) = app.tenants.resolve_token(text, app.machine_now()) {
            return Some(found.organization);
        }
    }
    let user = parameters.once("login_hint");
    let user = user.and_then(|hint| hint.split_once('@'));
    let name = parameters
        .once("organization")
        .or(user.map(|(_, organization)| organization))?;
    app.tenants.organization(name, app.machine_now())
}
