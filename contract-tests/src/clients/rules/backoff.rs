//! Whether waits grow or are randomized, by statistical tests with a known rate of false alarms.

use std::{iter, time::Duration};

use super::{
    Judgement, Trials,
    concurrency::NOISE_FACTOR,
    cycles::Cycles,
    millis,
    retries::{attempts, failed},
    retry_after::retry_after,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// Minimum number of attempts of a request for a comparison of their waits.
const MIN_TRIES: usize = 4;
/// Probability of a false alarm. Waits drawn uniformly between zero and a fixed maximum are, with this probability, so close
/// together that they count as constant. If the maximum doubles each time, the probability is six times lower. Each of two
/// further tests takes waits drawn between zero and the shortest backoff for none, with the same probability.
const FALSE_ALARMS: f64 = 1.0 / 200.0;
/// The shortest acceptable backoff: the first wait is drawn between zero and this value, and the maximum of each further wait
/// is twice that of the one before.
const BASE: Duration = Duration::from_millis(100);

/// Number of waits that grow: later ones may have reached the program's maximum.
const MAX_WAITS: usize = 4;

pub(super) fn backoff_grows(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let cycles = Cycles::of(trial, trials);
    let exchanges = attempts(trial);
    let each = exchanges.iter().flat_map(|attempts| cycles.split(attempts));
    let calls: Vec<_> = each.filter_map(waits).collect();
    let Some(first) = calls.first() else {
        return Judgement::NotExercised;
    };
    let describe = |waits: &[Duration]| {
        let waits: Vec<_> = waits.iter().map(|wait| millis(*wait)).collect();
        format!("waits of {}", waits.join(", "))
    };
    let width = |waits: &Vec<Duration>| {
        let min = waits.iter().min().copied().unwrap_or_default();
        waits
            .iter()
            .max()
            .map_or(Duration::ZERO, |max| max.saturating_sub(min))
    };
    let width = calls.iter().map(width).max().unwrap_or_default();
    // If there are several requests, the machine may have disturbed a few.
    let improbable = |waits: &&Vec<Duration>| {
        let tests = [chance_so_short, chance_none_longer, chance_so_close];
        tests.iter().any(|test| test(waits) <= FALSE_ALARMS)
    };
    let wrong: Vec<_> = calls.iter().filter(improbable).collect();
    if let Some(first) = wrong.first().filter(|_| wrong.len() * 2 >= calls.len()) {
        return Judgement::Violation(describe(first));
    }
    match trial.lateness {
        Some(noise) if width > noise * NOISE_FACTOR => Judgement::Pass,
        Some(noise) => Judgement::Inconclusive(format!(
            "{}, whose differences are within three times this machine's timing noise, {}",
            describe(first),
            millis(noise)
        )),
        None => Judgement::Inconclusive("this machine's timing noise is not known".to_owned()),
    }
}

/// The first waits between the attempts of a request that failed each time without `Retry-After`.
fn waits(attempts: &[&Exchange]) -> Option<Vec<Duration>> {
    let plain = |exchange: &&Exchange| failed(exchange) && retry_after(exchange).is_none();
    if attempts.len() < MIN_TRIES || !attempts.iter().all(plain) {
        return None;
    }
    let pairs = attempts.windows(2);
    let waits = pairs.filter_map(|pair| Some(pair[1].at().saturating_sub(pair[0].completed_at()?)));
    let waits: Vec<_> = waits.take(MAX_WAITS).collect();
    (waits.len() + 1 >= MIN_TRIES).then_some(waits)
}

/// The probability that waits are at least as close together as these, if each is drawn uniformly between zero and a maximum.
///
/// The smallest of `n` such waits is at least `r` times the largest with the probability `(1 - r)^(n - 1)`, whatever the
/// maximum is: given the largest wait, each of the others is uniformly distributed below it.
fn chance_so_close(waits: &[Duration]) -> f64 {
    let (Some(min), Some(max)) = (waits.iter().min(), waits.iter().max()) else {
        return 1.0;
    };
    if max.is_zero() {
        return 0.0;
    }
    let ratio = min.as_secs_f64() / max.as_secs_f64();
    let others = i32::try_from(waits.len() - 1).unwrap_or(i32::MAX);
    (1.0 - ratio).powi(others)
}

/// The probability that waits are at least as short as these, if they are drawn between zero and a backoff that doubles.
///
/// Each wait is then a fraction of its maximum, uniformly distributed. The product of `n` such fractions is at most `p` with
/// the probability `p * (1 + l + l^2 / 2! + ...)` with `n` terms, where `l = -ln p` (Fisher's method).
fn chance_so_short(waits: &[Duration]) -> f64 {
    let longest = iter::successors(Some(BASE), |longest| longest.checked_mul(2));
    let parts = waits.iter().zip(longest);
    let parts = parts.map(|(wait, longest)| (wait.as_secs_f64() / longest.as_secs_f64()).min(1.0));
    let logs: Vec<_> = parts
        .map(|part: f64| -part.max(f64::MIN_POSITIVE).ln())
        .collect();
    let log: f64 = logs.iter().sum();
    let (mut term, mut sum, mut number) = (1.0, 0.0, 0.0);
    for _ in logs {
        sum += term;
        number += 1.0;
        term *= log / number;
    }
    (-log).exp() * sum
}

/// The probability that no wait is longer than the longest of these, if they are drawn in the same way.
///
/// This detects a program that does not wait: each attempt is only as late as the machine makes it, and the first wait is not
/// shorter than the others.
fn chance_none_longer(waits: &[Duration]) -> f64 {
    let max = waits.iter().max().copied().unwrap_or(Duration::MAX);
    let longest = iter::successors(Some(BASE), |longest| longest.checked_mul(2));
    let parts = waits.iter().zip(longest);
    parts
        .map(|(_, longest)| (max.as_secs_f64() / longest.as_secs_f64()).min(1.0))
        .product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{self, get, trial};

    /// The judgement of a request that is retried after these waits, on a machine that adds this much noise to a wait.
    fn judged(waits: &[u64], noise_ms: u64) -> Judgement {
        let mut at = 0;
        let mut exchanges = vec![get(at, "/a", 503, None)];
        exchanges.extend(waits.iter().map(|wait| {
            at += wait;
            get(at, "/a", 503, None)
        }));
        let trial = TrialRecord {
            lateness: Some(Duration::from_millis(noise_ms)),
            ..trial(exchanges)
        };
        example::judged(backoff_grows, &trial)
    }

    #[test]
    fn constant_or_missing_waits_do_not_grow() {
        for waits in [
            [1_000, 1_001, 1_003],
            [600, 620, 605],
            [1, 0, 3],
            [0, 0, 0],
            [19, 2, 7],
            [2, 50, 4],
            [33, 30, 34],
        ] {
            let judgement = judged(&waits, 5);
            assert!(
                matches!(judgement, Judgement::Violation(_)),
                "{waits:?}: {judgement:?}"
            );
        }
    }

    #[test]
    fn exponential_and_random_waits_grow() {
        for waits in [
            [100, 200, 400],
            [500, 1_000, 1_500],
            [30, 610, 20],
            [900, 40, 1_700],
        ] {
            assert_eq!(judged(&waits, 5), Judgement::Pass, "{waits:?}");
        }
        assert_eq!(judged(&[100, 200], 5), Judgement::NotExercised, "too few");
        let capped = [
            210, 450, 930, 1_400, 1_210, 1_330, 1_480, 1_250, 1_390, 1_420, 1_300,
        ];
        assert_eq!(judged(&capped, 5), Judgement::Pass);
    }

    /// Each request waits for 50 to 100 ms, then twice as long each time: close together and short, if all are taken together.
    #[test]
    fn growing_waits_of_several_requests_do_not_hide_one_that_is_constant() {
        let exchanges = (0..40_u64).flat_map(|call| {
            let at = move |attempts: u64| call * 10_000 + (50 + call) * ((1 << attempts) - 1);
            (0..4).map(move |attempts| get(at(attempts), &format!("/{call}"), 503, None))
        });
        let trial = TrialRecord {
            lateness: Some(Duration::ZERO),
            ..trial(exchanges.collect())
        };
        assert_eq!(example::judged(backoff_grows, &trial), Judgement::Pass);
    }

    #[test]
    fn ignores_scheduling_noise() {
        for waits in [[600, 700, 650], [2, 120, 90], [30, 36, 39]] {
            let judgement = judged(&waits, 40);
            assert!(
                matches!(judgement, Judgement::Inconclusive(_)),
                "{waits:?}: {judgement:?}"
            );
        }
    }

    /// Of many clients with randomized waits, no more than the stated fraction are reported.
    #[test]
    fn false_alarm_rate_is_as_documented() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut alarms = |growth: f64, so: fn(&[Duration]) -> f64| {
            let mut draw = || {
                let longest = (0..3).map(|n| BASE.as_secs_f64() * growth.powi(n));
                let waits = longest.map(|longest| Duration::from_secs_f64(random.f64() * longest));
                so(&waits.collect::<Vec<_>>()) <= FALSE_ALARMS
            };
            (0..200_000).filter(|_| draw()).count()
        };
        let short = alarms(2.0, chance_so_short);
        assert!((900..=1_100).contains(&short), "1 of 200: {short}");
        let none = alarms(2.0, chance_none_longer);
        assert!((900..=1_100).contains(&none), "1 of 200: {none}");
        let (constant, doubled) = (alarms(1.0, chance_so_close), alarms(2.0, chance_so_close));
        assert!((900..=1_100).contains(&constant), "1 of 200: {constant}");
        assert!((100..=250).contains(&doubled), "some 1 of 1,200: {doubled}");
    }
}
