//! Shared by the faults that change every value of a kind.

use serde_json::Value;

/// Runs an action on every scalar in a value. The action gets the name of the field that contains the scalar, directly or in a
/// list.
pub(super) fn each(value: &mut Value, name: &str, act: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, name, act)),
        Value::Object(fields) => {
            for (name, field) in fields {
                each(field, name, act);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => act(name, value),
    }
}

/// The same, limited to the values of one field if one is given.
pub(super) fn each_in(
    body: &mut Value,
    field: Option<&String>,
    mut act: impl FnMut(&str, &mut Value),
) {
    each(body, "", &mut |name, value| {
        if field.is_none_or(|field| field == name) {
            act(name, value);
        }
    });
}

/// Whether a field contains ids.
pub(super) fn is_id(name: &str) -> bool {
    matches!(name, "id" | "identifier") || name.ends_with("_id") || name.ends_with("_ids")
}
