//! The response time must not reveal the cause of a 401.
//!
//! Otherwise an attacker who tries keys learns which of them were valid once. Causes take turns, so that a busy machine slows
//! down all of them; medians are compared, so that a few slow responses do not matter; and if the times of one cause vary by
//! more than the difference to detect, the result is inconclusive.

use std::time::Duration;

use schemas::OperationId;
use serde_json::json;

use super::authentication::{UNKNOWN, invalid_keys};
use crate::{
    contract::KeyRole,
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// Requests for each cause in a measurement.
const ROUNDS: usize = 9;
/// Maximum number of measurements before the machine counts as too busy.
const MAX_ATTEMPTS: usize = 6;
/// Maximum number of requests of one measurement, with those that try the keys.
pub(super) const REQUESTS: usize = 3 * ROUNDS + 2;
/// Maximum number of further requests on a sandbox.
pub(super) const FURTHER_REQUESTS: usize = 3 * ROUNDS * (MAX_ATTEMPTS - 1);
/// The difference to detect: far more than a lookup in memory or in an index takes.
const MAX_DIFFERENCE: Duration = Duration::from_millis(50);

/// A cause of 401, and its responses.
struct Cause {
    name: &'static str,
    request: ApiRequest,
    responses: Vec<Exchange>,
}

pub(super) async fn same_time(session: &Session) -> Outcome {
    let list = || ApiRequest::to(OperationId::ListOrders.operation());
    let unknown = list().authorization(&format!("Bearer {UNKNOWN}"));
    let mut requests = vec![("an unknown key", unknown)];
    for (role, key) in invalid_keys(session).await? {
        let name = if role == KeyRole::Expired {
            "an expired key"
        } else {
            "a revoked key"
        };
        requests.push((name, list().key(&key)));
    }
    // Any other server is measured only once.
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
    /// The response with the median time.
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

/// The interquartile range of sorted times.
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
    fn ignores_a_few_slow_responses() {
        let spread = |millis: [u64; 8]| spread(&millis.map(Duration::from_millis));
        assert!(spread([1, 1, 1, 2, 2, 2, 300, 400]) < MAX_DIFFERENCE);
        assert!(spread([1, 1, 1, 2, 90, 90, 300, 400]) > MAX_DIFFERENCE);
    }
}
