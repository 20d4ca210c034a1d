use std::collections::{HashMap, HashSet};

/// The blacklists of each prospect search.
#[derive(Default)]
pub struct SearchBlacklists(HashMap<String, Vec<String>>);

impl SearchBlacklists {
    /// PUT replaces: no id of before stays, and an empty list leaves none. Every id is checked first: 404 changes nothing.
    pub fn put(
        &mut self,
        existing: &HashSet<String>,
        search_id: &str,
        mut ids: Vec<String>,
    ) -> Result<(), String> {
        if let Some(unknown) = ids.iter().find(|id| !existing.contains(*id)) {
            return Err(format!("blacklist {unknown} not found"));
        }
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        self.0.insert(search_id.to_owned(), ids);
        Ok(())
    }

    /// What was deleted since is left out.
    pub fn list(&self, existing: &HashSet<String>, search_id: &str) -> Vec<&String> {
        let ids = self.0.get(search_id).into_iter().flatten();
        ids.filter(|id| existing.contains(*id)).collect()
    }
}
