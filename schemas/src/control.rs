//! The control API of the sandbox, as data. It is this project's own, so all of it is assumed.
//!
//! The OpenAPI document and the book's table are generated from it; tests check the server against it.

mod calls;
mod kinds;
mod listener_fault;
mod settings;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

pub use self::{
    calls::CALLS,
    kinds::{Kind, MAX_COUNT},
    listener_fault::ListenerFault,
    settings::SandboxSettings,
};

/// Prefix of every control API path, after the origin.
pub const CONTROL_PREFIX: &str = "/_mock";

/// The header that carries the control token, on servers that have one.
pub const CONTROL_TOKEN: &str = "X-Control-Token";

/// An operation of the control API.
#[derive(Debug)]
pub struct ControlCall {
    /// Its id in the OpenAPI document.
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path after [`CONTROL_PREFIX`], with `{organization}` and `{id}` as placeholders.
    pub path: &'static str,
    /// The query parameters it accepts.
    pub query: &'static [Field],
    /// The body it accepts.
    pub takes: Takes,
    /// The status of success.
    pub success: StatusCode,
    /// The schema of the success body. Without one, the body is any object.
    pub returns: Option<fn() -> Value>,
    /// The media type of a success that has a body.
    pub media_type: &'static str,
    /// What it does, for people: a phrase, not a whole sentence.
    pub does: &'static str,
}

/// The body that a control operation accepts.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// None.
    Nothing,
    /// An object with these fields, subject to these rules.
    Fields(&'static [Field], &'static [Rule]),
    /// A snapshot of an organization, as the operation that takes snapshots returns it.
    Snapshot,
    /// A report of `contract-tests` in its JSON format.
    JudgeReport,
}

/// A field of a body, or a query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The values it accepts.
    pub kind: Kind,
    /// Whether it is required.
    pub required: bool,
}

/// A constraint across several fields.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Exactly one of them is present.
    OneOf(&'static [&'static str]),
    /// At most one of the two is present.
    NotBoth(&'static str, &'static str),
    /// At least one field is present.
    Some,
}

impl ControlCall {
    /// The fields of its body.
    pub fn fields(&self) -> &'static [Field] {
        match self.takes {
            Takes::Fields(fields, _) => fields,
            Takes::Nothing | Takes::Snapshot | Takes::JudgeReport => &[],
        }
    }

    /// Whether it requires a body that is not empty.
    pub fn needs_body(&self) -> bool {
        match self.takes {
            Takes::Nothing => false,
            Takes::Snapshot | Takes::JudgeReport => true,
            Takes::Fields(fields, rules) => {
                let wants = |rule: &Rule| matches!(rule, Rule::OneOf(_) | Rule::Some);
                fields.iter().any(|field| field.required) || rules.iter().any(wants)
            }
        }
    }

    /// The schema of its body, if it accepts one.
    pub fn body(&self) -> Option<Value> {
        match self.takes {
            Takes::Nothing => None,
            Takes::Fields(fields, rules) => Some(object(fields, rules)),
            Takes::Snapshot | Takes::JudgeReport => Some(json!({"type": "object"})),
        }
    }
}

impl Rule {
    fn schema(self) -> Value {
        match self {
            Self::OneOf(names) => {
                let one = |name| json!({"required": [name]});
                json!({"oneOf": names.iter().map(one).collect::<Vec<_>>()})
            }
            Self::NotBoth(one, other) => json!({"not": {"required": [one, other]}}),
            Self::Some => json!({"minProperties": 1}),
        }
    }
}

/// The schema of an object with exactly these fields.
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
