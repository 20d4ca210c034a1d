//! A list that grows at its end and can shrink anywhere.

use std::{
    collections::BTreeMap,
    ops::{Index, IndexMut},
};

use serde::{Deserialize, Serialize};

use super::{InvalidSnapshot, ids::Ids, page::Page};

/// Rows of one kind, oldest first. Each row keeps its number forever, and so its id.
#[derive(Debug)]
pub(crate) struct OrderedMap<T> {
    ids: Ids,
    /// Boxed, because the nodes of the map reserve space for more rows than there are, up to twice as many if rows
    /// are appended.
    by_number: BTreeMap<u64, Box<T>>,
    next: u64,
}

/// Limit of row numbers: deliveries and ids have this many bits for them.
const NUMBERS: u64 = 1 << 40;

/// The part of rows that snapshots save. Ids are computed from numbers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderedMapSnapshot<T> {
    next: u64,
    by_number: BTreeMap<u64, T>,
}

impl<T> OrderedMap<T> {
    /// Saves the rows.
    pub(crate) fn save<S>(&self, save: impl Fn(&T) -> S) -> OrderedMapSnapshot<S> {
        let rows = self.iter().map(|(number, row)| (number, save(row)));
        OrderedMapSnapshot {
            next: self.next,
            by_number: rows.collect(),
        }
    }

    /// Restores the rows.
    pub(crate) fn load<S>(
        ids: Ids,
        place: &'static str,
        snapshot: OrderedMapSnapshot<S>,
        load: impl Fn(u64, S) -> Result<T, InvalidSnapshot>,
    ) -> Result<Self, InvalidSnapshot> {
        let last = snapshot.by_number.keys().next_back();
        if snapshot.next > NUMBERS || last.is_some_and(|last| *last >= snapshot.next) {
            return Err(InvalidSnapshot::new(
                place,
                "`next` must be greater than every number, and not too large",
            ));
        }
        let rows = snapshot.by_number.into_iter();
        let rows = rows.map(|(number, row)| Ok((number, Box::new(load(number, row)?))));
        Ok(Self {
            ids,
            by_number: rows.collect::<Result<_, _>>()?,
            next: snapshot.next,
        })
    }

    /// An empty map.
    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            ids,
            by_number: BTreeMap::new(),
            next: 0,
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    /// The ids of the rows.
    pub(crate) fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The id of a number.
    pub(crate) fn id(&self, number: u64) -> String {
        self.ids.id(number).to_string()
    }

    /// The number of an id, if its row exists.
    pub(crate) fn number(&self, id: &str) -> Option<u64> {
        let number = self.ids.number(id)?;
        self.by_number.contains_key(&number).then_some(number)
    }

    /// The row with this number, if it exists.
    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        self.by_number.get(&number).map(Box::as_ref)
    }

    /// The number of the next row.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    /// Adds a row; returns its number.
    pub(crate) fn push(&mut self, row: T) -> u64 {
        let number = self.next;
        self.next += 1;
        self.by_number.insert(number, Box::new(row));
        number
    }

    /// Removes a row. Its number is not reused.
    pub(crate) fn remove(&mut self, number: u64) -> Option<T> {
        self.by_number.remove(&number).map(|row| *row)
    }

    /// All rows, with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.by_number.iter().map(|(number, row)| (*number, &**row))
    }

    /// All rows, mutable.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.by_number.values_mut().map(Box::as_mut)
    }

    /// A page of rows, with their numbers.
    pub(crate) fn page(&self, page: Page) -> impl Iterator<Item = (u64, &T)> {
        page.select(self.iter())
    }
}

/// The row with this number, which must come from [`OrderedMap::number`] or [`OrderedMap::push`]. The row must
/// still exist.
impl<T> Index<u64> for OrderedMap<T> {
    type Output = T;

    fn index(&self, number: u64) -> &T {
        &self.by_number[&number]
    }
}

impl<T> IndexMut<u64> for OrderedMap<T> {
    fn index_mut(&mut self, number: u64) -> &mut T {
        let row = self.by_number.get_mut(&number);
        row.expect("who has a number has just asked whether something has it")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows() -> OrderedMap<usize> {
        OrderedMap::new(Ids::new(1, &"demo01".into(), "thing"))
    }

    #[test]
    fn removed_rows_never_return() {
        let mut rows = rows();
        let first = rows.push(1);
        let id = rows.id(first);
        assert_eq!(rows.number(&id), Some(first));
        assert_eq!(rows.remove(first), Some(1));
        assert_eq!(rows.number(&id), None);
        let second = rows.push(2);
        assert_ne!(rows.id(second), id);
    }

    proptest! {
        #[test]
        fn pages_contain_every_row_exactly_once(
            count in 0..40_usize, gone in proptest::collection::vec(0..40_u64, 0..10), limit in 1..10_usize,
        ) {
            let mut rows = rows();
            for row in 0..count {
                rows.push(row);
            }
            for number in gone {
                rows.remove(number);
            }
            let all: Vec<_> = rows.iter().map(|(number, _)| number).collect();
            let mut seen = Vec::new();
            while seen.len() < rows.len() {
                let page = Page { limit, offset: seen.len() };
                let before = seen.len();
                seen.extend(rows.page(page).map(|(number, _)| number));
                prop_assert!((1..=limit).contains(&(seen.len() - before)));
            }
            prop_assert_eq!(seen, all);
            prop_assert_eq!(rows.page(Page { limit, offset: rows.len() }).count(), 0);
        }
    }
}
