//! Ids in another format.

use flate2::Crc;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Applies, Behaviour, Context, FaultKind, values};
use crate::response::FaultResponse;

/// Every id in a successful response has another format; the same id always gets the same one. The server accepts only
/// the original id.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ids {
    /// The format.
    pub are: IdForm,
    /// Only in fields with this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The format of an id.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdForm {
    /// A number.
    Number,
    /// A number, as a string.
    NumberAsText,
    /// `id_`, followed by the id without hyphens.
    Prefixed,
    /// The id in upper case.
    Upper,
    /// The id in braces.
    Braces,
    /// An object: `{"$oid": …}`.
    Object,
}

impl Behaviour for Ids {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["are=number"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.edit_success(|body| {
            values::each_in(body, self.field.as_ref(), |name, value| {
                if let Value::String(id) = value
                    && values::is_id(name)
                {
                    *value = self.are.written(id);
                }
            });
        });
    }
}

impl IdForm {
    fn written(self, id: &str) -> Value {
        match self {
            Self::Number => json!(number(id)),
            Self::NumberAsText => json!(number(id).to_string()),
            Self::Prefixed => json!(format!("id_{}", id.replace('-', ""))),
            Self::Upper => json!(id.to_uppercase()),
            Self::Braces => json!(format!("{{{id}}}")),
            Self::Object => json!({"$oid": id}),
        }
    }
}

/// A number derived from an id.
fn number(id: &str) -> u32 {
    let mut sum = Crc::new();
    sum.update(id.as_bytes());
    sum.sum()
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn writes_every_id_in_the_given_format() {
        let id = "7f3e8c90-1234-4678-9abc-def012345678";
        for (are, expected) in [
            ("number", json!(number(id))),
            ("number_as_text", json!(number(id).to_string())),
            ("prefixed", json!("id_7f3e8c90123446789abcdef012345678")),
            ("upper", json!("7F3E8C90-1234-4678-9ABC-DEF012345678")),
            ("braces", json!("{7f3e8c90-1234-4678-9abc-def012345678}")),
            ("object", json!({"$oid": id})),
        ] {
            let mut list = example::edited(&format!("ids;are={are}"), &example::list());
            assert_eq!(list["items"][0]["id"].take(), expected, "{are}");
            assert_eq!(list["items"][0]["name"].take(), "Hotel Müller");
            assert_ne!(list["items"][1]["id"].take(), expected, "{are}");
        }
    }
}
