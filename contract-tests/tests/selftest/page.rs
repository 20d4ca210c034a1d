//! Pages of the documentation, compared with the results; with `UPDATE` set, the results are written.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

use contract_tests::{
    provider::checks::CHECKS,
    selftest::{Page, Row, examples},
};

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

/// The examples of checks, after a change if the results are written.
fn examples(change: impl FnOnce(&mut Vec<(String, String)>)) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/selftest/examples.txt");
    let lock = lock();
    lock.lock().unwrap();
    let file = fs::read_to_string(&path).unwrap();
    if !is_updated() {
        return file;
    }
    let all = examples::split(&file).map(|(id, example)| (id.to_owned(), example.to_owned()));
    let mut all = all.collect();
    change(&mut all);
    let file = examples::join(&all);
    fs::write(&path, &file).unwrap();
    file
}

/// The file of examples has this one for the check.
pub(crate) fn has_example(check: &str, example: &str) -> Result<(), String> {
    let file = examples(|all| {
        all.retain(|(id, _)| id != check);
        all.push((check.to_owned(), example.to_owned()));
    });
    let known = examples::split(&file).find(|(id, _)| *id == check);
    let known = known.map_or("nothing", |(_, known)| known);
    if known == example {
        return Ok(());
    }
    Err(format!(
        "examples.txt has for {check}:\n{known}\nfound:\n{example}\nUPDATE=1 writes it"
    ))
}

/// The file of examples has one for each check, and no other text.
pub(crate) fn each_check_has_an_example() -> Result<(), String> {
    let file = examples(|_| {});
    let all = examples::split(&file).map(|(id, example)| (id.to_owned(), example.to_owned()));
    let all: Vec<_> = all.collect();
    let shown: Vec<_> = all.iter().map(|(id, _)| id.as_str()).collect();
    let mut missing = CHECKS.iter().map(|check| check.id).collect::<Vec<_>>();
    missing.retain(|id| !shown.contains(id));
    if missing.is_empty() && examples::join(&all) == file {
        Ok(())
    } else {
        Err(format!(
            "examples.txt lacks {missing:?}, or is not what its examples make"
        ))
    }
}
