//! Requests on objects that exist. A server that looks for the object before it checks the key, or a cache that ignores
//! `Authorization`, rejects the key of a request for an unknown object and serves the known one.

use http::Method;
use schemas::Operation;

use crate::{
    finding::{ApiRequest, NotPassed},
    provider::{requirements::reads_known_object, session::Tenant},
};

/// A valid request of its owner, to repeat with other credentials. If it is a read, its owner has just sent it. `None` where
/// the object is not known, or would have to be created on a server that is not a sandbox.
pub(crate) async fn known_request(
    tenant: &Tenant<'_>,
    operation: &'static Operation,
) -> Result<Option<ApiRequest>, NotPassed> {
    let is_sandbox = tenant.session().is_sandbox();
    let is_read = operation.method == Method::GET;
    let has_one = if is_sandbox {
        operation.has_id() || is_read
    } else {
        reads_known_object(operation)
    };
    if !has_one {
        return Ok(None);
    }
    let request = match valid_request(tenant, operation).await {
        Ok(request) => request,
        Err(NotPassed::Skipped(_)) => return Ok(None),
        // Without objects, what was sent so far still counts.
        Err(NotPassed::Inconclusive(_)) if !is_sandbox => return Ok(None),
        Err(other) => return Err(other),
    };
    if is_read {
        tenant.send(request.clone()).await?;
    }
    Ok(Some(request))
}

async fn valid_request(
    tenant: &Tenant<'_>,
    operation: &'static Operation,
) -> Result<ApiRequest, NotPassed> {
    let credential = tenant.credential(operation).await?;
    tenant.valid_request(operation, &credential).await
}
