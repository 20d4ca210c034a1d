//! A scenario: what goes wrong, when, and what a good client does about it.

use std::num::NonZeroU64;

use schemars::JsonSchema;
use schemas::{OperationId, Preset, ScopeSet, Tier, operations};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{faults::Fault, span::Span};

/// Rules, and steps, of a scenario at the most.
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
    /// What happens to which calls. The rules are asked in their order, and each that matches counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What happens by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// What happens to some calls.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which calls; all, where nothing is said.
    #[serde(default)]
    pub when: When,
    /// How far the call comes first; where nothing is said, as far as is usual for the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The faults. There may be none, where the rule only leads to another state.
    #[serde(default, rename = "do", skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The scenario's state after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
}

/// How far a call comes before a fault meets it.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its key was not looked at: no quota is used, and a bad key meets the fault, too.
    BeforeAuth,
    /// It was let in; nothing is done.
    BeforeHandler,
    /// It is done, whatever is answered.
    AfterHandler,
}

/// Which calls a rule is about. All that is said must be so.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// One of these operations, such as `list_orders`.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "operation_names"
    )]
    pub operation: Vec<String>,
    /// This method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// This path after `/api/v1`; `*` stands for anything but a slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The key with this id, such as `key_1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A key that holds what this preset holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// The calls with these numbers among those for which all above is so: `3`, `2-4`, `5-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<Numbers>,
    /// Every so many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU64>,
    /// Each of them with this probability, drawn by the server's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// From so long after the scenario was switched on, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Span>,
    /// Until so long after it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
    /// While the scenario is in this state. It begins in `start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// Numbers of calls, from one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Numbers {
    /// The first.
    pub first: u64,
    /// The last, if there is one.
    pub last: Option<u64>,
}

impl Numbers {
    /// Whether the number is one of them.
    pub fn contain(self, number: u64) -> bool {
        number >= self.first && self.last.is_none_or(|last| number <= last)
    }
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
    /// After so many calls of the organization; before the next.
    Requests(u64),
    /// So long after the scenario was switched on, on the organization's clock.
    Time(Span),
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
    /// Gives a key other scopes.
    SetScopes {
        /// The key's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What it holds from then on.
        #[schemars(with = "Vec<String>")]
        scopes: ScopeSet,
    },
    /// Gives a key another tier.
    SetTier {
        /// The key's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// The tier.
        #[schemars(with = "String")]
        tier: Tier,
    },
    /// Moves the organization's clock on.
    Advance(Span),
    /// Brings the scenario to a state.
    State(String),
}

/// A key, or all.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyChoice {
    /// Its id; all keys, where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// So long later, on the organization's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

/// Names of operations: one, or a list.
fn operation_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    for name in &names {
        if !operations::all().any(|operation| operation.id.as_str() == name) {
            let known: Vec<_> = operations::all()
                .map(|known| OperationId::as_str(known.id))
                .collect();
            return Err(D::Error::custom(format!(
                "there is no operation `{name}`; known are {}",
                known.join(", ")
            )));
        }
    }
    Ok(names)
}
