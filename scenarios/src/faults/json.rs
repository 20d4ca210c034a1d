//! Contract drift: unannounced fields, unknown values, changed types.

use std::collections::BTreeMap;

use json_patch::PatchOperation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::Value;

use super::{Applies, Behaviour, Context, FaultKind, responses};
use crate::{
    exact::{Exact, Marked},
    response::FaultResponse,
};

/// Maximum number of steps in a patch.
const MAX_STEPS: usize = 100;
/// Maximum number of `copy` steps: each can double the size of the body.
const MAX_COPIES: usize = 4;
/// Maximum size of a body that is patched, in bytes.
const MAX_PATCHED: usize = 1024 * 1024;

/// Fields of the JSON body are set or removed. A path looks like `/orders/*/status`; `*` matches every item of a list,
/// but not in a patch.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Json {
    /// Values to set, by path. Missing fields are added. In a string, `{other_host}` stands for the same port of another
    /// host, such as `127.0.0.2:8000`, and `{other_port}` for the next port of the same host. Numbers are sent as they
    /// are written: `1.10`, `1e2`.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub set: BTreeMap<String, Exact>,
    /// Paths to remove.
    pub remove: Vec<String>,
    /// The steps of a JSON Patch (RFC 6902), applied after `set` and `remove`. If one step fails, such as a `test`, none
    /// is applied. Numbers are sent as they are written, and a `test` compares them as they are written.
    #[schemars(with = "Vec<Value>")]
    #[serde(skip_serializing_if = "is_empty")]
    pub patch: Marked<Vec<PatchOperation>>,
}

fn is_empty(patch: &Marked<Vec<PatchOperation>>) -> bool {
    patch.get().is_empty()
}

impl Behaviour for Json {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["remove=[\"/total\"]"];

    fn grows(&self) -> bool {
        let mut steps = self.patch.get().iter();
        self.set.keys().any(|path| path.contains('*'))
            || steps.any(|step| matches!(step, PatchOperation::Copy(_)))
    }

    fn check(&self) -> Result<(), String> {
        let patch = self.patch.get();
        if self.set.is_empty() && self.remove.is_empty() && patch.is_empty() {
            return Err("set at least one of `set`, `remove` and `patch`".to_owned());
        }
        let copies = patch.iter();
        let copies = copies.filter(|step| matches!(step, PatchOperation::Copy(_)));
        if patch.len() > MAX_STEPS || copies.count() > MAX_COPIES {
            return Err(format!(
                "patch has at most {MAX_STEPS} steps, at most {MAX_COPIES} of which copy"
            ));
        }
        let mut paths = self.set.keys().chain(&self.remove);
        paths
            .find(|path| !path.starts_with('/'))
            .map_or(Ok(()), |path| {
                Err(format!(
                    "path `{path}` does not begin with a slash, such as /orders/*/status"
                ))
            })
    }

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let patch = self.patch.get();
        let patched = !patch.is_empty() && response.body.len() <= MAX_PATCHED;
        response.edit_success(|body| {
            for (path, value) in &self.set {
                let value = value.value();
                let text = value.as_str();
                let filled = text.map(|text| responses::with_places(text, context.host).into());
                let value = filled.unwrap_or_else(|| value.clone());
                at(body, path, &|object, name| set(object, name, value.clone()));
            }
            for path in &self.remove {
                at(body, path, &remove);
            }
            if patched {
                // A patch applies in full or not at all, and an inapplicable one counts as no fault.
                let _ = json_patch::patch(body, patch);
            }
        });
    }
}

/// Runs an action at every place that a path leads to: in an object or a list, with a name or an index.
fn at(value: &mut Value, path: &str, act: &dyn Fn(&mut Value, &str)) {
    let path = path.trim_start_matches('/');
    let Some((first, rest)) = path.split_once('/') else {
        act(value, path);
        return;
    };
    match value {
        Value::Array(items) if first == "*" => {
            for item in items {
                at(item, rest, act);
            }
        }
        Value::Array(items) => {
            let index = first.parse::<usize>().ok();
            if let Some(item) = index.and_then(|index| items.get_mut(index)) {
                at(item, rest, act);
            }
        }
        Value::Object(fields) => {
            if let Some(field) = fields.get_mut(first) {
                at(field, rest, act);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn set(value: &mut Value, name: &str, to: Value) {
    match value {
        Value::Object(fields) => drop(fields.insert(name.to_owned(), to)),
        Value::Array(items) if name == "*" => items.fill(to),
        Value::Array(items) => {
            if let Some(item) = name
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get_mut(index))
            {
                *item = to;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn remove(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => drop(fields.remove(name)),
        Value::Array(items) if name == "*" => items.clear(),
        Value::Array(items) => {
            let index = name.parse::<usize>().ok();
            if let Some(index) = index.filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use proptest::prelude::*;
    use serde_json::json;

    use super::{
        super::{Fault, example},
        *,
    };

    fn edited(fault: &Value, body: &Value) -> Value {
        example::edited_by(json!({"json": fault}), body)
    }

    #[test]
    fn sets_and_removes_fields_at_any_path() {
        let fault = json!({
            "set": {"/orders/*/status": "ON_HOLD", "/extra": 1, "/orders/0/a/b": 2, "/nothing/here": 3},
            "remove": ["/total", "/orders/1/title"],
        });
        let body = json!({"orders": [{"status": "x", "title": "t", "a": {}}, {"status": "y", "title": "t"}], "total": 2});
        let expected = json!({"orders": [{"status": "ON_HOLD", "title": "t", "a": {"b": 2}}, {"status": "ON_HOLD"}], "extra": 1});
        assert_eq!(edited(&fault, &body), expected);
    }

    #[test]
    fn fills_placeholders_in_texts() {
        let fault =
            json!({"set": {"/next": "http://{other_host}/a", "/last": "http://{other_port}/a"}});
        let expected =
            json!({"next": "http://127.0.0.2:8000/a", "last": "http://127.0.0.1:8001/a"});
        assert_eq!(edited(&fault, &json!({})), expected);
    }

    #[test]
    fn applies_a_patch_completely_or_not_at_all() {
        let skips = json!({"patch": [
            {"op": "test", "path": "/status", "value": "IN_PROGRESS"},
            {"op": "replace", "path": "/status", "value": "RECEIVED"},
            {"op": "copy", "from": "/title", "path": "/name"},
        ]});
        let order = |status| json!({"status": status, "title": "t"});
        let expected = json!({"status": "RECEIVED", "title": "t", "name": "t"});
        assert_eq!(edited(&skips, &order("IN_PROGRESS")), expected);
        assert_eq!(edited(&skips, &order("COMPLETED")), order("COMPLETED"));
    }

    #[test]
    fn bounds_the_growth_by_a_patch() {
        let refused = |steps: usize, step: Value| {
            let fault = json!({"json": {"patch": vec![step; steps]}});
            let fault: Fault = serde_json::from_value(fault).unwrap();
            fault.check(None).is_err()
        };
        let copy = json!({"op": "copy", "from": "", "path": "/a"});
        assert!(refused(MAX_COPIES + 1, copy.clone()) && !refused(MAX_COPIES, copy));
        let remove = json!({"op": "remove", "path": "/a"});
        assert!(refused(MAX_STEPS + 1, remove.clone()) && !refused(MAX_STEPS, remove));
    }

    #[test]
    fn names_the_failing_step_of_a_patch() {
        let text = "name: a\nsummary: b\nrules:\n- do:\n  - json:\n      patch:\n      - {op: test, path: /a, value: 1.10}\n      - {op: ad, path: /a, value: 1}\n";
        let error = crate::parse(text).unwrap_err().to_string();
        assert!(error.contains("line 8"), "{error}");
        assert!(
            error.contains("patch[1]") && error.contains("did you mean `add`?"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn keeps_every_digit_of_numbers(
            number in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,4})?"
        ) {
            let yaml = format!("name: a\nsummary: b\nrules:\n- do:\n  - json:\n      set:\n        /a: {number}\n        /b: [{number}]\n      patch:\n      - {{op: test, path: /a, value: {number}}}\n      - {{op: add, path: /c, value: [{number}]}}\n");
            let json = format!(
                r#"{{"name": "a", "summary": "b", "rules": [{{"do": [{{"json": {{"set": {{"/a": {number}, "/b": [{number}]}},
                "patch": [{{"op": "test", "path": "/a", "value": {number}}}, {{"op": "add", "path": "/c", "value": [{number}]}}]}}}}]}}]}}"#
            );
            for text in [yaml, json] {
                let scenario = crate::parse(&text).unwrap();
                let again = crate::parse(&serde_json::to_string(&scenario).unwrap()).unwrap();
                prop_assert_eq!(&scenario, &again);
                let mut response = FaultResponse::json(StatusCode::OK, &json!({}));
                scenario.rules[0].faults[0].edit(&mut response, example::CONTEXT);
                let expected = format!(r#"{{"a":{number},"b":[{number}],"c":[{number}]}}"#);
                prop_assert_eq!(&response.body, &expected);
            }
        }
    }
}
