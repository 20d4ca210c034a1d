//! The operations on API keys. They accept access tokens only: an API key may not call them.
//!
//! Keys are not created here, because drawing a key's text needs the lock of all organizations. The handler returns
//! what is requested to the pipeline, which creates the key and responds with [`created`].

use jiff::Timestamp;
use schemas::{
    Entity, OperationId,
    api_keys::{CreatedApiKey, KeyStatus, ListedApiKey},
    key::ApiKey,
};

use super::{CheckedRequest, Reply};
use crate::{
    handlers::ApiError,
    keys::{Key, KeyId, NewKey},
};

/// The key that the body requests.
pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<NewKey, ApiError> {
    let wanted = request.body()?;
    NewKey::from_request(wanted)
        .map_err(|error| ApiError::plain(schemas::ErrorCode::Conflict, error.to_string()))
}

/// The one response that shows a new key in full.
pub(crate) fn created(text: &ApiKey, key: &Key, now: Timestamp) -> Option<Reply> {
    let created = CreatedApiKey {
        key: text.expose().to_owned(),
        listed: key.listed(now)?,
    };
    let id = &created.listed.id;
    Some(Reply::created(&created, OperationId::GetApiKey, id))
}

pub(super) fn list(request: &CheckedRequest<'_>) -> Reply {
    let keys = || {
        let keys = request.keys.iter();
        keys.filter_map(|key| key.listed(request.now))
    };
    let page = request.query.page.select(keys()).collect();
    request.page::<ListedApiKey>(page, keys().count())
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let key = KeyId::parse(request.id).and_then(|id| request.keys.get(id.index()));
    let listed = key.and_then(|key| key.listed(request.now));
    listed
        .map(|key| Reply::ok(&key))
        .ok_or_else(|| missing(request))
}

/// Revokes a key, unless it is already revoked. An expired key can be revoked, too: after that, its expiry cannot
/// be extended.
pub(super) fn revoke(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let now = request.now;
    let is_there = |key: &Key| {
        let listed = key.listed(now);
        listed.is_some_and(|key| key.status != KeyStatus::Revoked)
    };
    let key = KeyId::parse(request.id).and_then(|id| request.keys.get_mut(id.index()));
    let Some(key) = key.filter(|key| is_there(key)) else {
        return Err(missing(request));
    };
    key.revoke(now);
    Ok(Reply::done())
}

fn missing(request: &CheckedRequest<'_>) -> ApiError {
    ApiError::not_found(Entity::ApiKey.as_str(), request.id)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use schemas::{ErrorCode, Preset, Tier};

    use super::*;
    use crate::{
        config::Config,
        handlers::{Handled, query::Query},
        keys::Expiry,
        store::{SharedData, Store},
    };

    const TEXT: &str = "lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxdemo01";

    fn key(index: usize, expiry: Expiry) -> Key {
        let new = NewKey {
            name: None,
            scopes: Preset::Orders.scopes(),
            tier: Tier::Free,
            expiry,
        };
        let text = ApiKey::parse(TEXT).unwrap();
        Key::new(new.definition(KeyId::of_index(index), &text, Timestamp::UNIX_EPOCH))
    }

    /// Runs an operation, and returns the error code if it fails.
    fn run(keys: &mut [Key], operation: OperationId, id: &str) -> Result<Reply, ErrorCode> {
        let now = Timestamp::UNIX_EPOCH;
        let shared_data = SharedData::new(&Config::default());
        let handled = super::super::run(CheckedRequest {
            operation: operation.operation(),
            store: &mut Store::new(&shared_data, &"demo01".into(), now),
            keys,
            now,
            id,
            query: Query::default(),
            body: None,
        });
        match handled {
            Ok(Handled::Reply(reply)) => Ok(reply),
            Ok(Handled::NewKey(_)) => unreachable!("no key is created"),
            Err(error) => Err(error.code()),
        }
    }

    #[test]
    fn revokes_a_key_once_even_if_expired_and_no_other_key() {
        let mut keys = [
            key(0, Expiry::Never),
            key(1, Expiry::Never),
            key(2, Expiry::Always),
        ];
        for id in ["key_1", "key_3"] {
            let revoked = run(&mut keys, OperationId::RevokeApiKey, id);
            assert_eq!(revoked.unwrap().status, StatusCode::NO_CONTENT);
        }
        assert!(!keys[0].works(Timestamp::UNIX_EPOCH) && keys[1].works(Timestamp::UNIX_EPOCH));
        for gone in ["key_1", "key_3", "key_4", ""] {
            let refused = run(&mut keys, OperationId::RevokeApiKey, gone).unwrap_err();
            assert_eq!(refused, ErrorCode::EntityNotFound);
        }
    }

    #[test]
    fn successor_of_a_future_rotation_is_not_listed() {
        let mut keys = [key(0, Expiry::Never), key(1, Expiry::Never)];
        keys[1].suspend();
        let missing = ErrorCode::EntityNotFound;
        for operation in [OperationId::GetApiKey, OperationId::RevokeApiKey] {
            let refused = run(&mut keys, operation, "key_2").unwrap_err();
            assert_eq!(refused, missing);
        }
        keys[1].resume();
        run(&mut keys, OperationId::GetApiKey, "key_2").unwrap();
    }
}
