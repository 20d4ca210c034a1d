//! The command `mock-server`.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Returns the memory of what is deleted to the system.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
