//! The operation on API keys.

use schemas::Entity;

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

/// No API key gets as far as this: none holds the scope.
pub(super) fn revoke(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let now = request.now;
    let mut keys = request.keys.iter_mut();
    let key = keys
        .find(|key| key.definition.id == request.id && key.works(now))
        .ok_or_else(|| ApiError::not_found(Entity::ApiKey.as_str(), request.id))?;
    key.revoke(now);
    Ok(Reply::done())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use schemas::{OperationId, Preset, Tier, key::ApiKey};

    use super::*;
    use crate::{
        config::Config,
        handlers::query::Query,
        keys::{Expiry, Key, KeyDefinition, KeyHash, Revocation},
        store::{SharedData, Store},
    };

    const TEXT: &str = "lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxdemo01";

    /// What comes of a revocation, with the code where it is refused.
    fn revoke(keys: &mut [Key], id: &str) -> Result<http::StatusCode, schemas::ErrorCode> {
        let now = Timestamp::UNIX_EPOCH;
        let shared_data = SharedData::new(&Config::default());
        let revoked = super::revoke(&mut CheckedRequest {
            operation: OperationId::RevokeApiKey.operation(),
            store: &mut Store::new(&shared_data, &"demo01".into(), now),
            keys,
            now,
            id,
            query: Query::default(),
            body: None,
        });
        revoked
            .map(|reply| reply.status)
            .map_err(|error| error.code())
    }

    #[test]
    fn a_key_is_revoked_once_and_the_others_go_on() {
        let key = |id: &str| {
            Key::new(KeyDefinition {
                id: id.to_owned(),
                hash: KeyHash::of(&ApiKey::parse(TEXT).unwrap()),
                name: None,
                masked: "lnc_test_Orde…mo01".into(),
                scopes: Preset::Orders.scopes(),
                tier: Tier::Free,
                expiry: Expiry::Never,
                revocation: Revocation::Never,
            })
        };
        let mut keys = [key("key_1"), key("key_2")];
        assert_eq!(revoke(&mut keys, "key_1"), Ok(http::StatusCode::NO_CONTENT));
        assert!(!keys[0].works(Timestamp::UNIX_EPOCH) && keys[1].works(Timestamp::UNIX_EPOCH));
        for gone in ["key_1", "key_3", ""] {
            let refused = revoke(&mut keys, gone);
            assert_eq!(refused, Err(schemas::ErrorCode::EntityNotFound));
        }
    }
}
