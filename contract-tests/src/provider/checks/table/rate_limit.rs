//! Checks of rate limits.

use schemas::{
    Evidence::{Assumed, Documented},
    OperationId::{ListCompanies, ListOrders},
    source,
};

use crate::{
    contract::KeyRole,
    provider::{
        check::Check,
        checks::{any, rate_limit},
        requirements::{Requirements, SANDBOX},
    },
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-429-SHAPE", Documented, source::AUTHENTICATION,
        per_operation any => rate_limit::shape,
        Requirements::new(&[KeyRole::Full, KeyRole::Limited])
            .prepared(1).requests(1).reads(1).burst(),
        "When the quota is used up, the response is 429 rate_limit_exceeded with a whole number \
         of seconds in Retry-After, at the end of which is the reset in the same response.",
        because "Clients wait as long as Retry-After says: without a number they guess, retry too early, or crash."),
    check!("PRV-429-COUNT", Assumed, source::OLDER_OVERVIEW,
        once rate_limit::count,
        SANDBOX.reads(2).burst().on(&[ListOrders]),
        "Exactly X-RateLimit-Limit requests are admitted, and X-RateLimit-Remaining falls by one \
         with each. The limit of each tier is the one in the settings of the sandbox.",
        because "Clients that pace themselves by these headers would run into the limit, or wait without need."),
    check!("PRV-429-RECOVERY", Documented, source::AUTHENTICATION,
        once rate_limit::recovery,
        SANDBOX.reads(2).burst().on(&[ListOrders]),
        "A request is admitted again after Retry-After seconds, and not one second earlier: further requests do not \
         move the end of the window.",
        because "A client that waits exactly as long as it was told would be rejected again, or would have waited \
         too long."),
    check!("PRV-429-PER-KEY", Assumed, source::OLDER_OVERVIEW,
        once rate_limit::per_key,
        SANDBOX.reads(1).burst().on(&[ListOrders]),
        "A used-up quota does not affect other keys of the same organization.",
        because "One busy program would stop all others of its organization."),
    check!("PRV-429-ORGANIZATIONS", Assumed, source::OLDER_OVERVIEW,
        once rate_limit::organizations,
        SANDBOX.reads(1).burst().on(&[ListOrders]),
        "A used-up quota does not affect the keys of other organizations.",
        because "One customer could stop the service for all others."),
    check!("PRV-429-BURST", Assumed, source::OLDER_OVERVIEW,
        once rate_limit::burst,
        SANDBOX.burst().on(&[ListOrders]),
        "Of twice as many concurrent requests as the quota allows, exactly the allowed number is \
         admitted.",
        because "A limit that concurrent requests can exceed does not protect the server, and one that is too strict \
         costs the caller quota."),
    check!("PRV-429-BAD-KEYS", Assumed, source::OURS,
        once rate_limit::bad_keys,
        SANDBOX.reads(12).burst().on(&[ListCompanies, ListOrders]),
        "Requests that are rejected with 401 or 429 consume no quota; all others do. A revoked key gets 401, also if its \
         quota is used up.",
        because "Anyone could use up an organization's quota with invalid keys, and each early retry would make the \
         wait longer."),
];
