//! Files that people take over into their tools and programs, generated from the table of operations and the OpenAPI document.
//!
//! `UPDATE=1 cargo test -p schemas` rewrites them. `packages/types/test` tries them on a server.

mod http_file;
mod postman;
mod python;
mod requests;
mod shapes;
mod typescript;

use std::{env, fs, path::Path};

#[track_caller]
fn held(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../packages")
        .join(path);
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, text).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == text,
        "{} is stale: UPDATE=1 cargo test -p schemas",
        file.display()
    );
}

#[test]
fn postman_collection_matches_the_tables() {
    held(
        "requests/openprospect.postman_collection.json",
        &postman::text(),
    );
}

#[test]
fn http_file_matches_the_tables() {
    held("requests/openprospect.http", &http_file::text());
}

#[test]
fn typescript_matches_the_tables() {
    held("types/openprospect.ts", &typescript::text());
}

#[test]
fn python_matches_the_tables() {
    held("types/openprospect_types.py", &python::text());
}
