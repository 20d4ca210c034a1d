//! Reads files with settings and secrets.

use std::path::PathBuf;

use scenarios::document::Mistake;

/// Reads a file that contains only a secret, and possibly a line end.
pub fn read_secret(path: &PathBuf) -> Result<String, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
        path: path.clone(),
        source,
    })?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.contains(['\r', '\n']) {
        return Err(SettingsError::NoSecret { path: path.clone() });
    }
    Ok(secret.to_owned())
}

/// Reads a TOML file.
pub(super) fn read<T>(
    path: &PathBuf,
    read: impl FnOnce(&str) -> Result<T, Mistake>,
) -> Result<T, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
        path: path.clone(),
        source,
    })?;
    read(&text).map_err(|mistake| {
        let (line, column) = mistake.place().unwrap_or((1, 1));
        SettingsError::Invalid {
            path: path.clone(),
            line,
            column,
            what: mistake.to_string(),
        }
    })
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file contains no secret.
    #[error("{}: write one line with the secret into it", path.display())]
    NoSecret {
        /// The file.
        path: PathBuf,
    },
    /// The file is invalid. The message never quotes the line, because the line may contain a secret.
    #[error("{}:{line}:{column}: {what}", path.display())]
    Invalid {
        path: PathBuf,
        /// Line number.
        line: u64,
        /// Column number.
        column: u64,
        /// What is wrong.
        what: String,
    },
}
