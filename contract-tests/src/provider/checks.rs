//! The table of every check. One line here, one function in the file of its topic.

mod authentication;
mod discovery;
mod filters;
mod http_rules;
mod invalid_values;
mod lists;
mod objects;
mod orders;
mod precedence;
mod properties;
mod prospect_searches;
mod rate_limit;
mod scopes;
mod timing;
mod validation;

pub(crate) use self::{authentication::unauthenticated_request, rate_limit::exhaust_quota};

use schemas::{
    Evidence::{Assumed, Documented, Guide},
    Operation, ScopeSet, source,
};

use crate::{
    contract::{Aspect, KeyRole},
    finding::Outcome,
    provider::{
        check::{Check, Run},
        requirements::{FULL_KEY, NO_KEYS, Requirements, SANDBOX},
        session::Session,
        valid_request::MAX_FILL_REQUESTS,
    },
};

/// A row of the table: besides what it is and how to find out, what it needs of a server that is not ours
/// and what it sends there at the most. The function is async; the table wants it boxed.
macro_rules! check {
    ($id:literal, $evidence:expr, $source:expr, last $run:path, $requirements:expr, $rule:literal) => {
        check!(
            $id,
            $evidence,
            $source,
            (Run::Last($run)),
            $requirements,
            $rule
        )
    };
    ($id:literal, $evidence:expr, $source:expr, once $run:path, $requirements:expr, $rule:literal) => {
        check!(
            $id,
            $evidence,
            $source,
            (Run::Once(|session| Box::pin($run(session)))),
            $requirements,
            $rule
        )
    };
    ($id:literal, $evidence:expr, $source:expr, each $pick:path => $run:path, $requirements:expr, $rule:literal) => {
        check!(
            $id,
            $evidence,
            $source,
            (Run::Each($pick, |session, operation| Box::pin($run(
                session, operation
            )))),
            $requirements,
            $rule
        )
    };
    ($id:literal, $evidence:expr, $source:expr, afterwards $run:path, $requirements:expr, $rule:literal) => {
        check!(
            $id,
            $evidence,
            $source,
            (Run::Afterwards($run)),
            $requirements,
            $rule
        )
    };
    ($id:literal, $evidence:expr, $source:expr, ($run:expr), $requirements:expr, $rule:literal) => {
        Check {
            id: $id,
            rule: $rule,
            evidence: $evidence,
            source: $source,
            requirements: $requirements,
            run: $run,
        }
    };
}

fn any(_: &Operation) -> bool {
    true
}

fn is_get(operation: &Operation) -> bool {
    operation.method == http::Method::GET
}

/// Whether an API key can hold all that it needs.
fn open_to_keys(operation: &Operation) -> bool {
    ScopeSet::PUBLIC.contains_all(operation.scopes)
}

fn open_to_keys_with_id(operation: &Operation) -> bool {
    open_to_keys(operation) && operation.has_id()
}

fn takes_no_body(operation: &Operation) -> bool {
    open_to_keys(operation) && operation.request.is_none()
}

fn takes_body(operation: &Operation) -> bool {
    operation.request.is_some()
}

/// Every check, in the order in which it is reported.
#[rustfmt::skip]
pub static CHECKS: &[Check] = &[
    check!("PRV-SUCCESS", Documented, source::AUTHENTICATION, each open_to_keys => objects::success,
        FULL_KEY.prepared(1).requests(1),
        "A well-formed call with a key that may make it succeeds, in the documented shape."),
    check!("PRV-LIST-LIMIT", Documented, source::AUTHENTICATION, each Operation::is_list => lists::limit,
        FULL_KEY.prepared(1).requests(4).fill_requests(MAX_FILL_REQUESTS),
        "A list has `limit` rows at the most, and `total` tells how many there are."),
    check!("PRV-LIST-PAGES", Assumed, source::OURS, each Operation::is_list => lists::pages,
        FULL_KEY.prepared(1).requests(1 + lists::MAX_PAGES).fill_requests(MAX_FILL_REQUESTS),
        "Walking through the pages with `offset` shows every row exactly once."),
    check!("PRV-LIST-FOREIGN", Assumed, source::OURS, each Operation::is_list => lists::foreign,
        SANDBOX.prepared(2).requests(2).fill_requests(2 * MAX_FILL_REQUESTS),
        "A list shows nothing of another organization."),
    check!("PRV-LIST-READ", Assumed, source::OURS, each lists::has_reader => lists::rows,
        FULL_KEY.prepared(1).reads(lists::ROW_READS).fill_requests(MAX_FILL_REQUESTS),
        "A row of a list says what the object itself says, in every field that both have."),
    check!("PRV-WRITE-READ", Assumed, source::OURS, each objects::writes => objects::readback,
        FULL_KEY.prepared(1).requests(1).reads(2),
        "What was written is told back, and read as it was told."),
    check!("PRV-WRITE-TEXT", Assumed, source::OURS, each objects::writes_text => objects::texts_read_back,
        FULL_KEY.prepared(1).requests(1).reads(1),
        "Text is read back as it was written, whatever script it is in: nothing is lost, replaced or composed."),
    check!("PRV-DELETE-FINAL", Assumed, source::OURS, each objects::deletes => objects::deletion,
        FULL_KEY.prepared(1).requests(2).reads(1),
        "What was deleted is 404 from then on, to read and to delete again."),
    check!("PRV-DELETE-LIST", Assumed, source::OURS, each objects::deletes_from_list => objects::list_after_deletion,
        FULL_KEY.prepared(1).requests(1).reads(2),
        "What was deleted is in no list from then on, and is not counted."),
    check!("PRV-ORDER-READBACK", Guide, source::ENRICHMENT, once orders::readback,
        FULL_KEY.writes(1).reads(3),
        "A new order is RECEIVED, has a Location, and is there when it is read and listed."),
    check!("PRV-ORDER-PROGRESS", Guide, source::ENRICHMENT, once orders::progress,
        SANDBOX.writes(1).reads(1 + orders::MAX_LOOKS),
        "An order goes from RECEIVED over ACCEPTED and IN_PROGRESS to COMPLETED, and never back."),
    check!("PRV-RESULTS-EARLY", Assumed, source::OURS, once orders::early_results,
        FULL_KEY.writes(1).reads(1),
        "Before an order is COMPLETED, its results are refused with 409 CONFLICT."),
    check!("PRV-RESULTS-SOURCE", Guide, source::DISCOVERY, once orders::source_ids,
        SANDBOX.writes(2).reads(2 * (1 + orders::MAX_LOOKS)),
        "Results carry the caller's `external_id` as `source_id` of the company that it was given for, and null for others."),
    check!("PRV-DISCOVERY-SEARCH", Assumed, source::DISCOVERY, once discovery::prospect_search,
        SANDBOX.writes(2).reads(9 + 2 * orders::MAX_LOOKS),
        "A discovery order finds so many companies of its prospect search as it wants."),
    check!("PRV-DISCOVERY-BLACKLIST", Assumed, source::BLACKLISTS, once discovery::blacklist,
        SANDBOX.writes(4).reads(3 + 2 * orders::MAX_LOOKS),
        "A discovery order leaves out the companies that its blacklists name by domain, or by name and city, and no others."),
    check!("PRV-DELIVERY", Assumed, source::OURS, once discovery::delivery,
        SANDBOX.writes(1).reads(3 + orders::MAX_LOOKS),
        "What an order finds is delivered once it is completed, and not before."),
    check!("PRV-VERSION-STALE", Guide, source::SEARCH_EDITING, once prospect_searches::stale,
        FULL_KEY.writes(3).reads(3),
        "A change of a prospect search that names an old version is 409 CONFLICT and changes nothing."),
    check!("PRV-VERSION-STRIPPED", Guide, source::SEARCH_EDITING, once prospect_searches::stripped,
        SANDBOX.writes(1).reads(3),
        "What an API key may not change of a prospect search is left out of the change, and named in stripped_fields."),
    check!("PRV-VERSION-MASK", Guide, source::SEARCH_EDITING, once prospect_searches::mask,
        SANDBOX.writes(1).reads(3),
        "With an update_mask, a change is one of the fields it names only."),
    check!("PRV-SEARCH-BLACKLISTS", Guide, source::OVERVIEW, once prospect_searches::blacklists,
        SANDBOX.writes(4).reads(4).deletions(1),
        "A prospect search has the blacklists that were set last, without those that were deleted."),
    check!("PRV-FILTER-SCORE", Assumed, source::OLDER_COMPANIES, once filters::scores,
        FULL_KEY.reads(4),
        "min_match_score lets through the companies of that score or a better one."),
    check!("PRV-FILTER-REVIEW", Assumed, source::OLDER_COMPANIES, once filters::reviews,
        FULL_KEY.reads(5),
        "review_status and review_status_list let through the companies that have it; each company has one."),
    check!("PRV-FILTER-SEARCH-ID", Assumed, source::OLDER_COMPANIES, once filters::prospect_search,
        FULL_KEY.reads(4),
        "prospect_search_id lets through the companies of that search; of one that nobody has, none."),
    check!("PRV-FILTER-TEXT", Assumed, source::OLDER_COMPANIES, once filters::text,
        FULL_KEY.reads(6),
        "search finds a company and a prospect by the name, in whatever case, and nothing where there is nothing."),
    check!("PRV-FILTER-COMPANY", Assumed, source::OURS, once filters::company,
        FULL_KEY.reads(4),
        "company_id lets through the prospects of that company."),
    check!("PRV-FILTER-SINCE", Assumed, source::NEWER_DELIVERIES, once filters::delivered_since,
        FULL_KEY.reads(3),
        "delivered_since lets through what was delivered after that time."),
    check!("PRV-401-MISSING", Documented, source::AUTHENTICATION, each any => authentication::missing,
        NO_KEYS.requests(1),
        "Without an Authorization header a call is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-SCHEME", Documented, source::AUTHENTICATION, once authentication::scheme,
        FULL_KEY.reads(2),
        "Another scheme than Bearer is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-MALFORMED", Documented, source::AUTHENTICATION, once authentication::malformed,
        NO_KEYS.reads(4),
        "A text that is no key is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-UNKNOWN", Documented, source::AUTHENTICATION, each any => authentication::unknown,
        NO_KEYS.requests(1),
        "A well-formed key that nobody has is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-REVOKED", Documented, source::AUTHENTICATION, each any => authentication::revoked,
        Requirements::of(&[KeyRole::Revoked]).requests(1),
        "A revoked key is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-EXPIRED", Documented, source::AUTHENTICATION, each any => authentication::expired,
        Requirements::of(&[KeyRole::Expired]).requests(1),
        "An expired key is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-LIVE", Documented, source::AUTHENTICATION, once authentication::live,
        NO_KEYS.reads(1),
        "A live key that nobody has is refused with 401 AUTHENTICATION_ERROR."),
    check!("PRV-401-SAME", Documented, source::AUTHENTICATION, once authentication::same,
        NO_KEYS.reads(7),
        "The body of a 401 is the same, byte for byte, whatever the cause."),
    check!("PRV-401-CHALLENGE", Assumed, source::BEARER, once authentication::challenge,
        NO_KEYS.reads(7),
        "A 401 carries WWW-Authenticate: Bearer, with error=\"invalid_token\" exactly where a credential was presented."),
    check!("PRV-401-TIME", Assumed, source::OURS, once timing::same,
        Requirements::of(&[KeyRole::Revoked]).reads(timing::MAX_REQUESTS),
        "How long a 401 takes does not tell its cause either."),
    check!("PRV-401-QUERY", Assumed, source::BEARER, once precedence::key_in_query,
        SANDBOX.reads(precedence::QUERY_REQUESTS),
        "A key in the query string admits nobody: 401."),
    check!("PRV-401-HEADER", Assumed, source::BEARER, once precedence::key_in_other_header,
        FULL_KEY.reads(precedence::HEADER_REQUESTS),
        "A key in another header than Authorization, or in a cookie, admits nobody: 401."),
    check!("PRV-401-CASE", Assumed, source::OURS, once precedence::key_in_other_case,
        FULL_KEY.reads(2),
        "A key in another letter case is another key, which nobody has: 401."),
    check!("PRV-401-FIRST", Assumed, source::OURS, each takes_body => precedence::key_before_body,
        NO_KEYS.body_requests(precedence::BODY_REQUESTS),
        "Without a key, a request is 401 whatever is wrong with its body, or with what that is declared as."),
    check!("PRV-401-SPELLING", Assumed, source::OURS, each precedence::is_first_of_its_path => precedence::key_on_every_spelling,
        NO_KEYS.requests(precedence::SPELLINGS),
        "However a path is spelled, a request without a key is 401, or 404 where it is no path."),
    check!("PRV-REVOKE-NOW", Documented, source::AUTHENTICATION, once authentication::revocation,
        SANDBOX.reads(3),
        "A key works until it is revoked and stops to work at once; another key of its organization goes on."),
    check!("PRV-EXPIRE-NOW", Documented, source::AUTHENTICATION, once authentication::expiry,
        SANDBOX.reads(2),
        "A key works one second before it expires, and not from then on."),
    check!("PRV-403-SCOPE", Documented, source::AUTHENTICATION, each any => scopes::refused,
        Requirements::of(&[KeyRole::Full, KeyRole::ReadOnly]).prepared(1).requests(1),
        "A key without the scope is refused with 403 AUTHORIZATION_ERROR that names the scopes needed and held."),
    check!("PRV-403-FIRST", Assumed, source::OURS, each precedence::has_id_or_body => precedence::scope_before_object_and_body,
        Requirements::of(&[KeyRole::ReadOnly]).requests(1).body_requests(precedence::BODY_REQUESTS),
        "A key without the scope is 403 whether or not there is such an object, and whatever is wrong with the body: ids cannot be probed."),
    check!("PRV-403-OPENS", Documented, source::AUTHENTICATION, each any => scopes::opened,
        SANDBOX.prepared(1).requests(18),
        "Of the 18 scopes, just the one an operation needs opens it; no other does."),
    check!("PRV-429-SHAPE", Documented, source::AUTHENTICATION, each any => rate_limit::shape,
        Requirements::of(&[KeyRole::Full, KeyRole::Limited]).prepared(1).requests(1).reads(1).burst(),
        "When the quota is used up, the answer is 429 rate_limit_exceeded with a whole number of seconds in Retry-After."),
    check!("PRV-429-COUNT", Assumed, source::OLDER_OVERVIEW, once rate_limit::count,
        SANDBOX.burst(),
        "Exactly as many calls are let in as X-RateLimit-Limit says, one fewer remaining after each."),
    check!("PRV-429-RECOVERY", Documented, source::AUTHENTICATION, once rate_limit::recovery,
        SANDBOX.reads(2).burst(),
        "After Retry-After seconds a call is let in again, and one second earlier it is not."),
    check!("PRV-429-PER-KEY", Assumed, source::OLDER_OVERVIEW, once rate_limit::per_key,
        SANDBOX.reads(1).burst(),
        "A key whose quota is used up leaves other keys of its organization alone."),
    check!("PRV-429-ORGANIZATIONS", Assumed, source::OLDER_OVERVIEW, once rate_limit::organizations,
        SANDBOX.reads(1).burst(),
        "A key whose quota is used up leaves the keys of other organizations alone."),
    check!("PRV-429-BURST", Assumed, source::OLDER_OVERVIEW, once rate_limit::burst,
        SANDBOX.burst(),
        "Of twice as many calls as the quota allows, sent at once, exactly as many are let in as it allows."),
    check!("PRV-429-BAD-KEYS", Assumed, source::OURS, once rate_limit::bad_keys,
        SANDBOX.reads(9).burst(),
        "Calls that are refused with 401 or 429 use up nobody's quota."),
    check!("PRV-404-UNKNOWN", Guide, source::ERRORS, each open_to_keys_with_id => objects::unknown_id,
        FULL_KEY.prepared(1).requests(2),
        "An id that nobody has is 404 ENTITY_NOT_FOUND with entity_type and identifier."),
    check!("PRV-404-FOREIGN", Assumed, source::OURS, each open_to_keys_with_id => objects::foreign_id,
        SANDBOX.prepared(1).requests(3),
        "Another organization's id gets the same answer as one that nobody has."),
    check!("PRV-404-REFERENCE", Assumed, source::OURS, each objects::refers => objects::unknown_reference,
        FULL_KEY.prepared(1).requests(1),
        "A body that names what nobody has is 404 ENTITY_NOT_FOUND with entity_type and identifier."),
    check!("PRV-404-ROUTE", Assumed, source::HTTP, once http_rules::unknown_path,
        FULL_KEY.reads(2),
        "A path that no operation has is 404."),
    check!("PRV-405-ALLOW", Assumed, source::HTTP, each any => http_rules::method_not_allowed,
        FULL_KEY.writes(2).deletions(1),
        "A method that a path does not have is 405 with an Allow header that names those it has."),
    check!("PRV-HEAD", Assumed, source::HTTP, each is_get => http_rules::head,
        FULL_KEY.prepared(1).requests(1).reads(2),
        "HEAD is GET without the body: the same status and length, and the same need for a key."),
    check!("PRV-HEAD-EMPTY", Assumed, source::HTTP, once http_rules::head_without_body,
        FULL_KEY.reads(1),
        "Nothing follows the head of the answer to a HEAD."),
    check!("PRV-204-EMPTY", Assumed, source::HTTP, each http_rules::has_no_content => http_rules::no_content_without_body,
        FULL_KEY.prepared(1).requests(1),
        "Nothing follows the head of a 204."),
    check!("PRV-SLASH", Assumed, source::OURS, each any => http_rules::trailing_slash,
        FULL_KEY.prepared(2).requests(3),
        "A path with a slash at its end is the same path, with the same need for a key."),
    check!("PRV-ID-ENCODED", Assumed, source::HTTP, each http_rules::reads_one => http_rules::encoded_id,
        FULL_KEY.prepared(1).requests(2),
        "An id in a path is the same id where its characters are percent-encoded, as clients do that take no chances."),
    check!("PRV-SCHEME-CASE", Assumed, source::HTTP, once http_rules::scheme_case,
        FULL_KEY.reads(3),
        "The word Bearer counts in any case."),
    check!("PRV-GET-TYPE", Documented, source::AUTHENTICATION, once http_rules::content_type_on_get,
        FULL_KEY.reads(1),
        "A GET with Content-Type: application/json is answered as one without, as the vendor's samples send it."),
    check!("PRV-VALIDATION-BODY", Assumed, source::ERRORS, each takes_body => validation::bodies,
        FULL_KEY.prepared(1).requests(100),
        "A body that breaks a rule is VALIDATION_ERROR and names the field."),
    check!("PRV-VALIDATION-QUERY", Assumed, source::ERRORS, each takes_no_body => validation::queries,
        FULL_KEY.prepared(1).requests(5),
        "A query value out of range or unknown is VALIDATION_ERROR and names the parameter."),
    check!("PRV-VALIDATION-JSON", Assumed, source::ERRORS, each takes_body => validation::broken_json,
        FULL_KEY.prepared(1).requests(4),
        "A body that is not JSON is 400 INVALID_JSON."),
    check!("PRV-VALIDATION-NAMES", Assumed, source::OURS, each takes_body => validation::duplicate_names,
        FULL_KEY.prepared(1).requests(validation::DUPLICATE_REQUESTS),
        "A body that names a field twice is refused, or the value that counts is one that is allowed."),
    check!("PRV-VALIDATION-TYPE", Assumed, source::HTTP, each takes_body => validation::media_type,
        FULL_KEY.prepared(1).requests(2),
        "A body that is not declared as JSON is 415 UNSUPPORTED_MEDIA_TYPE."),
    check!("PRV-VALIDATION-SIZE", Guide, source::DISCOVERY, each validation::has_bulk_limit => validation::size,
        SANDBOX.prepared(1).requests(2),
        "An order takes up to 10,000 companies, a blacklist up to 10,000 entries at a time, and not one more."),
    check!("PRV-PROP-VALID", Assumed, source::OURS, each properties::takes_input => properties::valid,
        FULL_KEY.prepared(1).requests(properties::VALID_REQUESTS).shrinks(properties::SHRINK_REQUESTS).seeded(),
        "Whatever request the schemas allow is accepted, or refused by a 404 or 409 of the contract; its answer is of its documented shape."),
    check!("PRV-PROP-INVALID", Assumed, source::ERRORS, each properties::takes_input => properties::invalid,
        FULL_KEY.prepared(1).requests(properties::INVALID_REQUESTS).shrinks(properties::SHRINK_REQUESTS).seeded(),
        "Whatever request breaks one rule of the schemas is VALIDATION_ERROR and names the field; one that is no JSON is INVALID_JSON."),
    check!("PRV-ORDER-DISCOVERY", Guide, source::DISCOVERY, once validation::discovery_takes_no_companies,
        FULL_KEY.writes(1),
        "A discovery order takes no companies."),
    check!("PRV-SECRET-ECHO", Assumed, source::AUTHENTICATION, once authentication::echo,
        SANDBOX.reads(4).writes(2),
        "A key that stands in an id, a query, a path or a body is not repeated by what is wrong there."),
    check!("PRV-SECRET", Assumed, source::AUTHENTICATION, last secret,
        NO_KEYS,
        "No response to any request repeats the key it was made with, whole, in part or encoded."),
    check!("PRV-WHOLE", Assumed, source::HTTP, afterwards whole,
        NO_KEYS,
        "Every answer comes whole: in time, as long as it says, framed as HTTP wants it, and not without end."),
    check!("PRV-SCHEMA", Documented, source::AUTHENTICATION, afterwards schema,
        NO_KEYS,
        "Every answer, success or error, is JSON of its documented shape, whatever it was asked for."),
    check!("PRV-HEADERS", Assumed, source::OURS, afterwards headers,
        NO_KEYS,
        "Every answer has the headers that belong to it: Retry-After, WWW-Authenticate, X-RateLimit-*, Location, X-Request-Id, Date."),
    check!("PRV-READING", Documented, source::AUTHENTICATION, afterwards reading,
        NO_KEYS,
        "Where the vendor's documents contradict one another, answers follow the authority; what another page says is accepted and named."),
];

fn secret(session: &Session) -> Outcome {
    session.echo_detector.outcome()
}

fn whole(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Whole)
}

fn schema(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Shape)
}

fn headers(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Headers)
}

fn reading(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Reading)
}

/// The check of that id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS
        .iter()
        .find(|check| check.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_rules_are_sentences() {
        let ids: HashSet<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids.len(), CHECKS.len());
        for check in CHECKS {
            assert!(
                check.id.starts_with("PRV-") && check.rule.ends_with('.'),
                "{}",
                check.id
            );
        }
    }
}
