//! Field names in another case.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToUpperCamelCase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// Every field name is in another case, also in errors.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The case.
    pub are: NameCase,
}

/// The case of a field name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameCase {
    /// `createdAt`
    Camel,
    /// `CreatedAt`
    Pascal,
    /// `created-at`
    Kebab,
    /// `CREATED_AT`
    Upper,
}

impl Behaviour for Names {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["are=camel"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.edit_json(|body| self.are.rename(body));
    }
}

impl NameCase {
    fn rename(self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item)),
            Value::Object(fields) => {
                let old = std::mem::take(fields);
                fields.extend(old.into_iter().map(|(name, mut field)| {
                    self.rename(&mut field);
                    (self.name(&name), field)
                }));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn name(self, name: &str) -> String {
        match self {
            Self::Camel => name.to_lower_camel_case(),
            Self::Pascal => name.to_upper_camel_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Upper => name.to_shouty_snake_case(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn changes_the_case_of_every_name() {
        for (are, more, made) in [
            ("camel", "hasMore", "createdAt"),
            ("pascal", "HasMore", "CreatedAt"),
            ("kebab", "has-more", "created-at"),
            ("upper", "HAS_MORE", "CREATED_AT"),
        ] {
            let list = example::edited(&format!("names;are={are}"), &example::list());
            assert_eq!(list[more], true, "{are}");
            let rows = list.as_object().unwrap().values().find_map(Value::as_array);
            assert_eq!(rows.unwrap()[0][made], "2026-01-15T09:00:00Z", "{are}");
        }
    }
}
