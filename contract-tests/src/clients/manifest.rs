//! The manifest of a program's project: the file that reports refer to.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Names of manifests in the tools of many languages.
const NAMES: [&str; 14] = [
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "go.mod",
    "pom.xml",
    "build.gradle.kts",
    "build.gradle",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "pubspec.yaml",
    "deno.json",
];

/// The manifest nearest to a file that a command names, within `folder`; otherwise the folder's own.
pub(super) fn find(folder: &Path, command: &[OsString]) -> Option<PathBuf> {
    let named = command.iter().filter_map(|word| {
        let file = folder.join(word).canonicalize().ok()?;
        let inside = file.strip_prefix(folder.canonicalize().ok()?).ok()?;
        Some(inside.parent()?.to_owned())
    });
    let places = named.chain([PathBuf::new()]);
    let places: Vec<_> = places
        .flat_map(|place| place.ancestors().map(Path::to_owned).collect::<Vec<_>>())
        .collect();
    let mut manifests = places
        .iter()
        .flat_map(|place| NAMES.map(|name| place.join(name)));
    manifests.find(|manifest| folder.join(manifest).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn finds_the_nearest_manifest_within_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let found = |command: &[&str]| {
            let command: Vec<_> = command.iter().map(OsString::from).collect();
            find(folder.path(), &command).map(|path| path.display().to_string())
        };
        fs::create_dir_all(folder.path().join("js/src")).unwrap();
        fs::write(folder.path().join("js/src/main.mjs"), "").unwrap();
        assert_eq!(found(&["node", "js/src/main.mjs"]), None);
        fs::write(folder.path().join("pyproject.toml"), "").unwrap();
        fs::write(folder.path().join("js/package.json"), "").unwrap();
        let manifest = |path: &str| Some(path.to_owned());
        assert_eq!(
            found(&["node", "js/src/main.mjs"]),
            manifest("js/package.json")
        );
        assert_eq!(
            found(&["python3", "-m", "orders"]),
            manifest("pyproject.toml")
        );
        assert_eq!(found(&["/bin/sh"]), manifest("pyproject.toml"));
    }
}
