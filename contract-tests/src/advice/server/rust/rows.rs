use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One copy of the data: a list, a total and a read are computed from it, so none of them can be stale.
#[derive(Default)]
pub struct Rows(BTreeMap<String, Map<String, Value>>);

impl Rows {
    /// None for what is deleted, as for what never was: a 404.
    pub fn read(&self, id: &str) -> Option<Value> {
        self.0.get(id).map(view)
    }

    pub fn list(&self) -> Vec<Value> {
        self.0.values().map(view).collect()
    }

    pub fn update(&mut self, id: &str, changes: Map<String, Value>) -> Option<Value> {
        self.0.get_mut(id)?.extend(changes);
        self.read(id)
    }

    pub fn delete(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }
}

/// The same for a read and for a row of a list.
fn view(row: &Map<String, Value>) -> Value {
    Value::Object(row.clone())
}
