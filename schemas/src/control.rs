//! The control API of the sandbox, as data: ours, so all of it is assumed.
//!
//! The OpenAPI document and the README's table are made of it; tests hold the server to it.

mod broken_address;
mod calls;
mod settings;

use http::{Method, StatusCode};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use strum::VariantArray;

pub use self::{broken_address::BrokenAddress, calls::CALLS, settings::SandboxSettings};
use crate::{Preset, Tier, orders::OrderStatus};

/// What every path of the control API starts with, after the origin.
pub const CONTROL_PREFIX: &str = "/_mock";

/// The header that carries the control token, where the server has one.
pub const CONTROL_TOKEN: &str = "X-Control-Token";

/// A call of the control API.
#[derive(Debug)]
pub struct ControlCall {
    /// Names it in the OpenAPI document.
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path after [`CONTROL_PREFIX`], with `{organization}` and `{id}` for what varies.
    pub path: &'static str,
    /// The query parameters it knows.
    pub query: &'static [Field],
    /// The body it takes.
    pub takes: Takes,
    /// The status of success.
    pub success: StatusCode,
    /// The schema of the body of success, where more is promised than an object.
    pub returns: Option<fn() -> Value>,
    /// What it does, for people: no whole sentence.
    pub does: &'static str,
}

/// The body that a control call takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// None.
    Nothing,
    /// An object of these fields, which obey these rules.
    Fields(&'static [Field], &'static [Rule]),
    /// What the call that keeps an organization has answered.
    Snapshot,
}

/// A field of a body, or a query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What can stand there.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
}

/// What several fields obey together.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// One of the two is there.
    OneOf(&'static str, &'static str),
    /// Not both are there.
    NotBoth(&'static str, &'static str),
    /// At least one field is there.
    Some,
}

/// What can stand in a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The name of an organization.
    Organization,
    /// A name for people.
    Name,
    /// How a clock passes, as `--clock` says it.
    Clock,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// How many times as fast as the machine's.
    Factor,
    /// A preset of scopes.
    Preset,
    /// Scopes.
    Scopes,
    /// A tier.
    Tier,
    /// Where an order goes.
    Status,
    /// What is wrong with an address.
    BrokenAddress,
    /// Keys, each as the call that mints one takes it.
    Keys,
    /// A number of something.
    Count,
    /// Any text.
    Text,
    /// A scenario, as the schema that `mock-server scenarios schema` prints says.
    Scenario,
}

impl ControlCall {
    /// The fields of its body.
    pub fn fields(&self) -> &'static [Field] {
        match self.takes {
            Takes::Fields(fields, _) => fields,
            Takes::Nothing | Takes::Snapshot => &[],
        }
    }

    /// The schema of its body, if it takes one.
    pub fn body(&self) -> Option<Value> {
        match self.takes {
            Takes::Nothing => None,
            Takes::Fields(fields, rules) => Some(object(fields, rules)),
            Takes::Snapshot => Some(json!({"type": "object"})),
        }
    }
}

/// The schema of a wire type, with all that it refers to in place.
fn schema_of<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    settings.into_generator().into_root_schema_for::<T>().into()
}

impl Kind {
    /// Its schema.
    pub fn schema(self) -> Value {
        match self {
            Self::Organization => json!({"type": "string", "pattern": "^[0-9A-Za-z]{6}$"}),
            Self::Name => json!({"type": "string", "maxLength": 100}),
            Self::Clock => json!({
                "type": "string",
                "examples": ["real", "frozen", "frozen=2026-01-15T09:00:00Z", "scale=60"],
            }),
            Self::Time => json!({"type": "string", "format": "date-time"}),
            Self::Duration => json!({"type": "string", "examples": ["90s", "1h", "7d", "PT1H"]}),
            Self::Factor => json!({"type": "number", "minimum": 0.001, "maximum": 100_000}),
            Self::Preset => json!({"enum": Preset::VARIANTS}),
            Self::Scopes => json!({"type": "array", "items": {"type": "string"}}),
            Self::Tier => json!({"enum": Tier::VARIANTS}),
            Self::Status => json!({"enum": OrderStatus::VARIANTS}),
            Self::BrokenAddress => json!({"enum": BrokenAddress::VARIANTS}),
            Self::Keys => {
                let key = object(calls::KEY, calls::KEY_RULES);
                json!({"type": "array", "maxItems": 1_000, "items": key})
            }
            Self::Count => json!({"type": "integer", "minimum": 0}),
            Self::Text => json!({"type": "string"}),
            Self::Scenario => json!({"type": "object"}),
        }
    }
}

impl Rule {
    fn schema(self) -> Value {
        match self {
            Self::OneOf(one, other) => {
                json!({"oneOf": [{"required": [one]}, {"required": [other]}]})
            }
            Self::NotBoth(one, other) => json!({"not": {"required": [one, other]}}),
            Self::Some => json!({"minProperties": 1}),
        }
    }
}

/// The schema of an object of these fields and no others.
fn object(fields: &[Field], rules: &[Rule]) -> Value {
    let properties: Map<_, _> = fields
        .iter()
        .map(|field| (field.name.to_owned(), field.kind.schema()))
        .collect();
    let required = fields.iter().filter(|field| field.required);
    let required: Vec<_> = required.map(|field| field.name).collect();
    let mut object = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if !rules.is_empty() {
        object["allOf"] = rules.iter().map(|rule| rule.schema()).collect();
    }
    object
}
