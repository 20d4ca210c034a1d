//! What the time that an answer takes must not tell.
//!
//! Whoever tries keys could learn from it which of them once worked. Causes take turns, so that a machine that is
//! busy for a while is busy for all of them; medians are compared, so that a few slow answers count for nothing;
//! and where the times of one cause differ by more than what is looked for, nothing can be said.

use std::time::Duration;

use schemas::OperationId;
use serde_json::json;

use super::authentication::UNKNOWN;
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// Calls for each cause, each time.
const ROUNDS: usize = 9;
/// Times that it is tried before the machine is too busy to tell.
const TRIES: usize = 6;
/// Calls that are made at the most.
pub(super) const CALLS: usize = 3 * ROUNDS * TRIES;
/// The difference that is looked for: far more than what a look into memory or an index takes.
const TELLING: Duration = Duration::from_millis(50);

/// The answers to one cause.
struct Cause {
    name: &'static str,
    call: ApiRequest,
    answers: Vec<Exchange>,
}

pub(super) async fn same(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let list = || ApiRequest::to(OperationId::ListOrders.operation());
    let mut calls = vec![(
        "an unknown key",
        list().authorization(&format!("Bearer {UNKNOWN}")),
    )];
    for (name, key) in [
        ("a revoked key", tenant.revoked_key().await),
        ("an expired key", tenant.expired_key().await),
    ] {
        match key {
            Ok(key) => calls.push((name, list().key(&key))),
            Err(NotPassed::Skipped(_)) => {}
            Err(stop) => return Err(stop),
        }
    }
    // A server that is not ours is not asked again and again.
    let tries = if session.is_sandbox() { TRIES } else { 1 };
    let mut noise = Duration::ZERO;
    for _ in 0..tries {
        let causes = measure(session, &calls).await?;
        noise = causes.iter().map(Cause::spread).max().unwrap_or_default();
        if noise < TELLING {
            return compare(&causes);
        }
    }
    let noise = noise.as_millis();
    let telling = TELLING.as_millis();
    Err(NotPassed::Inconclusive(format!(
        "the times of the same call differ by {noise} ms, so that {telling} ms between causes would tell nothing"
    )))
}

async fn measure(
    session: &Session,
    calls: &[(&'static str, ApiRequest)],
) -> Result<Vec<Cause>, NotPassed> {
    let cause = |(name, call): &(&'static str, ApiRequest)| Cause {
        name,
        call: call.clone(),
        answers: Vec::with_capacity(ROUNDS),
    };
    let mut causes: Vec<_> = calls.iter().map(cause).collect();
    for _ in 0..ROUNDS {
        for cause in &mut causes {
            let answer = session.send(cause.call.clone()).await?;
            answer.expect_status(401)?;
            cause.answers.push(answer);
        }
    }
    for cause in &mut causes {
        cause.answers.sort_by_key(|answer| answer.took);
    }
    Ok(causes)
}

impl Cause {
    /// The answer that took neither long nor short.
    fn median(&self) -> &Exchange {
        &self.answers[self.answers.len() / 2]
    }

    fn spread(&self) -> Duration {
        spread(
            &self
                .answers
                .iter()
                .map(|answer| answer.took)
                .collect::<Vec<_>>(),
        )
    }
}

/// How far the middle half of all times lies apart; they are in order.
fn spread(times: &[Duration]) -> Duration {
    let quarter = times.len() / 4;
    times[times.len() - 1 - quarter].saturating_sub(times[quarter])
}

fn compare(causes: &[Cause]) -> Outcome {
    let mut by_time: Vec<_> = causes.iter().collect();
    by_time.sort_by_key(|cause| cause.median().took);
    let (Some(fast), Some(slow)) = (by_time.first(), by_time.last()) else {
        return Ok(());
    };
    let difference = slow.median().took.saturating_sub(fast.median().took);
    let shown =
        |cause: &Cause| format!("{} ms for {}", cause.median().took.as_millis(), cause.name);
    slow.median().expect_that(
        difference < TELLING,
        "time",
        &format!("within {} ms of {}", TELLING.as_millis(), shown(fast)),
        json!(shown(slow)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_slow_answers_are_no_noise_and_many_are() {
        let spread = |millis: [u64; 8]| spread(&millis.map(Duration::from_millis));
        assert!(spread([1, 1, 1, 2, 2, 2, 300, 400]) < TELLING);
        assert!(spread([1, 1, 1, 2, 90, 90, 300, 400]) > TELLING);
    }
}
