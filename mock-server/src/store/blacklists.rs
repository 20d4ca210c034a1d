//! The blacklists of one organization, and their entries.

mod blacklists_snapshot;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use jiff::Timestamp;
use schemas::{
    Entity,
    blacklists::{Blacklist, BlacklistEntry, CreateBlacklist, NewEntry, UpdateBlacklist},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::blacklists_snapshot::BlacklistsSnapshot;
use super::{Account, StoreError, ids::Ids, ordered_map::OrderedMap, page::Page, weight};
use crate::{
    clock::rfc3339,
    config::limits::{MAX_BLACKLIST_ENTRIES, MAX_BLACKLISTS},
};

/// The blacklists of one organization.
#[derive(Debug)]
pub(crate) struct Blacklists {
    account: Account,
    seed: u64,
    organization: Arc<str>,
    lists: OrderedMap<StoredList>,
    /// Number of entries in all lists.
    entries: usize,
}

#[derive(Debug)]
struct StoredList {
    name: String,
    description: Option<String>,
    entries: OrderedMap<StoredEntry>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredEntry {
    #[serde(rename = "says")]
    entry: NewEntry,
    created_at: Timestamp,
}

impl Blacklists {
    /// The initial blacklists of an organization.
    pub(crate) fn new(
        seed: u64,
        organization: &Arc<str>,
        account: &Account,
        now: Timestamp,
    ) -> Self {
        let mut blacklists = Self {
            account: account.clone(),
            seed,
            organization: Arc::clone(organization),
            lists: OrderedMap::new(Ids::new(seed, organization, Entity::Blacklist.as_str())),
            entries: 0,
        };
        for FirstBlacklist { list, entries } in FIRST_BLACKLISTS.iter().cloned() {
            let made = blacklists.create(list, now);
            made.and_then(|made| blacklists.add(&made.id, entries, now))
                .expect("a few blacklists fit");
        }
        blacklists
    }

    /// Number of blacklists.
    pub(crate) fn len(&self) -> usize {
        self.lists.len()
    }

    /// A page of blacklists.
    pub(crate) fn page(&self, page: Page) -> Vec<Blacklist> {
        let lists = self.lists.page(page);
        lists
            .map(|(number, list)| self.wire(number, list))
            .collect()
    }

    /// The numbers of all lists.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.lists.iter().map(|(number, _)| number)
    }

    /// Whether a list with this number exists.
    pub(super) fn has(&self, number: u64) -> bool {
        self.lists.get(number).is_some()
    }

    /// Lists by their numbers. All must exist.
    pub(crate) fn page_of(&self, numbers: &[u64], page: Page) -> Vec<Blacklist> {
        let lists = page.select(numbers.iter());
        lists
            .map(|number| self.wire(*number, &self.lists[*number]))
            .collect()
    }

    /// The contents of a list's entries.
    pub(crate) fn entries_of(&self, number: u64) -> impl Iterator<Item = &NewEntry> {
        self.lists[number]
            .entries
            .iter()
            .map(|(_, entry)| &entry.entry)
    }

    /// The number of the list with this id.
    pub(crate) fn find(&self, id: &str) -> Result<u64, StoreError> {
        let number = self.lists.number(id);
        number.ok_or_else(|| StoreError::missing(Entity::Blacklist, id))
    }

    /// The list with this id.
    pub(crate) fn get(&self, id: &str) -> Result<Blacklist, StoreError> {
        let number = self.find(id)?;
        Ok(self.wire(number, &self.lists[number]))
    }

    /// Creates a list.
    pub(crate) fn create(
        &mut self,
        new: CreateBlacklist,
        now: Timestamp,
    ) -> Result<Blacklist, StoreError> {
        StoreError::unless_full(self.lists.len(), 1, MAX_BLACKLISTS, "blacklists")?;
        self.account.add(LIST + weight::weight(&new))?;
        let entries = OrderedMap::new(self.entry_ids(self.lists.next_number()));
        let number = self.lists.push(StoredList {
            name: new.name,
            description: new.description,
            entries,
            created_at: now,
            updated_at: now,
        });
        Ok(self.wire(number, &self.lists[number]))
    }

    /// Changes a list.
    pub(crate) fn update(
        &mut self,
        id: &str,
        change: UpdateBlacklist,
        now: Timestamp,
    ) -> Result<Blacklist, StoreError> {
        let number = self.find(id)?;
        let list = &self.lists[number];
        let entry = CreateBlacklist {
            name: change.name.unwrap_or_else(|| list.name.clone()),
            description: change
                .description
                .unwrap_or_else(|| list.description.clone()),
        };
        self.account.replace(Some(&list.entries_of()), &entry)?;
        let list = &mut self.lists[number];
        (list.name, list.description) = (entry.name, entry.description);
        list.updated_at = now;
        self.get(id)
    }

    /// Deletes a list with its entries; returns its number.
    pub(crate) fn delete(&mut self, id: &str) -> Result<u64, StoreError> {
        let number = self.find(id)?;
        if let Some(list) = self.lists.remove(number) {
            self.entries -= list.entries.len();
            self.account.remove(list.weight());
        }
        Ok(number)
    }

    /// Adds entries; returns the new number of entries in the list.
    pub(crate) fn add(
        &mut self,
        id: &str,
        entries: Vec<NewEntry>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (kept, more) = (self.entries, entries.len());
        self.find(id)?;
        StoreError::unless_full(kept, more, MAX_BLACKLIST_ENTRIES, "blacklist entries")?;
        self.account.add(entries.iter().map(weight_of).sum())?;
        let list = self.list_mut(id)?;
        for entry in entries {
            list.entries.push(StoredEntry {
                entry,
                created_at: now,
            });
        }
        list.updated_at = now;
        let total = list.entries.len();
        self.entries += more;
        Ok(total)
    }

    /// A page of a list's entries, and their total number.
    pub(crate) fn entries(
        &self,
        id: &str,
        page: Page,
    ) -> Result<(Vec<BlacklistEntry>, usize), StoreError> {
        let entries = &self.lists[self.find(id)?].entries;
        let wire = |(number, entry): (u64, &StoredEntry)| entry.wire(entries.id(number));
        Ok((entries.page(page).map(wire).collect(), entries.len()))
    }

    /// Removes entries: all of them, or none if one does not exist.
    pub(crate) fn remove(
        &mut self,
        id: &str,
        entry_ids: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let list = self.list_mut(id)?;
        let number = |id: &String| {
            let number = list.entries.number(id);
            number.ok_or_else(|| StoreError::missing(Entity::BlacklistEntry, id))
        };
        let numbers: BTreeSet<_> = entry_ids.iter().map(number).collect::<Result<_, _>>()?;
        let removed = numbers
            .iter()
            .filter_map(|number| list.entries.remove(*number));
        let weight = removed.map(|entry| weight_of(&entry.entry)).sum();
        list.updated_at = now;
        self.account.remove(weight);
        self.entries -= numbers.len();
        Ok(())
    }

    /// The ids of a list's entries.
    fn entry_ids(&self, list: u64) -> Ids {
        let kind = format!("{}.{list}", Entity::BlacklistEntry);
        Ids::new(self.seed, &self.organization, kind)
    }

    fn list_mut(&mut self, id: &str) -> Result<&mut StoredList, StoreError> {
        let number = self.find(id)?;
        Ok(&mut self.lists[number])
    }

    fn wire(&self, number: u64, list: &StoredList) -> Blacklist {
        Blacklist {
            id: self.lists.id(number),
            name: list.name.clone(),
            description: list.description.clone(),
            entry_count: list.entries.len(),
            created_at: rfc3339(list.created_at),
            updated_at: rfc3339(list.updated_at),
        }
    }
}

/// The initial blacklists of an organization.
static FIRST_BLACKLISTS: LazyLock<Vec<FirstBlacklist>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("first_blacklists.json"))
        .expect("the embedded file is a list of blacklists")
});

#[derive(Clone, Deserialize)]
struct FirstBlacklist {
    list: CreateBlacklist,
    entries: Vec<NewEntry>,
}

/// Fixed memory of a list, in bytes, without its entries and texts.
const LIST: usize = 256;

/// Memory of an entry, in bytes.
fn weight_of(entry: &NewEntry) -> usize {
    const ENTRY: usize = 64;
    ENTRY + weight::weight(entry)
}

impl StoredList {
    /// The request body that would create the list.
    fn entries_of(&self) -> CreateBlacklist {
        CreateBlacklist {
            name: self.name.clone(),
            description: self.description.clone(),
        }
    }

    /// Memory of the list, in bytes, including its entries.
    fn weight(&self) -> usize {
        let entries = self
            .entries
            .iter()
            .map(|(_, entry)| weight_of(&entry.entry));
        LIST + weight::weight(&self.entries_of()) + entries.sum::<usize>()
    }
}

impl StoredEntry {
    fn wire(&self, id: String) -> BlacklistEntry {
        let entry = self.entry.clone();
        BlacklistEntry {
            id,
            external_id: entry.external_id,
            website_url: entry.website_url,
            company_name: entry.company_name,
            city: entry.city,
            created_at: rfc3339(self.created_at),
        }
    }
}
