//! Checks of access tokens at the API, and of the keys that are managed with them.

use schemas::{
    Evidence::{Assumed, Documented},
    OperationId::{
        CreateApiKey, CreateOrder, GetApiKey, GetOrder, ListApiKeys, ListOrders, RevokeApiKey,
    },
    source,
};

use crate::provider::{
    check::Check,
    checks::{access_tokens, api_keys},
    requirements::SANDBOX,
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-JWT-FORGED", Assumed, source::ACCESS_TOKENS,
        once access_tokens::forged,
        SANDBOX.reads(access_tokens::FORGERY_REQUESTS).on(&[ListOrders]),
        "A forged access token is rejected with the same response as an unknown key, whatever was \
         changed: its algorithm, its claims or its signature."),
    check!("PRV-JWT-CLAIMS", Assumed, source::ACCESS_TOKENS,
        once access_tokens::inconsistent_claims,
        SANDBOX.reads(access_tokens::MISFIT_REQUESTS).on(&[ListOrders]),
        "A signed token is rejected if it is expired or not valid yet, or is of another type, issuer \
         or audience."),
    check!("PRV-JWT-SCOPE", Assumed, source::AUTHENTICATION,
        once access_tokens::scopes,
        SANDBOX.reads(1).writes(1).on(&[CreateOrder, ListOrders]),
        "An access token allows what its scopes allow, and nothing else."),
    check!("PRV-JWT-QUOTA", Assumed, source::OURS,
        once access_tokens::quota,
        SANDBOX.reads(3).on(&[ListOrders]),
        "All access tokens of one user share a quota, separate from those of other users."),
    check!("PRV-JWT-ORGANIZATION", Assumed, source::OURS,
        once access_tokens::organization,
        SANDBOX.reads(2).writes(1).on(&[CreateOrder, GetOrder]),
        "An access token gives no access to another organization."),
    check!("PRV-KEYS-ONCE", Assumed, source::AUTHENTICATION,
        once api_keys::shown_once,
        SANDBOX.reads(3).writes(1).on(&[CreateApiKey, GetApiKey, ListApiKeys, ListOrders]),
        "A new key is shown in full in the response that creates it, which must not be stored, and \
         nowhere else."),
    check!("PRV-KEYS-CREATED", Assumed, source::OURS,
        once api_keys::has_requested_properties,
        SANDBOX.reads(5).writes(2).on(&[CreateApiKey, CreateOrder, GetApiKey, ListOrders]),
        "A key has the name, scopes, tier and expiry that it was created with, and shows when it \
         was last used."),
    check!("PRV-KEYS-REVOKE", Documented, source::AUTHENTICATION,
        once api_keys::revoked,
        SANDBOX.reads(4).deletions(4).on(&[ListOrders, RevokeApiKey]),
        "Only an access token with admin:write revokes a key, which is rejected from the next \
         request on and cannot be revoked again."),
];
