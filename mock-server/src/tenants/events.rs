//! What happens in an organization by the passing of time alone. It is computed when asked; nothing waits for it.

use jiff::Timestamp;
use schemas::orders::OrderStatus;
use serde_json::{Value, json};

use super::{active_scenario::ActiveScenario, organization::State};
use crate::{
    clock::rfc3339,
    config::Config,
    keys::{KeyEnd, KeyId},
};

/// Maximum number of events that a response lists.
pub(crate) const MAX_EVENTS: usize = 1_000;

/// An event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Event<'a> {
    /// When it happens, on the organization's clock.
    pub at: Timestamp,
    /// What happens.
    pub what: What<'a>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What<'a> {
    /// An order reaches a status.
    OrderStatus {
        /// The id of the order.
        order: &'a str,
        /// The status.
        status: OrderStatus,
    },
    /// A key expires.
    KeyExpired {
        /// The id of the key.
        key: KeyId,
    },
    /// A key is revoked.
    KeyRevoked {
        /// The id of the key.
        key: KeyId,
    },
    /// A window of a rate limit ends; the next request begins a new one.
    WindowEnded {
        /// The id of the key.
        key: KeyId,
        /// Maximum number of requests in the window.
        limit: u32,
        /// Number of requests in it so far.
        used: u32,
    },
    /// A step of the scenario becomes due. It happens before the next request.
    StepDue {
        /// The index of the step.
        step: usize,
    },
    /// A rule of the scenario begins to apply.
    RuleStarted {
        /// The index of the rule.
        rule: usize,
    },
    /// A rule of the scenario no longer applies.
    RuleEnded {
        /// The index of the rule.
        rule: usize,
    },
}

impl Event<'_> {
    /// The event as JSON.
    pub(crate) fn to_json(self) -> Value {
        let at = rfc3339(self.at);
        match self.what {
            What::OrderStatus { order, status } => {
                json!({"at": at, "event": "order_status", "order": order, "status": status})
            }
            What::KeyExpired { key } => json!({"at": at, "event": "key_expired", "key": key}),
            What::KeyRevoked { key } => json!({"at": at, "event": "key_revoked", "key": key}),
            What::WindowEnded { key, limit, used } => {
                json!({"at": at, "event": "window_ended", "key": key, "limit": limit, "used": used})
            }
            What::StepDue { step } => json!({"at": at, "event": "step_due", "step": step}),
            What::RuleStarted { rule } => json!({"at": at, "event": "rule_started", "rule": rule}),
            What::RuleEnded { rule } => json!({"at": at, "event": "rule_ended", "rule": rule}),
        }
    }
}

impl State {
    /// The events after `from` and up to `to`, in order of time: orders that change their status, and keys that expire
    /// or are revoked. At most the first [`MAX_EVENTS`].
    pub(crate) fn fired(&self, from: Timestamp, to: Timestamp) -> Vec<Event<'_>> {
        in_order(self.orders_and_keys(from), from, to)
    }

    /// The same, and where windows of rate limits and parts of the scenario begin and end.
    pub(crate) fn due(&self, from: Timestamp, to: Timestamp, config: &Config) -> Vec<Event<'_>> {
        let windows = self.keys.iter().flat_map(|key| {
            let policies = config.policies(key.definition.tier).as_slice();
            key.bucket
                .running(policies)
                .filter_map(|(end, limit, used)| {
                    Some(Event {
                        at: Timestamp::from_second(end).ok()?,
                        what: What::WindowEnded {
                            key: key.definition.id,
                            limit,
                            used,
                        },
                    })
                })
        });
        let scenario = self.scenario.iter().flat_map(ActiveScenario::events);
        in_order(
            self.orders_and_keys(from).chain(windows).chain(scenario),
            from,
            to,
        )
    }

    fn orders_and_keys(&self, from: Timestamp) -> impl Iterator<Item = Event<'_>> {
        let orders = self.store.orders.milestones();
        let orders = orders.map(|(at, order, status)| Event {
            at,
            what: What::OrderStatus { order, status },
        });
        let keys = self.keys.iter().filter(move |key| key.works(from));
        let ends = keys.filter_map(|key| {
            let (at, end) = key.end()?;
            let key = key.definition.id;
            let what = match end {
                KeyEnd::Expired => What::KeyExpired { key },
                KeyEnd::Revoked => What::KeyRevoked { key },
            };
            Some(Event { at, what })
        });
        orders.chain(ends)
    }
}

fn in_order<'a>(
    events: impl Iterator<Item = Event<'a>>,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Event<'a>> {
    let mut events: Vec<_> = events
        .filter(|event| event.at > from && event.at <= to)
        .collect();
    events.sort_by_key(|event| event.at);
    events.truncate(MAX_EVENTS);
    events
}
