//! The steps every request of the API goes through, in this order:
//!
//! ```text
//! framing 400 → route 404/405 → key 401 → rate limit 429 → scope 403 → body 415/413/400 → handler 422/404/409
//! ```
//!
//! One function, [`steps`], runs them; the first that refuses ends the request. Around it stands
//! the journal, which sees every request and its answer.

mod auth;
mod body;
mod fault;
mod framing;
mod outcome;
pub(crate) mod query;
mod rate_limit;

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::body::Body;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, request};
use jiff::Timestamp;
use scenarios::{Answer, Phase};
use schemas::{ErrorCode, Operation, headers};

use self::{
    auth::Claim,
    fault::Met,
    outcome::{End, Outcome},
    rate_limit::RateState,
};
use crate::{
    app::App,
    clock::Date,
    error::ApiError,
    handlers::{self, Call, Reply},
    journal::{Entry, KeyUse, Step},
    keys::KeyRefusal,
    limiter::Decision,
    metrics::Series,
    organization::{Organization, State},
    request_id::RequestId,
    routes::Route,
    wire::WireControl,
};

/// `X-Request-Id`, of every answer.
const REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// How far a request came, and what was learned on the way.
#[derive(Debug, Default)]
struct Trace {
    step: Step,
    operation: Option<&'static Operation>,
    /// The time on the organization's clock that every decision was made at.
    now: Option<Timestamp>,
    rate: Option<RateState>,
    /// What each policy of the tier said, where it has several.
    policies: Option<Box<[Decision]>>,
    /// Why the key does not work.
    key: Option<KeyRefusal>,
    /// The faults that meet it.
    met: Option<Box<Met>>,
}

impl Trace {
    /// What the faults of a phase do; an answer, where the call ends there.
    async fn faults(&mut self, phase: Phase) -> Option<Answer> {
        self.met.as_mut()?.before(phase).await
    }
}

/// Whose bearer key a request carries, whether the key still works or not: for control calls, which
/// cost no quota and must also reach an organization whose key was revoked.
pub(crate) fn organization_of(
    app: &App,
    headers: &HeaderMap,
) -> Result<Arc<Organization>, ApiError> {
    let claim = auth::claim(app, headers, app.machine_now());
    Ok(Arc::clone(&claim.key()?.organization))
}

/// Answers a request.
pub(crate) async fn run(
    app: App,
    request: Request<Body>,
    wire: Option<WireControl>,
) -> Response<Body> {
    let arrived = app.machine_now();
    if let Some(wire) = &wire {
        wire.begin();
    }
    let (head, body) = request.into_parts();
    let claim = auth::claim(&app, &head.headers, arrived);
    let mut trace = Trace::default();
    let result = caught(steps(&app, &claim, &mut trace, &head, body)).await;
    let mut outcome = Outcome::of(&app, &trace, result);
    if let Some(status) = trace.met.as_ref().and_then(|met| met.late_status()) {
        // The journal tells what the caller sees.
        (outcome.status, outcome.code) = (status, None);
    }
    let (date, id) = record(&app, &claim, &mut trace, &head, &mut outcome, arrived);
    let mut response = outcome.into_response(&app, &trace, &head.method, date);
    if let Some(met) = trace.met {
        response = met.after(response, wire.as_ref()).await;
    }
    // Also an answer that a fault has made up can be explained.
    response.headers_mut().insert(REQUEST_ID, id.header());
    response.map(Body::from)
}

/// A step that panics is a defect; its caller still gets an answer, and the next one a server.
async fn caught(steps: impl Future<Output = Result<End, ApiError>>) -> Result<End, ApiError> {
    let internal = |_| Err(ApiError::plain(ErrorCode::InternalError, "Internal error"));
    AssertUnwindSafe(steps)
        .catch_unwind()
        .await
        .unwrap_or_else(internal)
}

/// The checks, in their order. What stands between two of them is where a fault can be put.
async fn steps(
    app: &App,
    claim: &Claim,
    trace: &mut Trace,
    head: &request::Parts,
    body: Body,
) -> Result<End, ApiError> {
    framing::check(head)?;
    trace.step = Step::Route;
    let (operation, id) = match app.routes.find(&head.method, head.uri.path())? {
        Route::Operation(operation, id) => (operation, id),
        Route::Options(allow) => return Ok(End::Reply(Reply::options(allow))),
    };
    trace.operation = Some(operation);
    trace.met = fault::meet(app, claim, operation, id, head)?;
    if let Some(answer) = trace.faults(Phase::BeforeAuth).await {
        return Ok(End::Fault(answer));
    }
    let now = admit(app, claim, operation, trace)?;
    trace.step = Step::Body;
    let body = body::read(app, operation, &head.headers, body).await?;
    if let Some(answer) = trace.faults(Phase::BeforeHandler).await {
        return Ok(End::Fault(answer));
    }
    trace.step = Step::Handler;
    let query = match &trace.met {
        None => query::read(app.config.extent, operation, head.uri.query())?,
        Some(met) => {
            let query = met.query(head.uri.query());
            query::read(app.config.extent, operation, query.as_deref())?
        }
    };
    let mut state = claim.key()?.organization.state();
    let State { store, keys, .. } = &mut *state;
    handlers::call(Call {
        operation,
        store,
        keys,
        now,
        id: id.unwrap_or_default(),
        query,
        body,
    })
    .map(End::Reply)
}

/// Key, rate limit and scope, under one lock and at one time.
fn admit(
    app: &App,
    claim: &Claim,
    operation: &Operation,
    trace: &mut Trace,
) -> Result<Timestamp, ApiError> {
    trace.step = Step::Authentication;
    let found = claim.key()?;
    let machine = app.machine_now();
    found.organization.touch(machine);
    let mut state = found.organization.state();
    let State { clock, keys, .. } = &mut *state;
    let now = clock.now(machine);
    trace.now = Some(now);
    let key = &mut keys[found.index];
    key.check(now)
        .inspect_err(|refusal| trace.key = Some(*refusal))
        .map_err(|refusal| ApiError::Unauthenticated {
            presented: true,
            cause: refusal.to_string().into(),
        })?;
    trace.step = Step::RateLimit;
    let rate = RateState::take(app, key, now);
    trace.rate = Some(rate);
    trace.policies = rate.of_several(app, key);
    rate.admitted(app, clock)?;
    key.count_use();
    trace.step = Step::Scope;
    let held = key.definition.scopes;
    if held.contains_all(operation.scopes) {
        Ok(now)
    } else {
        Err(ApiError::MissingScope {
            required: operation.scopes,
            held,
        })
    }
}

/// Writes the request into the journal of the organization its key belongs to, or of nobody. Returns
/// the `Date` of the answer: the time there that the request was decided at, so that it agrees with
/// every other time; and the id of the request. One that the caller sent along is not looked at.
fn record(
    app: &App,
    claim: &Claim,
    trace: &mut Trace,
    head: &request::Parts,
    outcome: &mut Outcome,
    arrived: Timestamp,
) -> (HeaderValue, RequestId) {
    if outcome.code == Some(ErrorCode::AuthenticationError) {
        // For every cause alike, so that not even the time it takes tells one from another.
        let reason = outcome.refusal.as_ref().map(|refusal| &*refusal.reason);
        tracing::info!(reason, "refused with 401");
    }
    count(app, trace, outcome);
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let mut entry = |key, at: Timestamp, now: Timestamp| Entry {
        at,
        method: Entry::shown_method(&head.method),
        target: Entry::shown_target(target),
        key,
        operation: trace.operation.map(|operation| operation.id),
        rate: trace.rate.map(|rate| rate.decision),
        policies: trace.policies.take(),
        reached: trace.step,
        refusal: outcome.refusal.take(),
        status: outcome.status.as_u16(),
        code: outcome.code,
        faults: trace.met.as_ref().map(|met| Box::new(met.why())),
        duration_us: u64::try_from(now.duration_since(at).as_micros()).unwrap_or_default(),
    };
    let machine = app.machine_now();
    let Claim::Key(found) = claim else {
        let id = app.unclaimed.lock().record(entry(None, arrived, machine));
        return (Date::default().at(arrived), id);
    };
    let mut state = found.organization.state();
    let State {
        clock,
        date,
        keys,
        journal,
        ..
    } = &mut *state;
    let key = KeyUse {
        index: found.index,
        masked: Arc::clone(&keys[found.index].definition.masked),
        refusal: trace.key,
    };
    // The clock may have been turned while the body arrived; what counts is when it was decided.
    let at = trace.now.unwrap_or_else(|| clock.now(arrived));
    let id = journal.record(entry(Some(key), at, clock.now(machine)));
    (date.at(at), id)
}

/// Counts the request, by what it asked for and how it was answered.
fn count(app: &App, trace: &Trace, outcome: &Outcome) {
    app.metrics.count(Series {
        operation: trace.operation.map(|operation| operation.id),
        status: outcome.status.as_u16(),
        code: outcome.code,
    });
    if let Some(rate) = trace.rate.filter(|rate| !rate.decision.admitted) {
        app.metrics.count_limited(rate.tier);
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, StatusCode};

    use super::*;

    #[test]
    fn a_step_that_panics_is_answered_with_500_in_the_shape_of_every_error() {
        let panics = caught(async { panic!("a defect") });
        let app = App::new(crate::Config::default()).unwrap();
        let outcome = Outcome::of(&app, &Trace::default(), panics.now_or_never().unwrap());
        assert_eq!(outcome.status, StatusCode::INTERNAL_SERVER_ERROR);
        let date = HeaderValue::from_static("Thu, 15 Jan 2026 09:00:00 GMT");
        let answer = outcome.into_response(&app, &Trace::default(), &Method::GET, date);
        assert_eq!(
            *answer.body(),
            r#"{"code":"INTERNAL_ERROR","message":"Internal error"}"#
        );
    }
}
