//! Clients with one bug each, and the rule that is meant to notice it.

use std::time::Duration;

use super::{
    Behaviour,
    behaviour::{
        AfterAuthError, Backoff, BadRetryAfter, Crash, Dates, FollowRedirects, ImmediateRetry,
        LongWait, OnRateLimit, OptionalFields, Place, RawHttpBug, RedirectMethod, RedirectTarget,
        Timeout,
    },
};

/// The reference client with one bad habit.
#[derive(Debug)]
pub struct Mutant {
    /// The bug, in words that stand for it on a command line.
    pub bug: &'static str,
    /// The rule that is meant to notice it.
    pub caught_by: &'static str,
    /// The scenarios in which it shows, besides the one in which all goes well.
    pub shows_in: &'static [&'static str],
    /// Whether that cannot be decided, and must not be taken for kept: what is wrong comes after the program was stopped.
    pub expects_inconclusive: bool,
    /// Gives it the habit.
    pub apply: fn(&mut Behaviour),
}

const fn mutant(
    bug: &'static str,
    caught_by: &'static str,
    shows_in: &'static [&'static str],
    apply: fn(&mut Behaviour),
) -> Mutant {
    Mutant {
        bug,
        caught_by,
        shows_in,
        expects_inconclusive: false,
        apply,
    }
}

/// One whose bug shows only after the program was stopped, so that nobody can tell.
const fn inconclusive(
    bug: &'static str,
    caught_by: &'static str,
    shows_in: &'static [&'static str],
    apply: fn(&mut Behaviour),
) -> Mutant {
    Mutant {
        expects_inconclusive: true,
        ..mutant(bug, caught_by, shows_in, apply)
    }
}

/// Retries everything that is not meant to be, by one status.
macro_rules! also {
    ($status:literal) => {
        |behaviour| behaviour.retries = &[429, 502, 503, 504, $status]
    };
}

/// Every one of them.
#[rustfmt::skip]
pub static MUTANTS: &[Mutant] = &[
    mutant("another-scheme", "CLI-AUTH-1", &[], |behaviour| behaviour.scheme = "Token"),
    mutant("key-with-a-quote", "CLI-AUTH-1", &[], |behaviour| behaviour.scheme = "Bearer \""),
    mutant("key-in-a-second-header", "CLI-AUTH-2", &[], |behaviour| behaviour.key_also_in = Some(Place::Header)),
    mutant("key-in-the-query", "CLI-AUTH-3", &[], |behaviour| behaviour.key_also_in = Some(Place::Query)),
    mutant("follows-to-other-hosts", "CLI-AUTH-4", &["redirect-host"], |behaviour| behaviour.redirects = Some(FollowRedirects::some(RedirectTarget::SamePort))),
    mutant("follows-to-other-ports", "CLI-AUTH-5", &["redirect-port"], |behaviour| behaviour.redirects = Some(FollowRedirects::some(RedirectTarget::SameHost))),
    mutant("probes-without-key", "CLI-AUTH-6", &[], |behaviour| behaviour.probes_without_key = true),
    mutant("retries-401", "CLI-AUTH-7", &["revoked-at-start"], also!(401)),
    mutant("repeats-a-401-at-once", "CLI-AUTH-7", &["revoked-at-start"], |behaviour| behaviour.immediate_retry = Some(ImmediateRetry { on: 401, on_new_connection: false })),
    mutant("repeats-a-401-at-once-on-another-connection", "CLI-AUTH-7", &["revoked-at-start"], |behaviour| behaviour.immediate_retry = Some(ImmediateRetry { on: 401, on_new_connection: true })),
    mutant("retries-403", "CLI-AUTH-8", &["missing-scope"], also!(403)),
    mutant("repeats-a-403-at-once", "CLI-AUTH-8", &["missing-scope"], |behaviour| behaviour.immediate_retry = Some(ImmediateRetry { on: 403, on_new_connection: false })),
    mutant("goes-on-at-once-after-401", "CLI-AUTH-9", &["revoked-mid-run"], |behaviour| behaviour.after_auth_error = AfterAuthError::GoOnAtOnce),
    mutant("goes-on-after-401", "CLI-AUTH-9", &["revoked-mid-run", "expired-mid-run"], |behaviour| behaviour.after_auth_error = AfterAuthError::GoOn),
    mutant("reads-its-key-at-start-only", "CLI-AUTH-10", &["key-rotated"], |behaviour| behaviour.rereads_key = false),
    mutant("sends-a-live-key", "CLI-AUTH-11", &[], |behaviour| behaviour.sends_live_key = true),
    mutant("prints-the-key", "CLI-AUTH-12", &[], |behaviour| behaviour.prints_key = true),
    mutant("gives-the-key-to-a-child-as-an-argument", "CLI-AUTH-13", &[], |behaviour| behaviour.delegates_to_child = true),
    mutant("one-message-for-all-refusals", "CLI-AUTH-14", &["revoked-at-start", "missing-scope"], |behaviour| behaviour.distinct_auth_errors = false),
    mutant("does-not-wait-after-429", "CLI-RETRY-1", &["rate-limit-once", "rate-limit-twice"], |behaviour| behaviour.retry_after_wait = |status, asked| if status == 429 { Duration::from_millis(200) } else { asked }),
    mutant("waits-half-as-long-as-asked", "CLI-RETRY-1", &["rate-limit-once"], |behaviour| behaviour.retry_after_wait = |status, asked| if status == 429 { asked / 2 } else { asked }),
    mutant("does-not-wait-after-503", "CLI-RETRY-2", &["unavailable-once"], |behaviour| behaviour.retry_after_wait = |status, asked| if status == 503 { Duration::from_millis(200) } else { asked }),
    mutant("does-not-read-dates", "CLI-RETRY-3", &["rate-limit-date"], |behaviour| behaviour.retry_after_dates = Dates::None),
    mutant("reads-one-form-of-dates", "CLI-RETRY-3", &["rate-limit-date-rfc850", "rate-limit-date-asctime"], |behaviour| behaviour.retry_after_dates = Dates::Preferred),
    mutant("crashes-on-a-bad-retry-after", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-decimal", "rate-limit-duplicate", "rate-limit-past"], |behaviour| behaviour.on_bad_retry_after = BadRetryAfter::Crash(Crash::Abort)),
    mutant("dies-of-a-bad-retry-after-as-python-does", "CLI-RETRY-4", &["rate-limit-garbage"], |behaviour| behaviour.on_bad_retry_after = BadRetryAfter::Crash(Crash::Python)),
    mutant("hurries-on-a-bad-retry-after", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-negative"], |behaviour| behaviour.on_bad_retry_after = BadRetryAfter::BusyLoop),
    mutant("takes-a-bad-retry-after-for-no-wait", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-negative", "rate-limit-decimal", "rate-limit-past"], |behaviour| behaviour.on_bad_retry_after = BadRetryAfter::NoWait),
    mutant("cuts-long-waits-short", "CLI-RETRY-5", &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"], |behaviour| behaviour.on_long_wait = LongWait::BackOff),
    inconclusive("cuts-long-waits-to-a-minute", "CLI-RETRY-5", &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"], |behaviour| behaviour.on_long_wait = LongWait::Cut),
    mutant("tries-ten-times", "CLI-RETRY-6", &["rate-limit-forever"], |behaviour| behaviour.max_attempts = 10),
    mutant("always-waits-as-long", "CLI-RETRY-7", &["unavailable-forever"], |behaviour| behaviour.backoff = Backoff::Constant),
    mutant("does-not-wait-between-tries", "CLI-RETRY-7", &["unavailable-forever"], |behaviour| behaviour.backoff = Backoff::None),
    mutant("always-waits-the-same-at-first", "CLI-RETRY-8", &["unavailable-each"], |behaviour| behaviour.backoff = Backoff::Doubled),
    mutant("waits-for-429-and-503-only", "CLI-RETRY-9", &["gateway-timeout"], |behaviour| behaviour.retry_after_wait = |status, asked| if status == 504 { Duration::from_millis(200) } else { asked }),
    mutant("retries-404", "CLI-RETRY-10", &["not-found"], also!(404)),
    mutant("retries-422", "CLI-RETRY-10", &["invalid"], also!(422)),
    mutant("repeats-lost-posts", "CLI-RETRY-11", &["reset-post"], |behaviour| behaviour.repeats_lost_posts = true),
    mutant("repeats-posts-after-500", "CLI-RETRY-11", &["internal-error-post"], also!(500)),
    mutant("a-new-idempotency-key-each-try", "CLI-RETRY-12", &["rate-limit-post"], |behaviour| behaviour.idempotency_key = Some(true)),
    mutant("never-retries-lost-calls", "CLI-RETRY-13", &["reset", "empty-reply"], |behaviour| behaviour.retries_lost_calls = false),
    mutant("takes-502-for-final", "CLI-RETRY-13", &["bad-gateway"], |behaviour| behaviour.retries = &[429, 503, 504]),
    mutant("each-worker-waits-for-itself", "CLI-RETRY-14", &["rate-limit-one-of-many"], |behaviour| behaviour.shares_pauses = false),
    mutant("reads-the-others-in-a-pause", "CLI-RETRY-14", &["rate-limit-one-of-many"], |behaviour| behaviour.on_rate_limit = OnRateLimit::SetAside),
    mutant("waits-after-the-next-only", "CLI-RETRY-14", &["rate-limit-one-of-many"], |behaviour| behaviour.on_rate_limit = OnRateLimit::AfterTheNext),
    mutant("tries-each-call-as-often-in-an-outage", "CLI-RETRY-15", &["outage"], |behaviour| behaviour.shares_retry_budget = false),
    mutant("does-not-mind-the-quota", "CLI-RETRY-16", &["quota-used-up"], |behaviour| behaviour.respects_quota = false),
    mutant("fails-after-recovery", "CLI-RETRY-17", &["rate-limit-once", "unavailable-once", "rate-limit-no-header"], |behaviour| behaviour.fails_after_recovery = true),
    mutant("leaves-out-what-is-put-off", "CLI-RETRY-18", &["rate-limit-one-of-many"], |behaviour| behaviour.on_rate_limit = OnRateLimit::LeaveOut),
    mutant("has-no-time-out", "CLI-TIME-1", &["hang"], |behaviour| behaviour.timeout = Timeout::None),
    mutant("has-no-time-out-for-connecting", "CLI-TIME-2", &["connect-hangs"], |behaviour| behaviour.raw_http = Some(RawHttpBug::ConnectsForEver)),
    mutant("bounds-silence-only", "CLI-TIME-3", &["slow-drip"], |behaviour| behaviour.timeout = Timeout::Idle),
    mutant("leaks-connections", "CLI-TIME-4", &["hang"], |behaviour| behaviour.leaked_connections = 12),
    mutant("reads-answers-without-end", "CLI-TIME-5", &["endless-body"], |behaviour| behaviour.max_response_bytes = usize::MAX),
    mutant("refuses-unknown-fields", "CLI-RESP-1", &["extra-fields"], |behaviour| behaviour.rejects_unknown_fields = true),
    mutant("refuses-unknown-words", "CLI-RESP-2", &["unknown-enum"], |behaviour| behaviour.rejects_unknown_values = true),
    mutant("counts-on-what-nobody-promises", "CLI-RESP-3", &["optional-missing", "optional-null"], |behaviour| behaviour.optional_fields = OptionalFields::Required),
    mutant("knows-missing-but-not-null", "CLI-RESP-3", &["optional-null"], |behaviour| behaviour.optional_fields = OptionalFields::NotNull),
    mutant("takes-418-for-success", "CLI-RESP-4", &["teapot"], |behaviour| behaviour.treats_as_success = |status| status == 418),
    mutant("takes-cut-json", "CLI-RESP-5", &["truncated", "cut-body"], |behaviour| behaviour.accepts_invalid_json = true),
    mutant("takes-any-shape", "CLI-RESP-6", &["error-200"], |behaviour| behaviour.accepts_any_shape = true),
    mutant("takes-what-is-no-json", "CLI-RESP-6", &["empty-200", "html-200"], |behaviour| behaviour.accepts_invalid_json = true),
    mutant("aborts-on-the-html-of-a-proxy", "CLI-RESP-6", &["bad-gateway", "html-502", "html-503", "html-504"], |behaviour| behaviour.crash_on_bad_json = Some(Crash::Abort)),
    mutant("dies-of-html-as-node-does", "CLI-RESP-6", &["html-200"], |behaviour| behaviour.crash_on_bad_json = Some(Crash::Node)),
    mutant("keeps-scopes-to-itself", "CLI-RESP-7", &["missing-scope"], |behaviour| behaviour.scopes_at = &[]),
    mutant("does-not-look-at-the-status", "CLI-RESP-8", &["success-500"], |behaviour| behaviour.treats_as_success = |_| true),
    mutant("ends-with-0-whatever-failed", "CLI-RESP-8", &["internal-error", "not-found", "invalid"], |behaviour| behaviour.failure_exit_code = 0),
    mutant("numbers-are-doubles", "CLI-RESP-9", &["large-id"], |behaviour| behaviour.numbers_are_doubles = true),
    mutant("asks-for-gzip-and-cannot-read-it", "CLI-RESP-10", &["gzip"], |behaviour| behaviour.accept_encoding = Some("gzip")),
    mutant("has-no-user-agent", "CLI-HTTP-1", &[], |behaviour| behaviour.user_agent = None),
    mutant("has-no-version", "CLI-HTTP-1", &[], |behaviour| behaviour.user_agent = Some("client")),
    mutant("sends-a-form", "CLI-HTTP-2", &[], |behaviour| behaviour.media_type = "application/x-www-form-urlencoded"),
    mutant("sends-what-is-no-order", "CLI-HTTP-2", &[], |behaviour| behaviour.order = r#"{"title": "Hotels", "features": ["NOTHING"]}"#),
    mutant("accepts-html-only", "CLI-HTTP-3", &[], |behaviour| behaviour.accept = "text/html"),
    mutant("goes-on-after-close", "CLI-HTTP-4", &["says-close"], |behaviour| behaviour.raw_http = Some(RawHttpBug::IgnoresClose)),
    mutant("does-not-survive-closed-connections", "CLI-HTTP-5", &["idle-close"], |behaviour| behaviour.raw_http = Some(RawHttpBug::NeverReopens)),
    mutant("follows-loops", "CLI-HTTP-6", &["redirect-loop"], |behaviour| behaviour.redirects = Some(FollowRedirects { at_most: 400, ..FollowRedirects::some(RedirectTarget::SameServer) })),
    mutant("redirected-posts-become-gets", "CLI-HTTP-7", &["redirect-post"], |behaviour| behaviour.redirects = Some(FollowRedirects { method: RedirectMethod::Get, ..FollowRedirects::some(RedirectTarget::SameServer) })),
    mutant("posts-again-where-to-look", "CLI-HTTP-7", &["see-other-post"], |behaviour| behaviour.redirects = Some(FollowRedirects { method: RedirectMethod::Unchanged, ..FollowRedirects::some(RedirectTarget::SameServer) })),
    mutant("a-connection-for-each-call", "CLI-HTTP-8", &[], |behaviour| behaviour.keep_alive = false),
    mutant("puts-ids-in-paths-as-they-are", "CLI-HTTP-9", &["odd-id"], |behaviour| behaviour.encodes_ids = false),
    mutant("takes-103-for-the-answer", "CLI-HTTP-10", &["early-hints"], |behaviour| behaviour.raw_http = Some(RawHttpBug::TakesInformational)),
    mutant("keeps-a-429", "CLI-HTTP-11", &["rate-limit-once", "rate-limit-kept"], |behaviour| behaviour.caches_rate_limits = true),
    mutant("reads-beyond-the-end", "CLI-PAGE-1", &[], |behaviour| behaviour.extra_pages = 3),
    mutant("skips-a-row-at-each-page", "CLI-PAGE-1", &[], |behaviour| behaviour.page_step = 3),
    mutant("leaves-out-the-last-page", "CLI-PAGE-1", &[], |behaviour| behaviour.skips_last_page = true),
    mutant("does-not-notice-loops", "CLI-PAGE-2", &["endless-pages"], |behaviour| behaviour.detects_loops = false),
    mutant("begins-lists-anew", "CLI-PAGE-3", &["rate-limit-page"], |behaviour| behaviour.restarts_lists = true),
    mutant("follows-links-anywhere", "CLI-PAGE-4", &["next-elsewhere"], |behaviour| behaviour.follows_next_links = true),
    mutant("takes-a-refused-page-for-the-end", "CLI-PAGE-5", &["page-refused"], |behaviour| behaviour.treats_page_error_as_end = true),
    mutant("polls-too-often", "CLI-POLL-1", &[], |behaviour| behaviour.poll_interval = Duration::from_millis(300)),
    mutant("polls-after-the-end", "CLI-POLL-1", &[], |behaviour| behaviour.polls_after_end = true),
    mutant("always-exits-with-0", "CLI-EXIT-1", &["revoked-at-start", "missing-scope"], |behaviour| behaviour.failure_exit_code = 0),
    mutant("ignores-sigterm", "CLI-EXIT-2", &["rate-limit-long"], |behaviour| behaviour.ignores_sigterm = true),
    mutant("dies-of-errors-as-python-does", "CLI-EXIT-3", &["not-found", "internal-error"], |behaviour| behaviour.crash_on_failure = Some(Crash::Python)),
    mutant("probes-other-operations", "CLI-SCOPE-1", &["missing-scope"], |behaviour| behaviour.after_auth_error = AfterAuthError::Probe),
    mutant("knows-orders-only", "CLI-READ-1", &["rows-in-items"], |behaviour| behaviour.rows_in = &["orders"]),
    mutant("reads-flat-errors-only", "CLI-READ-2", &["missing-scope", "scope-nested"], |behaviour| behaviour.scopes_at = &["/detail/required_scopes", "/details/required_scopes"]),
    mutant("reads-detail-only", "CLI-READ-3", &["missing-scope", "scope-in-details"], |behaviour| behaviour.scopes_at = &["/detail/required_scopes", "/error/detail/required_scopes"]),
    mutant("knows-a-401-by-its-code", "CLI-READ-4", &["revoked-at-start", "unauthorized-code"], |behaviour| behaviour.retries_by_code = true),
    mutant("knows-a-429-by-its-code", "CLI-READ-5", &["rate-limit-once", "rate-limit-code"], |behaviour| behaviour.retries_by_code = true),
    mutant("knows-a-404-by-its-code", "CLI-READ-6", &["not-found", "not-found-code"], |behaviour| behaviour.retries_by_code = true),
    mutant("retries-400", "CLI-READ-7", &["invalid", "invalid-400"], also!(400)),
];

/// The one with that bug.
pub fn find(bug: &str) -> Option<&'static Mutant> {
    MUTANTS.iter().find(|mutant| mutant.bug == bug)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::clients::{rules, scenarios};

    /// The habits, each as `Debug` shows it: its name begins a line that is indented once, and what belongs to it is indented
    /// further or no word.
    fn each(behaviour: &Behaviour) -> Vec<String> {
        let mut each: Vec<String> = Vec::new();
        for line in format!("{behaviour:#?}").lines().skip(1) {
            let begins = line
                .strip_prefix("    ")
                .is_some_and(|line| line.starts_with(char::is_alphabetic));
            match each.last_mut() {
                Some(setting) if !begins => setting.push_str(line),
                _ => each.push(line.to_owned()),
            }
        }
        each
    }

    #[test]
    fn every_mutant_has_one_habit_that_the_good_client_has_not() {
        let good = each(&Behaviour::default());
        for mutant in MUTANTS {
            let mut behaviour = Behaviour::default();
            (mutant.apply)(&mut behaviour);
            let behaviour = each(&behaviour);
            assert_eq!(behaviour.len(), good.len());
            let bad: Vec<_> = behaviour
                .iter()
                .filter(|setting| !good.contains(setting))
                .collect();
            assert_eq!(bad.len(), 1, "{}: {bad:?}", mutant.bug);
        }
    }

    #[test]
    fn every_bug_has_a_name_of_its_own_and_a_rule_that_is_there() {
        let bugs: HashSet<_> = MUTANTS.iter().map(|mutant| mutant.bug).collect();
        assert_eq!(bugs.len(), MUTANTS.len());
        for mutant in MUTANTS {
            assert!(rules::find(mutant.caught_by).is_some(), "{}", mutant.bug);
            let mut shows_in = mutant.shows_in.iter();
            assert!(
                shows_in.all(|name| scenarios::find(name).is_some()),
                "{}",
                mutant.bug
            );
        }
    }
}
