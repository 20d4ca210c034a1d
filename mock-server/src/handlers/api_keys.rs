//! The operation on API keys.

use schemas::Entity;

use super::{Call, Reply};
use crate::error::ApiError;

/// No API key gets as far as this: none holds the scope.
pub(super) fn revoke(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let now = call.now;
    let mut keys = call.keys.iter_mut();
    let key = keys
        .find(|key| key.definition.id == call.id && key.works(now))
        .ok_or_else(|| ApiError::not_found(Entity::ApiKey.as_str(), call.id))?;
    key.revoke(now);
    Ok(Reply::done())
}
