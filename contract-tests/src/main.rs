//! The command `contract-tests`, and `mock-server` where it is called by that name: most of their code is the same, so a
//! release has one executable under both names.

mod cli;

use std::{env, path::Path, process};

#[global_allocator]
static ALLOCATOR: mock_server::cli::Allocator = mock_server::cli::Allocator;

/// The commit that this is built from, where the build says so. Nothing else is built anew when it changes.
const COMMIT: Option<&str> = option_env!("OPENPROSPECT_COMMIT");

fn main() -> process::ExitCode {
    if is_called("mock-server") {
        mock_server::cli::main(COMMIT)
    } else {
        cli::main(COMMIT)
    }
}

/// Whether this process was started by this name.
fn is_called(name: &str) -> bool {
    let called = env::args_os().next().unwrap_or_default();
    Path::new(&called)
        .file_stem()
        .is_some_and(|stem| stem == name)
}
