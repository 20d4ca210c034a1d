//! Errors about a value that is not one of the allowed ones: they name those, or the closest.

use scenarios::document::similar;
use serde_json::Value;

use super::listed;

/// Maximum number of choices that an error lists. Of more, it names those that are similar to the value.
const LISTED: usize = 20;
/// Maximum number of similar choices that an error names.
const SUGGESTED: usize = 3;

/// What the value must be.
pub(super) fn rule(choices: &Value, value: &Value) -> String {
    let choices: Vec<_> = choices.as_array().into_iter().flatten().collect();
    let texts: Vec<_> = choices
        .iter()
        .filter_map(|choice| choice.as_str())
        .collect();
    if choices.len() <= LISTED {
        let null = choices.iter().any(|choice| choice.is_null());
        let null = if null { " or null" } else { "" };
        return format!("must be one of {}{null}", listed(texts.into_iter(), ", "));
    }
    let similar = similar(value.as_str().unwrap_or_default(), texts.iter().copied());
    if similar.is_empty() {
        let some = listed(texts.iter().copied().take(SUGGESTED), ", ");
        return format!("must be one of {} values, such as {some}", choices.len());
    }
    let similar = listed(similar.into_iter().take(SUGGESTED), " or ");
    format!("is unknown; did you mean {similar}?")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_all_choices_if_they_are_few() {
        let rule = rule(&json!(["free", "pro", null]), &json!("gold"));
        assert_eq!(rule, "must be one of `free`, `pro` or null");
    }

    #[test]
    fn names_similar_choices_if_there_are_many() {
        let choices: Vec<_> = (100..200)
            .map(|number| format!("choice-{number}"))
            .collect();
        let rule = |value| rule(&json!(choices), &value);
        let similar = rule(json!("chioce-150"));
        assert!(
            similar.starts_with("is unknown; did you mean `choice-150` or `"),
            "{similar}"
        );
        assert_eq!(similar.matches("choice-").count(), SUGGESTED);
        let some = "must be one of 100 values, such as `choice-100`, `choice-101`, `choice-102`";
        assert_eq!(rule(json!("other")), some);
        assert_eq!(rule(json!(7)), some);
    }
}
