//! Where the vendor's documents contradict one another, and which reading the sandbox implements. The authentication page
//! decides, then its sibling pages, then the choice that is compatible with most of both readings.

use super::{Contradiction, Reading};
use crate::source;

/// A row: topic, the readings with their pages, and the reading the sandbox implements.
macro_rules! contradiction {
    ($about:literal, [$($says:literal $source:ident),+ $(,)?], $side:literal) => {
        Contradiction {
            about: $about,
            readings: &[$(Reading { says: $says, source: source::$source }),+],
            side: $side,
        }
    };
}

/// Every contradiction.
#[rustfmt::skip]
pub static CONTRADICTIONS: &[Contradiction] = &[
    contradiction!("length of a key",
        ["32 characters after the prefix, says the text" AUTHENTICATION, "the sample has 31" AUTHENTICATION],
        "32 characters"),
    contradiction!("base URL",
        ["ends with `/api/v1`" AUTHENTICATION, "has no version" OLDER_OVERVIEW],
        "`/api/v1`"),
    contradiction!("slash at the end of a path",
        ["`/orders`" AUTHENTICATION, "`/orders/`" ENRICHMENT],
        "both are the same path; `--trailing-slash false` for the first alone"),
    contradiction!("shape of an error",
        ["flat, `code` and `message`" AUTHENTICATION, "nested in `error`, which the page calls illustrative" ERRORS,
         "`error` and `message`" OLDER_OVERVIEW],
        "flat, `code` and `message`"),
    contradiction!("code of a 401",
        ["`AUTHENTICATION_ERROR`" AUTHENTICATION, "`UNAUTHORIZED`" NEWER_ERRORS],
        "`AUTHENTICATION_ERROR`"),
    contradiction!("details of an error",
        ["in `detail`, in the body of a 403" AUTHENTICATION, "beside `code`, in two of the samples" AUTHENTICATION,
         "in `details`" NEWER_ERRORS],
        "in `detail`, also for validation errors"),
    contradiction!("message of a 403",
        ["begins with `Insufficient permissions. Required scopes:`" AUTHENTICATION, "begins with `Missing required scopes:`" NEWER_ERRORS],
        "`Insufficient permissions. Required scopes:`"),
    contradiction!("code of a 429",
        ["`rate_limit_exceeded`" AUTHENTICATION, "`RATE_LIMIT_EXCEEDED`" OLDER_OVERVIEW],
        "`rate_limit_exceeded`"),
    contradiction!("code of a 404",
        ["`ENTITY_NOT_FOUND` for all" ERRORS, "`ORDER_NOT_FOUND` and so on" NEWER_ERRORS],
        "`ENTITY_NOT_FOUND`"),
    contradiction!("status of a validation error",
        ["400" ERRORS, "422" NEWER_ERRORS],
        "422; `--validation-status 400` for the other"),
    contradiction!("code of a validation error",
        ["`VALIDATION_ERROR`" NEWER_ERRORS, "`INVALID_REQUEST`, `MISSING_FIELD` and so on" ERRORS],
        "`VALIDATION_ERROR`"),
    contradiction!("who may revoke a key",
        ["who holds `admin:write`" AUTHENTICATION, "which is not one of the 18 scopes" AUTHENTICATION],
        "no API key"),
    contradiction!("presets",
        ["four, as in the dashboard" AUTHENTICATION, "also one for discovery partners" DISCOVERY],
        "all of them"),
    contradiction!("scope of jobs and technologies",
        ["`job_search:read` and `webtech_intel:read` are for these" AUTHENTICATION, "`companies:read`" OLDER_COMPANIES],
        "`job_search:read` and `webtech_intel:read`"),
    contradiction!("rows of a list",
        ["in `orders`" AUTHENTICATION, "in `items`" OLDER_OVERVIEW],
        "`orders` for orders; else `items`"),
    contradiction!("end of a list in `items`",
        ["`has_more` says whether more rows follow" OLDER_OVERVIEW, "`total` alone" NEWER_CLIENTS],
        "`has_more`"),
    contradiction!("statuses of an order",
        ["five" ENRICHMENT, "`REJECTED` and `FAILED` besides" NEWER_ORDERS],
        "five"),
    contradiction!("before an order",
        ["nothing is needed" AUTHENTICATION, "a search profile is made" NEWER_PROFILES],
        "nothing is needed"),
    contradiction!("orders that a blacklist counts for",
        ["enrichment and discovery, says the text" BLACKLISTS, "only discovery orders and prospect searches can have one" BLACKLISTS],
        "discovery orders"),
    contradiction!("reading and changing one prospect search",
        ["two operations" OVERVIEW, "none" NEWER_OVERVIEW],
        "two operations"),
    contradiction!("how companies are delivered",
        ["pushed" OLDER_DELIVERIES, "pulled, by prospect search" NEWER_DELIVERIES, "there is a scope to read, and one for feedback" AUTHENTICATION],
        "pulled, from a list of our own making"),
];
