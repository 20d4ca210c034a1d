//! The command `contract-tests`.

mod cli;

use std::process;

fn main() -> process::ExitCode {
    cli::main()
}
