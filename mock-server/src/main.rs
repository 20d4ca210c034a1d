//! The command `mock-server`.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Returns the memory of deleted data to the operating system.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
