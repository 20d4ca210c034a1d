use serde_json::{Map, Value};

/// Changes what is stored, and returns the fields that were ignored since the caller may not change them (`stripped_fields`).
/// Return what is stored.
pub fn update(
    stored: &mut Map<String, Value>,
    body: Map<String, Value>,
    protected: &[&str],
    mask: Option<&[String]>,
) -> Vec<String> {
    let mut stripped = Vec::new();
    // A field that is not in the body stays as it is; one that is null in the body becomes null.
    for (name, value) in body {
        if mask.is_some_and(|mask| !mask.contains(&name)) {
            continue;
        }
        if protected.contains(&name.as_str()) {
            stripped.push(name);
        } else {
            stored.insert(name, value);
        }
    }
    stripped.sort();
    stripped
}
