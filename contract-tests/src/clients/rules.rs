//! The table of every rule that a good client keeps. One row here, one function in the file of its topic.
//!
//! A rule is judged wherever the event that arms it was seen, and nowhere else: a client that did nothing has
//! kept nothing.

mod auth;
mod exit;
mod http;
mod pages;
mod responses;
mod retries;
mod secrets;
mod timeouts;

use std::time::Duration;

use strum::Display;

use super::{
    scenarios::CONTROL,
    trial::{Evidence, Limits},
};

/// How much a rule weighs.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Level {
    /// Who breaks it fails.
    Must,
    /// Who breaks it is warned.
    Should,
    /// It only informs.
    May,
}

/// What can be said of a rule in a trial.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Judgement {
    /// It was kept.
    Kept,
    /// It was broken; what was seen.
    Broken(String),
    /// Nothing that arms it was seen.
    NotArmed,
    /// It was armed, and yet cannot be judged, for this reason.
    Unclear(String),
}

/// Broken if something of that kind was seen.
impl From<Option<String>> for Judgement {
    fn from(seen: Option<String>) -> Self {
        seen.map_or(Self::Kept, Self::Broken)
    }
}

/// All trials of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trials<'a> {
    /// What is known of each.
    pub all: &'a [Evidence],
    /// How long things might take.
    pub limits: Limits,
    /// Tries of one call at the most.
    pub max_attempts: usize,
}

impl<'a> Trials<'a> {
    /// The trial under a scenario.
    pub(crate) fn under(&self, name: &str) -> Option<&'a Evidence> {
        self.all.iter().find(|one| one.scenario.name == name)
    }

    /// The trial in which all went well.
    pub(crate) fn control(&self) -> Option<&'a Evidence> {
        self.under(CONTROL)
    }
}

/// How a rule is judged.
#[derive(Debug)]
enum Judge {
    /// In each trial by itself.
    Each(fn(&Evidence, Trials<'_>) -> Judgement),
    /// In all of them together.
    Across(fn(Trials<'_>) -> Judgement),
}

/// A rule that a good client keeps.
#[derive(Debug)]
pub struct Rule {
    /// Names it for ever: `CLI-AUTH-7`.
    pub id: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Who says so, and how strongly.
    pub source: &'static str,
    /// What has to be seen before it can be judged.
    pub armed_by: &'static str,
    /// What is let pass.
    pub tolerance: &'static str,
    /// How to keep it.
    pub advice: &'static str,
    judge: Judge,
}

impl Rule {
    /// What can be said of it: of each trial, or, with none, of all together.
    pub(crate) fn judge<'a>(&self, trials: Trials<'a>) -> Vec<(Option<&'a Evidence>, Judgement)> {
        match self.judge {
            Judge::Each(judge) => {
                let each = trials.all.iter();
                each.map(|one| (Some(one), judge(one, trials))).collect()
            }
            Judge::Across(judge) => vec![(None, judge(trials))],
        }
    }
}

/// A row of the table.
macro_rules! rule {
    ($id:literal $level:ident $kind:ident $judge:path, $rule:literal, source $source:literal, armed by $armed:literal,
     tolerance $tolerance:literal, advice $advice:literal) => {
        Rule {
            id: $id,
            level: Level::$level,
            rule: $rule,
            source: $source,
            armed_by: $armed,
            tolerance: $tolerance,
            advice: $advice,
            judge: Judge::$kind($judge),
        }
    };
}

/// Every rule, in the order in which it is reported.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    rule!("CLI-AUTH-1" Must Each auth::one_bearer,
        "A call has one Authorization header that says Bearer and the key, and nothing else.",
        source "RFC 6750 §2.1; RFC 9110 §11.6.2", armed by "a call with an Authorization header",
        tolerance "the word Bearer in any case", advice "Set the header once, on the client; trim what you read the key from."),
    rule!("CLI-AUTH-2" Must Each secrets::one_method,
        "The key is sent in one place only.",
        source "RFC 6750 §2", armed by "a call", tolerance "none", advice "Send the key in the Authorization header and nowhere else."),
    rule!("CLI-AUTH-3" Must Each secrets::not_in_urls,
        "The key, or a part of it, never stands in a URL.",
        source "RFC 9700 §4.3.2", armed by "a call", tolerance "parts of fewer than 12 characters",
        advice "URLs end up in logs and histories: send the key in the Authorization header."),
    rule!("CLI-AUTH-4" Must Each auth::not_to_another_host,
        "The key is not sent to another host, whatever a redirect says.",
        source "RFC 9110 §15.4; CVE-2018-1000007, CVE-2025-21620", armed by "a redirect to another host that was delivered",
        tolerance "none", advice "Do not follow redirects of an API, or drop the key when the host changes."),
    rule!("CLI-AUTH-5" Must Each auth::not_to_another_port,
        "The key is not sent to another port, whatever a redirect says.",
        source "CVE-2022-27774, CVE-2022-27776", armed by "a redirect to another port that was delivered",
        tolerance "none", advice "Do not follow redirects of an API, or drop the key when scheme, host or port changes."),
    rule!("CLI-AUTH-6" Must Each auth::never_without_key,
        "No call goes out without the key.",
        source "project rule: every operation needs a key", armed by "a call", tolerance "OPTIONS",
        advice "Send the key with the first try; a probe without it is refused and helps nobody."),
    rule!("CLI-AUTH-7" Must Each auth::unauthorized_is_final,
        "A call that was refused with 401 is not made again with the same key.",
        source "RFC 9110 §15.5.2: repeat with new credentials only", armed by "a 401 that was delivered whole",
        tolerance "calls under way within 100 ms", advice "Stop at the first 401 and say that the key does not work; do not put 401 among the statuses that are retried."),
    rule!("CLI-AUTH-8" Must Each auth::forbidden_is_final,
        "A call that was refused with 403 is not made again with the same key.",
        source "RFC 9110 §15.5.4: SHOULD NOT repeat with the same credentials", armed by "a 403 that was delivered whole",
        tolerance "calls under way within 100 ms", advice "Say which scope is missing, from detail.required_scopes, and stop."),
    rule!("CLI-AUTH-9" Must Each auth::stops_when_revoked,
        "A key that was refused in mid-run is not used for anything any more.",
        source "project rule in the spirit of RFC 9700; the vendor revokes at once", armed by "a 401 after a call that succeeded",
        tolerance "calls under way within 100 ms", advice "Let the first 401 stop all work that uses this key, not only the call that met it."),
    rule!("CLI-AUTH-11" Must Each secrets::no_live_key,
        "No live key comes to a test host.",
        source "the vendor's key prefixes", armed by "a call with a key", tolerance "none",
        advice "Use the key that OPENPROSPECT_API_KEY gives, and no other that lies around."),
    rule!("CLI-AUTH-12" Must Each secrets::not_printed,
        "The key, or a part of it, is not printed.",
        source "RFC 9700; OWASP logging", armed by "a call of a program whose output was captured", tolerance "parts of fewer than 12 characters",
        advice "Mask the key in logs and errors: its prefix and its last four characters do."),
    rule!("CLI-AUTH-14" Should Across exit::unauthorized_and_forbidden_differ,
        "A user can tell a key that does not work from one that lacks a scope.",
        source "RFC 6750 §3.1", armed by "a 401 and a 403, each in a trial of its own", tolerance "none",
        advice "401: check the key. 403: name the scopes that are needed and held."),
    rule!("CLI-RETRY-1" Must Each retries::waits_after_429,
        "After 429, a call is not made again before Retry-After has passed.",
        source "RFC 6585 §4; RFC 9110 §10.2.3: ought to wait; vendor guide", armed by "a call that was made again after a 429 with seconds in Retry-After",
        tolerance "50 ms", advice "Wait max(Retry-After, your own backoff) before the next try."),
    rule!("CLI-RETRY-2" Must Each retries::waits_after_503,
        "After 503, a call is not made again before Retry-After has passed.",
        source "RFC 9110 §10.2.3", armed by "a call that was made again after a 503 with seconds in Retry-After",
        tolerance "50 ms", advice "Treat Retry-After alike on every status that has it."),
    rule!("CLI-RETRY-3" Should Each retries::waits_until_date,
        "A date in Retry-After is understood.",
        source "RFC 9110 §10.2.3 and §5.6.7; the vendor sends seconds", armed by "a call that was made again after a 429 with a date in Retry-After",
        tolerance "1 s", advice "Parse Retry-After as a number first, then as an HTTP date."),
    rule!("CLI-RETRY-4" Should Each retries::survives_bad_values,
        "A Retry-After that says nothing useful leads neither to a crash nor to a busy loop.",
        source "RFC 9110 §10.2.3: digits or a date", armed by "a 429 with a Retry-After that is neither",
        tolerance "five calls a second", advice "Fall back to your own backoff where Retry-After does not parse, and never below a floor."),
    rule!("CLI-RETRY-5" Should Each retries::not_early_after_huge,
        "A wait that is far too long is reported, and not cut short.",
        source "AWS Builders' Library; vendor tiers", armed by "a 429 that asks to wait for more than an hour",
        tolerance "none", advice "Give up with an error where the wait is beyond your deadline; do not call early."),
    rule!("CLI-RETRY-6" Must Each retries::bounded,
        "One call is tried a bounded number of times.",
        source "AWS and SRE: 3; vendor guide: 3", armed by "two failures of one call, or the end of a run in which one failed",
        tolerance "--max-attempts, 5 by default", advice "Count tries, and give up with the last error."),
    rule!("CLI-RETRY-7" Should Each retries::backoff_grows,
        "Without Retry-After, the waits between tries grow.",
        source "AWS: exponential backoff", armed by "three repeats of a call whose failures name no wait",
        tolerance "waits that are drawn", advice "Double the wait with each try, up to a bound, and add jitter."),
    rule!("CLI-RETRY-10" Must Each retries::final_errors,
        "A call that was refused with 400, 404, 409 or 422 is not made again as it was.",
        source "RFC 9110 §15.5", armed by "one of these that was delivered whole", tolerance "none",
        advice "Retry 429 and 5xx only: the others will be the same next time."),
    rule!("CLI-RETRY-11" Must Each retries::ambiguous_post,
        "A POST whose outcome is unknown is not repeated without an Idempotency-Key.",
        source "RFC 9110 §9.2.2", armed by "a POST that was read, and whose answer was lost or 5xx",
        tolerance "none", advice "Look whether it was done before you try again, or send an Idempotency-Key."),
    rule!("CLI-RETRY-12" Must Each retries::idempotency_key_rule,
        "Every try of a call carries the same Idempotency-Key, and no other call does.",
        source "Stripe; draft-ietf-httpapi-idempotency-key-header", armed by "a call with an Idempotency-Key",
        tolerance "none", advice "Make the key before the first try, and a new one for each call."),
    rule!("CLI-RETRY-13" May Each retries::retries_safe_calls,
        "A GET that met 502, 503, 504 or a reset is tried again.",
        source "AWS", armed by "a GET that met one of these", tolerance "none",
        advice "A GET is safe to repeat: try again with backoff."),
    rule!("CLI-RETRY-17" Must Each retries::recovers,
        "A call that was let in after a wait has succeeded, and so does the work.",
        source "project rule: what retries are for", armed by "a call that succeeded after a 429 or 503",
        tolerance "none", advice "Go on with the answer of the last try as if it were the first."),
    rule!("CLI-TIME-1" Must Each timeouts::gives_up,
        "A call that is never answered is given up.",
        source "AWS Builders' Library: time-outs", armed by "a call that was not answered, for as long as the trial went on",
        tolerance "--limit", advice "Set a time-out for the whole answer; most libraries have none by default."),
    rule!("CLI-TIME-4" Should Each timeouts::closes,
        "The connection of a call that was given up is closed.",
        source "RFC 9112 §9.6", armed by "a call that was not answered and made again on another connection",
        tolerance "10 connections", advice "Drop the answer's body or its client when you give a call up."),
    rule!("CLI-RESP-1" Must Each responses::tolerates_extra_fields,
        "Fields that nobody announced change nothing.",
        source "must-ignore; adding a field is a compatible change", armed by "an answer with such fields",
        tolerance "none", advice "Do not refuse unknown fields when you parse."),
    rule!("CLI-RESP-2" Should Each responses::tolerates_unknown_words,
        "A status of an order that nobody knows yet changes nothing else.",
        source "must-ignore", armed by "an answer with such a status", tolerance "none",
        advice "Give enums a variant for what is unknown."),
    rule!("CLI-RESP-4" Must Each responses::unknown_status_is_no_success,
        "A status that nobody knows counts as the x00 of its class.",
        source "RFC 9110 §15", armed by "a 418 that was delivered whole, to every call", tolerance "none",
        advice "Ask whether the status is 2xx, and let everything else be an error."),
    rule!("CLI-RESP-5" Must Each responses::cut_is_no_success,
        "An answer that breaks off is no success.",
        source "RFC 9112 §8", armed by "answers that break off, or end in the middle of their JSON", tolerance "a repeat that succeeds",
        advice "Let the end of the bytes before their announced length be an error, and JSON that does not parse."),
    rule!("CLI-RESP-6" Must Each responses::odd_bodies_are_errors,
        "An answer that is no JSON of the contract is an error that is handled: no crash, and no success.",
        source "RFC 9110 §8.3", armed by "200 with HTML, with nothing, or with an error in it, to every call",
        tolerance "a repeat that succeeds", advice "Check status, media type and the fields you need, and say what came instead."),
    rule!("CLI-RESP-8" Must Each responses::status_decides,
        "The status decides whether a call has succeeded, not only the body.",
        source "RFC 9110 §15", armed by "an error status to every call", tolerance "none",
        advice "Look at the status before the body."),
    rule!("CLI-HTTP-1" Should Each http::user_agent,
        "Calls say which program makes them, and its version.",
        source "RFC 9110 §10.1.5", armed by "a call", tolerance "none", advice "Set User-Agent: product/version."),
    rule!("CLI-HTTP-2" Must Each http::bodies,
        "A body is declared as JSON, and is what its operation takes.",
        source "RFC 9110 §8.3; the contract's schemas", armed by "a call with a body", tolerance "parameters of the media type",
        advice "Let the library serialise the body and set Content-Type: application/json."),
    rule!("CLI-HTTP-3" Should Each http::accept,
        "Calls accept JSON.",
        source "RFC 9110 §12.5.1", armed by "a call with an Accept header", tolerance "none", advice "Send Accept: application/json."),
    rule!("CLI-HTTP-5" Must Each http::survives_idle_close,
        "A connection that was closed between two calls is no failure.",
        source "RFC 9112 §9.3.1", armed by "a call after a connection was closed in silence", tolerance "none",
        advice "Let the library open another connection and try once more where nothing was answered yet."),
    rule!("CLI-HTTP-6" Should Each http::redirect_loops_end,
        "Redirects are not followed for ever.",
        source "RFC 9110 §15.4", armed by "a redirect that was followed", tolerance "20 hops",
        advice "Bound redirects, or follow none."),
    rule!("CLI-HTTP-8" Should Each http::reuses_connections,
        "Connections are used again.",
        source "RFC 9112 §9.3", armed by "five calls one after the other, none of which was made to close its connection",
        tolerance "half as many connections as calls", advice "Make one client, and keep it."),
    rule!("CLI-HTTP-10" Must Each http::ignores_informational,
        "Informational answers are passed over.",
        source "RFC 9110 §15.2", armed by "a 1xx before an answer", tolerance "none",
        advice "Use a library that knows 1xx; some take a 103 for the answer."),
    rule!("CLI-PAGE-1" Must Each pages::ends,
        "A list is read to its end, and not beyond.",
        source "the contract: total and offset", armed by "a second page of a list, where all goes well", tolerance "one page that is empty",
        advice "Stop where offset + rows reaches total."),
    rule!("CLI-PAGE-2" Must Each pages::ends_in_a_loop,
        "A list whose pages repeat for ever is given up.",
        source "project rule: robustness", armed by "two pages that are the same", tolerance "10 repeats",
        advice "Stop where a page brings nothing new, or at a bound of pages."),
    rule!("CLI-POLL-1" Should Each pages::polls_slowly,
        "An order is asked for no more often than once a second, and not any more once it has come to its end.",
        source "GitHub: avoid polling", armed by "two calls for one order", tolerance "50 ms",
        advice "Poll with growing waits, and stop at COMPLETED or CANCELLED."),
    rule!("CLI-EXIT-1" Should Each exit::tells_failure,
        "The exit status says whether the work was done.",
        source "Unix", armed by "a run that ended by itself, in which all went well or every call was refused", tolerance "none",
        advice "Exit with another status than 0 where the work could not be done."),
    rule!("CLI-EXIT-2" Should Each exit::ends_when_asked,
        "SIGTERM ends the program, also while it waits.",
        source "operations", armed by "a program that had to be stopped", tolerance "2 s",
        advice "Leave SIGTERM its default, or let it end every wait."),
    rule!("CLI-SCOPE-1" Should Each auth::does_not_probe,
        "Where a scope is missing, other operations are not tried in turn.",
        source "RFC 6750 §3.1", armed by "a 403 that was delivered whole", tolerance "three other paths",
        advice "Say which scopes are needed, and stop."),
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// A time for people.
fn shown(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_cards_are_sentences() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            let sentences = [rule.rule, rule.advice];
            assert!(rule.id.starts_with("CLI-"), "{}", rule.id);
            assert!(
                sentences.iter().all(|text| text.ends_with('.')),
                "{}",
                rule.id
            );
        }
    }
}
