//! `POST /_mock/replay/{id}`: sends a recorded request again.
//!
//! The text of its key or token is not kept, so the request is handed to the pipeline with the credential itself.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State};
use http::{HeaderName, Method, Request, header};
use schemas::{ErrorCode, headers::REQUEST_ID};
use serde_json::{Value, json};

use super::{ControlError, Id, explain::Unexplained};
use crate::{
    app::App,
    contract::echo,
    journal::{CapturedHeader, CapturedMessage, CredentialUse, Entry, RequestId},
    pipeline::{self, Credential},
    tenants::{KeyRef, Organization, TokenRef},
};

/// Why a request cannot be sent again.
#[derive(Debug, thiserror::Error)]
enum Unrepeatable {
    #[error("the request has no key or token of an organization, or its text would be needed")]
    Credential,
    #[error("the request is to the authorization server; only API requests can be sent again")]
    Endpoint,
    #[error("the journal has not kept headers and body of the request")]
    NotKept,
    #[error("the journal has only a part of the method, the target or the body of the request")]
    Cut,
    #[error("the server did not read the whole body of the request, so the journal has none")]
    Unread,
}

/// Sends the request with this id again, and returns the id of the new one.
pub(super) async fn send(State(app): State<App>, Id(id): Id) -> Result<Json<Value>, ControlError> {
    let (request, credential) = recorded(&app, &id)?;
    let response = pipeline::replay(app, request, credential).await;
    let new = response.headers().get(REQUEST_ID);
    let new = new.and_then(|id| id.to_str().ok());
    Ok(Json(json!({
        "id": new,
        "replays": id,
        "status": response.status().as_u16(),
    })))
}

fn recorded(app: &App, id: &str) -> Result<(Request<Body>, Credential), ControlError> {
    let missing = |why: Unexplained| ControlError::plain(ErrorCode::NotFound, why.to_string());
    let place = RequestId::place(app.config.seed, id);
    let place = place.ok_or_else(|| missing(Unexplained::NoId(echo(id))))?;
    let Some(name) = place.organization else {
        return Err(ControlError::conflict(&Unrepeatable::Credential));
    };
    let organization = app.tenants.organization(&name, app.machine_now());
    let organization = organization.ok_or_else(|| missing(Unexplained::Gone(name)))?;
    let state = organization.state();
    let found = state.journal.entry(place.sequence);
    let forgotten = || missing(Unexplained::forgotten(place.sequence, &state.journal));
    let (_, entry) = found.ok_or_else(forgotten)?;
    let conflict = |why: Unrepeatable| ControlError::conflict(&why);
    let credential = credential(&organization, entry).map_err(conflict)?;
    Ok((request(entry).map_err(conflict)?, credential))
}

fn credential(organization: &Arc<Organization>, entry: &Entry) -> Result<Credential, Unrepeatable> {
    if entry.endpoint.is_some() {
        return Err(Unrepeatable::Endpoint);
    }
    let organization = Arc::clone(organization);
    match &entry.credential {
        None => Err(Unrepeatable::Credential),
        Some(CredentialUse::Key { index, .. }) => Ok(Credential::Key(KeyRef {
            organization,
            index: *index,
        })),
        Some(CredentialUse::Token(token)) => Ok(Credential::Token(TokenRef {
            organization,
            token: Arc::clone(token),
        })),
    }
}

fn request(entry: &Entry) -> Result<Request<Body>, Unrepeatable> {
    let capture = entry.capture.kept().ok_or(Unrepeatable::NotKept)?;
    // What is masked or cut contains this mark.
    if entry.target.contains('…') {
        return Err(Unrepeatable::Cut);
    }
    let body = body(&capture.request)?;
    let method = Method::from_bytes(entry.method.as_bytes()).map_err(|_| Unrepeatable::Cut)?;
    let mut request = Request::builder()
        .method(method)
        .uri(&*entry.target)
        .version(capture.version);
    for header in capture.request.headers(None).filter(is_sent_again) {
        // HTTP/2 has the host in the target.
        let name = header
            .name
            .strip_prefix(':')
            .map_or(header.name, |_| "host");
        request = request.header(name, &*header.value);
    }
    request.body(body).map_err(|_| Unrepeatable::Cut)
}

fn body(request: &CapturedMessage) -> Result<Body, Unrepeatable> {
    let kept = request.body.kept().ok_or(Unrepeatable::Unread)?;
    if kept.cut || kept.masked {
        return Err(Unrepeatable::Cut);
    }
    Ok(Body::from(kept.bytes.clone()))
}

/// Whether a header is about the request, not about its connection or its credential.
fn is_sent_again(header: &CapturedHeader<'_>) -> bool {
    let of_connection = [
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::EXPECT,
    ];
    !header.masked
        && !of_connection
            .iter()
            .any(|name: &HeaderName| *name == header.name)
}
