//! Detects whether a program leaves its key in a file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::rules::holds;

/// Maximum number of files and directories in the search.
const MAX_ENTRIES: usize = 10_000;
/// Maximum number of bytes to search in one file, and in all.
const MAX_FILE: u64 = 1024 * 1024;
const MAX_ALL: u64 = 16 * 1024 * 1024;

/// The files of a directory by path: length and modification time of each.
#[derive(Debug, Default)]
struct Listing {
    files: BTreeMap<PathBuf, (u64, Option<SystemTime>)>,
    /// Whether there are further entries.
    incomplete: bool,
}

/// The state of a directory before a trial.
#[derive(Debug)]
pub(crate) struct LeakScan {
    folder: PathBuf,
    before: Listing,
}

/// The result of a search.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ScanResult {
    /// This file contains the key, or a part of it.
    KeyIn(String),
    /// No key.
    NoKey,
    /// No key was found, but not everything was searched.
    Incomplete,
}

impl LeakScan {
    /// Records the current state.
    pub(crate) fn begin(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            before: Listing::read(folder),
        }
    }

    /// Searches the files that have changed since. Links are not followed.
    pub(crate) fn search(&self, keys: &[String]) -> ScanResult {
        let holds = |bytes: &[u8]| keys.iter().any(|key| holds(bytes, key));
        let now = Listing::read(&self.folder);
        let changed = now
            .files
            .iter()
            .filter(|(path, metadata)| self.before.files.get(*path) != Some(metadata));
        let (mut left, mut incomplete) = (MAX_ALL, now.incomplete || self.before.incomplete);
        for (path, (length, _)) in changed {
            let name = path.strip_prefix(&self.folder).unwrap_or(path);
            let named = holds(name.as_os_str().as_encoded_bytes());
            let room = left.min(MAX_FILE);
            let mut bytes = Vec::new();
            let read = File::open(path).and_then(|file| file.take(room).read_to_end(&mut bytes));
            left -= bytes.len() as u64;
            incomplete |= *length > room || read.is_err_and(|error| !has_gone(&error));
            if named || holds(&bytes) {
                return ScanResult::KeyIn(name.display().to_string());
            }
        }
        if incomplete {
            ScanResult::Incomplete
        } else {
            ScanResult::NoKey
        }
    }
}

/// Whether a file has been deleted: then it contains no key. A file that is unreadable for another reason may contain one.
fn has_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

impl Listing {
    fn read(folder: &Path) -> Self {
        let mut listing = Self::default();
        let (mut folders, mut seen) = (vec![folder.to_owned()], 0);
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(folder);
            listing.incomplete |= entries.as_ref().is_err_and(|error| !has_gone(error));
            for entry in entries.into_iter().flatten().flatten() {
                seen += 1;
                if seen > MAX_ENTRIES {
                    listing.incomplete = true;
                    return listing;
                }
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if metadata.is_dir() {
                    folders.push(entry.path());
                } else if metadata.is_file() {
                    let changed = (metadata.len(), metadata.modified().ok());
                    listing.files.insert(entry.path(), changed);
                }
            }
        }
        listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01";

    #[test]
    fn finds_keys_in_changed_files() {
        let folder = std::env::temp_dir().join(format!("watched-{}", std::process::id()));
        fs::create_dir_all(folder.join("logs")).unwrap();
        fs::write(folder.join("old"), KEY).unwrap();
        let leak_scan = LeakScan::begin(&folder);
        let search = || leak_scan.search(&["lnc_test_other".to_owned(), KEY.to_owned()]);
        assert_eq!(search(), ScanResult::NoKey);
        fs::write(folder.join("logs/new"), "no key").unwrap();
        assert_eq!(search(), ScanResult::NoKey);
        fs::write(folder.join("logs/debug"), format!("key={KEY}")).unwrap();
        assert_eq!(search(), ScanResult::KeyIn("logs/debug".to_owned()));
        fs::remove_file(folder.join("logs/debug")).unwrap();
        let large = vec![b' '; usize::try_from(MAX_FILE).unwrap() + 1];
        fs::write(folder.join("large"), large).unwrap();
        assert_eq!(search(), ScanResult::Incomplete);
        fs::remove_dir_all(folder).unwrap();
    }
}
