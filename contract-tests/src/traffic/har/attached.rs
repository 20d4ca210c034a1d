//! Bodies that an archive stores in separate files: next to it, or in the same zip file.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{Cursor, Read},
    path::PathBuf,
};

use zip::ZipArchive;

use crate::traffic::{MAX_RECORDING, TrafficError};

/// The first bytes of a zip file.
const ZIP: &[u8] = b"PK\x03\x04";
/// Number of hexadecimal digits in a file name, which is the SHA-1 of the content.
const DIGITS: usize = 40;

/// The files of an archive.
#[derive(Debug)]
pub(in crate::traffic) struct AttachedFiles {
    from: Source,
    /// Number of bytes that may still be read.
    left: u64,
    /// Files that the archive refers to but that cannot be read.
    pub(super) missing: usize,
}

#[derive(Debug)]
enum Source {
    /// There are none, as with standard input.
    Nowhere,
    Folder(PathBuf),
    Zip(ZipArchive<Cursor<Vec<u8>>>),
}

impl AttachedFiles {
    /// Unpacks a zipped archive; the files of an unzipped one are in its directory.
    pub(in crate::traffic) fn open(
        recording: Vec<u8>,
        folder: Option<PathBuf>,
    ) -> Result<(Vec<u8>, Self), TrafficError> {
        if !recording.starts_with(ZIP) {
            let from = folder.map_or(Source::Nowhere, Source::Folder);
            return Ok((recording, Self::new(from)));
        }
        let invalid = |reason: &str| {
            TrafficError::NoRecording(format!(
                "is not a zipped HTTP Archive: {reason}; expected one .har file and its bodies"
            ))
        };
        let zip = ZipArchive::new(Cursor::new(recording));
        let zip = zip.map_err(|error| invalid(&error.to_string()))?;
        let names = zip.file_names().filter_map(Result::ok);
        let is_archive = |name: &str| name.to_ascii_lowercase().ends_with(".har");
        let archives = names.filter(|name| is_archive(name)).map(Cow::into_owned);
        let archives: Vec<_> = archives.collect();
        let [name] = &archives[..] else {
            let count = archives.len();
            return Err(invalid(&format!("it has {count} .har files")));
        };
        let mut attached = Self::new(Source::Zip(zip));
        match attached.bytes(name) {
            Some(archive) => Ok((archive, attached)),
            None => Err(invalid(&format!("{name} cannot be read"))),
        }
    }

    fn new(from: Source) -> Self {
        Self {
            from,
            left: MAX_RECORDING,
            missing: 0,
        }
    }

    /// The content of a file that the archive refers to. The author of an archive must not choose other files to read, so only
    /// names in Playwright's format are accepted.
    pub(super) fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let bytes = is_file_name(name).then(|| self.bytes(name)).flatten();
        self.missing += usize::from(bytes.is_none());
        bytes
    }

    fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let limit = self.left;
        let bytes = match &mut self.from {
            Source::Nowhere => None,
            Source::Folder(folder) => {
                let path = folder.join(name);
                let is_file = fs::symlink_metadata(&path).ok()?.is_file();
                is_file.then(|| read_at_most(limit, File::open(path).ok()?))?
            }
            Source::Zip(zip) => read_at_most(limit, zip.by_name(name).ok()?),
        }?;
        self.left -= bytes.len() as u64;
        Some(bytes)
    }
}

/// The whole content, unless it is larger than the limit.
fn read_at_most(limit: u64, from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

fn is_file_name(name: &str) -> bool {
    let hash = name.split_once('.').map_or(name, |(hash, _)| hash);
    let kind = name.strip_prefix(hash).unwrap_or_default();
    hash.len() == DIGITS
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        && kind
            .bytes()
            .all(|byte| byte == b'.' || byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_file_names_that_playwright_writes() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        assert!(is_file_name(hash) && is_file_name(&format!("{hash}.json")));
        for invalid in [
            "",
            "passwords.csv",
            &format!("{hash}/../../x"),
            &format!("../{hash}.json"),
            &format!("{hash}.json/x"),
            &format!("{hash}0.json"),
        ] {
            assert!(!is_file_name(invalid), "{invalid}");
        }
    }

    #[test]
    fn reads_at_most_the_limit() {
        assert_eq!(read_at_most(3, &b"abc"[..]).as_deref(), Some(&b"abc"[..]));
        assert_eq!(read_at_most(2, &b"abc"[..]), None);
    }
}
