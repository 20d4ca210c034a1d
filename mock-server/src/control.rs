//! The control API under `/_mock`: organizations, keys, orders, clocks, journals.
//!
//! It belongs to the sandbox, not to the vendor's API. `guard` decides which requests it accepts. In paths, `self`
//! names the organization of the request's bearer credential.

mod clients;
pub(crate) mod clock;
pub(crate) mod explain;
pub(crate) mod guard;
mod journal;
mod judge_report;
mod keys;
mod metrics;
mod orders;
mod organizations;
mod replay;
pub(crate) mod reports;
mod scenario;
mod snapshots;
mod tokens;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use axum::{
    Json, Router,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{delete, get, patch, post, put},
};
use http::{StatusCode, header, request};
use schemas::{
    ErrorCode, Profile,
    control::{CALLS, SandboxSettings},
    error::FieldError,
    fidelity,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::explain::Unexplained;
use crate::{
    app::App,
    config::limits::MAX_CONTROL_BODY,
    contract::{Contract, echo, echo_sentence, spell_integers},
    handlers::ApiError,
    pipeline::{
        self, body,
        received::{ReceivedBody, receive},
    },
    tenants::Organization,
};

const NO_SUCH_PATH: &str = "the control API has no such path; /_mock/docs/control lists them";

/// All routes of the control API. `more` are routes that need the server itself.
pub(crate) fn routes(app: &App, more: Router<App>) -> Router<App> {
    let organization = Router::new()
        .route("/", get(organizations::show).delete(organizations::delete))
        .route("/reset", post(organizations::reset))
        .nest("/journal", journal::routes())
        .route("/report/least-privilege", get(reports::least_privilege))
        .route("/report/tiers", get(reports::tiers))
        .route(
            "/scenario",
            get(scenario::show)
                .post(scenario::activate)
                .delete(scenario::deactivate),
        )
        .route("/keys", get(keys::list).post(keys::mint))
        .route("/keys/{id}", patch(keys::change))
        .route("/keys/{id}/revoke", post(keys::revoke))
        .route("/keys/{id}/rotate", post(keys::rotate))
        .route("/tokens", post(tokens::mint))
        .route("/orders/{id}/transition", post(orders::transition))
        .route("/snapshot", get(snapshots::save).put(snapshots::restore))
        .route("/clock", get(clock::show))
        .route("/clock/freeze", post(clock::freeze))
        .route("/clock/advance", post(clock::advance))
        .route("/clock/set", post(clock::set))
        .route("/clock/scale", post(clock::scale))
        .route("/clock/resume", post(clock::resume));
    let guarded = Router::new()
        .nest("/journal", journal::routes())
        .route("/settings", get(show_settings))
        .route("/fidelity", get(show_fidelity))
        .route("/scenarios", get(scenario::list))
        .route("/explain/{id}", get(explained))
        .route("/replay/{id}", post(replay::send))
        .route("/metrics", get(show_metrics))
        .route("/judge-report", put(judge_report::keep))
        .route("/shutdown", post(shutdown))
        .route("/oauth/clients", get(clients::list).post(clients::register))
        .route("/oauth/clients/{id}", delete(clients::delete))
        .route(
            "/oauth/rotate-signing-key",
            post(tokens::rotate_signing_key),
        )
        .route(
            "/organizations",
            get(organizations::list).post(organizations::create),
        )
        .nest("/organizations/{organization}", organization)
        .merge(more)
        .fallback(|| async { ControlError::plain(ErrorCode::NotFound, NO_SUCH_PATH) })
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(app.clone(), guard::check));
    Router::new()
        .route("/_mock/health", get(health))
        .route("/_mock/ready", get(health))
        .nest("/_mock", guarded)
        .method_not_allowed_fallback(wrong_method)
}

/// The server depends on nothing else, so it is healthy if it responds. The response also states whether only the
/// documented part is served.
async fn health(State(app): State<App>) -> Json<Value> {
    Json(json!({
        "service": "mock-server",
        "version": env!("CARGO_PKG_VERSION"),
        "status": "ok",
        "documented_only": app.config.profile == Profile::Documented,
    }))
}

/// The settings that responses show.
async fn show_settings(State(app): State<App>) -> Json<SandboxSettings> {
    Json(app.config.shown())
}

/// The fidelity report.
async fn show_fidelity(State(app): State<App>) -> impl IntoResponse {
    let report = || fidelity::report(app.config.profile).to_string().into();
    let report = app.fidelity.get_or_init(report).clone();
    ([(header::CONTENT_TYPE, "application/json")], report)
}

/// The counters, in the format of Prometheus.
async fn show_metrics(State(app): State<App>) -> impl IntoResponse {
    let format = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, format)], metrics::text(&app))
}

/// Explains the response to a request.
async fn explained(State(app): State<App>, Id(id): Id) -> Result<Json<Value>, ControlError> {
    let missing =
        |reason: Unexplained| ControlError::plain(ErrorCode::NotFound, reason.to_string());
    explain::request(&app, &id).map(Json).map_err(missing)
}

/// Stops the server. Requests in progress, including this one, still get their responses.
async fn shutdown(State(app): State<App>) -> (StatusCode, Json<Value>) {
    tracing::info!("shutting down by a request to the control API");
    app.stop();
    (StatusCode::ACCEPTED, Json(json!({"status": "stopping"})))
}

async fn wrong_method() -> ControlError {
    ControlError::plain(
        ErrorCode::MethodNotAllowed,
        "the control API does not allow this method here",
    )
}

/// Why a control request is rejected. It is rendered like an error of the API.
#[derive(Debug)]
pub(crate) struct ControlError(ApiError);

impl ControlError {
    pub(crate) fn plain(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(ApiError::plain(code, message.into()))
    }

    /// 422, with the field and what would be valid.
    fn invalid(field: &str, message: &impl ToString) -> Self {
        Self(ApiError::Invalid(vec![FieldError {
            field: echo(field),
            error: echo_sentence(&message.to_string()),
            provided: Value::Null,
        }]))
    }

    /// 409: the request conflicts with the state of the organization.
    fn conflict(message: &impl ToString) -> Self {
        Self::plain(ErrorCode::Conflict, echo(&message.to_string()))
    }
}

impl From<ApiError> for ControlError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = self.0.code().status();
        (
            status,
            [(header::CONTENT_TYPE, "application/json")],
            self.0.body(),
        )
            .into_response()
    }
}

/// The organization in the path.
struct Tenant(Arc<Organization>);

impl FromRequestParts<App> for Tenant {
    type Rejection = ControlError;

    async fn from_request_parts(
        head: &mut request::Parts,
        app: &App,
    ) -> Result<Self, ControlError> {
        let params = RawPathParams::from_request_parts(head, app).await.ok();
        let name = params
            .iter()
            .flatten()
            .find(|(name, _)| *name == "organization")
            .map_or("", |(_, value)| value);
        let organization = match name {
            "self" => {
                pipeline::live_key::notice_in(app, &head.headers);
                pipeline::organization_of(app, &head.headers)?
            }
            name => app
                .tenants
                .organization(name, app.machine_now())
                .ok_or_else(|| ApiError::not_found("organization", name))?,
        };
        // An organization that control requests use is not idle.
        organization.touch(app.machine_now());
        Ok(Self(organization))
    }
}

/// The last id in the path. An id that is not UTF-8 is unknown.
pub(crate) struct Id(pub(crate) String);

impl FromRequestParts<App> for Id {
    type Rejection = ControlError;

    async fn from_request_parts(
        head: &mut request::Parts,
        app: &App,
    ) -> Result<Self, ControlError> {
        let params = RawPathParams::from_request_parts(head, app).await.ok();
        let last = params.iter().flatten().last();
        last.map(|(_, id)| Self(id.to_owned()))
            .ok_or_else(|| ControlError::plain(ErrorCode::NotFound, NO_SUCH_PATH))
    }
}

/// The body of a control request as bytes, at most `MAX`.
struct RawBody<const MAX: usize>(ReceivedBody);

impl<const MAX: usize> FromRequest<App> for RawBody<MAX> {
    type Rejection = ControlError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ControlError> {
        let received = receive(app, request.into_body(), MAX).await?;
        Ok(Self(received))
    }
}

/// The schemas of the bodies of control requests, by the ids of the requests.
static CONTRACTS: LazyLock<HashMap<&'static str, Contract>> = LazyLock::new(|| {
    let calls = CALLS.iter();
    let with_bodies = calls.filter_map(|call| Some((call.id, Contract::new(call.body()?))));
    with_bodies.collect()
});

/// A body of a control request.
pub(crate) trait ControlBody: DeserializeOwned + Send + 'static {
    /// The id of the request in the table, which defines the schema of the body.
    const CALL: &'static str;

    /// Parses the body as JSON.
    fn read(body: &[u8]) -> Result<Value, ApiError> {
        body::json(body)
    }
}

/// The JSON body of a control request. An absent body counts as `{}`, and the `Content-Type` is ignored.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: ControlBody> FromRequest<App> for Body<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ControlError> {
        let RawBody(received) = RawBody::<MAX_CONTROL_BODY>::from_request(request, app).await?;
        app.long_work
            .on(received.bytes.len(), move || Self::read(&received.bytes))
            .await
    }
}

impl<T: ControlBody> Body<T> {
    fn read(bytes: &[u8]) -> Result<Self, ControlError> {
        let mut value = T::read(if bytes.is_empty() { b"{}" } else { bytes })?;
        let contract = CONTRACTS.get(T::CALL);
        let errors = contract.map_or_else(Vec::new, |contract| contract.field_errors(&value));
        if !errors.is_empty() {
            return Err(ApiError::Invalid(errors).into());
        }
        spell_integers(&mut value);
        T::deserialize(value)
            .map(Self)
            .map_err(|error| ControlError::invalid("", &error))
    }
}

pub(crate) fn created(body: Value) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(body))
}
