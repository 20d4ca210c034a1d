//! The command `mock-server`.

mod cli;
mod commands;
mod say;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, Keys};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_error) => return say::help(&help_or_error),
    };
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            say::error(&failure);
            failure.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, commands::Failure> {
    match cli.command {
        None => commands::serve(cli.serve),
        Some(Command::Serve(serve)) => commands::serve(*serve),
        Some(Command::Keys(Keys::Mint(mint))) => commands::mint(&mint),
        Some(Command::Keys(Keys::Explain { key })) => Ok(commands::explain(&key)),
        Some(Command::Scenarios(command)) => commands::scenarios::run(&command),
        Some(Command::Explain(asked)) => commands::explain_request(&asked),
        Some(Command::Openapi { documented_only }) => Ok(commands::openapi(documented_only)),
        Some(Command::Healthcheck { port }) => commands::healthcheck(port),
    }
}
