use std::collections::HashMap;

use serde_json::{Value, json};

/// The organization is a part of every key, so no query can forget it.
pub struct Store<Row> {
    pub entity_type: &'static str,
    rows: HashMap<(String, String), Row>,
}

impl<Row> Store<Row> {
    /// For ids in paths and for those in bodies. The 404 is the same for an id that is unknown, malformed, or another organization's.
    pub fn get(&self, organization: &str, id: &str) -> Result<&Row, Value> {
        let row = self.rows.get(&(organization.to_owned(), id.to_owned()));
        row.ok_or_else(|| {
            json!({
                "code": "ENTITY_NOT_FOUND",
                "message": format!("{} not found", self.entity_type),
                "entity_type": self.entity_type,
                "identifier": id,
            })
        })
    }

    /// Also for filters by an id: one of another organization selects nothing.
    pub fn list<'a>(&'a self, organization: &'a str) -> impl Iterator<Item = &'a Row> {
        let own = self
            .rows
            .iter()
            .filter(move |((owner, _), _)| owner == organization);
        own.map(|(_, row)| row)
    }
}
