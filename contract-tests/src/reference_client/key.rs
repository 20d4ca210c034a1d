//! The key, as it is now.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Behaviour;

/// A key, and where there may be another by now.
#[derive(Debug)]
pub(super) struct Key {
    given: String,
    file: Option<PathBuf>,
}

impl Key {
    /// A key that was given, or the one that a file holds.
    pub(super) fn new(given: &str, file: Option<&Path>) -> Self {
        Self {
            given: given.to_owned(),
            file: file.map(Path::to_owned),
        }
    }

    /// The key for the next call. A file that cannot be read may be there again the next time.
    pub(super) fn now(&self, behaviour: &Behaviour) -> String {
        let file = self.file.as_ref().filter(|_| behaviour.rereads_key);
        let read = file.and_then(|path| fs::read_to_string(path).ok());
        read.map_or_else(|| self.given.clone(), |key| key.trim().to_owned())
    }
}
