//! Writes files atomically: a reader never sees a partial file, nor an empty file of a run that ended early.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// A file to be written at the end of a run. Until then, an existing file stays unchanged.
#[derive(Debug)]
pub struct OutputFile(Target);

#[derive(Debug)]
enum Target {
    /// Written next to its destination, then renamed.
    Renamed { written: NamedTempFile, to: PathBuf },
    /// A pipe or a device, which cannot be replaced by a rename, or a file that is added to.
    Special(File),
}

impl OutputFile {
    /// Checks that the file can be written before the run, whose result would otherwise be lost.
    pub fn create(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(there) => {
                // A read-only file is not replaced.
                let file = OpenOptions::new().write(true).open(path)?;
                if !there.is_file() {
                    return Ok(Self(Target::Special(file)));
                }
                // A symbolic link keeps pointing to the file.
                Self::beside(fs::canonicalize(path)?, Some(there.permissions()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::beside(path.to_owned(), None)
            }
            Err(error) => Err(error),
        }
    }

    /// The same for a file that others also write to: the text is added at its end.
    pub fn append(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self(Target::Special(file)))
    }

    /// The same for a file that must not exist, neither now nor when it is written.
    pub fn create_new(path: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Self::beside(path.to_owned(), None)
    }

    fn beside(to: PathBuf, permissions: Option<Permissions>) -> io::Result<Self> {
        let name = to.file_name().ok_or(io::ErrorKind::IsADirectory)?;
        let prefix = format!(".{}.", name.display());
        let mut temporary = tempfile::Builder::new();
        temporary.prefix(&prefix);
        match permissions {
            Some(permissions) => temporary.permissions(permissions),
            // That of files that other programs create, before the umask; a temporary file is private by default.
            #[cfg(unix)]
            None => temporary.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)),
            #[cfg(not(unix))]
            None => &mut temporary,
        };
        let folder = to
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::metadata(folder)?;
        // Its error names the temporary file, which nobody knows.
        let written = temporary.tempfile_in(folder);
        let written = written.map_err(|error| io::Error::from(error.kind()))?;
        Ok(Self(Target::Renamed { written, to }))
    }

    /// Writes the text and moves the file into place, replacing any existing one.
    pub fn write(self, text: &str) -> io::Result<()> {
        match self.0 {
            Target::Special(mut file) => file.write_all(text.as_bytes()),
            Target::Renamed { mut written, to } => {
                written.write_all(text.as_bytes())?;
                // A rename may reach the disk before the text does.
                written.as_file().sync_all()?;
                written.persist(to).map(drop).map_err(|error| error.error)
            }
        }
    }

    /// Writes the text and moves the file into place, unless a file exists there.
    pub fn write_new(self, text: &str) -> io::Result<()> {
        match self.0 {
            Target::Special(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Target::Renamed { mut written, to } => {
                written.write_all(text.as_bytes())?;
                let persisted = written.persist_noclobber(to);
                persisted.map(drop).map_err(|error| error.error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::read_to_string,
        os::unix::fs::{PermissionsExt, symlink},
    };

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn replaces_a_file_atomically() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("report"), folder.path().join("link"));
        let files = || fs::read_dir(folder.path()).unwrap().count();
        drop(OutputFile::create(&file).unwrap());
        assert_eq!(files(), 0, "nothing is left of a run that ended early");

        fs::write(&file, "before").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        symlink("report", &link).unwrap();
        let output = OutputFile::create(&link).unwrap();
        // Whoever reads it meanwhile has the whole of the one before.
        let mut reader = File::open(&file).unwrap();
        output.write("after").unwrap();
        assert_eq!(io::read_to_string(&mut reader).unwrap(), "before");
        assert_eq!(read_to_string(&file).unwrap(), "after");
        assert_eq!((mode(&file), files()), (0o640, 2));
        assert!(link.is_symlink());
    }

    #[test]
    fn new_file_has_the_default_mode_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let [usual, file] = ["usual", "new"].map(|name| folder.path().join(name));
        File::create(&usual).unwrap();
        let output = OutputFile::create_new(&file).unwrap();
        fs::write(&file, "of another run").unwrap();
        let taken = output.write_new("lost").unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read_to_string(&file).unwrap(), "of another run");
        assert!(OutputFile::create_new(&file).is_err());
        OutputFile::create(&folder.path().join("made"))
            .unwrap()
            .write("")
            .unwrap();
        assert_eq!(mode(&folder.path().join("made")), mode(&usual));
    }

    #[test]
    fn appends_to_a_file_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary");
        for text in ["one\n", "two\n"] {
            OutputFile::append(&file).unwrap().write(text).unwrap();
        }
        assert_eq!(read_to_string(&file).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn writes_to_devices_and_rejects_folders_early() {
        let null = OutputFile::create(Path::new("/dev/null")).unwrap();
        null.write("nothing").unwrap();
        assert!(OutputFile::create(Path::new("/")).is_err());
        let error = OutputFile::create(Path::new("/nowhere/report")).unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
    }
}
