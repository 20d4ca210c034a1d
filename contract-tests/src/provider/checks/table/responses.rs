//! Checks of responses; those that send nothing judge the responses to all other checks.

use schemas::{
    Evidence::{Assumed, Documented},
    Operation,
    OperationId::{CreateOrder, GetOrder, ListOrders},
    source,
};

use crate::provider::{
    check::Check,
    checks::{
        authentication, complete_responses, consistent_responses, existence, headers, pages_seen,
        readings, schema, secret,
    },
    requirements::{NO_KEYS, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-SECRET-ECHO", Assumed, source::AUTHENTICATION,
        once authentication::echo,
        SANDBOX.reads(4).writes(2).on(&[CreateOrder, GetOrder, ListOrders]),
        "Errors do not repeat a key that was sent in an id, a query, a path or a body.",
        because "A key that was pasted into the wrong place would end up in every log and error report that quotes \
         the response."),
    check!("PRV-SECRET", Assumed, source::AUTHENTICATION,
        after_once secret,
        NO_KEYS,
        "No response repeats the key of its request, whole, in part or encoded.",
        because "Responses are logged, cached and shown to people who must not have the key."),
    check!("PRV-EXISTS", Documented, source::AUTHENTICATION,
        after_per_operation existence, NO_KEYS,
        "The operation exists: a request with a valid key is not rejected with 404, 405 or 501, as if the \
         path or method were unknown.",
        because "A client that needs the operation cannot work with this server at all."),
    check!("PRV-WHOLE", Assumed, source::HTTP,
        after_per_operation complete_responses, NO_KEYS,
        "Every response is complete: it arrives in time, with its declared length and valid \
         framing, and ends.",
        because "The client waits until its timeout, works with a part of the data, or takes the rest for the next \
         response."),
    check!("PRV-SCHEMA", Documented, source::AUTHENTICATION,
        after_per_operation schema,
        NO_KEYS,
        "Every response, success or error, is JSON of its documented shape, whatever was requested.",
        because "Generated clients reject any other shape; the rest find nothing where a value should be, and fail \
         later and elsewhere."),
    check!("PRV-LIST-PAGE", Assumed, source::OLDER_COMPANIES,
        after_per_operation Operation::is_list => pages_seen,
        NO_KEYS,
        "What a page says of itself is true: the `limit` and `offset` that applied, and in `has_more`, whether more rows \
         follow.",
        because "A client that reads on while `has_more` is true would miss the rest of the list, or never end."),
    check!("PRV-CONSISTENT", Assumed, source::OURS,
        after_per_operation consistent_responses,
        NO_KEYS,
        "A response agrees with its request and with itself: it is about the object in the path, counts what was sent, quotes \
         rejected values as they were sent, and has no time before 2000, after the response, or before `created_at`.",
        because "A client would file data under another company, take an order for incomplete, or sort and select by times \
         that cannot be."),
    check!("PRV-HEADERS", Assumed, source::OURS,
        after_per_operation headers,
        NO_KEYS,
        "Every response has the headers that belong to it: Retry-After, WWW-Authenticate, \
         X-RateLimit-*, Location, X-Request-Id, Date.",
        because "Clients learn from headers how long to wait, when to refresh a token and where a new object is; \
         support finds a request by its id."),
    check!("PRV-READING", Documented, source::AUTHENTICATION,
        after_per_operation readings,
        NO_KEYS,
        "Where the vendor's pages contradict each other, for example on the code of a 401, responses follow the page \
         that the contract follows. Following another page is a warning, and fails only a sandbox or a run with --strict.",
        because "A client written from one page misreads a server that follows another."),
];
