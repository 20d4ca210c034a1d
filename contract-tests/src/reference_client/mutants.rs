//! Clients with one bug each, and the rule that must catch it.

use std::time::Duration;

use super::{
    Behaviour,
    behaviour::{
        AfterAuthError, Backoff, BadRetryAfter, BusyLoop, ChallengeMethod, Crash, Dates,
        FollowRedirects, ImmediateRetry, LongWait, OnCancelled, OnLostPost, OnRateLimit,
        OnTokenFailure, OptionalFields, Place, RawHttpBug, RedirectMethod, RedirectTarget, Timeout,
        Verifier,
    },
};

/// The reference client with one bug.
#[derive(Debug)]
pub struct Mutant {
    /// The bug, as `--bug` and `--mutant` name it.
    pub bug: &'static str,
    /// The rule that must catch it.
    pub caught_by: &'static str,
    /// The scenarios that expose it, besides the control scenario.
    pub shows_in: &'static [&'static str],
    /// Whether it signs in by OAuth, instead of using a key.
    pub oauth: bool,
    /// Whether the rule must be inconclusive instead of passing: the program is stopped before it violates the rule.
    pub expects_inconclusive: bool,
    /// Adds the bug to a behaviour.
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
        oauth: false,
        expects_inconclusive: false,
        apply,
    }
}

/// A mutant whose bug would show only after the program is stopped.
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

/// A mutant that signs in by OAuth.
const fn oauth(
    bug: &'static str,
    caught_by: &'static str,
    shows_in: &'static [&'static str],
    apply: fn(&mut Behaviour),
) -> Mutant {
    Mutant {
        oauth: true,
        ..mutant(bug, caught_by, shows_in, apply)
    }
}

/// Also retries this status.
macro_rules! also {
    ($status:literal) => {
        |behaviour| behaviour.retries = &[429, 502, 503, 504, $status]
    };
}

/// Every client with a bug.
#[rustfmt::skip]
pub static MUTANTS: &[Mutant] = &[
    mutant("another-scheme", "CLI-AUTH-1", &[], |b| b.scheme = "Token"),
    mutant("key-with-a-quote", "CLI-AUTH-1", &[], |b| b.scheme = "Bearer \""),
    mutant("key-in-a-second-header", "CLI-AUTH-2", &[], |b| b.key_also_in = Some(Place::Header)),
    mutant("key-in-the-query", "CLI-AUTH-3", &[], |b| b.key_also_in = Some(Place::Query)),
    mutant("follows-to-other-hosts", "CLI-AUTH-4", &["redirect-host"],
        |b| b.redirects = Some(FollowRedirects::some(RedirectTarget::SamePort))),
    mutant("follows-to-other-ports", "CLI-AUTH-5", &["redirect-port"],
        |b| b.redirects = Some(FollowRedirects::some(RedirectTarget::SameHost))),
    mutant("probes-without-key", "CLI-AUTH-6", &[], |b| b.probes_without_key = true),
    mutant("retries-401", "CLI-AUTH-7", &["revoked-at-start"], also!(401)),
    mutant("repeats-a-401-at-once", "CLI-AUTH-7", &["revoked-at-start"],
        |b| b.immediate_retry = Some(ImmediateRetry { on: 401, on_new_connection: false })),
    mutant("repeats-a-401-at-once-on-another-connection", "CLI-AUTH-7", &["revoked-at-start"],
        |b| b.immediate_retry = Some(ImmediateRetry { on: 401, on_new_connection: true })),
    mutant("retries-403", "CLI-AUTH-8", &["missing-scope"], also!(403)),
    mutant("repeats-a-403-at-once", "CLI-AUTH-8", &["missing-scope"],
        |b| b.immediate_retry = Some(ImmediateRetry { on: 403, on_new_connection: false })),
    mutant("continues-at-once-after-401", "CLI-AUTH-9", &["revoked-mid-run"],
        |b| b.after_auth_error = AfterAuthError::GoOnAtOnce),
    mutant("continues-after-401", "CLI-AUTH-9", &["revoked-mid-run", "expired-mid-run"],
        |b| b.after_auth_error = AfterAuthError::GoOn),
    mutant("reads-its-key-only-at-start", "CLI-AUTH-10", &["key-rotated"], |b| b.rereads_key = false),
    mutant("sends-a-live-key", "CLI-AUTH-11", &[], 
        |b| b.changes_request = |request| {
            request.header("x-other-key", format!("lnc_live_{:x<32}", ""))
        }),
    mutant("prints-the-key", "CLI-AUTH-12", &[], |b| b.prints_key = Some(str::to_owned)),
    mutant("prints-the-bytes-of-the-key", "CLI-AUTH-12", &[], |b| b.prints_key = Some(|key| format!("{:02x?}", key.as_bytes()))),
    mutant("passes-the-key-to-a-child-as-an-argument", "CLI-AUTH-13", &[], |b| b.delegates_to_child = true),
    mutant("one-message-for-all-refusals", "CLI-AUTH-14", &["revoked-at-start", "missing-scope"],
        |b| b.distinct_auth_errors = false),
    mutant("does-not-wait-after-429", "CLI-RETRY-1", &["rate-limit-once", "rate-limit-twice"],
        |b| b.retry_after_wait = |status, requested| {
            if status == 429 { Duration::from_millis(200) } else { requested }
        }),
    mutant("waits-half-of-retry-after", "CLI-RETRY-1", &["rate-limit-once"],
        |b| b.retry_after_wait = |status, requested| if status == 429 { requested / 2 } else { requested }),
    mutant("does-not-wait-after-503", "CLI-RETRY-2", &["unavailable-once"],
        |b| b.retry_after_wait = |status, requested| {
            if status == 503 { Duration::from_millis(200) } else { requested }
        }),
    mutant("ignores-dates", "CLI-RETRY-3", &["rate-limit-date"],
        |b| b.retry_after_dates = Dates::None),
    mutant("reads-one-date-format", "CLI-RETRY-3", &["rate-limit-date-rfc850", "rate-limit-date-asctime"],
        |b| b.retry_after_dates = Dates::Preferred),
    mutant("crashes-on-an-invalid-retry-after", "CLI-RETRY-4",
        &["rate-limit-garbage", "rate-limit-decimal", "rate-limit-duplicate", "rate-limit-past"],
        |b| b.on_bad_retry_after = BadRetryAfter::Crash(Crash::Abort)),
    mutant("python-crash-on-an-invalid-retry-after", "CLI-RETRY-4", &["rate-limit-garbage"],
        |b| b.on_bad_retry_after = BadRetryAfter::Crash(Crash::Python)),
    mutant("retries-at-once-on-an-invalid-retry-after", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-negative"],
        |b| b.on_bad_retry_after = BadRetryAfter::BusyLoop),
    mutant("takes-an-invalid-retry-after-for-zero", "CLI-RETRY-4",
        &["rate-limit-garbage", "rate-limit-negative", "rate-limit-decimal", "rate-limit-past"],
        |b| b.on_bad_retry_after = BadRetryAfter::NoWait),
    mutant("backs-off-instead-of-long-waits", "CLI-RETRY-5",
        &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"],
        |b| b.on_long_wait = LongWait::BackOff),
    inconclusive("limits-waits-to-a-minute", "CLI-RETRY-5",
        &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"],
        |b| b.on_long_wait = LongWait::Cut),
    mutant("retries-ten-times", "CLI-RETRY-6", &["rate-limit-forever"], |b| b.max_attempts = 10),
    mutant("waits-a-constant-time", "CLI-RETRY-7", &["unavailable-forever"],
        |b| b.backoff = Backoff::Constant),
    mutant("does-not-wait-between-retries", "CLI-RETRY-7", &["unavailable-forever"],
        |b| b.backoff = Backoff::None),
    mutant("first-wait-is-not-randomized", "CLI-RETRY-8", &["unavailable-each"],
        |b| b.backoff = Backoff::Doubled),
    mutant("waits-for-429-and-503-only", "CLI-RETRY-9", &["gateway-timeout"],
        |b| b.retry_after_wait = |status, requested| {
            if status == 504 { Duration::from_millis(200) } else { requested }
        }),
    mutant("retries-404", "CLI-RETRY-10", &["not-found"], also!(404)),
    mutant("retries-422", "CLI-RETRY-10", &["invalid"], also!(422)),
    mutant("repeats-lost-posts", "CLI-RETRY-11", &["reset-post", "hang-post"], |b| b.on_lost_post = OnLostPost::Repeat),
    mutant("repeats-lost-posts-with-another-body", "CLI-RETRY-11", &["reset-post"],
        |b| b.on_lost_post = OnLostPost::RepeatAnew),
    mutant("repeats-posts-after-500", "CLI-RETRY-11", &["internal-error-post"], |b| b.retries_writes = &[429, 500, 503]),
    mutant("repeats-posts-after-502", "CLI-RETRY-11", &["bad-gateway-post"], |b| b.retries_writes = &[429, 502, 503, 504]),
    mutant("new-idempotency-key-for-each-retry", "CLI-RETRY-12", &["rate-limit-post"],
        |b| b.idempotency_key = Some(true)),
    mutant("never-retries-lost-requests", "CLI-RETRY-13", &["reset", "empty-reply"],
        |b| b.retries_lost_calls = false),
    mutant("treats-502-as-final", "CLI-RETRY-13", &["bad-gateway"], |b| b.retries = &[429, 503, 504]),
    mutant("workers-do-not-share-pauses", "CLI-RETRY-14", &["rate-limit-one-of-many"],
        |b| b.shares_pauses = false),
    mutant("continues-other-reads-in-a-pause", "CLI-RETRY-14", &["rate-limit-one-of-many"],
        |b| b.on_rate_limit = OnRateLimit::SetAside),
    mutant("pauses-after-one-more-request", "CLI-RETRY-14", &["rate-limit-one-of-many"],
        |b| b.on_rate_limit = OnRateLimit::AfterTheNext),
    mutant("does-not-limit-retries-in-an-outage", "CLI-RETRY-15", &["outage"],
        |b| b.shares_retry_budget = false),
    mutant("ignores-the-quota", "CLI-RETRY-16", &["quota-used-up"], |b| b.respects_quota = false),
    mutant("fails-after-recovery", "CLI-RETRY-17",
        &["rate-limit-once", "unavailable-once", "rate-limit-no-header"],
        |b| b.fails_after_recovery = true),
    mutant("drops-postponed-requests", "CLI-RETRY-18", &["rate-limit-one-of-many"],
        |b| b.on_rate_limit = OnRateLimit::LeaveOut),
    mutant("has-no-timeout", "CLI-TIME-1", &["hang"], |b| b.timeout = Timeout::None),
    mutant("has-no-connect-timeout", "CLI-TIME-2", &["connect-hangs"],
        |b| b.raw_http = Some(RawHttpBug::ConnectsForEver)),
    mutant("has-only-an-idle-timeout", "CLI-TIME-3", &["slow-drip"], |b| b.timeout = Timeout::Idle),
    mutant("leaks-connections", "CLI-TIME-4", &["hang"], |b| b.leaked_connections = 12),
    mutant("reads-endless-responses", "CLI-TIME-5", &["endless-body"],
        |b| b.max_response_bytes = usize::MAX),
    mutant("rejects-unknown-fields", "CLI-RESP-1", &["extra-fields"], |b| b.rejects_unknown_fields = true),
    mutant("rejects-unknown-values", "CLI-RESP-2", &["unknown-enum"], |b| b.rejects_unknown_values = true),
    mutant("requires-optional-fields", "CLI-RESP-3", &["optional-missing", "optional-null"],
        |b| b.optional_fields = OptionalFields::Required),
    mutant("rejects-null-for-optional-fields", "CLI-RESP-3", &["optional-null"],
        |b| b.optional_fields = OptionalFields::NotNull),
    mutant("treats-418-as-success", "CLI-RESP-4", &["teapot"],
        |b| b.treats_as_success = |status| status == 418),
    mutant("retries-418", "CLI-RESP-4", &["teapot"], also!(418)),
    mutant("accepts-truncated-json", "CLI-RESP-5", &["truncated", "cut-body"], |b| b.accepts_invalid_json = true),
    mutant("accepts-any-json", "CLI-RESP-6", &["error-200"], |b| b.accepts_any_shape = true),
    mutant("accepts-malformed-json", "CLI-RESP-6", &["empty-200", "html-200"],
        |b| b.accepts_invalid_json = true),
    mutant("aborts-on-html-of-a-proxy", "CLI-RESP-6",
        &["bad-gateway", "html-502", "html-503", "html-504"],
        |b| b.crash_on_bad_json = Some(Crash::Abort)),
    mutant("node-crash-on-html", "CLI-RESP-6", &["html-200"],
        |b| b.crash_on_bad_json = Some(Crash::Node)),
    mutant("does-not-report-scopes", "CLI-RESP-7", &["missing-scope"], |b| b.scopes_at = &[]),
    mutant("ignores-the-status", "CLI-RESP-8", &["success-500"],
        |b| b.treats_as_success = |_| true),
    mutant("exits-with-0-despite-failures", "CLI-RESP-8", &["internal-error", "not-found", "invalid"],
        |b| b.failure_exit_code = 0),
    mutant("numbers-are-doubles", "CLI-RESP-9", &["large-id"], |b| b.numbers_are_doubles = true),
    mutant("accepts-gzip-but-cannot-decode-it", "CLI-RESP-10", &["gzip"],
        |b| b.accept_encoding = Some("gzip")),
    mutant("has-no-user-agent", "CLI-HTTP-1", &[], |b| b.user_agent = None),
    mutant("has-no-version", "CLI-HTTP-1", &[], |b| b.user_agent = Some("client")),
    mutant("sends-orders-as-a-form", "CLI-HTTP-2", &[], |b| b.media_type = "application/x-www-form-urlencoded"),
    mutant("sends-invalid-orders", "CLI-HTTP-2", &[],
        |b| b.order = r#"{"title": "Hotels", "features": ["NOTHING"]}"#),
    mutant("does-not-rewind-bodies", "CLI-HTTP-2", &["rate-limit-post"], |b| b.rewinds_bodies = false),
    mutant("accepts-html-only", "CLI-HTTP-3", &[], |b| b.accept = "text/html"),
    mutant("sends-bodies-with-gets", "CLI-HTTP-12", &[], |b| b.changes_request = |request| request.body("{}")),
    mutant("reuses-closed-connections", "CLI-HTTP-4", &["says-close"],
        |b| b.raw_http = Some(RawHttpBug::IgnoresClose)),
    mutant("fails-on-closed-connections", "CLI-HTTP-5", &["idle-close"],
        |b| b.raw_http = Some(RawHttpBug::NeverReopens)),
    mutant("follows-loops", "CLI-HTTP-6", &["redirect-loop"],
        |b| b.redirects = Some(FollowRedirects {
            at_most: 400, ..FollowRedirects::some(RedirectTarget::SameServer)
        })),
    mutant("redirected-posts-become-gets", "CLI-HTTP-7", &["redirect-post"],
        |b| b.redirects = Some(FollowRedirects {
            method: RedirectMethod::Get, ..FollowRedirects::some(RedirectTarget::SameServer)
        })),
    mutant("repeats-the-post-after-303", "CLI-HTTP-7", &["see-other-post"],
        |b| b.redirects = Some(FollowRedirects {
            method: RedirectMethod::Unchanged, ..FollowRedirects::some(RedirectTarget::SameServer)
        })),
    mutant("new-connection-for-each-request", "CLI-HTTP-8", &[], |b| b.keep_alive = false),
    mutant("does-not-encode-ids-in-paths", "CLI-HTTP-9", &["odd-id"], |b| b.encodes_ids = false),
    mutant("treats-103-as-the-response", "CLI-HTTP-10", &["early-hints"],
        |b| b.raw_http = Some(RawHttpBug::TakesInformational)),
    mutant("caches-429", "CLI-HTTP-11", &["rate-limit-once", "rate-limit-kept"],
        |b| b.caches_rate_limits = true),
    mutant("reads-beyond-the-end", "CLI-PAGE-1", &[], |b| b.extra_pages = 3),
    mutant("skips-a-row-at-each-page", "CLI-PAGE-1", &[], |b| b.page_step = 3),
    mutant("leaves-out-the-last-page", "CLI-PAGE-1", &["unavailable-each"], |b| b.skips_last_page = true),
    mutant("does-not-detect-page-loops", "CLI-PAGE-2", &["endless-pages"], |b| b.detects_loops = false),
    mutant("waits-for-rows-in-a-busy-loop", "CLI-PAGE-2", &["last-page-empty"],
        |b| b.busy_loop = Some(BusyLoop::EmptyPage)),
    mutant("restarts-lists", "CLI-PAGE-3", &["rate-limit-page"], |b| b.restarts_lists = true),
    mutant("follows-links-to-any-host", "CLI-PAGE-4", &["next-elsewhere"], |b| b.follows_next_links = true),
    mutant("treats-a-refused-page-as-the-end", "CLI-PAGE-5", &["page-refused"],
        |b| b.treats_page_error_as_end = true),
    mutant("takes-the-first-page-for-the-list", "CLI-PAGE-6", &[], |b| b.reads_first_page_only = true),
    mutant("polls-too-often", "CLI-POLL-1", &[], |b| b.poll_interval = Duration::from_millis(300)),
    mutant("polls-after-completion", "CLI-POLL-1", &[], |b| b.polls_after_end = true),
    mutant("polls-results-too-often", "CLI-POLL-1", &[], |b| b.busy_loop = Some(BusyLoop::Results)),
    mutant("polls-the-list-too-often", "CLI-POLL-1", &[], |b| b.busy_loop = Some(BusyLoop::List)),
    mutant("waits-for-completed-only", "CLI-POLL-2", &["order-cancelled"],
        |b| b.on_cancelled = OnCancelled::WaitOn),
    mutant("takes-a-cancelled-order-for-completed", "CLI-POLL-2", &["order-cancelled"],
        |b| b.on_cancelled = OnCancelled::TakeAsCompleted),
    mutant("always-exits-with-0", "CLI-EXIT-1", &["revoked-at-start", "missing-scope"],
        |b| b.failure_exit_code = 0),
    inconclusive("takes-the-seconds-of-retry-after-for-minutes", "CLI-EXIT-1", &["rate-limit-once"],
        |b| b.retry_after_wait = |_, requested| requested * 60),
    mutant("ignores-sigterm", "CLI-EXIT-2", &["rate-limit-long"], |b| b.ignores_sigterm = true),
    mutant("python-crash-on-errors", "CLI-EXIT-3", &["not-found", "internal-error"],
        |b| b.crash_on_failure = Some(Crash::Python)),
    mutant("skips-orders-that-cannot-be-read", "CLI-EXIT-4", &["some-orders-fail"],
        |b| b.skips_unreadable_orders = true),
    mutant("ignores-that-its-order-was-not-created", "CLI-EXIT-5", &["internal-error-post", "reset-post"],
        |b| b.ignores_failed_writes = true),
    mutant("probes-other-operations", "CLI-SCOPE-1", &["missing-scope"],
        |b| b.after_auth_error = AfterAuthError::Probe),
    mutant("expects-rows-in-orders", "CLI-READ-1", &["rows-in-items"], |b| b.rows_in = &["orders"]),
    mutant("reads-flat-errors-only", "CLI-READ-2", &["missing-scope", "scope-nested"],
        |b| b.scopes_at = &["/detail/required_scopes", "/details/required_scopes"]),
    mutant("reads-detail-only", "CLI-READ-3", &["missing-scope", "scope-in-details"],
        |b| b.scopes_at = &["/detail/required_scopes", "/error/detail/required_scopes"]),
    mutant("recognizes-401-only-by-its-code", "CLI-READ-4", &["revoked-at-start", "unauthorized-code"],
        |b| b.retries_by_code = true),
    mutant("recognizes-429-only-by-its-code", "CLI-READ-5", &["rate-limit-once", "rate-limit-code"],
        |b| b.retries_by_code = true),
    mutant("recognizes-404-only-by-its-code", "CLI-READ-6", &["not-found", "not-found-code"],
        |b| b.retries_by_code = true),
    mutant("retries-400", "CLI-READ-7", &["invalid", "invalid-400"], also!(400)),
    oauth("repeats-a-401-with-the-same-token", "CLI-AUTH-7", &["token-expires-mid-run", "jwks-rotates"],
        |b| b.immediate_retry = Some(ImmediateRetry { on: 401, on_new_connection: false })),
    oauth("repeats-a-403-with-the-same-token", "CLI-AUTH-8", &["missing-scope"],
        |b| b.immediate_retry = Some(ImmediateRetry { on: 403, on_new_connection: false })),
    oauth("workers-do-not-share-refreshes", "CLI-OAUTH-1", &["token-expires-mid-run"],
        |b| b.oauth.shares_refreshes = false),
    oauth("refreshes-as-long-as-rejected", "CLI-OAUTH-2", &["clock-skewed-token"],
        |b| b.oauth.renews_new_tokens = true),
    oauth("keeps-the-first-refresh-token", "CLI-OAUTH-3", &["token-expires-mid-run"],
        |b| b.oauth.keeps_new_refresh_token = false),
    oauth("sends-its-refresh-token-to-the-api", "CLI-OAUTH-4", &[], |b| b.oauth.sends_refresh_token_to_api = true),
    oauth("repeats-refreshes-after-invalid-grant", "CLI-OAUTH-5", &["refresh-revoked", "refresh-rotated-reply-lost"],
        |b| b.oauth.believes_invalid_grant = false),
    oauth("continues-without-a-grant", "CLI-OAUTH-5", &["refresh-revoked", "refresh-rotated-reply-lost"],
        |b| b.oauth.stops_without_grant = false),
    oauth("does-not-check-state", "CLI-OAUTH-6", &["oauth-wrong-state"], |b| b.oauth.checks_state = false),
    oauth("does-not-check-iss", "CLI-OAUTH-7", &["oauth-wrong-issuer"], |b| b.oauth.checks_issuer = false),
    oauth("has-no-challenge", "CLI-OAUTH-8", &[], |b| b.oauth.challenge_method = ChallengeMethod::None),
    oauth("has-a-plain-challenge", "CLI-OAUTH-8", &[], |b| b.oauth.challenge_method = ChallengeMethod::Plain),
    oauth("has-a-short-verifier", "CLI-OAUTH-8", &[], |b| b.oauth.verifier = Verifier::Short),
    oauth("prints-the-refresh-token", "CLI-OAUTH-9", &[], |b| b.oauth.prints_refresh_token = true),
    oauth("sends-the-token-request-in-the-url", "CLI-OAUTH-9", &[], |b| b.oauth.repeats_form_in_url = true),
    oauth("retries-a-failing-token-endpoint-at-once", "CLI-OAUTH-10", &["authorization-server-down"],
        |b| b.oauth.on_failure = OnTokenFailure::RepeatAtOnce),
    oauth("retries-a-failing-token-endpoint-too-often", "CLI-OAUTH-10", &["authorization-server-down"],
        |b| b.oauth.on_failure = OnTokenFailure::RepeatOften),
    oauth("one-message-for-all-sign-in-failures", "CLI-OAUTH-11", &["refresh-revoked", "authorization-server-down"],
        |b| b.distinct_auth_errors = false),
    oauth("does-not-refresh", "CLI-OAUTH-12", &["token-expires-mid-run", "jwks-rotates"], |b| b.oauth.renews = false),
    oauth("reuses-its-verifier", "CLI-OAUTH-13", &["jwks-rotates"],
        |b| b.oauth.verifier = Verifier::Constant),
];

/// The mutant with this bug.
pub fn find(bug: &str) -> Option<&'static Mutant> {
    MUTANTS.iter().find(|mutant| mutant.bug == bug)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::clients::{rules, scenarios};

    /// The settings of a behaviour, as `Debug` prints them: a name starts a line that is indented once; the rest of its value
    /// is indented further or has no name.
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
    fn every_mutant_changes_one_setting_of_the_faithful_client() {
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
    fn mutants_of_sessions_sign_in() {
        let good = format!("{:#?}", Behaviour::default().oauth);
        for mutant in MUTANTS {
            let mut behaviour = Behaviour::default();
            (mutant.apply)(&mut behaviour);
            let oauth = format!("{:#?}", behaviour.oauth);
            let lines = oauth.lines().zip(good.lines());
            let changed = lines.filter(|(one, other)| one != other).count();
            assert!(
                changed <= 1 && changed <= usize::from(mutant.oauth),
                "{}",
                mutant.bug
            );
        }
    }

    #[test]
    fn names_are_unique_and_rules_exist() {
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
