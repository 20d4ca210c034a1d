//! The faults of a request to the authorization server. Of all the steps of the pipeline it has only these.

use axum::body::{self, Body};
use bytes::Bytes;
use http::{Request, Response};
use scenarios::{FaultResponse, Phase};
use schemas::oauth::Endpoint;

use super::{WireControl, fault};
use crate::{app::App, tenants::Organization};

/// Lets the scenario of an organization meet a request, and `handle` respond to it unless a fault does. The error says
/// why a fault makes no sense on the connection.
pub(crate) async fn meet<Handled: Future<Output = Response<Body>>>(
    app: &App,
    (organization, endpoint): (&Organization, Endpoint),
    request: Request<Body>,
    wire: Option<&WireControl>,
    handle: impl FnOnce(Request<Body>) -> Handled,
) -> Result<Response<Body>, String> {
    let (head, body) = request.into_parts();
    let Some(mut faults) = fault::plan_at_endpoint(app, organization, endpoint, &head) else {
        return Ok(handle(Request::from_parts(head, body)).await);
    };
    faults.listen(head.version, wire)?;
    let mut instead = None;
    for phase in [Phase::BeforeAuth, Phase::BeforeHandler] {
        if instead.is_none() {
            instead = faults.before(phase).await;
        }
    }
    let response = match instead {
        Some(response) => whole(response),
        None => buffered(handle(Request::from_parts(head, body)).await).await,
    };
    Ok(faults.spoil(response).send(wire).await)
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
