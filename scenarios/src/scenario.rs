//! A scenario: what goes wrong, when, and how a good client reacts.

use std::num::NonZeroU64;

use schemars::JsonSchema;
use schemas::{OperationId, Preset, ScopeSet, Tier, oauth::Endpoint, orders::OrderStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    faults::Fault, human_duration::HumanDuration, phase::Phase, request_numbers::RequestNumbers,
};

/// Maximum number of keys, data, rules and steps of a scenario, each.
pub const MAX_PARTS: usize = 100;

/// What goes wrong, when, and what a good client does about it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: small letters, digits and hyphens.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// One sentence for people.
    #[schemars(length(min = 1))]
    pub summary: String,
    /// What a good client does, each in a sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<String>,
    /// Keys that the organization has from then on, beside those that it has already. Who switches the
    /// scenario on by a control call, or makes the organization by one, is handed them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<OwnKey>,
    /// What the organization has from then on, as calls that make it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Made>,
    /// What happens to which requests. The rules are asked in their order, and each that matches counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What happens by itself.
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

/// A key that a scenario has.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnKey {
    /// What the scenario calls it: small letters, digits and hyphens.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// What it may do: all that this preset may. Either this or `scopes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub scopes: Option<ScopeSet>,
    /// How often.
    #[serde(default)]
    #[schemars(with = "String")]
    pub tier: Tier,
    /// So long after the scenario is switched on it expires, on the organization's clock.
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

/// Something that an organization has when a scenario begins.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// The operation that makes it, such as `create_order`. It has a body, and no id in its path.
    pub operation: OperationId,
    /// The body of the request.
    pub body: Value,
}

/// What happens to some requests.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which calls; all, where nothing is said.
    #[serde(default)]
    pub when: When,
    /// How far the request comes first; where nothing is said, as far as is usual for the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The faults. There may be none, where the rule only leads to another state.
    #[serde(default, rename = "do", skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The scenario's state after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
}

/// Which calls a rule is about. All that is said must be so.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// One of these endpoints of the authorization server, such as `token`. A rule that names none is about the API
    /// alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoint: Vec<Endpoint>,
    /// One of these operations, such as `list_orders`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation: Vec<OperationId>,
    /// This method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// This path after `/api/v1`; `*` stands for anything but a slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The key with this id, such as `key_1`, or with this name in the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A key that holds what this preset holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// The calls with these numbers among those for which all above is so: `3`, `2-4`, `5-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<RequestNumbers>,
    /// Whether those numbers are counted for each of something by itself; of all requests together, where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// Every this many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU64>,
    /// Each of them with this probability, drawn by the server's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// From so long after the scenario was switched on, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<HumanDuration>,
    /// Until so long after it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<HumanDuration>,
    /// While the scenario is in this state. It begins in `start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// What calls are counted by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The path: the first request of each is 1. Beyond some thousands of paths, no more requests are met.
    Path,
}

/// Something that happens by itself, once.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When.
    pub after: After,
    /// What.
    #[serde(rename = "do")]
    #[schemars(length(min = 1))]
    pub actions: Vec<Action>,
}

/// When something happens.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum After {
    /// After this many requests of the organization to the API; before the next request.
    Requests(u64),
    /// So long after the scenario was switched on, on the organization's clock.
    Time(HumanDuration),
    /// When the scenario has come to this state.
    State(String),
}

/// What happens by itself. Where no key is named, it happens to all.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Revokes a key.
    Revoke(KeyChoice),
    /// Lets a key expire.
    Expire(KeyChoice),
    /// Brings a key in place of another.
    Rotate {
        /// The key that goes: its id, or its name in the scenario.
        key: String,
        /// The name of the key that comes, one of `keys`. It does not work before.
        to: String,
        /// How long the one that goes still works, on the organization's clock.
        #[serde(default)]
        overlap: HumanDuration,
    },
    /// Gives a key other scopes. Where none is named, all keys; and access tokens hold no more than these, also those that
    /// are issued later, until the scenario ends.
    SetScopes {
        /// The key's id, or its name in the scenario.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What it holds from then on.
        #[schemars(with = "Vec<String>")]
        scopes: ScopeSet,
    },
    /// Gives a key another tier.
    SetTier {
        /// The key's id, or its name in the scenario.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// The tier.
        #[schemars(with = "String")]
        tier: Tier,
    },
    /// Moves orders on, as far as they can go that way.
    MoveOrders {
        /// The status that they come to.
        to: OrderStatus,
    },
    /// Moves the organization's clock on.
    Advance(HumanDuration),
    /// Revokes what users have granted to clients, and with it all access and refresh tokens.
    RevokeGrants {},
    /// Lets no access token be valid that was issued before, as if the key that signed it had been replaced. Refresh
    /// tokens stay valid.
    RotateSigningKey {},
    /// Brings the scenario to a state.
    State(String),
}

/// A key, or all.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyChoice {
    /// Its id, or its name in the scenario; all keys, where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// So long later, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<HumanDuration>,
}
