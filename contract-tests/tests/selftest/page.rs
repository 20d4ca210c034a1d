//! Pages of the documentation, compared with the results; with `UPDATE` set, the results are written.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

use contract_tests::selftest::{Page, Row};

fn path(page: Page) -> PathBuf {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    docs.join(page.file())
}

/// The lock for reading or writing a page: tests run concurrently, also in separate processes.
fn lock() -> File {
    File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages.lock")).unwrap()
}

pub(crate) fn read(page: Page) -> String {
    let lock = lock();
    lock.lock_shared().unwrap();
    fs::read_to_string(path(page)).unwrap()
}

fn is_updated() -> bool {
    env::var_os("UPDATE").is_some()
}

/// Rewrites a page from its rows.
fn rewrite(page: Page, change: impl FnOnce(&mut Vec<Row>)) {
    let lock = lock();
    lock.lock().unwrap();
    let text = fs::read_to_string(path(page)).unwrap();
    let mut rows = text.lines().filter_map(Row::parse).collect();
    change(&mut rows);
    fs::write(path(page), page.render(&rows)).unwrap();
}

/// The page has this row, and no other for its bug.
pub(crate) fn holds(page: Page, row: &Row) -> Result<(), String> {
    if is_updated() {
        rewrite(page, |rows| {
            rows.retain(|known| known.bug() != row.bug());
            rows.push(row.clone());
        });
    }
    let text = read(page);
    let rows = text.lines().filter_map(Row::parse);
    let known: Vec<_> = rows.filter(|known| known.bug() == row.bug()).collect();
    if known == [row.clone()] {
        return Ok(());
    }
    let known: Vec<_> = known.iter().map(Row::to_string).collect();
    let file = page.file();
    Err(format!(
        "docs/{file} has {known:?}, found {row}; UPDATE=1 writes it"
    ))
}

/// The page is exactly what its rows generate: it has only the rows of its mutants, and no other text.
pub(crate) fn is_made_of_rows(page: Page) -> Result<(), String> {
    if is_updated() {
        rewrite(page, |_| {});
    }
    let text = read(page);
    let rows: Vec<_> = text.lines().filter_map(Row::parse).collect();
    if page.render(&rows) == text {
        Ok(())
    } else {
        let file = page.file();
        Err(format!(
            "docs/{file} is not what its rows make; UPDATE=1 writes it"
        ))
    }
}
