//! The part of blacklists that snapshots save.

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
        InvalidSnapshot,
        ordered_map::{OrderedMap, OrderedMapSnapshot},
    },
};

const PLACE: &str = "blacklists";

/// The part of blacklists that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct BlacklistsSnapshot(OrderedMapSnapshot<ListSnapshot>);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ListSnapshot {
    says: CreateBlacklist,
    entries: OrderedMapSnapshot<StoredEntry>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Blacklists {
    /// Saves the blacklists.
    pub(in crate::store) fn save(&self) -> BlacklistsSnapshot {
        BlacklistsSnapshot(self.lists.save(|list| ListSnapshot {
            says: list.entries_of(),
            entries: list.entries.save(StoredEntry::clone),
            created_at: list.created_at,
            updated_at: list.updated_at,
        }))
    }

    /// Restores the blacklists.
    pub(in crate::store) fn load(
        &mut self,
        BlacklistsSnapshot(snapshot): BlacklistsSnapshot,
    ) -> Result<(), InvalidSnapshot> {
        let ids = self.lists.ids().clone();
        let lists = OrderedMap::load(ids, PLACE, snapshot, |number, list| {
            self.load_list(number, list)
        })?;
        InvalidSnapshot::require_at_most(PLACE, lists.len(), MAX_BLACKLISTS)?;
        self.entries = lists.iter().map(|(_, list)| list.entries.len()).sum();
        InvalidSnapshot::require_at_most("blacklist entries", self.entries, MAX_BLACKLIST_ENTRIES)?;
        let weight = lists.iter().map(|(_, list)| list.weight()).sum();
        self.account
            .add(weight)
            .map_err(InvalidSnapshot::refused(PLACE))?;
        self.lists = lists;
        Ok(())
    }

    fn load_list(
        &self,
        number: u64,
        snapshot: ListSnapshot,
    ) -> Result<StoredList, InvalidSnapshot> {
        InvalidSnapshot::require_valid(PLACE, Document::CreateBlacklist, &snapshot.says)?;
        let ids = self.entry_ids(number);
        let entries = OrderedMap::load(ids, PLACE, snapshot.entries, |_, entry| Ok(entry))?;
        let says: Vec<_> = entries.iter().map(|(_, entry)| &entry.entry).collect();
        let body = |part: &[&NewEntry]| json!({"entries": part});
        InvalidSnapshot::require_all_valid(PLACE, Document::AddEntries, &says, body)?;
        Ok(StoredList {
            name: snapshot.says.name,
            description: snapshot.says.description,
            entries,
            created_at: snapshot.created_at,
            updated_at: snapshot.updated_at,
        })
    }
}
