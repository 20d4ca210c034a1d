//! What keeps a run on a server that is not ours within what its owner permits: which requests may be
//! sent at all, how many, and how fast.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, StatusCode, header};
use schemas::headers;

use crate::{
    contract::parameter,
    finding::{ApiRequest, Exchange, NotPassed},
    http::{Permissions, Requests},
};

/// A part of a quota that is left to others: one in so many.
const RESERVE: u64 = 10;
/// What is more is a point in time, what is less a number of seconds.
const MIN_EPOCH_SECONDS: u64 = 1_000_000_000;

/// How much may be sent, and how long may be waited.
#[derive(Clone, Copy, Debug)]
pub struct RunLimits {
    /// Requests of the whole run.
    pub max_requests: usize,
    /// The longest that is waited for a quota.
    pub max_wait: Duration,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            max_requests: 1_000,
            max_wait: Duration::from_mins(1),
        }
    }
}

/// Who hears that the run waits.
#[derive(Clone)]
pub struct Notifier(Arc<dyn Fn(&str) + Send + Sync>);

impl Notifier {
    /// Who is told.
    pub fn new(notify: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(notify))
    }
}

/// Nobody.
impl Default for Notifier {
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Lets requests through, or says why not.
#[derive(Debug)]
pub(crate) struct RequestLimiter {
    pub(crate) permissions: Permissions,
    pub(crate) limits: RunLimits,
    pub(crate) notifier: Notifier,
    /// The credential whose quota may be used up.
    pub(crate) exempt: Option<HeaderValue>,
    /// Requests that were sent.
    pub(crate) sent: AtomicUsize,
    /// What is known of the quota of each credential.
    pub(crate) quotas: Mutex<HashMap<HeaderValue, QuotaState>>,
}

/// What is known of the quota of a credential.
#[derive(Debug, Default)]
pub(crate) struct QuotaState {
    /// What the last response says of it, until that was waited for.
    quota: Option<Quota>,
    /// How long was waited since it last was above the reserve. Headers that stand still would have every request wait.
    waited: Duration,
}

impl RequestLimiter {
    /// Lets a request through, now or when its key's quota is whole again.
    pub(super) async fn admit(&self, request: &ApiRequest) -> Result<(), NotPassed> {
        self.permissions
            .allow(Requests::one(&request.method))
            .map_err(NotPassed::Skipped)?;
        if self.sent.load(Ordering::Relaxed) >= self.limits.max_requests {
            return Err(NotPassed::Skipped(format!(
                "needs more than the {} requests that a run may send; --max-requests permits more",
                self.limits.max_requests
            )));
        }
        if let Some(wait) = self.wait(request)? {
            sleep(wait).await;
        }
        self.count();
        Ok(())
    }

    /// Counts a request.
    pub(super) fn count(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// How long to wait first, if at all. Who waits takes note of it: the quota is whole again then.
    fn wait(&self, request: &ApiRequest) -> Result<Option<Duration>, NotPassed> {
        let Some(credential) = request.headers.get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let mut quotas = self.quotas.lock().expect("nobody panics with them in hand");
        let Some(state) = quotas.get_mut(credential) else {
            return Ok(None);
        };
        let Some(wait) = state.quota.and_then(Quota::wait) else {
            return Ok(None);
        };
        let (first, waited) = (state.waited.is_zero(), state.waited + wait);
        if waited > self.limits.max_wait {
            let in_vain = if first {
                String::new()
            } else {
                format!(", after {} s of waiting", state.waited.as_secs())
            };
            return Err(NotPassed::Skipped(format!(
                "needs a quota: a key's is down to what is kept for others{in_vain}, and whole again in {} s; \
                 --max-wait {} would wait as long",
                wait.as_secs(),
                waited.as_secs()
            )));
        }
        state.quota = None;
        state.waited = waited;
        if first {
            (self.notifier.0)(&format!(
                "waiting {} s: what is left of a key's quota is kept for others",
                wait.as_secs()
            ));
        }
        Ok(Some(wait))
    }

    /// Takes down what an answer says of the quota.
    pub(super) fn note(&self, exchange: &Exchange) {
        let credential = exchange.request.headers.get(header::AUTHORIZATION);
        let limited = credential.filter(|credential| self.exempt.as_ref() != Some(credential));
        if let (Some(credential), Some(quota)) = (limited, Quota::of(exchange)) {
            let mut quotas = self.quotas.lock().expect("nobody panics with them in hand");
            let state = quotas.entry(credential.clone()).or_default();
            state.quota = Some(quota);
            if quota.wait().is_none() {
                state.waited = Duration::ZERO;
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that is not ours has a clock that nobody can move"
)]
async fn sleep(wait: Duration) {
    tokio::time::sleep(wait).await;
}

/// What an answer says of a quota.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Quota {
    limit: u64,
    remaining: u64,
    /// Until it is whole again.
    reset: Duration,
}

impl Quota {
    fn of(exchange: &Exchange) -> Option<Self> {
        let number = |name| exchange.header(name)?.trim().parse::<u64>().ok();
        if exchange.status == StatusCode::TOO_MANY_REQUESTS {
            let wait = number(header::RETRY_AFTER.as_str())?;
            return Some(Self {
                limit: 0,
                remaining: 0,
                reset: Duration::from_secs(wait),
            });
        }
        if let (Some(state), Some(policy)) = (
            exchange.header(headers::IETF_RATE_LIMIT),
            exchange.header(headers::IETF_RATE_POLICY),
        ) {
            return Some(Self {
                limit: parameter(policy, "q")?,
                remaining: parameter(state, "r")?,
                reset: Duration::from_secs(parameter(state, "t")?),
            });
        }
        let mut reset = number(headers::RATE_RESET)?;
        if reset > MIN_EPOCH_SECONDS {
            reset = reset.saturating_sub(date(exchange.header(header::DATE)?)?);
        }
        Some(Self {
            limit: number(headers::RATE_LIMIT)?,
            remaining: number(headers::RATE_REMAINING)?,
            reset: Duration::from_secs(reset),
        })
    }

    /// How long to wait so that a reserve is left to others. For a reset that is now, or past, there is nothing to wait.
    fn wait(self) -> Option<Duration> {
        let reserve = self.limit.div_ceil(RESERVE);
        (self.remaining <= reserve && !self.reset.is_zero()).then_some(self.reset)
    }
}

/// The time of an answer in epoch seconds, by the clock that the reset is told by.
fn date(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

#[cfg(test)]
mod tests {
    use schemas::OperationId;

    use super::*;

    const DATE: &str = "Thu, 15 Jan 2026 09:00:00 GMT";
    const NOW: u64 = 1_768_467_600;

    fn exchange(status: u16, told: &[(&'static str, String)]) -> Exchange {
        let request = ApiRequest::to(OperationId::ListOrders.operation()).authorization("Bearer x");
        let mut headers = http::HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_static(DATE));
        for (name, value) in told {
            headers.insert(*name, value.parse().unwrap());
        }
        Exchange {
            took: Duration::ZERO,
            request,
            url: String::new(),
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: bytes::Bytes::new(),
            json: serde_json::Value::Null,
        }
    }

    fn exchange_with_quota(remaining: u64, reset: u64) -> Exchange {
        let number = |name, value: u64| (name, value.to_string());
        exchange(
            200,
            &[
                number(headers::RATE_LIMIT, 100),
                number(headers::RATE_REMAINING, remaining),
                number(headers::RATE_RESET, reset),
            ],
        )
    }

    #[test]
    fn a_tenth_of_a_quota_is_left_to_others() {
        let wait = |exchange: &Exchange| Quota::of(exchange).unwrap().wait();
        assert_eq!(wait(&exchange_with_quota(11, NOW + 30)), None);
        let half_a_minute = Some(Duration::from_secs(30));
        assert_eq!(wait(&exchange_with_quota(10, NOW + 30)), half_a_minute);
        assert_eq!(wait(&exchange_with_quota(0, 30)), half_a_minute);
        for past in [NOW, NOW - 1, 0] {
            assert_eq!(wait(&exchange_with_quota(0, past)), None, "{past}");
        }
        let refused = exchange(429, &[("retry-after", "30".to_owned())]);
        assert_eq!(wait(&refused), half_a_minute);
        assert_eq!(Quota::of(&exchange(200, &[])), None);
        let ietf = |state: &str| {
            let told = [
                (headers::IETF_RATE_LIMIT, state.to_owned()),
                (
                    headers::IETF_RATE_POLICY,
                    "\"default\";q=100;w=60".to_owned(),
                ),
            ];
            Quota::of(&exchange(200, &told)).and_then(Quota::wait)
        };
        assert_eq!(ietf("\"default\";r=10;t=30"), half_a_minute);
        assert_eq!(ietf("\"default\";r=11;t=30, \"day\";r=1;t=9"), None);
    }

    type Notifications = Arc<Mutex<Vec<String>>>;

    /// A limiter that waits a minute at the most, and what it says.
    fn limiter(max_requests: usize) -> (RequestLimiter, Notifications) {
        let heard = Notifications::default();
        let sink = Arc::clone(&heard);
        let limiter = RequestLimiter {
            permissions: Permissions::default(),
            limits: RunLimits {
                max_requests,
                max_wait: Duration::from_mins(1),
            },
            notifier: Notifier::new(move |text| sink.lock().unwrap().push(text.to_owned())),
            exempt: None,
            sent: AtomicUsize::default(),
            quotas: Mutex::default(),
        };
        (limiter, heard)
    }

    fn skipped(outcome: Result<(), NotPassed>) -> String {
        match outcome {
            Err(NotPassed::Skipped(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn headers_that_stand_still_are_waited_for_once_in_all_and_said_once() {
        let (limiter, heard) = limiter(1_000);
        let request = exchange_with_quota(0, 0).request;
        for _ in 0..100 {
            limiter.note(&exchange_with_quota(0, NOW - 1));
            limiter.admit(&request).await.unwrap();
        }
        assert_eq!(*heard.lock().unwrap(), [""; 0], "a reset that is past");
        for _ in 0..3 {
            limiter.note(&exchange_with_quota(10, 20));
            limiter.admit(&request).await.unwrap();
        }
        limiter.note(&exchange_with_quota(10, 20));
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("after 60 s of waiting"), "{reason}");
        assert!(reason.contains("--max-wait 80"), "{reason}");
        assert_eq!(heard.lock().unwrap().len(), 1);
        limiter.note(&exchange_with_quota(100, 20));
        limiter.admit(&request).await.unwrap();
        limiter.note(&exchange_with_quota(10, 60));
        limiter.admit(&request).await.unwrap();
        assert_eq!(heard.lock().unwrap().len(), 2, "it has come back meanwhile");
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_says_so_and_not_for_ever() {
        let (limiter, heard) = limiter(2);
        let request = exchange_with_quota(0, 0).request;
        limiter.note(&exchange_with_quota(10, NOW + 61));
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("--max-wait 61"), "{reason}");
        limiter.note(&exchange_with_quota(10, NOW + 60));
        limiter.admit(&request).await.unwrap();
        limiter.admit(&request).await.unwrap();
        assert_eq!(
            *heard.lock().unwrap(),
            ["waiting 60 s: what is left of a key's quota is kept for others"]
        );
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("--max-requests"), "{reason}");
    }
}
