//! Clients with one bug each, and the rule that is meant to notice it.

use std::time::Duration;

use super::{
    Habits,
    behaviour::{
        AfterRefusal, Backoff, BadValue, ByHand, Dates, Death, Follows, Insists, Optional, Place,
        PutOff, Redirected, Redirects, TimeOut, TooLong,
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
    pub is_left_open: bool,
    /// Gives it the habit.
    pub spoil: fn(&mut Habits),
}

const fn mutant(
    bug: &'static str,
    caught_by: &'static str,
    shows_in: &'static [&'static str],
    spoil: fn(&mut Habits),
) -> Mutant {
    Mutant {
        bug,
        caught_by,
        shows_in,
        is_left_open: false,
        spoil,
    }
}

/// One whose bug shows only after the program was stopped, so that nobody can tell.
const fn left_open(
    bug: &'static str,
    caught_by: &'static str,
    shows_in: &'static [&'static str],
    spoil: fn(&mut Habits),
) -> Mutant {
    Mutant {
        is_left_open: true,
        ..mutant(bug, caught_by, shows_in, spoil)
    }
}

/// Retries everything that is not meant to be, by one status.
macro_rules! also {
    ($status:literal) => {
        |habits| habits.retries = &[429, 502, 503, 504, $status]
    };
}

/// Every one of them.
#[rustfmt::skip]
pub static MUTANTS: &[Mutant] = &[
    mutant("another-scheme", "CLI-AUTH-1", &[], |habits| habits.scheme = "Token"),
    mutant("key-with-a-quote", "CLI-AUTH-1", &[], |habits| habits.scheme = "Bearer \""),
    mutant("key-in-a-second-header", "CLI-AUTH-2", &[], |habits| habits.key_also_in = Some(Place::Header)),
    mutant("key-in-the-query", "CLI-AUTH-3", &[], |habits| habits.key_also_in = Some(Place::Query)),
    mutant("follows-to-other-hosts", "CLI-AUTH-4", &["redirect-host"], |habits| habits.follows = Some(Follows::some(Redirects::SamePort))),
    mutant("follows-to-other-ports", "CLI-AUTH-5", &["redirect-port"], |habits| habits.follows = Some(Follows::some(Redirects::SameHost))),
    mutant("probes-without-key", "CLI-AUTH-6", &[], |habits| habits.probes_without_key = true),
    mutant("retries-401", "CLI-AUTH-7", &["revoked-at-start"], also!(401)),
    mutant("repeats-a-401-at-once", "CLI-AUTH-7", &["revoked-at-start"], |habits| habits.insists = Some(Insists { on: 401, each_on_its_own: false })),
    mutant("repeats-a-401-at-once-on-another-connection", "CLI-AUTH-7", &["revoked-at-start"], |habits| habits.insists = Some(Insists { on: 401, each_on_its_own: true })),
    mutant("retries-403", "CLI-AUTH-8", &["missing-scope"], also!(403)),
    mutant("repeats-a-403-at-once", "CLI-AUTH-8", &["missing-scope"], |habits| habits.insists = Some(Insists { on: 403, each_on_its_own: false })),
    mutant("goes-on-at-once-after-401", "CLI-AUTH-9", &["revoked-mid-run"], |habits| habits.after_refusal = AfterRefusal::GoOnAtOnce),
    mutant("goes-on-after-401", "CLI-AUTH-9", &["revoked-mid-run", "expired-mid-run"], |habits| habits.after_refusal = AfterRefusal::GoOn),
    mutant("reads-its-key-at-start-only", "CLI-AUTH-10", &["key-rotated"], |habits| habits.rereads_key = false),
    mutant("sends-a-live-key", "CLI-AUTH-11", &[], |habits| habits.sends_live_key = true),
    mutant("prints-the-key", "CLI-AUTH-12", &[], |habits| habits.prints_key = true),
    mutant("gives-the-key-to-a-child-as-an-argument", "CLI-AUTH-13", &[], |habits| habits.delegates = true),
    mutant("one-message-for-all-refusals", "CLI-AUTH-14", &["revoked-at-start", "missing-scope"], |habits| habits.tells_refusals_apart = false),
    mutant("does-not-wait-after-429", "CLI-RETRY-1", &["rate-limit-once", "rate-limit-twice"], |habits| habits.waits = |status, asked| if status == 429 { Duration::from_millis(200) } else { asked }),
    mutant("waits-half-as-long-as-asked", "CLI-RETRY-1", &["rate-limit-once"], |habits| habits.waits = |status, asked| if status == 429 { asked / 2 } else { asked }),
    mutant("does-not-wait-after-503", "CLI-RETRY-2", &["unavailable-once"], |habits| habits.waits = |status, asked| if status == 503 { Duration::from_millis(200) } else { asked }),
    mutant("does-not-read-dates", "CLI-RETRY-3", &["rate-limit-date"], |habits| habits.reads_dates = Dates::None),
    mutant("reads-one-form-of-dates", "CLI-RETRY-3", &["rate-limit-date-rfc850", "rate-limit-date-asctime"], |habits| habits.reads_dates = Dates::Preferred),
    mutant("crashes-on-a-bad-retry-after", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-decimal", "rate-limit-duplicate", "rate-limit-past"], |habits| habits.bad_retry_after = BadValue::Crash(Death::Abort)),
    mutant("dies-of-a-bad-retry-after-as-python-does", "CLI-RETRY-4", &["rate-limit-garbage"], |habits| habits.bad_retry_after = BadValue::Crash(Death::Python)),
    mutant("hurries-on-a-bad-retry-after", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-negative"], |habits| habits.bad_retry_after = BadValue::BusyLoop),
    mutant("takes-a-bad-retry-after-for-no-wait", "CLI-RETRY-4", &["rate-limit-garbage", "rate-limit-negative", "rate-limit-decimal", "rate-limit-past"], |habits| habits.bad_retry_after = BadValue::NoWait),
    mutant("cuts-long-waits-short", "CLI-RETRY-5", &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"], |habits| habits.too_long = TooLong::BackOff),
    left_open("cuts-long-waits-to-a-minute", "CLI-RETRY-5", &["rate-limit-huge", "rate-limit-hour", "unavailable-hour"], |habits| habits.too_long = TooLong::Cut),
    mutant("tries-ten-times", "CLI-RETRY-6", &["rate-limit-forever"], |habits| habits.attempts = 10),
    mutant("always-waits-as-long", "CLI-RETRY-7", &["unavailable-forever"], |habits| habits.backoff = Backoff::Constant),
    mutant("does-not-wait-between-tries", "CLI-RETRY-7", &["unavailable-forever"], |habits| habits.backoff = Backoff::None),
    mutant("always-waits-the-same-at-first", "CLI-RETRY-8", &["unavailable-each"], |habits| habits.backoff = Backoff::Doubled),
    mutant("waits-for-429-and-503-only", "CLI-RETRY-9", &["gateway-timeout"], |habits| habits.waits = |status, asked| if status == 504 { Duration::from_millis(200) } else { asked }),
    mutant("retries-404", "CLI-RETRY-10", &["not-found"], also!(404)),
    mutant("retries-422", "CLI-RETRY-10", &["invalid"], also!(422)),
    mutant("repeats-lost-posts", "CLI-RETRY-11", &["reset-post"], |habits| habits.repeats_lost_posts = true),
    mutant("repeats-posts-after-500", "CLI-RETRY-11", &["internal-error-post"], also!(500)),
    mutant("a-new-idempotency-key-each-try", "CLI-RETRY-12", &["rate-limit-post"], |habits| habits.idempotency_key = Some(true)),
    mutant("never-retries-lost-calls", "CLI-RETRY-13", &["reset", "empty-reply"], |habits| habits.retries_lost_calls = false),
    mutant("takes-502-for-final", "CLI-RETRY-13", &["bad-gateway"], |habits| habits.retries = &[429, 503, 504]),
    mutant("each-worker-waits-for-itself", "CLI-RETRY-14", &["rate-limit-one-of-many"], |habits| habits.shares_pauses = false),
    mutant("reads-the-others-in-a-pause", "CLI-RETRY-14", &["rate-limit-one-of-many"], |habits| habits.put_off = PutOff::SetAside),
    mutant("waits-after-the-next-only", "CLI-RETRY-14", &["rate-limit-one-of-many"], |habits| habits.put_off = PutOff::AfterTheNext),
    mutant("tries-each-call-as-often-in-an-outage", "CLI-RETRY-15", &["outage"], |habits| habits.shares_tries = false),
    mutant("does-not-mind-the-quota", "CLI-RETRY-16", &["quota-used-up"], |habits| habits.minds_quota = false),
    mutant("fails-after-recovery", "CLI-RETRY-17", &["rate-limit-once", "unavailable-once", "rate-limit-no-header"], |habits| habits.fails_after_recovery = true),
    mutant("leaves-out-what-is-put-off", "CLI-RETRY-18", &["rate-limit-one-of-many"], |habits| habits.put_off = PutOff::LeaveOut),
    mutant("has-no-time-out", "CLI-TIME-1", &["hang"], |habits| habits.time_out = TimeOut::None),
    mutant("has-no-time-out-for-connecting", "CLI-TIME-2", &["connect-hangs"], |habits| habits.by_hand = Some(ByHand::ConnectsForEver)),
    mutant("bounds-silence-only", "CLI-TIME-3", &["slow-drip"], |habits| habits.time_out = TimeOut::OfSilence),
    mutant("leaks-connections", "CLI-TIME-4", &["hang"], |habits| habits.leaks = 12),
    mutant("reads-answers-without-end", "CLI-TIME-5", &["endless-body"], |habits| habits.longest_answer = usize::MAX),
    mutant("refuses-unknown-fields", "CLI-RESP-1", &["extra-fields"], |habits| habits.refuses_unknown_fields = true),
    mutant("refuses-unknown-words", "CLI-RESP-2", &["unknown-enum"], |habits| habits.refuses_unknown_words = true),
    mutant("counts-on-what-nobody-promises", "CLI-RESP-3", &["optional-missing", "optional-null"], |habits| habits.optional_fields = Optional::AreThere),
    mutant("knows-missing-but-not-null", "CLI-RESP-3", &["optional-null"], |habits| habits.optional_fields = Optional::AreNotNull),
    mutant("takes-418-for-success", "CLI-RESP-4", &["teapot"], |habits| habits.takes_for_success = |status| status == 418),
    mutant("takes-cut-json", "CLI-RESP-5", &["truncated", "cut-body"], |habits| habits.takes_bad_json = true),
    mutant("takes-any-shape", "CLI-RESP-6", &["error-200"], |habits| habits.takes_any_shape = true),
    mutant("takes-what-is-no-json", "CLI-RESP-6", &["empty-200", "html-200"], |habits| habits.takes_bad_json = true),
    mutant("aborts-on-the-html-of-a-proxy", "CLI-RESP-6", &["bad-gateway", "html-502", "html-503", "html-504"], |habits| habits.dies_of_bad_json = Some(Death::Abort)),
    mutant("dies-of-html-as-node-does", "CLI-RESP-6", &["html-200"], |habits| habits.dies_of_bad_json = Some(Death::Node)),
    mutant("keeps-scopes-to-itself", "CLI-RESP-7", &["missing-scope"], |habits| habits.scopes_at = &[]),
    mutant("does-not-look-at-the-status", "CLI-RESP-8", &["success-500"], |habits| habits.takes_for_success = |_| true),
    mutant("ends-with-0-whatever-failed", "CLI-RESP-8", &["internal-error", "not-found", "invalid"], |habits| habits.exit_of_failure = 0),
    mutant("numbers-are-doubles", "CLI-RESP-9", &["large-id"], |habits| habits.numbers_are_doubles = true),
    mutant("asks-for-gzip-and-cannot-read-it", "CLI-RESP-10", &["gzip"], |habits| habits.accept_encoding = Some("gzip")),
    mutant("has-no-user-agent", "CLI-HTTP-1", &[], |habits| habits.user_agent = None),
    mutant("has-no-version", "CLI-HTTP-1", &[], |habits| habits.user_agent = Some("client")),
    mutant("sends-a-form", "CLI-HTTP-2", &[], |habits| habits.media_type = "application/x-www-form-urlencoded"),
    mutant("sends-what-is-no-order", "CLI-HTTP-2", &[], |habits| habits.order = r#"{"title": "Hotels", "features": ["NOTHING"]}"#),
    mutant("accepts-html-only", "CLI-HTTP-3", &[], |habits| habits.accept = "text/html"),
    mutant("goes-on-after-close", "CLI-HTTP-4", &["says-close"], |habits| habits.by_hand = Some(ByHand::IgnoresClose)),
    mutant("does-not-survive-closed-connections", "CLI-HTTP-5", &["idle-close"], |habits| habits.by_hand = Some(ByHand::NeverReopens)),
    mutant("follows-loops", "CLI-HTTP-6", &["redirect-loop"], |habits| habits.follows = Some(Follows { at_most: 400, ..Follows::some(Redirects::SameServer) })),
    mutant("redirected-posts-become-gets", "CLI-HTTP-7", &["redirect-post"], |habits| habits.follows = Some(Follows { becomes: Redirected::AsGet, ..Follows::some(Redirects::SameServer) })),
    mutant("posts-again-where-to-look", "CLI-HTTP-7", &["see-other-post"], |habits| habits.follows = Some(Follows { becomes: Redirected::AsItWas, ..Follows::some(Redirects::SameServer) })),
    mutant("a-connection-for-each-call", "CLI-HTTP-8", &[], |habits| habits.keeps_connections = false),
    mutant("puts-ids-in-paths-as-they-are", "CLI-HTTP-9", &["odd-id"], |habits| habits.encodes_ids = false),
    mutant("takes-103-for-the-answer", "CLI-HTTP-10", &["early-hints"], |habits| habits.by_hand = Some(ByHand::TakesInformational)),
    mutant("keeps-a-429", "CLI-HTTP-11", &["rate-limit-once", "rate-limit-kept"], |habits| habits.keeps_refusals = true),
    mutant("reads-beyond-the-end", "CLI-PAGE-1", &[], |habits| habits.pages_beyond = 3),
    mutant("skips-a-row-at-each-page", "CLI-PAGE-1", &[], |habits| habits.page_step = 3),
    mutant("leaves-out-the-last-page", "CLI-PAGE-1", &[], |habits| habits.leaves_out_the_last_page = true),
    mutant("does-not-notice-loops", "CLI-PAGE-2", &["endless-pages"], |habits| habits.notices_loops = false),
    mutant("begins-lists-anew", "CLI-PAGE-3", &["rate-limit-page"], |habits| habits.restarts_lists = true),
    mutant("follows-links-anywhere", "CLI-PAGE-4", &["next-elsewhere"], |habits| habits.follows_links = true),
    mutant("takes-a-refused-page-for-the-end", "CLI-PAGE-5", &["page-refused"], |habits| habits.ends_lists_at_refusals = true),
    mutant("polls-too-often", "CLI-POLL-1", &[], |habits| habits.poll = Duration::from_millis(300)),
    mutant("polls-after-the-end", "CLI-POLL-1", &[], |habits| habits.polls_after_end = true),
    mutant("always-exits-with-0", "CLI-EXIT-1", &["revoked-at-start", "missing-scope"], |habits| habits.exit_of_failure = 0),
    mutant("ignores-sigterm", "CLI-EXIT-2", &["rate-limit-long"], |habits| habits.ignores_term = true),
    mutant("dies-of-errors-as-python-does", "CLI-EXIT-3", &["not-found", "internal-error"], |habits| habits.dies_of_failures = Some(Death::Python)),
    mutant("probes-other-operations", "CLI-SCOPE-1", &["missing-scope"], |habits| habits.after_refusal = AfterRefusal::Probe),
    mutant("knows-orders-only", "CLI-READ-1", &["rows-in-items"], |habits| habits.rows_in = &["orders"]),
    mutant("reads-flat-errors-only", "CLI-READ-2", &["missing-scope", "scope-nested"], |habits| habits.scopes_at = &["/detail/required_scopes", "/details/required_scopes"]),
    mutant("reads-detail-only", "CLI-READ-3", &["missing-scope", "scope-in-details"], |habits| habits.scopes_at = &["/detail/required_scopes", "/error/detail/required_scopes"]),
    mutant("knows-a-401-by-its-code", "CLI-READ-4", &["revoked-at-start", "unauthorized-code"], |habits| habits.goes_by_code = true),
    mutant("knows-a-429-by-its-code", "CLI-READ-5", &["rate-limit-once", "rate-limit-code"], |habits| habits.goes_by_code = true),
    mutant("knows-a-404-by-its-code", "CLI-READ-6", &["not-found", "not-found-code"], |habits| habits.goes_by_code = true),
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
    fn each(habits: &Habits) -> Vec<String> {
        let mut each: Vec<String> = Vec::new();
        for line in format!("{habits:#?}").lines().skip(1) {
            let begins = line
                .strip_prefix("    ")
                .is_some_and(|line| line.starts_with(char::is_alphabetic));
            match each.last_mut() {
                Some(habit) if !begins => habit.push_str(line),
                _ => each.push(line.to_owned()),
            }
        }
        each
    }

    #[test]
    fn every_mutant_has_one_habit_that_the_good_client_has_not() {
        let good = each(&Habits::default());
        for mutant in MUTANTS {
            let mut habits = Habits::default();
            (mutant.spoil)(&mut habits);
            let habits = each(&habits);
            assert_eq!(habits.len(), good.len());
            let bad: Vec<_> = habits
                .iter()
                .filter(|habit| !good.contains(habit))
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
