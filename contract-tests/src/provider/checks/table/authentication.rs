//! Checks of keys and scopes.

use schemas::{
    Evidence::{Assumed, Documented},
    OperationId::ListOrders,
    source,
};

use crate::{
    contract::KeyRole,
    provider::{
        check::Check,
        checks::{any, authentication, precedence, scopes, timing},
        requirements::{FULL_KEY, NO_KEYS, Requirements, SANDBOX},
    },
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-401-MISSING", Documented, source::AUTHENTICATION,
        per_operation any => authentication::missing,
        NO_KEYS.requests(1).known_requests(2),
        "A request without an Authorization header is rejected with 401 AUTHENTICATION_ERROR.",
        because "Anyone on the network could read or change the organization's data."),
    check!("PRV-401-SCHEME", Documented, source::AUTHENTICATION,
        once authentication::scheme,
        FULL_KEY.reads(4).on(&[ListOrders]),
        "A scheme other than Bearer, or none, is rejected with 401 AUTHENTICATION_ERROR.",
        because "A mistake in a client's header would stay unnoticed until a stricter server or proxy rejects it."),
    check!("PRV-401-MALFORMED", Documented, source::AUTHENTICATION,
        once authentication::malformed,
        NO_KEYS.reads(6).on(&[ListOrders]),
        "A malformed key is rejected with 401 AUTHENTICATION_ERROR.",
        because "A developer who mistyped the key and gets 400 or 500 looks for the mistake in the request, not in \
         the key."),
    check!("PRV-401-UNKNOWN", Documented, source::AUTHENTICATION,
        per_operation any => authentication::unknown,
        NO_KEYS.requests(1).known_requests(2),
        "A well-formed but unknown key is rejected with 401 AUTHENTICATION_ERROR.",
        because "Anyone could make up a key that works."),
    check!("PRV-401-REVOKED", Documented, source::AUTHENTICATION,
        per_operation any => authentication::revoked,
        Requirements::new(&[KeyRole::Revoked]).requests(1).known_requests(2),
        "A revoked key is rejected with 401 AUTHENTICATION_ERROR.",
        because "Revocation is all that stops a leaked key: without it, the thief keeps access."),
    check!("PRV-401-EXPIRED", Documented, source::AUTHENTICATION,
        per_operation any => authentication::expired,
        Requirements::new(&[KeyRole::Expired]).requests(1).known_requests(2),
        "An expired key is rejected with 401 AUTHENTICATION_ERROR.",
        because "Owners set an expiration so that a forgotten key ends by itself; otherwise it stays a risk forever."),
    check!("PRV-401-LIVE", Documented, source::AUTHENTICATION,
        once authentication::live,
        NO_KEYS.reads(2).on(&[ListOrders]),
        "An unknown live key, or a valid key with the prefix of the other environment, is rejected \
         with 401 AUTHENTICATION_ERROR.",
        because "A made-up live key would open production data, or a test server would hide that a program uses the \
         wrong key."),
    check!("PRV-401-SAME", Documented, source::AUTHENTICATION,
        once authentication::same,
        NO_KEYS.reads(authentication::CAUSE_REQUESTS).proven_by(authentication::KNOWN_KEYS)
            .fill_requests(authentication::FURTHER_CAUSE_REQUESTS).on(&[ListOrders])
            .on_sandbox(authentication::CAUSE_SANDBOX_OPERATIONS),
        "The body of a 401 is the same whatever the cause, except for what differs between any two \
         requests.",
        because "A different body tells an attacker who tries keys which of them exist, or once did."),
    check!("PRV-401-CHALLENGE", Assumed, source::BEARER,
        once authentication::challenge,
        NO_KEYS.reads(authentication::CAUSE_REQUESTS)
            .fill_requests(authentication::FURTHER_CAUSE_REQUESTS).on(&[ListOrders])
            .on_sandbox(authentication::CAUSE_SANDBOX_OPERATIONS),
        "A 401 carries WWW-Authenticate: Bearer, with error=\"invalid_token\" if and only if a \
         bearer token was sent.",
        because "Libraries read from it which credentials to send, and OAuth clients refresh their token only at \
         invalid_token."),
    check!("PRV-401-TIME", Assumed, source::OURS,
        once timing::same_time,
        Requirements::new(&[KeyRole::Revoked]).reads(timing::REQUESTS)
            .fill_requests(timing::FURTHER_REQUESTS).on(&[ListOrders]),
        "The response time of a 401 does not reveal its cause.",
        because "By measuring, an attacker who tries keys finds out which of them exist, although the bodies are the \
         same."),
    check!("PRV-401-QUERY", Assumed, source::BEARER,
        once precedence::key_in_query,
        SANDBOX.reads(precedence::QUERY_REQUESTS).on(&[ListOrders]),
        "A key in the query string is not accepted: 401.",
        because "URLs end up in logs, histories and Referer headers, and with them the keys of clients that send \
         them there."),
    check!("PRV-401-HEADER", Assumed, source::BEARER,
        once precedence::key_in_other_header,
        FULL_KEY.reads(precedence::HEADER_REQUESTS).on(&[ListOrders]),
        "A key in a header other than Authorization, or in a cookie, is not accepted: 401.",
        because "Proxies and logs mask Authorization but no other header, and browsers send cookies without being \
         asked."),
    check!("PRV-401-CASE", Assumed, source::OURS,
        once precedence::key_in_other_case,
        FULL_KEY.reads(2).on(&[ListOrders]),
        "Keys are case-sensitive: a key in another letter case is unknown, 401.",
        because "Each key would have many spellings: easier to guess, and missed by a revocation or quota for one of \
         them."),
    check!("PRV-401-FIRST", Assumed, source::OURS,
        per_operation precedence::has_query_or_body => precedence::key_before_content,
        NO_KEYS.reads(precedence::INVALID_QUERIES).body_requests(precedence::BODY_REQUESTS)
            .fill_requests(precedence::FURTHER_REQUESTS),
        "A request without a key returns 401, whatever is wrong with its query, body or content type.",
        because "A caller without a key could make the server read any body, and learn from its errors what is \
         valid."),
    check!("PRV-401-SPELLING", Assumed, source::OURS,
        per_operation precedence::is_first_of_its_path => precedence::key_on_every_spelling,
        NO_KEYS.requests(precedence::SPELLINGS),
        "A request without a key returns 401 however its path is spelled, or 404 if the path is \
         unknown.",
        because "One spelling that reaches the data without a key opens the API to anyone."),
    check!("PRV-REVOKE-NOW", Documented, source::AUTHENTICATION,
        once authentication::revocation,
        SANDBOX.reads(3).on(&[ListOrders]),
        "A key works until it is revoked, and not after; other keys of its organization keep \
         working.",
        because "Until it stops working, a leaked key can be used; and if others stop with it, so do the systems \
         that use them."),
    check!("PRV-EXPIRE-NOW", Documented, source::AUTHENTICATION,
        once authentication::expiry,
        SANDBOX.reads(2).on(&[ListOrders]),
        "A key works one second before it expires, and is rejected from its expiry on.",
        because "Owners plan rotations by that time: a key that ends early stops a running system, and one that ends \
         late is a risk."),
    check!("PRV-403-SCOPE", Documented, source::AUTHENTICATION,
        per_operation any => scopes::refused,
        Requirements::new(&[KeyRole::Full, KeyRole::ReadOnly]).prepared(1).requests(1),
        "A key without the required scope is rejected with 403 AUTHORIZATION_ERROR, which lists \
         the required and the held scopes.",
        because "A key meant for reading could write; and without the two lists, its owner does not know which scope \
         to add."),
    check!("PRV-403-FIRST", Assumed, source::OURS,
        per_operation precedence::has_id_or_content => precedence::scope_before_object_and_content,
        Requirements::new(&[KeyRole::ReadOnly]).without_scopes()
            .requests(1).body_requests(precedence::BODY_REQUESTS)
            .fill_requests(precedence::FURTHER_REQUESTS),
        "A key without the required scope gets 403 whether or not the object exists, and whatever \
         is wrong with the query or body: ids cannot be probed.",
        because "A key with few scopes would reveal which objects exist that it must not see."),
    check!("PRV-403-OPENS", Documented, source::AUTHENTICATION,
        per_operation any => scopes::granted,
        SANDBOX.prepared(1).requests(18),
        "Of the 18 scopes, only the required one grants access to an operation.",
        because "Owners grant as few scopes as possible: one that opens more gives away data, one that opens less \
         makes them grant too many."),
];
