//! Rules for the repository: files stay short enough to read, pages name files that exist, and the book lists its pages.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where its own files cannot be read"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Maximum number of lines in a source file.
const LINES: usize = 400;

/// Extensions of the files that pages may name.
const ENDINGS: [&str; 8] = ["json", "md", "mjs", "py", "rs", "sh", "toml", "yaml"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files and folders of the workspace, as paths from its root, without build output.
fn paths() -> Vec<String> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name == ".git" || name.starts_with("target") {
                continue;
            }
            found.push(path.strip_prefix(root).unwrap().to_str().unwrap().into());
            if path.is_dir() {
                walk(&path, root, found);
            }
        }
    }
    let (root, mut found) = (workspace(), Vec::new());
    walk(&root, &root, &mut found);
    found
}

#[test]
fn files_are_short_enough_to_read() {
    for file in paths().iter().filter(|path| is(path, "rs")) {
        let source = fs::read_to_string(workspace().join(file)).unwrap();
        let lines = source.lines().count();
        assert!(lines <= LINES, "{file} has {lines} lines: split it");
    }
}

/// Whether a path is that of a file of this kind.
fn is(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

/// The words in backticks on one line.
fn quoted(page: &str) -> impl Iterator<Item = &str> {
    page.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Whether this is the name of a file in the repository: a source file, or a path from the root.
fn is_ours(text: &str, roots: &[&str]) -> bool {
    let is_path = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    let ending = text
        .rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    let root = text.split_once('/').is_some_and(|(root, _)| {
        let path = root.starts_with('.') || roots.contains(&root);
        path && (ending || text.ends_with('/'))
    });
    text.chars().all(is_path) && !text.starts_with(['/', '.']) && (root || is(text, "rs"))
}

#[test]
fn files_named_in_pages_exist() {
    let paths = paths();
    let roots: Vec<_> = paths
        .iter()
        .filter(|path| !path.contains('/') && workspace().join(path).is_dir())
        .map(String::as_str)
        .collect();
    let exists = |name: &str| {
        let name = name.trim_end_matches('/');
        let inner = format!("/{name}");
        let mut paths = paths.iter();
        paths.any(|path| path == name || path.ends_with(&inner))
    };
    let is_page = |path: &&String| {
        let in_docs = path.starts_with("docs/") && is(path, "md");
        in_docs || ["CONTRIBUTING.md", "README.md"].contains(&path.as_str())
    };
    let mut named = 0;
    for page in paths.iter().filter(is_page) {
        let text = fs::read_to_string(workspace().join(page)).unwrap();
        for name in quoted(&text).filter(|text| is_ours(text, &roots)) {
            assert!(exists(name), "{page} names {name}, which is not there");
            named += 1;
        }
        for link in text.split("](").skip(1) {
            let (link, _) = link.split_once(')').unwrap();
            let (file, _) = link.split_once('#').unwrap_or((link, ""));
            if !file.is_empty() && !file.contains("://") {
                let file = workspace().join(page).with_file_name(file);
                assert!(file.exists(), "{page} links to {link}, which is not there");
                named += 1;
            }
        }
    }
    assert!(named > 30, "only {named} were found");
}

/// Pages with a maximum number of lines: a stranger reads the README in five minutes, and the architecture before a first change.
const SHORT_PAGES: [(&str, usize); 2] = [("README.md", 150), ("docs/architecture.md", 150)];

#[test]
fn pages_that_come_first_are_short_enough_to_read() {
    for (page, max) in SHORT_PAGES {
        let text = fs::read_to_string(workspace().join(page)).unwrap();
        let lines = text.lines().count();
        assert!(
            lines <= max,
            "{page} has {lines} lines: move some to other pages of the book"
        );
    }
}

#[test]
fn every_page_of_the_book_is_in_its_table_of_contents() {
    let summary = fs::read_to_string(workspace().join("docs/SUMMARY.md")).unwrap();
    for path in paths().iter().filter(|path| is(path, "md")) {
        if let Some(page) = path.strip_prefix("docs/")
            && page != "SUMMARY.md"
        {
            assert!(
                summary.contains(&format!("({page})")),
                "docs/SUMMARY.md lacks {page}"
            );
        }
    }
}
