//! What the response time must not reveal.
//!
//! Whoever tries keys could learn from it which of them once worked. Causes take turns, so that a machine that is
//! busy for a while is busy for all of them; medians are compared, so that a few slow responses count for nothing;
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
const MAX_ATTEMPTS: usize = 6;
/// Calls that are made at the most.
pub(super) const MAX_REQUESTS: usize = 3 * ROUNDS * MAX_ATTEMPTS;
/// The difference that is looked for: far more than what a look into memory or an index takes.
const MAX_DIFFERENCE: Duration = Duration::from_millis(50);

/// The responses to one cause.
struct Cause {
    name: &'static str,
    request: ApiRequest,
    responses: Vec<Exchange>,
}

pub(super) async fn same(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let list = || ApiRequest::to(OperationId::ListOrders.operation());
    let mut requests = vec![(
        "an unknown key",
        list().authorization(&format!("Bearer {UNKNOWN}")),
    )];
    for (name, key) in [
        ("a revoked key", tenant.revoked_key().await),
        ("an expired key", tenant.expired_key().await),
    ] {
        match key {
            Ok(key) => requests.push((name, list().key(&key))),
            Err(NotPassed::Skipped(_)) => {}
            Err(other) => return Err(other),
        }
    }
    // A server that is not ours is not asked again and again.
    let tries = if session.is_sandbox() {
        MAX_ATTEMPTS
    } else {
        1
    };
    let mut noise = Duration::ZERO;
    for _ in 0..tries {
        let causes = measure(session, &requests).await?;
        noise = causes.iter().map(Cause::spread).max().unwrap_or_default();
        if noise < MAX_DIFFERENCE {
            return compare(&causes);
        }
    }
    let noise = noise.as_millis();
    let limit = MAX_DIFFERENCE.as_millis();
    Err(NotPassed::Inconclusive(format!(
        "response times of the same request vary by {noise} ms, so {limit} ms between causes would mean nothing"
    )))
}

async fn measure(
    session: &Session,
    requests: &[(&'static str, ApiRequest)],
) -> Result<Vec<Cause>, NotPassed> {
    let cause = |(name, request): &(&'static str, ApiRequest)| Cause {
        name,
        request: request.clone(),
        responses: Vec::with_capacity(ROUNDS),
    };
    let mut causes: Vec<_> = requests.iter().map(cause).collect();
    for _ in 0..ROUNDS {
        for cause in &mut causes {
            let response = session.send(cause.request.clone()).await?;
            response.expect_status(401)?;
            cause.responses.push(response);
        }
    }
    for cause in &mut causes {
        cause.responses.sort_by_key(|response| response.took);
    }
    Ok(causes)
}

impl Cause {
    /// The response that took neither long nor short.
    fn median(&self) -> &Exchange {
        &self.responses[self.responses.len() / 2]
    }

    fn spread(&self) -> Duration {
        spread(
            &self
                .responses
                .iter()
                .map(|response| response.took)
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
        difference < MAX_DIFFERENCE,
        "time",
        &format!(
            "within {} ms of {}",
            MAX_DIFFERENCE.as_millis(),
            shown(fast)
        ),
        json!(shown(slow)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_slow_answers_are_no_noise_and_many_are() {
        let spread = |millis: [u64; 8]| spread(&millis.map(Duration::from_millis));
        assert!(spread([1, 1, 1, 2, 2, 2, 300, 400]) < MAX_DIFFERENCE);
        assert!(spread([1, 1, 1, 2, 90, 90, 300, 400]) > MAX_DIFFERENCE);
    }
}
