//! The steps of every API request, in order:
//!
//! ```text
//! framing 400 → route 404/405 → credential 401 → rate limit 429 → scope 403 → body 415/413/400 → handler 422/404/409
//! ```
//!
//! One function, [`steps`], runs them; the first step that fails ends the request. The journal records every request
//! and its response.

mod auth;
pub(crate) mod body;
mod broken_stream;
mod capturing;
pub(crate) mod cors;
pub(crate) mod endpoint;
mod exchange;
mod fault;
pub(crate) mod framing;
pub(crate) mod live_key;
pub(crate) mod log;
mod outcome;
mod rate_limit;
pub(crate) mod received;
mod spaces;
mod wire_control;

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::body::Body;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, Request, Response};
use jiff::Timestamp;
use scenarios::{FaultResponse, Phase};
use schemas::{ErrorCode, Operation, headers};

use self::{
    auth::Claim,
    exchange::Exchange,
    fault::RequestFaults,
    outcome::{Completion, Outcome},
    rate_limit::RateState,
};
pub(crate) use self::{
    auth::Credential, broken_stream::StreamRejected, fault::asked_for, wire_control::WireControl,
};
use crate::{
    app::{
        App,
        routes::{self, Route},
    },
    handlers::{self, ApiError, CheckedRequest, Handled, Reply, query},
    journal::{AppliedFault, CredentialRejection, Step},
    keys::{Decision, NewKey},
    tenants::{Organization, OrganizationError, State, TokenRef, TooManyKeys},
};

/// `X-Request-Id`, of every response.
const REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// `X-Mock-Evicted`, in the first response of an organization that was evicted and now exists again, without data.
const EVICTED: HeaderName = HeaderName::from_static(headers::EVICTED);

/// The progress of a request, and what the steps found.
#[derive(Debug, Default)]
struct Trace {
    step: Step,
    operation: Option<&'static Operation>,
    /// The time on the organization's clock that all decisions use.
    now: Option<Timestamp>,
    rate: Option<RateState>,
    /// The decision of every policy, if the tier has several.
    policies: Option<Box<[Decision]>>,
    /// Why the credential is invalid.
    invalid: Option<CredentialRejection>,
    /// The faults that apply to the request, until the response is there.
    faults: Option<Box<RequestFaults>>,
    /// The same faults, for the journal.
    applied: Option<Vec<AppliedFault>>,
    /// Whether a fault keeps the client from receiving the whole response.
    is_cut: bool,
}

impl Trace {
    fn set_faults(&mut self, faults: Option<Box<RequestFaults>>) {
        self.applied = faults.as_ref().and_then(|faults| faults.why());
        self.faults = faults;
    }

    /// Applies the faults of a phase. Returns a response if the request ends there.
    async fn apply_faults(&mut self, phase: Phase) -> Option<FaultResponse> {
        self.faults.as_mut()?.before(phase).await
    }
}

/// The organization of a request's key or token, valid or not. It is for control requests, which use no quota and
/// must also reach an organization whose key was revoked.
pub(crate) fn organization_of(
    app: &App,
    headers: &HeaderMap,
) -> Result<Arc<Organization>, ApiError> {
    let claim = auth::claim(app, headers, app.machine_now());
    Ok(Arc::clone(claim.credential()?.organization()))
}

/// The organization of a request's key or token, if the credential is valid. This does not count as a use.
pub(crate) fn member_of(app: &App, headers: &HeaderMap) -> Option<Arc<Organization>> {
    let machine = app.machine_now();
    let claim = auth::claim(app, headers, machine);
    let credential = claim.credential().ok()?;
    let organization = credential.organization();
    let state = organization.state();
    let now = state.clock.now(machine);
    let is_valid = match credential {
        Credential::Key(key) => state.keys[key.index].works(now),
        Credential::Token(found) => state.grants.status(&found.token, now).is_ok(),
    };
    is_valid.then(|| Arc::clone(organization))
}

/// Handles a request. The exchange begins before the returned future is polled, so that the request is recorded even if
/// its client disconnects at once.
pub(crate) fn run(
    app: App,
    request: Request<Body>,
    wire: Option<WireControl>,
) -> impl Future<Output = Response<Body>> {
    let (exchange, body) = Exchange::begin(app, request);
    answer(exchange, body, wire)
}

/// Handles a request that was recorded before, with its credential, whose text is not kept.
pub(crate) async fn replay(
    app: App,
    request: Request<Body>,
    credential: Credential,
) -> Response<Body> {
    let claim = Claim::Known(credential);
    let (exchange, body) = Exchange::begin_as(app, request, claim);
    answer(exchange, body, None).await
}

async fn answer(mut exchange: Exchange, body: Body, wire: Option<WireControl>) -> Response<Body> {
    let mut body = Some(body);
    let result = caught(steps(&mut exchange, &mut body, wire.as_ref())).await;
    if result.is_err()
        && let Some(body) = body
    {
        exchange.receive_unneeded(body).await;
    }
    let mut outcome = Outcome::of(&exchange.app, &exchange.trace, result);
    outcome.mask(&exchange.own_key());
    let date = exchange.date();
    let Exchange {
        app, trace, head, ..
    } = &mut exchange;
    let mut response = outcome.response(app, trace, &head.method, date);
    exchange.add_headers(response.headers_mut());
    let captured = exchange.capturing.response(&response);
    let (id, mut response) = match exchange.trace.faults.take() {
        None => (
            exchange.record(&mut outcome, (captured, None)),
            response.map(Body::from),
        ),
        Some(faults) => {
            let mut spoiled = faults.spoil(&exchange.app, response).await;
            if !spoiled.is_ours {
                (outcome.status, outcome.code) = (spoiled.status(), None);
            }
            exchange.trace.is_cut = spoiled.is_cut();
            exchange.add_headers(spoiled.headers_mut());
            let sent = captured
                .as_ref()
                .and_then(|captured| spoiled.captured(captured));
            let id = exchange.record(&mut outcome, (captured, sent));
            (id, spoiled.send(wire.as_ref()).await)
        }
    };
    exchange.end();
    // The response of a fault gets an id, too, so that it can be explained.
    response.headers_mut().insert(REQUEST_ID, id.header());
    response
}

/// Turns a panic in a step into a 500 response. A panic is a defect, but the server keeps running.
async fn caught(
    steps: impl Future<Output = Result<Completion, ApiError>>,
) -> Result<Completion, ApiError> {
    let internal = |_| Err(ApiError::plain(ErrorCode::InternalError, "Internal error"));
    AssertUnwindSafe(steps)
        .catch_unwind()
        .await
        .unwrap_or_else(internal)
}

/// Runs the checks in order. Faults are applied between them. The body is taken if a step reads it.
async fn steps(
    exchange: &mut Exchange,
    body: &mut Option<Body>,
    wire: Option<&WireControl>,
) -> Result<Completion, ApiError> {
    let Exchange {
        app,
        claim,
        trace,
        head,
        capturing,
        ..
    } = exchange;
    framing::check(head)?;
    trace.step = Step::Route;
    let path = routes::canonical(head.uri.path());
    let (operation, id) = match app.routes.find(&head.method, &path) {
        Ok(Route::Operation(operation, id)) => (operation, id),
        Ok(Route::Options(allow)) => return Ok(Completion::Reply(Reply::options(allow))),
        // The browser then sends the request, and its script can read the error.
        Err(_) if cors::is_preflight(app, head) => return Ok(Completion::Reply(Reply::done())),
        Err(error) => return Err(error),
    };
    trace.operation = Some(operation);
    let faults = fault::plan(app, claim, (operation, &path, id.as_deref()), head).await?;
    if let Some(faults) = &faults {
        faults.listen(head.version, wire).map_err(unusable)?;
    }
    trace.set_faults(faults);
    if let Some(response) = trace.apply_faults(Phase::BeforeAuth).await {
        return Ok(Completion::Fault(response));
    }
    let now = admit(app, claim, operation, trace)?;
    trace.step = Step::Body;
    let body = body::read(app, operation, &head.headers, body, capturing).await?;
    if let Some(response) = trace.apply_faults(Phase::BeforeHandler).await {
        return Ok(Completion::Fault(response));
    }
    trace.step = Step::Handler;
    let query = trace.faults.as_ref();
    let query = query.map(|faults| faults.query(head.uri.query()));
    let query = query.as_ref().map_or(head.uri.query(), Option::as_deref);
    let query = query::read(&app.config, operation, query)?;
    let organization = claim.credential()?.organization();
    app.deliver(organization, now).await;
    let handled = {
        let mut state = organization.state();
        let State { store, keys, .. } = &mut *state;
        handlers::run(CheckedRequest {
            operation,
            store,
            keys,
            now,
            id: &id.unwrap_or_default(),
            query,
            body,
        })?
    };
    let reply = conclude(app, organization, handled, now)?;
    Ok(Completion::Reply(reply))
}

/// The response to a request that was carried out. The steps that its scenario has for that run now.
fn conclude(
    app: &App,
    organization: &Arc<Organization>,
    handled: Handled,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    let reply = match handled {
        Handled::Reply(reply) => reply,
        Handled::NewKey(new) => hand_over(app, organization, new, now)?,
    };
    if organization.has_scenario() {
        organization.state().settle(app.machine_now(), &app.config);
    }
    Ok(reply)
}

/// 400: a fault that cannot work with the request.
fn unusable(fault: String) -> ApiError {
    ApiError::plain(ErrorCode::InvalidRequest, fault)
}

/// Creates a key, and the response that shows it.
fn hand_over(
    app: &App,
    organization: &Arc<Organization>,
    new: NewKey,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    let conflict = |error: OrganizationError| {
        let full = matches!(error, OrganizationError::Keys(TooManyKeys::Memory(_)));
        let code = if full {
            ErrorCode::ServiceUnavailable
        } else {
            ErrorCode::Conflict
        };
        ApiError::plain(code, error.to_string())
    };
    let (key, found) = app.tenants.mint(organization, new, now).map_err(conflict)?;
    handlers::created_key(&key, &organization.state().keys[found.index], now)
        .ok_or_else(|| ApiError::plain(ErrorCode::InternalError, "the new key is not listed"))
}

/// Checks the credential, rate limit and scope, under one lock and at one time.
fn admit(
    app: &App,
    claim: &Claim,
    operation: &Operation,
    trace: &mut Trace,
) -> Result<Timestamp, ApiError> {
    trace.step = Step::Authentication;
    let credential = claim.credential()?;
    let machine = app.machine_now();
    let organization = credential.organization();
    organization.touch_by_request(machine);
    let mut state = organization.state();
    let State {
        clock,
        keys,
        grants,
        ..
    } = &mut *state;
    let now = clock.now(machine);
    trace.now = Some(now);
    let checked = match credential {
        Credential::Key(found) => keys[found.index].check(now).map_err(Into::into),
        Credential::Token(found) => grants.check(&found.token, now).map_err(Into::into),
    };
    checked.map_err(|invalid: CredentialRejection| {
        trace.invalid = Some(invalid);
        ApiError::Unauthenticated {
            presented: true,
            cause: invalid.to_string().into(),
        }
    })?;
    trace.step = Step::RateLimit;
    let (tier, held, bucket) = match credential {
        Credential::Key(found) => {
            let key = &mut keys[found.index];
            (key.definition.tier, key.definition.scopes, &mut key.bucket)
        }
        Credential::Token(TokenRef { token, .. }) => {
            let held = grants.scopes_of(token);
            let bucket = grants.bucket(&token.subject);
            (app.config.token_tier, held, bucket)
        }
    };
    let rate = RateState::take(app, tier, bucket, now);
    trace.rate = Some(rate);
    trace.policies = rate.of_several(app, bucket);
    rate.admitted(app, clock)?;
    if let Credential::Key(found) = credential {
        keys[found.index].count_use();
    }
    trace.step = Step::Scope;
    if held.contains_all(operation.scopes) {
        Ok(now)
    } else {
        Err(ApiError::MissingScope {
            required: operation.scopes,
            held,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method, StatusCode};

    use super::*;

    #[test]
    fn panic_of_a_step_is_a_500_in_the_format_of_every_error() {
        let panics = caught(async { panic!("a defect") });
        let app = App::new(crate::Config::default()).unwrap();
        let mut outcome = Outcome::of(&app, &Trace::default(), panics.now_or_never().unwrap());
        assert_eq!(outcome.status, StatusCode::INTERNAL_SERVER_ERROR);
        let date = HeaderValue::from_static("Thu, 15 Jan 2026 09:00:00 GMT");
        let response = outcome.response(&app, &Trace::default(), &Method::GET, date);
        assert_eq!(
            *response.body(),
            r#"{"code":"INTERNAL_ERROR","message":"Internal error"}"#
        );
    }
}
