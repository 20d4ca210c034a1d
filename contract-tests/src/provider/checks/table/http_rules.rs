//! Checks of paths, methods and what HTTP requires.

use schemas::{
    Evidence::{Assumed, Documented, Guide},
    Operation,
    OperationId::{CreateOrder, ListOrders},
    source,
};

use crate::provider::{
    check::Check,
    checks::{any, http_rules, is_get, methods, objects, scopes, strangers, unknown_ids},
    requirements::{FULL_KEY, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-404-UNKNOWN", Guide, source::ERRORS,
        per_operation Operation::has_id => unknown_ids::unknown_id,
        FULL_KEY.prepared(1).requests(3),
        "An unknown id returns 404 ENTITY_NOT_FOUND with entity_type and identifier; one that can be none is rejected, too.",
        because "Without them, a client cannot say which object is missing, or takes it for a mistake in its \
         request."),
    check!("PRV-404-FOREIGN", Assumed, source::OURS,
        per_operation strangers::takes_id => strangers::foreign_id,
        SANDBOX.prepared(1).requests(3).fill_requests(strangers::FURTHER_REQUESTS),
        "Another organization's id gets the same response as an unknown id, in a path, a body or a \
         filter.",
        because "By trying ids, a caller could find out which objects other organizations have."),
    check!("PRV-404-REFERENCE", Assumed, source::OURS,
        per_operation objects::has_reference => objects::unknown_reference,
        FULL_KEY.prepared(1).requests(objects::REFERENCE_REQUESTS).reads(1).fill_requests(1),
        "A body that refers to an unknown object returns 404 ENTITY_NOT_FOUND with entity_type \
         and identifier, and changes nothing, even if its other references are known.",
        because "The client could not say which object is missing, and would look for a mistake in the form of its \
         body."),
    check!("PRV-404-ROUTE", Assumed, source::HTTP,
        once http_rules::unknown_path,
        FULL_KEY.reads(3).on(&[ListOrders]),
        "Unknown paths return 404 with the code NOT_FOUND, with the type and the headers of every response; each has a request id \
         of its own, and (on a sandbox) not the one that was sent.",
        because "A mistyped path would look like a missing object or a failure of the server."),
    check!("PRV-405-ALLOW", Assumed, source::HTTP,
        per_operation any => http_rules::method_not_allowed,
        FULL_KEY.reads(1).writes(2).deletions(1).fill_requests(1),
        "An unsupported method returns 405 with an Allow header that lists the supported ones and no others, and with the type \
         and the headers of every response; (on a sandbox) OPTIONS returns the same list.",
        because "A developer could not see that the path is right and only the method is wrong."),
    check!("PRV-METHOD", Assumed, source::HTTP,
        once methods::method_of_the_first_line,
        FULL_KEY.reads(2).writes(1).fill_requests(1).on(&[ListOrders]).on_sandbox(&[CreateOrder]),
        "A request has the method of its first line, whatever a header says; TRACE is rejected and does not return the \
         request.",
        because "A caller who can set a header could turn a read that a proxy admits into a deletion; TRACE would show the \
         headers that a proxy adds."),
    check!("PRV-HEAD", Assumed, source::HTTP,
        per_operation is_get => http_rules::head,
        FULL_KEY.prepared(1).requests(1).reads(2).fill_requests(scopes::POOR_KEYS),
        "HEAD equals GET without the body: the same status, length, if it is stated, headers of every response, \
         authentication and scopes.",
        because "Monitors and caches use HEAD, and would report an outage where there is none. A HEAD that needs no \
         key shows anyone what exists."),
    check!("PRV-HEAD-EMPTY", Assumed, source::HTTP,
        once http_rules::head_without_body,
        FULL_KEY.reads(1).on(&[ListOrders]),
        "Nothing follows the head of a response to HEAD.",
        because "A client reads no body after HEAD, so it takes these bytes for the next response on the connection."),
    check!("PRV-204-EMPTY", Assumed, source::HTTP,
        per_operation http_rules::has_no_content => http_rules::no_content_without_body,
        FULL_KEY.prepared(1).requests(1),
        "Nothing follows the head of a 204.",
        because "A client expects no body after 204, so it takes these bytes for the next response on the \
         connection."),
    check!("PRV-SLASH", Assumed, source::OURS,
        per_operation any => http_rules::trailing_slash,
        FULL_KEY.prepared(2).requests(3).fill_requests(scopes::POOR_KEYS),
        "A path with a trailing slash is the same path, with the same authentication and scopes.",
        because "The vendor's pages write paths both ways, and so do clients: some would fail, or one spelling would \
         need no key."),
    check!("PRV-ID-ENCODED", Assumed, source::HTTP,
        per_operation http_rules::reads_one => http_rules::encoded_id,
        FULL_KEY.prepared(1).requests(3).fill_requests(scopes::POOR_KEYS),
        "A percent-encoded id in a path is the same id, even where no encoding was necessary, with \
         the same authentication and scopes.",
        because "Some libraries encode more characters than necessary; their users would get 404 for objects that \
         exist."),
    check!("PRV-SCHEME-CASE", Assumed, source::HTTP,
        once http_rules::scheme_case,
        FULL_KEY.reads(3).on(&[ListOrders]),
        "The scheme name Bearer is case-insensitive.",
        because "Some libraries write `bearer`; their users would get 401 with a valid key."),
    check!("PRV-GET-TYPE", Documented, source::AUTHENTICATION,
        once http_rules::content_type_on_get,
        FULL_KEY.reads(1).on(&[ListOrders]),
        "A GET with Content-Type: application/json, as in the vendor's samples, is handled like \
         one without.",
        because "Clients copied from the vendor's page would fail at their first request."),
];
