//! A request to the authorization server. Of all the steps of the pipeline it has only the faults.

use std::sync::Arc;

use axum::body::{self, Body};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use scenarios::{FaultResponse, Phase};
use schemas::oauth::Endpoint;

use super::{WireControl, fault};
use crate::{app::App, clock::Date, tenants::Organization};

/// Why a request cannot ask for a fault where all organizations get the same.
const SAME_FOR_ALL: &str = "X-Mock-Fault: of the authorization server, faults apply to /oauth/authorize, /oauth/token, \
                            /oauth/revoke and /oauth/introspect only";

/// Lets faults meet a request, and `handle` respond to it unless one of them does. `whose` finds the organization, which a
/// sign-in may create. The error says why a fault makes no sense here.
pub(crate) async fn meet<Handled: Future<Output = Response<Body>>>(
    app: &App,
    (endpoint, whose): (Endpoint, impl Fn() -> Option<Arc<Organization>>),
    request: Request<Body>,
    wire: Option<&WireControl>,
    handle: impl FnOnce(Request<Body>) -> Handled,
) -> Result<Response<Body>, String> {
    let (head, body) = request.into_parts();
    let found = whose();
    let faults = fault::plan_at_endpoint(app, found.as_deref(), endpoint, &head)?;
    let Some(mut faults) = faults else {
        let mut response = handle(Request::from_parts(head, body)).await;
        date(app, found.or_else(whose).as_deref(), response.headers_mut());
        return Ok(response);
    };
    faults.listen(head.version, wire)?;
    let mut instead = None;
    for phase in [Phase::BeforeAuth, Phase::BeforeHandler] {
        if instead.is_none() {
            instead = faults.before(phase).await;
        }
    }
    let mut response = match instead {
        Some(response) => whole(response),
        None => buffered(handle(Request::from_parts(head, body)).await).await,
    };
    date(app, found.or_else(whose).as_deref(), response.headers_mut());
    Ok(faults.spoil(response).send(wire).await)
}

/// Whether a request for what is the same for all organizations is one that can be met; or what is wrong with it.
pub(crate) fn check_without_faults(headers: &HeaderMap) -> Result<(), String> {
    if fault::is_asked_for(headers) {
        return Err(SAME_FOR_ALL.to_owned());
    }
    Ok(())
}

/// Adds the `Date` of a response: the time of the organization, or of the machine where the request is nobody's.
pub(crate) fn date(app: &App, organization: Option<&Organization>, headers: &mut HeaderMap) {
    let machine = app.machine_now();
    let date = match organization {
        Some(organization) => {
            let mut state = organization.state();
            let now = state.clock.now(machine);
            state.date.at(now)
        }
        None => Date::default().at(machine),
    };
    // What a fault says in place of the server stays.
    headers.entry(header::DATE).or_insert(date);
}

fn whole(response: FaultResponse) -> Response<Bytes> {
    let mut whole = Response::new(response.body);
    *whole.status_mut() = response.status;
    *whole.headers_mut() = response.headers;
    whole
}

/// The response with its body in memory: those of the endpoints are short.
async fn buffered(response: Response<Body>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let body = body::to_bytes(body, usize::MAX).await;
    Response::from_parts(head, body.unwrap_or_default())
}
