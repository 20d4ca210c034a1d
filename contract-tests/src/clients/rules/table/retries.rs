//! Rules about retries, backoff and rate limits.

use super::super::{
    Judge, Rule, backoff, bounds, concurrency, final_errors, idempotency, lost_posts,
    rate_limit_responses, retries, unfinished,
};
use crate::finding::Level;

pub(super) const RULES: &[Rule] = &[
    rule! {
        "CLI-RETRY-1" Must Each retries::waits_after_429,
        "After 429, a request is not retried before Retry-After has passed.",
        because "Until then every request is rejected, and adds load to a server that has asked for less.",
        source "RFC 6585 §4; RFC 9110 §10.2.3: ought to wait; vendor guide",
        exercised by "a retry after a 429 with seconds in Retry-After",
        tolerance "50 ms",
        advice "Wait max(Retry-After, your own backoff) before the next attempt.",
    },
    rule! {
        "CLI-RETRY-2" Must Each retries::waits_after_503,
        "After 503, a request is not retried before Retry-After has passed.",
        because "The server has said when it expects to be back; earlier requests hinder its recovery.",
        source "RFC 9110 §10.2.3",
        exercised by "a retry after a 503 with seconds in Retry-After",
        tolerance "50 ms",
        advice "Handle Retry-After the same way on every status that has it.",
    },
    rule! {
        "CLI-RETRY-3" Should Each retries::waits_until_date,
        "A date in Retry-After is understood.",
        because "The standard permits dates, and proxies send them; a program that reads only seconds crashes or retries at once.",
        source "RFC 9110 §10.2.3 and §5.6.7; the vendor sends seconds",
        exercised by "a retry after a 429 with a date in Retry-After",
        tolerance "1 s",
        advice "Parse Retry-After as a number first, then as an HTTP date.",
    },
    rule! {
        "CLI-RETRY-4" Should Each retries::survives_bad_values,
        "An invalid Retry-After causes neither a crash nor a busy loop.",
        because "Faulty servers and proxies send such values; a crash loses work, and a busy loop is an attack.",
        source "RFC 9110 §10.2.3: digits or a date",
        exercised by "a 429 whose Retry-After is neither a number nor a date, is repeated, or is a date in \
         the past",
        tolerance "five attempts per second, and two in a row without a wait",
        advice "Fall back to your own backoff if Retry-After does not parse, and never wait less than a \
         minimum.",
    },
    rule! {
        "CLI-RETRY-5" Should Each retries::not_early_after_huge,
        "An excessive wait is reported, not cut short.",
        because "An early retry is rejected again, and a program that silently sleeps for hours seems to hang.",
        source "AWS Builders' Library; vendor tiers",
        exercised by "a 429 or 503 with a wait of an hour or more, and a program that exits by itself or \
         retries",
        tolerance "none",
        advice "Fail with an error if the wait exceeds your deadline; do not retry early.",
    },
    rule! {
        "CLI-RETRY-6" Must Each bounds::bounds_attempts,
        "The number of attempts for one request is bounded.",
        because "Endless retries hide the failure from the user, and multiply the load while a server is down.",
        source "AWS and SRE: 3; vendor guide: 3",
        exercised by "two failed attempts of one request, or the end of a run in which one failed; none may have succeeded",
        tolerance "--max-attempts, 5 by default; what the program sends several times in the control scenario, as often here, or at \
         the same interval",
        advice "Count attempts, and fail with the last error.",
    },
    rule! {
        "CLI-RETRY-7" Should Each backoff::backoff_grows,
        "Without Retry-After, the waits between attempts grow.",
        because "Constant waits keep up the load when a server needs relief.",
        source "AWS: exponential backoff",
        exercised by "three retries of a request whose failures carry no Retry-After",
        tolerance "random waits, and waits after the fourth; differences within three times this machine's timing noise are \
         inconclusive",
        advice "Double the wait with each attempt, up to a maximum, and add jitter.",
    },
    rule! {
        "CLI-RETRY-8" Should Each concurrency::randomizes_waits,
        "The first backoff varies randomly between requests.",
        because "Otherwise all clients that failed together come back together, and overload the server again.",
        source "AWS Builders' Library: timeouts, retries and backoff with jitter",
        exercised by "eight requests retried after a 429 or 5xx without Retry-After",
        tolerance "waits count as different if they are a tenth of the median wait and three times this \
         machine's timing noise apart; one wait in ten may be shorter and one longer",
        advice "Draw each wait at random, for example between half and all of your backoff; otherwise \
         everything that failed at once comes back at once.",
    },
    rule! {
        "CLI-RETRY-9" Must Each retries::waits_after_others,
        "Retry-After is honored on every status, and not replaced by a shorter backoff.",
        because "The server knows better than the client when a retry can succeed, whatever the status is.",
        source "RFC 9110 §10.2.3: any response may have Retry-After; GitHub",
        exercised by "a retry after an error other than 429 and 503 with seconds in Retry-After",
        tolerance "50 ms",
        advice "Read Retry-After before looking at the status, and wait max(Retry-After, your own backoff).",
    },
    rule! {
        "CLI-RETRY-10" Must Each final_errors::are_not_repeated,
        "A request that returned 400, 404, 409 or 422 is not repeated unchanged.",
        because "The same request gets the same error; repeating it only uses quota.",
        source "RFC 9110 §15.5",
        exercised by "a complete response with one of these statuses; inconclusive if the program is stopped within a \
         minute of it",
        tolerance "a 404 or 409 that the scenario does not inject, or for an object that the program has created: it may succeed \
         later; what the program sends several times in the control scenario, as often here, or at the same interval",
        advice "Retry only 429 and 5xx: the other errors will not change.",
    },
    rule! {
        "CLI-RETRY-11" Must Each lost_posts::ambiguous_post,
        "A POST whose outcome is unknown is not simply repeated, not even with an Idempotency-Key.",
        because "The first request may have created an order; the repetition then creates a second one. No page of the \
         vendor says that the API knows an Idempotency-Key.",
        source "RFC 9110 §9.2.2; no page of the vendor has an Idempotency-Key for these operations",
        exercised by "a POST that the server read, and whose response was lost or 5xx",
        tolerance "a repetition after the list was read in between proves nothing; one with another body is recognized if there are more \
         POSTs than in the control scenario",
        advice "Read the list to check whether it was carried out, and repeat it only if it was not; an \
         Idempotency-Key may be ignored.",
    },
    rule! {
        "CLI-RETRY-12" Must Each idempotency::idempotency_key_rule,
        "All attempts of one request carry the same Idempotency-Key, and no other request uses it.",
        because "A server recognizes a repeated request only by the same key, and drops a different request that has the same key.",
        source "Stripe; draft-ietf-httpapi-idempotency-key-header",
        exercised by "a request with an Idempotency-Key",
        tolerance "none",
        advice "Generate the key before the first attempt, and a new one for each request.",
    },
    rule! {
        "CLI-RETRY-13" May Each retries::retries_safe_calls,
        "A GET that failed with 502, 503, 504 or a reset is retried.",
        because "Short failures of proxies and connections are common, and repeating a GET does no harm.",
        source "AWS",
        exercised by "a GET that failed in one of these ways",
        tolerance "none",
        advice "A GET is safe to repeat: retry it with backoff.",
    },
    rule! {
        "CLI-RETRY-14" Must Each concurrency::shares_pauses,
        "A 429 pauses all requests with the same key for Retry-After, not only the one that received it.",
        because "All requests with a key share its quota, so the others would be rejected, too.",
        source "AWS Builders' Library; Google SRE: no thundering herd",
        exercised by "a 429 with seconds in Retry-After, while other requests are in flight or before \
         another is made",
        tolerance "requests within 100 ms plus three times this machine's timing noise, if the program may have \
         several open at once, and one more for each that was in flight, and the first on a connection that \
         was open before; if there is one, the rule is not exercised",
        advice "Share one pause between all workers that use a key: the worker that receives the 429 sets \
         it, and all of them wait for it before each request.",
    },
    rule! {
        "CLI-RETRY-15" Should Each concurrency::shares_tries,
        "In an outage, retries are bounded across all requests, not only for each one.",
        because "If every request is retried several times, an outage multiplies the load under which the server has to recover.",
        source "Google SRE: a retry budget of 10 %; AWS: retry quota",
        exercised by "20 requests in one run, none of which succeeded or received a Retry-After",
        tolerance "half as many retries as requests",
        advice "Share a retry budget between all requests and refill it on success; when it is empty, the \
         first failure is final.",
    },
    rule! {
        "CLI-RETRY-16" Should Each rate_limit_responses::pauses_until_reset,
        "After the quota is used up, no request is sent until it resets.",
        because "The headers have already said that the next request will be rejected.",
        source "GitHub; the meaning of the headers",
        exercised by "a request after a success with X-RateLimit-Remaining: 0 and a reset in the future",
        tolerance "1 s; requests within 100 ms plus three times this machine's timing noise, if the program may \
         have several open at once: the rule is not exercised",
        advice "If X-RateLimit-Remaining is 0, wait until X-RateLimit-Reset before the next request.",
    },
    rule! {
        "CLI-RETRY-17" Must Each retries::recovers,
        "If all requests succeed, some of them after a retry, the run succeeds.",
        because "A temporary failure that was overcome is no reason to discard the work.",
        source "project rule: what retries are for",
        exercised by "a request that succeeded after a 429 or 503, and none that stayed failed",
        tolerance "none",
        advice "Use the response of the last attempt as if it were the first.",
    },
    rule! {
        "CLI-RETRY-18" Must Each unfinished::finishes_postponed_requests,
        "A request that returned 429 or 503 is retried, or the exit status shows that it was not.",
        because "Otherwise work is missing, and neither the user nor a scheduler notices.",
        source "project rule: no silent data loss",
        exercised by "a 429 or 503, and a program that exits by itself",
        tolerance "of a read: any success with the same filters or fewer, later or at the same time; of a write: a later success of \
         the same request, or of as many requests of its kind as in the control scenario, or a later response that shows its effect",
        advice "Retry after the wait; if you give up, exit with a non-zero status.",
    },
];
