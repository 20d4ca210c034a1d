//! Finds a text in many entries, ignoring case, in one pass over one buffer.

use std::collections::HashMap;

use memchr::memmem::Finder;

/// Ends every entry in the buffer, so that no match spans two entries. It is removed from entries and needles.
const END: char = '\0';

/// The texts of many entries, concatenated, in lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    text: String,
    /// Where each entry ends in the text, including its end mark.
    ends: Vec<usize>,
}

impl Index {
    /// Appends an entry.
    pub(super) fn push(&mut self, entry: &str) {
        fold_into(&mut self.text, entry);
        self.text.push(END);
        self.ends.push(self.text.len());
    }

    /// For every entry, whether it contains the needle. An empty needle matches all.
    pub(super) fn search(&self, needle: &str) -> Vec<bool> {
        let needle = folded(needle);
        let mut found = vec![needle.is_empty(); self.ends.len()];
        if needle.is_empty() {
            return found;
        }
        let finder = Finder::new(&needle);
        let (mut entry, mut from) = (0, 0);
        // After a match, skips the rest of the entry.
        while let Some(hit) = finder.find(&self.text.as_bytes()[from..]) {
            entry = self.entry_at(from + hit, entry);
            found[entry] = true;
            from = self.ends[entry];
            entry += 1;
        }
        found
    }

    /// The entry at an offset of the text, at or after the entry `from`. Exponential search finds a near entry
    /// fast, which is the usual case when there are many matches.
    fn entry_at(&self, place: usize, from: usize) -> usize {
        let mut step = 1;
        while self
            .ends
            .get(from + step - 1)
            .is_some_and(|end| *end <= place)
        {
            step *= 2;
        }
        let low = from + step / 2;
        let high = self.ends.len().min(from + step);
        low + self.ends[low..high].partition_point(|end| *end <= place)
    }
}

/// The texts of many entries with few different values. Each value is stored and searched once.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    texts: Index,
    numbers: HashMap<Box<str>, usize>,
    /// Index of each entry's text.
    entries: Vec<usize>,
}

impl Column {
    /// Appends an entry.
    pub(super) fn push(&mut self, entry: &str) {
        let number = self.numbers.get(entry).copied().unwrap_or_else(|| {
            let number = self.numbers.len();
            self.numbers.insert(entry.into(), number);
            self.texts.push(entry);
            number
        });
        self.entries.push(number);
    }

    /// Which of the texts contain the needle. Pass the result to [`Column::has`].
    pub(super) fn search(&self, needle: &str) -> Vec<bool> {
        self.texts.search(needle)
    }

    /// Whether the entry's text is among the matches.
    pub(super) fn has(&self, found: &[bool], entry: usize) -> bool {
        found[self.entries[entry]]
    }
}

/// The text as it is compared: in lower case, character by character, without end marks.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Whether the text contains the needle, under the same rules as a search.
pub(crate) fn contains(text: &str, needle: &str) -> bool {
    folded(text).contains(&folded(needle))
}

fn fold_into(folded: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            END => {}
            // ASCII, the usual case, has a faster path.
            '\x01'..='\x7f' => folded.push(character.to_ascii_lowercase()),
            _ => folded.extend(character.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn search_equals_a_linear_scan(
            entries in vec("[abÄäß\u{0}İ ]{0,6}", 0..60),
            needle in "[abÄäß\u{0}İ ]{0,3}",
        ) {
            let mut index = Index::default();
            for entry in &entries {
                index.push(entry);
            }
            let naive: Vec<_> = entries
                .iter()
                .map(|entry| folded(entry).contains(&folded(&needle)))
                .collect();
            prop_assert_eq!(index.search(&needle), naive);
        }
    }
}
