//! Contract drift: fields that nobody announced, words that nobody knows, types that change.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::Value;

use super::{Behaviour, Context, Kind};
use crate::answer::Answer;

/// Fields of the JSON are set or removed. A path is like `/orders/*/status`; `*` stands for every item of
/// a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Json {
    /// What stands at these paths from now on. What is not there yet is added.
    pub set: BTreeMap<String, Value>,
    /// What is not there any more.
    pub remove: Vec<String>,
}

impl Behaviour for Json {
    const KIND: Kind = Kind::Edit;

    fn check(&self) -> Result<(), String> {
        if self.set.is_empty() && self.remove.is_empty() {
            return Err("it needs `set` or `remove`".to_owned());
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

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        if !answer.status.is_success() {
            return;
        }
        answer.edit_json(|body| {
            for (path, value) in &self.set {
                at(body, path, &|object, name| set(object, name, value.clone()));
            }
            for path in &self.remove {
                at(body, path, &remove);
            }
        });
    }
}

/// Does something at every place that a path leads to: in an object or a list, at a name or an index.
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
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_set_and_removed_wherever_the_path_leads() {
        let fault: Json = serde_json::from_value(json!({
            "set": {"/orders/*/status": "ON_HOLD", "/extra": 1, "/orders/0/a/b": 2, "/nothing/here": 3},
            "remove": ["/total", "/orders/1/title"],
        }))
        .unwrap();
        let body = json!({"orders": [{"status": "x", "title": "t", "a": {}}, {"status": "y", "title": "t"}], "total": 2});
        let mut answer = Answer::json(StatusCode::OK, &body);
        let context = Context {
            now: Timestamp::UNIX_EPOCH,
            host: "",
            target: "",
            about: None,
        };
        fault.edit(&mut answer, context);
        let expected = json!({"orders": [{"status": "ON_HOLD", "title": "t", "a": {"b": 2}}, {"status": "ON_HOLD"}], "extra": 1});
        assert_eq!(
            serde_json::from_slice::<Value>(&answer.body).unwrap(),
            expected
        );
    }
}
