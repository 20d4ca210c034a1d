//! The file for programs that read their key from a file: only its owner can read it, and its directory is removed with the
//! trial.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempDir};

/// A file with a key.
#[derive(Debug)]
pub(crate) struct KeyFile {
    folder: TempDir,
    path: PathBuf,
}

impl KeyFile {
    /// Writes a key to a new file.
    pub(crate) fn new(key: &str) -> io::Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("contract-tests-");
        // On Windows, the folder of temporary files is private.
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = folder.tempdir()?;
        let path = folder.path().join("key");
        let file = Self { folder, path };
        file.write(key)?;
        Ok(file)
    }

    /// Replaces the key atomically: a concurrent reader gets either the old or the new one.
    pub(crate) fn write(&self, key: &str) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(key.as_bytes())?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn is_private_to_its_user_and_removed_on_drop() {
        let file = KeyFile::new("one").unwrap();
        let path = file.path().to_owned();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        file.write("other").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "other");
        let folder = path.parent().unwrap();
        for (path, expected) in [(&*path, 0o600), (folder, 0o700)] {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, expected);
        }
        drop(file);
        assert!(!folder.exists());
    }
}
