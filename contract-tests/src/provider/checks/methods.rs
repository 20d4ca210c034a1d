//! The method of a request is the one in its first line, and `TRACE` shows nobody what a proxy has added.

use http::{HeaderName, Method, StatusCode};
use schemas::{OperationId, documents::Document, examples};
use serde_json::json;

use crate::{
    finding::{ApiRequest, Outcome},
    provider::{check_context, session::Session},
};

/// Headers that frameworks take another method from, for clients that can only send `GET` and `POST`.
const OVERRIDES: [HeaderName; 3] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-method-override"),
];
/// A header that no server has a use for.
const MARK: HeaderName = HeaderName::from_static("x-contract-test");

fn claiming(request: ApiRequest, method: &Method) -> ApiRequest {
    let headers = OVERRIDES.into_iter();
    headers.fold(request, |request, name| {
        request.header(name, method.as_str())
    })
}

pub(super) async fn method_of_the_first_line(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let list = ApiRequest::to(OperationId::ListOrders.operation()).query("limit=1");
    let usual = session.send(list.clone().key(&key)).await?;
    usual.expect_status(200)?;
    // A server that obeyed would change nothing.
    let overridden = claiming(list.clone(), &Method::OPTIONS).key(&key);
    session.send(overridden).await?.expect_status(200)?;
    if session.is_sandbox() {
        let create = ApiRequest::to(OperationId::CreateOrder.operation());
        let create = create
            .json(&examples::body(Document::CreateOrder))
            .key(&key);
        let created = session.send(claiming(create, &Method::GET)).await?;
        created.expect_status(StatusCode::CREATED.as_u16())?;
    }
    // A client must not send a credential in it (RFC 9110 §9.3.8).
    let mark = check_context::derived_name(session.seed(), "the mark of TRACE", 0);
    let trace = list.with_method(Method::TRACE).header(MARK, &mark);
    let traced = session.send(trace).await?;
    let (refused, status) = (!traced.status.is_success(), traced.status.as_u16());
    traced.expect_that(refused, "status", "405, or another error", json!(status))?;
    let shown = String::from_utf8_lossy(&traced.body).contains(&mark);
    traced.expect_that(
        !shown,
        "body",
        "no header of the request",
        json!(MARK.as_str()),
    )
}
