//! The operations on the caller's organization.

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

pub(super) fn get(request: &CheckedRequest<'_>) -> Reply {
    Reply::ok(&request.store.settings.wire())
}

pub(super) fn update(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let change = request.body()?;
    request.store.settings.update(change, request.now);
    Ok(Reply::ok(&request.store.settings.wire()))
}
