//! Pages of the documentation that tests compare with their results.

use std::{env, fs, path::Path};

/// Asserts that a page under `docs/` has this text; with `UPDATE` set, writes it.
pub(crate) fn held(page: &str, written: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    held_at(&file, written);
}

/// As [`held`], for a file elsewhere.
pub(crate) fn held_at(file: &Path, written: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(file, written).unwrap();
    }
    let stands = fs::read_to_string(file).unwrap_or_default();
    let new = written
        .lines()
        .filter(|line| !stands.lines().any(|known| known == *line));
    assert!(
        stands == written,
        "{} says otherwise, UPDATE=1 writes it: {:#?}",
        file.display(),
        new.collect::<Vec<_>>()
    );
}
