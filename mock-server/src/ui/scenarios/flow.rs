//! JSON as people write it in a scenario: YAML on one line, such as `{nth: 2-4, operation: [list_orders]}`.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use serde_json::Value;

/// Writes a value on one line, with the fields of objects in alphabetical order.
pub(super) struct Flow<'a>(pub(super) &'a Value);

impl Display for Flow<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Array(items) => {
                formatter.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(formatter, "{}{}", joint(index), Flow(item))?;
                }
                formatter.write_str("]")
            }
            Value::Object(fields) => {
                // Whether `serde_json` keeps the order of fields depends on the features that other crates ask for.
                let fields: BTreeMap<_, _> = fields.iter().collect();
                formatter.write_str("{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    write!(formatter, "{}{name}: {}", joint(index), Flow(value))?;
                }
                formatter.write_str("}")
            }
            Value::String(text) if is_plain(text) => formatter.write_str(text),
            value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                value.fmt(formatter)
            }
        }
    }
}

fn joint(index: usize) -> &'static str {
    if index == 0 { "" } else { ", " }
}

/// Whether YAML reads the text as itself, without quotes.
fn is_plain(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte);
    text.bytes().all(is_word)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_and_actions_read_like_a_scenario_file() {
        let flow = |value: Value| Flow(&value).to_string();
        assert_eq!(
            flow(json!({"nth": "2-4", "operation": ["list_orders", "get_order"]})),
            "{nth: 2-4, operation: [list_orders, get_order]}"
        );
        assert_eq!(
            flow(json!([{"revoke": {"delay": "1m"}}])),
            "[{revoke: {delay: 1m}}]"
        );
        assert_eq!(
            flow(json!({"path": "/orders/*", "every": 2, "state": ""})),
            r#"{every: 2, path: "/orders/*", state: ""}"#
        );
    }
}
