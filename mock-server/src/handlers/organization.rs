//! The operations on the caller's organization.

use super::{Call, Reply};
use crate::handlers::ApiError;

pub(super) fn get(call: &Call<'_>) -> Reply {
    Reply::ok(&call.store.settings.wire())
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let change = call.body()?;
    call.store.settings.update(change, call.now);
    Ok(Reply::ok(&call.store.settings.wire()))
}
