//! How economically a client uses requests and time. It serves to compare clients, and does not affect the verdict.
//!
//! The ideal client repeats only requests that can succeed. It waits as long as `Retry-After` asks for; without one, it waits
//! half a second, and twice as long each time.

use std::time::Duration;

use super::trace::{Exchange, Trace};
use crate::report::model::Score;

/// The first wait of the ideal client without `Retry-After`.
const BASE: Duration = Duration::from_millis(500);
/// How often the ideal client doubles its wait.
const DOUBLED: u32 = 5;
/// How much too early a request may be sent, as in the rules.
const EARLY: Duration = Duration::from_millis(50);
/// A wait in seconds that no client sleeps; the ideal client gives up.
const HUGE: u64 = 3_600;

impl Score {
    /// The score of one trial.
    pub(super) fn from_trace(trace: &Trace) -> Self {
        let mut score = Self::default();
        // The last attempt of each request that may be repeated, and the number of attempts.
        let mut open: Vec<(&Exchange, u32)> = Vec::new();
        for try_ in trace.api() {
            score.requests += 1;
            let known = open.iter_mut().find(|(last, _)| try_.repeats(last));
            let Some((last, tries)) = known else {
                score.calls += 1;
                open.push((try_, 1));
                continue;
            };
            if succeeded(last) {
                score.calls += 1;
                *tries = 0;
            } else if let Some(failed) = trace.ended_at(last) {
                let ideal = ideal_wait(last, *tries);
                let gap = try_.at().saturating_sub(failed);
                let early = requested_wait(last).is_some_and(|requested| gap + EARLY < requested);
                score.wasted += usize::from(is_final(last) || early);
                let lost = gap.saturating_sub(ideal).as_millis();
                score.lost_ms += u64::try_from(lost).unwrap_or(u64::MAX);
            }
            (*last, *tries) = (try_, *tries + 1);
        }
        score
    }
}

fn succeeded(exchange: &Exchange) -> bool {
    exchange.status().is_some_and(|status| status < 400)
}

/// Whether the same request will be rejected again: 4xx except those that ask to retry later.
fn is_final(exchange: &Exchange) -> bool {
    let status = exchange.status();
    status.is_some_and(|status| (400..500).contains(&status) && !matches!(status, 408 | 425 | 429))
}

/// The wait that the response asks for, if a client can wait that long.
pub(super) fn requested_wait(exchange: &Exchange) -> Option<Duration> {
    let message = &exchange.response()?.message;
    let text = message.header("retry-after")?;
    if let Ok(seconds) = text.parse::<u64>() {
        return (seconds <= HUGE).then(|| Duration::from_secs(seconds));
    }
    let date = |text| httpdate::parse_http_date(text).ok();
    let until = date(text)?;
    let wait = until.duration_since(date(message.header("date")?)?).ok()?;
    // A date has whole seconds only, so the wait may be almost one second shorter.
    Some(wait.saturating_sub(Duration::from_secs(1)))
}

/// How long the ideal client waits before the next attempt; it does not repeat a request that is rejected permanently.
fn ideal_wait(failed: &Exchange, attempts: u32) -> Duration {
    if is_final(failed) {
        return Duration::ZERO;
    }
    let doubled = attempts.saturating_sub(1).min(DOUBLED);
    requested_wait(failed).unwrap_or_else(|| BASE * 2_u32.pow(doubled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::get,
        trace::{Connection, Outcome},
    };

    fn score(exchanges: Vec<Exchange>) -> Score {
        Score::from_trace(&Trace {
            exchanges,
            ..Trace::default()
        })
    }

    #[test]
    fn successful_requests_are_counted_separately() {
        let same = score(vec![
            get(0, "/a", 200, None),
            get(9, "/a", 200, None),
            get(9, "/b", 200, None),
        ]);
        let expected = Score {
            requests: 3,
            calls: 3,
            ..Score::default()
        };
        assert_eq!(same, expected);
    }

    #[test]
    fn each_retry_of_a_final_refusal_is_wasted() {
        let insists = |status| {
            let attempts = (0..3).map(|number| get(number * 500, "/a", status, None));
            score(attempts.collect())
        };
        for status in [400, 401, 403, 404, 409, 422] {
            let Score {
                requests,
                calls,
                wasted,
                lost_ms,
            } = insists(status);
            assert_eq!((requests, calls, wasted), (3, 1, 2), "{status}");
            assert_eq!(lost_ms, 1_000, "all that it waited");
        }
        assert_eq!(insists(500).wasted, 0);
        assert_eq!(insists(429).wasted, 0);
    }

    #[test]
    fn early_retries_are_wasted_and_late_ones_lose_time() {
        let after = |gap| {
            score(vec![
                get(0, "/a", 429, Some("2")),
                get(gap, "/a", 200, None),
            ])
        };
        let told = |gap| (after(gap).wasted, after(gap).lost_ms);
        assert_eq!(told(500), (1, 0));
        assert_eq!(told(1_949), (1, 0));
        assert_eq!(told(1_950), (0, 0));
        assert_eq!(told(2_000), (0, 0));
        assert_eq!(told(5_000), (0, 3_000));
        assert!((after(500).amplification() - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn ideal_wait_doubles_if_the_server_names_none() {
        let patient = score(vec![
            get(0, "/a", 503, None),
            get(1_500, "/a", 503, None),
            get(4_500, "/a", 200, None),
        ]);
        assert_eq!((patient.calls, patient.wasted), (1, 0));
        assert_eq!(patient.lost_ms, (1_500 - 500) + (3_000 - 1_000));
    }

    #[test]
    fn unanswered_request_fails_when_its_connection_ends() {
        let mut lost = get(0, "/a", 200, None);
        lost.outcome = Outcome::None;
        let end = crate::clients::wiretap::CloseKind::Closed;
        let trace = Trace {
            connections: vec![Connection {
                client_end: Some((Duration::from_millis(300), end)),
                server_end: Some((Duration::from_millis(100), end)),
                unreadable: false,
                is_http2: false,
                sent: 0,
            }],
            exchanges: vec![lost, get(700, "/a", 200, None)],
        };
        let expected = Score {
            requests: 2,
            calls: 1,
            wasted: 0,
            lost_ms: 100,
        };
        assert_eq!(Score::from_trace(&trace), expected);
    }

    #[test]
    fn scores_add_up_and_an_empty_score_has_no_amplification() {
        let score = score(vec![get(0, "/a", 404, None), get(1, "/a", 404, None)]);
        let total = Score::total([&score, &score]);
        assert_eq!((total.requests, total.calls, total.wasted), (4, 2, 2));
        assert!((Score::default().amplification() - 1.0).abs() < f64::EPSILON);
    }
}
