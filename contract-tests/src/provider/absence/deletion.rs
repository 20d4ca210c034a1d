//! What proves that an operation that deletes does not exist. A 404 for an unknown object proves nothing, and one for an object
//! that exists may be a wrong response to a deletion. So the run creates what it asks to delete, if it may, and reads it before
//! and after.

use http::{Method, StatusCode};
use schemas::{Operation, operations};
use serde_json::Value;

use crate::{
    finding::{ApiRequest, Credential},
    http::Requests,
    provider::{
        session::{Session, Tenant},
        valid_request,
    },
};

/// A valid request to delete an object of the run, or parts of one.
pub(super) struct Deletion {
    pub(super) request: ApiRequest,
    /// What was at its path before.
    before: Value,
}

impl Deletion {
    /// Creates what can be deleted; `None` if the run may not, or cannot read it.
    pub(super) async fn prepare(
        tenant: &Tenant<'_>,
        operation: &'static Operation,
        key: &Credential,
    ) -> Option<Self> {
        if !can_be_proven(operation) {
            return None;
        }
        let request = tenant.valid_request(operation, key).await.ok()?;
        let before = read(tenant.session(), operation, &request).await?;
        Some(Self { request, before })
    }

    /// Whether what it asked to delete is still there.
    pub(super) async fn changed_nothing(
        &self,
        session: &Session,
        operation: &'static Operation,
    ) -> bool {
        let after = read(session, operation, &self.request).await;
        after.is_some_and(|after| after == self.before)
    }
}

/// Whether it deletes what the run can create and read.
fn can_be_proven(operation: &Operation) -> bool {
    let deletes = operation.method == Method::DELETE;
    deletes && valid_request::can_prepare(operation) && reader(operation).is_some()
}

/// Maximum number of requests to prepare such a deletion, and to find out whether it changed anything.
pub(super) fn max_requests(operation: &Operation) -> Requests {
    if !can_be_proven(operation) {
        return Requests::default();
    }
    let mut requests = valid_request::max_requests(operation);
    requests += Requests::one(&Method::GET).times(2);
    requests
}

/// The operation that reads what is at the path of another one.
fn reader(operation: &Operation) -> Option<&'static Operation> {
    let reads = |one: &&Operation| one.method == Method::GET && one.path == operation.path;
    operations::all().find(reads)
}

/// What is at the path of a request.
async fn read(session: &Session, operation: &Operation, request: &ApiRequest) -> Option<Value> {
    let read = ApiRequest::on(reader(operation)?, request.id()).with_authorization_of(request);
    let read = session.send(read).await.ok()?;
    (read.status == StatusCode::OK).then(|| read.json().clone())
}
