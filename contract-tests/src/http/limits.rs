//! Limits a run on a server that is not a sandbox: which requests it may send, how many, and how fast.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, header};
use parking_lot::Mutex;

use super::quota::Quota;
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, count},
    http::{Permissions, Requests},
};

/// How much a run may send, and how long it may wait.
#[derive(Clone, Copy, Debug)]
pub struct RunLimits {
    pub max_requests: usize,
    /// Maximum time to wait for a quota.
    pub max_wait: Duration,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            max_requests: 1_500,
            max_wait: Duration::from_mins(1),
        }
    }
}

impl RunLimits {
    /// Why what needs more requests is skipped.
    pub(crate) fn exceeded(self) -> String {
        let requests = count(self.max_requests, "request");
        format!(
            "needs more than the {requests} that the run may send; --max-requests raises the limit"
        )
    }
}

/// Called when the run waits for a quota.
#[derive(Clone)]
pub struct Notifier(Arc<dyn Fn(&str) + Send + Sync>);

impl Notifier {
    pub fn new(notify: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(notify))
    }
}

/// Does nothing.
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

/// Admits requests, or returns why not.
#[derive(Debug)]
pub(crate) struct RequestLimiter {
    pub(crate) permissions: Permissions,
    pub(crate) limits: RunLimits,
    pub(crate) notifier: Notifier,
    /// The credential whose quota the run may use up.
    pub(crate) exempt: Option<HeaderValue>,
    /// The number of requests so far.
    pub(crate) sent: AtomicUsize,
    pub(crate) quotas: Mutex<HashMap<HeaderValue, QuotaState>>,
    /// Whether it was reported that the server does not state its quotas.
    pub(crate) without_quotas: AtomicBool,
}

/// The state of the quota of a credential.
#[derive(Debug, Default)]
pub(crate) struct QuotaState {
    /// The quota in the last response, until the run has waited for it.
    quota: Option<Quota>,
    /// The time waited since it was last above the reserve: if headers never change, every request would wait.
    waited: Duration,
}

impl RequestLimiter {
    /// A limiter with the same limits that has not counted any request or noted any quota.
    pub(super) fn fresh(&self) -> Self {
        Self {
            permissions: self.permissions,
            limits: self.limits,
            notifier: self.notifier.clone(),
            exempt: self.exempt.clone(),
            sent: AtomicUsize::default(),
            quotas: Mutex::default(),
            without_quotas: AtomicBool::default(),
        }
    }

    /// Admits a request, now or when its key's quota has been reset.
    pub(super) async fn admit(&self, request: &ApiRequest) -> Result<(), NotPassed> {
        self.permissions
            .allow(Requests::one(&request.method))
            .map_err(NotPassed::Skipped)?;
        if self.sent.load(Ordering::Relaxed) >= self.limits.max_requests {
            return Err(NotPassed::Skipped(self.limits.exceeded()));
        }
        if let Some(wait) = self.wait(request)? {
            sleep(wait).await;
        }
        self.count();
        Ok(())
    }

    pub(super) fn count(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// The time to wait first, if any; assumes that the caller waits.
    fn wait(&self, request: &ApiRequest) -> Result<Option<Duration>, NotPassed> {
        let Some(credential) = request.headers.get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let mut quotas = self.quotas.lock();
        let Some(state) = quotas.get_mut(credential) else {
            return Ok(None);
        };
        let quota = state.quota.and_then(|quota| Some((quota, quota.wait()?)));
        let Some((quota, wait)) = quota else {
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
                "needs quota: {}{in_vain}, until a reset in {} s; --max-wait {} waits for it",
                quota.what_is_left(),
                wait.as_secs(),
                waited.as_secs()
            )));
        }
        state.quota = None;
        state.waited = waited;
        if first {
            (self.notifier.0)(&format!(
                "waiting {} s: {}",
                wait.as_secs(),
                quota.what_is_left()
            ));
        }
        Ok(Some(wait))
    }

    /// Notes the quota in a response.
    pub(super) fn note(&self, exchange: &Exchange) {
        let credential = exchange.request.headers.get(header::AUTHORIZATION);
        let limited = credential.filter(|credential| self.exempt.as_ref() != Some(credential));
        let Some(credential) = limited else { return };
        if let Some(quota) = Quota::from_exchange(exchange) {
            let mut quotas = self.quotas.lock();
            let state = quotas.entry(credential.clone()).or_default();
            state.quota = Some(quota);
            if quota.wait().is_none() {
                state.waited = Duration::ZERO;
            }
        } else if exchange.status.is_success() && !self.without_quotas.swap(true, Ordering::Relaxed)
        {
            (self.notifier.0)(
                "the server states no quota in its headers, so the run may use up that of a key; \
                 --max-requests limits it",
            );
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only a sandbox has a clock that can be moved"
)]
async fn sleep(wait: Duration) {
    tokio::time::sleep(wait).await;
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use schemas::{OperationId, headers};

    use super::*;

    const DATE: &str = "Thu, 15 Jan 2026 09:00:00 GMT";
    const NOW: u64 = 1_768_467_600;

    fn exchange(status: u16, quota_headers: &[(&'static str, String)]) -> Exchange {
        let request = ApiRequest::to(OperationId::ListOrders.operation()).authorization("Bearer x");
        let mut headers = http::HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_static(DATE));
        for (name, value) in quota_headers {
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
            memory: None,
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
    fn leaves_a_tenth_of_the_quota_to_others() {
        let wait = |exchange: &Exchange| Quota::from_exchange(exchange).unwrap().wait();
        assert_eq!(wait(&exchange_with_quota(11, NOW + 30)), None);
        let half_a_minute = Some(Duration::from_secs(30));
        assert_eq!(wait(&exchange_with_quota(10, NOW + 30)), half_a_minute);
        assert_eq!(wait(&exchange_with_quota(0, 30)), half_a_minute);
        for past in [NOW, NOW - 1, 0] {
            assert_eq!(wait(&exchange_with_quota(0, past)), None, "{past}");
        }
        let refused = exchange(429, &[("retry-after", "30".to_owned())]);
        assert_eq!(wait(&refused), half_a_minute);
        assert_eq!(Quota::from_exchange(&exchange(200, &[])), None);
        let ietf = |state: &str| {
            let quota_headers = [
                (headers::IETF_RATE_LIMIT, state.to_owned()),
                (
                    headers::IETF_RATE_POLICY,
                    "\"default\";q=100;w=60, \"day\";q=500;w=86400".to_owned(),
                ),
            ];
            Quota::from_exchange(&exchange(200, &quota_headers)).and_then(Quota::wait)
        };
        assert_eq!(ietf("\"default\";r=10;t=30"), half_a_minute);
        assert_eq!(ietf("\"default\";r=11;t=30"), None);
        let tomorrow = Some(Duration::from_hours(9));
        assert_eq!(
            ietf("\"default\";r=11;t=30, \"day\";r=50;t=32400"),
            tomorrow
        );
        assert_eq!(
            ietf("\"default\";r=10;t=30, \"day\";r=51;t=32400"),
            half_a_minute
        );
    }

    type Notifications = Arc<Mutex<Vec<String>>>;

    /// A limiter that waits at most a minute, and its notifications.
    fn limiter(max_requests: usize) -> (RequestLimiter, Notifications) {
        let messages = Notifications::default();
        let sink = Arc::clone(&messages);
        let limiter = RequestLimiter {
            permissions: Permissions::default(),
            limits: RunLimits {
                max_requests,
                max_wait: Duration::from_mins(1),
            },
            notifier: Notifier::new(move |text| sink.lock().push(text.to_owned())),
            exempt: None,
            sent: AtomicUsize::default(),
            quotas: Mutex::default(),
            without_quotas: AtomicBool::default(),
        };
        (limiter, messages)
    }

    fn skipped(outcome: Result<(), NotPassed>) -> String {
        match outcome {
            Err(NotPassed::Skipped(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_once_for_headers_that_do_not_change() {
        let (limiter, messages) = limiter(1_000);
        let request = exchange_with_quota(0, 0).request;
        for _ in 0..100 {
            limiter.note(&exchange_with_quota(0, NOW - 1));
            limiter.admit(&request).await.unwrap();
        }
        assert_eq!(*messages.lock(), [""; 0], "a reset that is past");
        for _ in 0..3 {
            limiter.note(&exchange_with_quota(10, 20));
            limiter.admit(&request).await.unwrap();
        }
        limiter.note(&exchange_with_quota(10, 20));
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("after 60 s of waiting"), "{reason}");
        assert!(reason.contains("--max-wait 80"), "{reason}");
        assert_eq!(messages.lock().len(), 1);
        limiter.note(&exchange_with_quota(100, 20));
        limiter.admit(&request).await.unwrap();
        limiter.note(&exchange_with_quota(10, 60));
        limiter.admit(&request).await.unwrap();
        assert_eq!(messages.lock().len(), 2, "it has come back meanwhile");
    }

    #[tokio::test(start_paused = true)]
    async fn says_once_that_a_server_states_no_quota_and_that_one_is_used_up() {
        let (limiter, messages) = limiter(1_000);
        let silent = exchange(200, &[]);
        for _ in 0..3 {
            limiter.note(&silent);
            limiter.admit(&silent.request).await.unwrap();
        }
        assert_eq!(
            *messages.lock(),
            [
                "the server states no quota in its headers, so the run may use up that of a key; \
              --max-requests limits it"
            ]
        );
        limiter.note(&exchange(429, &[("retry-after", "3600".to_owned())]));
        let reason = skipped(limiter.admit(&silent.request).await);
        let expected = "needs quota: the quota of a key is used up, until a reset in 3600 s; \
                        --max-wait 3600 waits for it";
        assert_eq!(reason, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn reports_its_wait_and_bounds_it() {
        let (limiter, messages) = limiter(2);
        let request = exchange_with_quota(0, 0).request;
        limiter.note(&exchange_with_quota(10, NOW + 61));
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("--max-wait 61"), "{reason}");
        limiter.note(&exchange_with_quota(10, NOW + 60));
        limiter.admit(&request).await.unwrap();
        limiter.admit(&request).await.unwrap();
        assert_eq!(
            *messages.lock(),
            ["waiting 60 s: the rest of a key's quota is reserved for other clients"]
        );
        let reason = skipped(limiter.admit(&request).await);
        assert!(reason.contains("--max-requests"), "{reason}");
    }
}
