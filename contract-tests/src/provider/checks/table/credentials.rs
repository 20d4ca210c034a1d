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
         changed: its algorithm, its claims or its signature.",
        because "Otherwise anyone can write a token with any scope, or learn from a different response which part of \
         a forgery to change."),
    check!("PRV-JWT-CLAIMS", Assumed, source::ACCESS_TOKENS,
        once access_tokens::inconsistent_claims,
        SANDBOX.reads(access_tokens::MISFIT_REQUESTS).on(&[ListOrders]),
        "A signed token is rejected if it is expired or not valid yet, or is of another type, issuer \
         or audience.",
        because "A token that was issued for another service, or has expired, would open the API to whoever has \
         found it."),
    check!("PRV-JWT-SCOPE", Assumed, source::AUTHENTICATION,
        once access_tokens::scopes,
        SANDBOX.reads(1).writes(1).on(&[CreateOrder, ListOrders]),
        "An access token allows what its scopes allow, and nothing else.",
        because "A user who let an application read would have let it write, too."),
    check!("PRV-JWT-QUOTA", Assumed, source::OURS,
        once access_tokens::quota,
        SANDBOX.reads(3).on(&[ListOrders]),
        "All access tokens of one user share a quota, separate from those of other users.",
        because "With a quota for each token, a refresh resets the limit; with one for all users, one user locks out \
         the others."),
    check!("PRV-JWT-ORGANIZATION", Assumed, source::OURS,
        once access_tokens::organization,
        SANDBOX.reads(2).writes(1).on(&[CreateOrder, GetOrder]),
        "An access token gives no access to another organization.",
        because "A user of one customer could read the orders of another."),
    check!("PRV-KEYS-ONCE", Assumed, source::AUTHENTICATION,
        once api_keys::shown_once,
        SANDBOX.reads(3).writes(1).on(&[CreateApiKey, GetApiKey, ListApiKeys, ListOrders]),
        "A new key is shown in full in the response that creates it, which must not be stored, and \
         nowhere else.",
        because "Whoever may list keys, or can read a cache, would have every key of the organization."),
    check!("PRV-KEYS-CREATED", Assumed, source::OURS,
        once api_keys::has_requested_properties,
        SANDBOX.reads(5).writes(2).on(&[CreateApiKey, CreateOrder, GetApiKey, ListOrders]),
        "A key has the name, scopes, tier and expiry that it was created with, and shows when it \
         was last used.",
        because "A key that can do more, or lives longer, than was asked for does more damage when it leaks."),
    check!("PRV-KEYS-REVOKE", Documented, source::AUTHENTICATION,
        once api_keys::revoked,
        SANDBOX.reads(4).deletions(4).on(&[ListOrders, RevokeApiKey]),
        "Only an access token with admin:write revokes a key, which is rejected from the next \
         request on and cannot be revoked again.",
        because "A leaked key would still work after its owner has revoked it, or could itself revoke the keys of \
         others."),
];
