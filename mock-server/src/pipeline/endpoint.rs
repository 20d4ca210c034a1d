//! A request to the authorization server. It skips the pipeline's steps, but faults apply to it, and the journal
//! records it.

mod exchange;

use std::sync::Arc;

use axum::body::{self, Body};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use scenarios::{FaultResponse, Phase};
use schemas::oauth::Endpoint;

use self::exchange::EndpointExchange;
use super::{
    WireControl,
    fault::{self, RequestFaults},
    live_key,
};
use crate::{app::App, clock::Date, tenants::Organization};

/// Why a request cannot ask for faults at endpoints whose response is the same for all organizations.
const SAME_FOR_ALL: &str = "X-Mock-Fault: of the authorization server, faults apply to /oauth/authorize, /oauth/token, \
                            /oauth/revoke and /oauth/introspect only";

/// Why a request was rejected: an extension of the response, for the journal.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(pub(crate) Box<str>);

/// Applies faults to a request, whose body is a form, if it arrived. `handle` responds unless a fault does; `refuse` responds if a fault is invalid
/// here. `whose` finds the organization, which a sign-in may create.
pub(crate) async fn meet<Handled: Future<Output = Response<Body>>>(
    app: &App,
    (endpoint, whose): (Endpoint, impl Fn() -> Option<Arc<Organization>>),
    request: Request<Option<Bytes>>,
    wire: Option<&WireControl>,
    handle: impl FnOnce(Request<Body>) -> Handled,
    refuse: impl FnOnce(String) -> Response<Body>,
) -> Response<Body> {
    let (head, form) = request.into_parts();
    live_key::notice(app, &head.uri, &head.headers);
    let mut exchange = EndpointExchange::begin(app, endpoint, &head, form.as_ref(), &whose);
    let planned = fault::plan_at_endpoint(app, whose().as_ref(), endpoint, &head).await;
    let listening = planned.and_then(|faults| {
        let listened = faults
            .as_ref()
            .map(|faults| faults.listen(head.version, wire));
        listened.transpose().map(|_| faults)
    });
    let handle = |head| {
        handle(Request::from_parts(
            head,
            Body::from(form.unwrap_or_default()),
        ))
    };
    let mut response = match listening {
        Ok(None) => buffered(handle(head).await).await,
        Err(invalid) => buffered(refuse(invalid)).await,
        Ok(Some(mut faults)) => {
            exchange.faults = faults.why();
            let mut response = match before(&mut faults).await {
                Some(response) => whole(response),
                None => buffered(handle(head).await).await,
            };
            exchange.date(&mut response);
            let refusal = response.extensions_mut().remove();
            let captured = exchange.capture(&response);
            let spoiled = faults.spoil(app, response).await;
            exchange.is_cut = spoiled.is_cut();
            let sent = captured
                .as_ref()
                .and_then(|captured| spoiled.captured(captured));
            let id = exchange.record(spoiled.status(), refusal, (captured, sent));
            return exchange.end(id, spoiled.send(wire).await);
        }
    };
    exchange.date(&mut response);
    let refusal = response.extensions_mut().remove();
    let captured = exchange.capture(&response);
    let id = exchange.record(response.status(), refusal, (captured, None));
    exchange.end(id, response.map(Body::from))
}

/// Rejects faults on a request whose response is the same for all organizations.
pub(crate) fn check_without_faults(headers: &HeaderMap) -> Result<(), String> {
    if fault::is_asked_for(headers) {
        return Err(SAME_FOR_ALL.to_owned());
    }
    Ok(())
}

/// Adds the `Date` of a response that is the same for all organizations: the machine's time.
pub(crate) fn date(app: &App, headers: &mut HeaderMap) {
    headers.insert(header::DATE, Date::default().at(app.machine_now()));
}

/// The response of a fault, if one replaces the server's.
async fn before(faults: &mut RequestFaults) -> Option<FaultResponse> {
    match faults.before(Phase::BeforeAuth).await {
        Some(response) => Some(response),
        None => faults.before(Phase::BeforeHandler).await,
    }
}

fn whole(response: FaultResponse) -> Response<Bytes> {
    let mut whole = Response::new(response.body);
    *whole.status_mut() = response.status;
    *whole.headers_mut() = response.headers;
    whole
        .extensions_mut()
        .insert(Refusal("a fault responds in place of the server".into()));
    whole
}

/// Reads the body of a response into memory. Those of the endpoints are short.
async fn buffered(response: Response<Body>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let body = body::to_bytes(body, usize::MAX).await;
    Response::from_parts(head, body.unwrap_or_default())
}
