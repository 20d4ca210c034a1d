//! The command `mock-server`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mock_server::cli::Allocator = mock_server::cli::Allocator;

fn main() -> ExitCode {
    mock_server::cli::main(option_env!("OPENPROSPECT_COMMIT"))
}
