//! A scenario: what goes wrong, when, and how a good client reacts.

use std::num::NonZeroU64;

use schemars::JsonSchema;
use schemas::{OperationId, Preset, ScopeSet, Tier, oauth::Endpoint, orders::OrderStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    faults::Fault, human_duration::HumanDuration, number_range::NumberRange, phase::Phase,
};

/// Maximum number of keys, data, rules and steps of a scenario, each.
pub const MAX_PARTS: usize = 100;
/// Maximum number of characters of the name of a scenario, or of one of its keys. Each journal entry with a fault of the
/// scenario repeats its name.
pub const MAX_NAME: usize = 100;

/// What goes wrong, when, and how a good client reacts.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: lower-case letters, digits and hyphens.
    #[schemars(length(max = MAX_NAME), regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// A summary in one sentence.
    #[schemars(length(min = 1))]
    pub summary: String,
    /// What a good client does, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<String>,
    /// Keys that the organization gets in addition to those that it already has. The response to the control request that
    /// activates the scenario, or that creates the organization, contains them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<OwnKey>,
    /// Objects that the organization gets, as requests that create them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataItem>,
    /// Which faults apply to which requests. The rules are evaluated in order, and every rule that matches applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Changes that happen without a request for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

impl Scenario {
    /// Whether one of its faults needs to know earlier responses.
    pub fn remembers(&self) -> bool {
        let mut faults = self.rules.iter().flat_map(|rule| &rule.faults);
        faults.any(Fault::remembers)
    }

    /// The indices of its keys that become valid only with a rotation.
    pub fn pending(&self) -> impl Iterator<Item = usize> {
        let rotated_in = |name: &str| {
            let mut actions = self.steps.iter().flat_map(|step| &step.actions);
            actions.any(|action| matches!(action, Action::Rotate { to, .. } if to == name))
        };
        let keys = self.keys.iter().enumerate();
        keys.filter_map(move |(index, key)| rotated_in(&key.name).then_some(index))
    }
}

/// A key that a scenario defines.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnKey {
    /// Its name in the scenario: lower-case letters, digits and hyphens.
    #[schemars(length(max = MAX_NAME), regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// The preset whose scopes it has. Set either this or `scopes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// Its scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub scopes: Option<ScopeSet>,
    /// Its tier, which sets its rate limits.
    #[serde(default)]
    #[schemars(with = "String")]
    pub tier: Tier,
    /// Time from the activation of the scenario until the key expires, on the organization's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<HumanDuration>,
}

impl OwnKey {
    /// Its scopes.
    pub fn scopes(&self) -> ScopeSet {
        let preset = self.preset.map(Preset::scopes);
        self.scopes.or(preset).unwrap_or_default()
    }
}

/// An object that the organization has when the scenario starts.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataItem {
    /// The operation that creates it, such as `create_order`. It has a body, and no id in its path.
    pub operation: OperationId,
    /// The body of the request.
    pub body: Value,
}

/// The faults that apply to some requests.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which requests the rule applies to; by default all requests to the API.
    #[serde(default)]
    pub when: When,
    /// How far the server processes the request before the faults apply; by default as far as is usual for each fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The faults. The list may be empty if the rule only changes the state.
    #[serde(default, rename = "do", skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The state of the scenario after the rule has matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
}

/// Which requests a rule applies to. A request has to meet all given conditions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// It is sent to one of these endpoints of the authorization server, such as `token`. Without this condition, the
    /// rule applies to requests to the API only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoint: Vec<Endpoint>,
    /// It is for one of these operations, such as `list_orders`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation: Vec<OperationId>,
    /// It has this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// It has this path, without `/api/v1`; `*` matches one segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its `offset` is in this range: `1-` for each page of a list after the first, `50-99`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<NumberRange>,
    /// It has the key with this id, such as `key_1`, or with this name in the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its key has all scopes of this preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// It has one of these numbers: `3`, `2-4`, `5-`. The number counts the requests that meet all conditions other than
    /// `nth`, `every` and `probability`, from 1 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<NumberRange>,
    /// What the requests are counted by; by default all are counted together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// Its number is a multiple of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU64>,
    /// The probability with which the rule applies to each of them, drawn from the server's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// It arrives at least this long after the activation of the scenario, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<HumanDuration>,
    /// It arrives less than this long after the activation of the scenario, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<HumanDuration>,
    /// The scenario is in this state. It starts in `start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// What requests are counted by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The path: the first request to each path is number 1. A scenario counts at most 10,000 paths over all its rules;
    /// rules that count by path do not apply to requests to further paths.
    Path,
}

/// A change that happens once, without a request for it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When it happens.
    pub after: After,
    /// What happens.
    #[serde(rename = "do")]
    #[schemars(length(min = 1))]
    pub actions: Vec<Action>,
}

/// When a step happens.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum After {
    /// After this many requests of the organization to the API, just before the next request.
    Requests(u64),
    /// This long after the activation of the scenario, on the organization's clock.
    Time(HumanDuration),
    /// When the scenario reaches this state: after the request by which it does, or just before the next one if that
    /// request is not carried out.
    State(String),
}

/// What a step does. An action that names no key applies to all keys.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Revokes a key.
    Revoke(KeyChoice),
    /// Makes a key expire.
    Expire(KeyChoice),
    /// Replaces a key by another one.
    Rotate {
        /// The old key: its id, or its name in the scenario.
        key: String,
        /// The name of the new key, one of `keys`. It is not valid before.
        to: String,
        /// How long the old key stays valid, on the organization's clock; by default not at all.
        #[serde(default)]
        overlap: HumanDuration,
    },
    /// Replaces the scopes of a key. Without `key`, it does so for all keys, and limits access tokens to these scopes
    /// until the scenario ends, including those that are issued later.
    SetScopes {
        /// The key's id, or its name in the scenario.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// The new scopes.
        #[schemars(with = "Vec<String>")]
        scopes: ScopeSet,
    },
    /// Changes the tier of a key.
    SetTier {
        /// The key's id, or its name in the scenario.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// The new tier.
        #[schemars(with = "String")]
        tier: Tier,
    },
    /// Moves all orders to a status. Orders that cannot reach it stay unchanged.
    MoveOrders {
        /// The status.
        to: OrderStatus,
    },
    /// Moves the organization's clock forward.
    Advance(HumanDuration),
    /// Revokes all grants of users to clients, and with them all access and refresh tokens.
    RevokeGrants {},
    /// Invalidates all access tokens issued so far, as if the key that signed them had been replaced. Refresh tokens stay
    /// valid.
    RotateSigningKey {},
    /// Changes the state of the scenario.
    State(String),
}

/// One key, or all keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyChoice {
    /// The id of the key, or its name in the scenario; all keys by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Delay before the action takes effect, on the organization's clock; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<HumanDuration>,
}
