use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

pub struct Search {
    pub name: String,
    pub version: u64,
}

pub enum NotChanged {
    /// 404.
    Unknown,
    /// 409 CONFLICT, and nothing has changed.
    Conflict,
}

/// Comparing and changing are one step: of two updates at once, the second finds another version. In SQL: `UPDATE … SET version = version + 1
/// WHERE id = $1 AND organization = $2 AND version = $3`, which is a conflict if it changes no row. `searches` are those of the caller's
/// organization.
pub fn rename(
    searches: &Mutex<HashMap<String, Search>>,
    id: &str,
    name: &str,
    version: u64,
) -> Result<u64, NotChanged> {
    let mut searches = searches.lock().unwrap_or_else(PoisonError::into_inner);
    let search = searches.get_mut(id).ok_or(NotChanged::Unknown)?;
    // Also for a version that does not exist yet.
    if search.version != version {
        return Err(NotChanged::Conflict);
    }
    name.clone_into(&mut search.name);
    search.version += 1;
    Ok(search.version)
}
