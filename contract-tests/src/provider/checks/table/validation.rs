//! Checks of requests that are valid or break a rule.

use schemas::{
    Evidence::{Assumed, Guide},
    OperationId::CreateOrder,
    source,
};

use crate::provider::{
    check::Check,
    checks::{properties, takes_body, takes_no_body, validation},
    requirements::{FULL_KEY, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-VALIDATION-BODY", Assumed, source::ERRORS,
        per_operation takes_body => validation::bodies,
        FULL_KEY.prepared(1).requests(100),
        "A body that breaks a rule is rejected with VALIDATION_ERROR, which names the field.",
        because "The server would store what is invalid, or the caller would not know which field to correct."),
    check!("PRV-VALIDATION-QUERY", Assumed, source::ERRORS,
        per_operation takes_no_body => validation::queries,
        FULL_KEY.prepared(1).requests(1).query_requests(validation::QUERY_REQUESTS),
        "An unknown query parameter, a duplicate one or an invalid value is rejected with VALIDATION_ERROR, which \
         names the parameter.",
        because "A mistyped filter that is ignored returns all rows, and the client takes them for the filtered \
         ones."),
    check!("PRV-VALIDATION-JSON", Assumed, source::ERRORS,
        per_operation takes_body => validation::broken_json,
        FULL_KEY.prepared(1).requests(validation::JSON_REQUESTS),
        "A body that is not JSON is rejected with 400 INVALID_JSON; JSON that is not an object or is nested too deeply \
         is rejected, too.",
        because "After a 500 a client retries in vain, and after a validation error a developer looks for a field \
         that is not wrong."),
    check!("PRV-VALIDATION-NAMES", Assumed, source::OURS,
        per_operation takes_body => validation::duplicate_names,
        FULL_KEY.prepared(1).requests(validation::DUPLICATE_REQUESTS),
        "A body with a duplicate field is rejected, or the value that takes effect is a valid one.",
        because "Parsers disagree on which value counts: a gateway checks the first, and the server stores the \
         second."),
    check!("PRV-VALIDATION-TYPE", Assumed, source::HTTP,
        per_operation takes_body => validation::media_type,
        FULL_KEY.prepared(1).requests(2).fill_requests(1),
        "A body that is not declared as JSON is rejected with 415 UNSUPPORTED_MEDIA_TYPE; the case of the type does not matter.",
        because "A body in another format would be misread, or rejected because of its fields instead of its type."),
    check!("PRV-VALIDATION-SIZE", Guide, source::DISCOVERY,
        per_operation validation::has_bulk_limit => validation::size,
        SANDBOX.prepared(1).requests(2),
        "An order takes up to 10,000 companies and a blacklist up to 10,000 entries at a time, \
         and not one more.",
        because "A client that sends as much as the guide allows would fail, or companies beyond the limit would be \
         lost without an error."),
    check!("PRV-PROP-VALID", Assumed, source::OURS,
        per_operation properties::takes_input => properties::valid,
        FULL_KEY.prepared(1).requests(properties::VALID_REQUESTS)
            .shrinks(properties::SHRINK_REQUESTS).seeded(),
        "Any request that the schemas allow is accepted, or rejected with a 404 or 409 of the \
         contract; the response has its documented shape.",
        because "A client would fail on values that the documents allow, such as the longest name, an emoji or the \
         last page."),
    check!("PRV-PROP-INVALID", Assumed, source::ERRORS,
        per_operation properties::takes_input => properties::invalid,
        FULL_KEY.prepared(1).requests(properties::INVALID_REQUESTS)
            .shrinks(properties::SHRINK_REQUESTS).seeded(),
        "Any request that breaks one rule of the schemas is rejected with VALIDATION_ERROR, which \
         names the field; a truncated body is rejected with INVALID_JSON.",
        because "Invalid values would be stored, changed silently or crash the server, and the caller would not know \
         what to correct."),
    check!("PRV-ORDER-DISCOVERY", Guide, source::DISCOVERY,
        once validation::discovery_takes_no_companies,
        FULL_KEY.writes(1).on(&[CreateOrder]),
        "A discovery order does not accept a list of companies.",
        because "The caller would wait for results on companies that the order ignores."),
];
