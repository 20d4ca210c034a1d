//! What a snapshot keeps of blacklists.

use jiff::Timestamp;
use schemas::{
    blacklists::{CreateBlacklist, NewEntry},
    documents::Document,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Blacklists, StoredEntry, StoredList};
use crate::{
    config::limits::{MAX_BLACKLIST_ENTRIES, MAX_BLACKLISTS},
    store::{
        Unfit,
        rows::{Rows, SavedRows},
    },
};

const PLACE: &str = "blacklists";

/// What a snapshot keeps of blacklists.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Saved(SavedRows<SavedList>);

/// A blacklist.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SavedList {
    says: CreateBlacklist,
    entries: SavedRows<StoredEntry>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Blacklists {
    /// What a snapshot keeps of them.
    pub(in crate::store) fn save(&self) -> Saved {
        Saved(self.lists.save(|list| SavedList {
            says: CreateBlacklist {
                name: list.name.clone(),
                description: list.description.clone(),
            },
            entries: list.entries.save(StoredEntry::clone),
            created_at: list.created_at,
            updated_at: list.updated_at,
        }))
    }

    /// Takes over what was kept.
    pub(in crate::store) fn load(&mut self, Saved(saved): Saved) -> Result<(), Unfit> {
        let ids = self.lists.ids().clone();
        let lists = Rows::load(ids, PLACE, saved, |number, list| {
            self.load_list(number, list)
        })?;
        Unfit::unless_few(PLACE, lists.len(), MAX_BLACKLISTS)?;
        self.entries = lists.iter().map(|(_, list)| list.entries.len()).sum();
        Unfit::unless_few("blacklist entries", self.entries, MAX_BLACKLIST_ENTRIES)?;
        self.lists = lists;
        Ok(())
    }

    fn load_list(&self, number: u64, saved: SavedList) -> Result<StoredList, Unfit> {
        Unfit::unless_valid(PLACE, Document::CreateBlacklist, &saved.says)?;
        let ids = self.entry_ids(number);
        let entries = Rows::load(ids, PLACE, saved.entries, |_, entry| Ok(entry))?;
        let says: Vec<_> = entries.iter().map(|(_, entry)| &entry.says).collect();
        let body = |part: &[&NewEntry]| json!({"entries": part});
        Unfit::unless_all_valid(PLACE, Document::AddEntries, &says, body)?;
        Ok(StoredList {
            name: saved.says.name,
            description: saved.says.description,
            entries,
            created_at: saved.created_at,
            updated_at: saved.updated_at,
        })
    }
}
