//! `/_mock/organizations/{organization}/journal`, and `/_mock/journal` for requests without a known key.

mod live;
mod params;
mod verify;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequestParts, RawPathParams, State, rejection::RawPathParamsRejection},
    response::IntoResponse,
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, header, request};
use schemas::ErrorCode;
use serde_json::{Value, json};
use tokio::sync::SemaphorePermit;

use self::params::{ForCount, ForPage, ForWait, Params};
use super::{
    ControlError, Id, Tenant,
    explain::{self, Unexplained},
};
use crate::{
    app::App,
    config::limits::MAX_WATCHERS,
    contract::echo,
    journal::{Entry, Journal, Reader, RequestId, har},
    tenants::Organization,
};

/// Bytes of an entry without its capture, as JSON.
const ENTRY: usize = 1024;

/// The routes of a journal.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(show).delete(clear))
        .route("/count", get(count))
        .route("/wait", get(wait))
        .route("/verify", post(verify::verify))
        .route("/har", get(as_har))
        .route("/ndjson", get(as_ndjson))
        .route("/live", get(live::follow))
        .route("/{id}", get(detail))
}

/// The owner of the journal: the organization in the path, or `None` for requests without a known key.
#[derive(Debug)]
struct JournalOwner(Option<Arc<Organization>>);

impl JournalOwner {
    fn with<R>(&self, app: &App, work: impl FnOnce(&mut Journal) -> R) -> R {
        match &self.0 {
            Some(organization) => work(&mut organization.state().journal),
            None => work(&mut app.unclaimed()),
        }
    }
}

impl FromRequestParts<App> for JournalOwner {
    type Rejection = ControlError;

    async fn from_request_parts(
        head: &mut request::Parts,
        app: &App,
    ) -> Result<Self, ControlError> {
        let named = match RawPathParams::from_request_parts(head, app).await {
            Ok(params) => params.iter().any(|(name, _)| name == "organization"),
            // A name that is not UTF-8 is still a name, of an organization that does not exist.
            Err(reason) => matches!(reason, RawPathParamsRejection::InvalidUtf8InPathParam(_)),
        };
        if !named {
            return Ok(Self(None));
        }
        let Tenant(organization) = Tenant::from_request_parts(head, app).await?;
        Ok(Self(Some(organization)))
    }
}

async fn show(State(app): State<App>, owner: JournalOwner, params: Params<ForPage>) -> Json<Value> {
    Json(owner.with(&app, |journal| params.page(journal)))
}

async fn clear(State(app): State<App>, owner: JournalOwner) -> StatusCode {
    owner.with(&app, Journal::clear);
    StatusCode::NO_CONTENT
}

async fn count(
    State(app): State<App>,
    owner: JournalOwner,
    params: Params<ForCount>,
) -> Json<Value> {
    let count = owner.with(&app, |journal| {
        journal.matching(&params.filter, params.after()).count()
    });
    Json(json!({"count": count}))
}

/// Waits until this many entries match, or until the timeout. Returns the matching entries in both cases.
async fn wait(
    State(app): State<App>,
    owner: JournalOwner,
    params: Params<ForWait>,
) -> Result<Json<Value>, ControlError> {
    let _place = watcher(&app)?;
    let mut reader = owner.with(&app, |journal| {
        Reader::after(Some(params.after()), params.filter.clone(), journal)
    });
    let mut count = 0;
    let waiting = async {
        loop {
            let news = owner.with(&app, |journal| {
                count += reader.count(journal);
                (count < params.count).then(|| journal.news()).flatten()
            });
            match news {
                Some(news) => news.await,
                None => return,
            }
        }
    };
    // The current entries count, even after a timeout.
    let _ = tokio::time::timeout(params.timeout, waiting).await;
    let mut body = owner.with(&app, |journal| params.page(journal));
    body["count"] = count.into();
    body["enough"] = (count >= params.count).into();
    Ok(Json(body))
}

/// Reserves a place among the concurrent waiting requests until it is dropped.
fn watcher(app: &App) -> Result<SemaphorePermit<'_>, ControlError> {
    app.watchers.try_acquire().map_err(|_| full())
}

fn full() -> ControlError {
    ControlError::plain(
        ErrorCode::Conflict,
        format!("{MAX_WATCHERS} clients already wait for or follow journals, the maximum"),
    )
}

async fn as_har(
    State(app): State<App>,
    owner: JournalOwner,
    headers: HeaderMap,
    params: Params<ForPage>,
) -> impl IntoResponse {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = app.config.origin(host.unwrap_or("localhost"));
    let entries = params.entries(&app, &owner);
    let archive = app.long_work.on(size(&entries), move || {
        har::archive(&entries, &origin).to_string()
    });
    ([(header::CONTENT_TYPE, "application/json")], archive.await)
}

/// About how many bytes entries are.
fn size(entries: &[(RequestId, u64, Entry)]) -> usize {
    let captured = entries
        .iter()
        .filter_map(|(_, _, entry)| entry.capture.kept());
    entries.len() * ENTRY + captured.map(|capture| capture.weight()).sum::<usize>()
}

async fn as_ndjson(
    State(app): State<App>,
    owner: JournalOwner,
    params: Params<ForPage>,
) -> impl IntoResponse {
    let entries = params.entries(&app, &owner);
    let lines = app.long_work.on(size(&entries), move || {
        let lines = entries.iter().map(|(id, sequence, entry)| {
            let line = entry.to_full_json(*id, *sequence);
            format!("{line}\n")
        });
        lines.collect::<String>()
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        lines.await,
    )
}

/// The whole record of one request: its decision, and its headers and bodies.
async fn detail(
    State(app): State<App>,
    owner: JournalOwner,
    Id(id): Id,
) -> Result<Json<Value>, ControlError> {
    let missing =
        |reason: Unexplained| ControlError::plain(ErrorCode::NotFound, reason.to_string());
    let explained = explain::in_full(&app, &id).map_err(missing)?;
    let own = owner.0.as_ref().map(|organization| organization.name());
    if explained["organization"].as_str() != own {
        return Err(missing(Unexplained::Elsewhere(echo(&id))));
    }
    Ok(Json(explained))
}
