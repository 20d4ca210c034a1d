//! The command line: its arguments, one function per command, and their output.

mod allocator;
mod arguments;
mod commands;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Command, Keys};

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    let ended = match Arguments::try_parse() {
        Ok(arguments) => run(arguments),
        Err(help_or_error) => terminal::help(&help_or_error).map_err(Into::into),
    };
    match ended {
        Ok(code) => code,
        Err(failure) => {
            terminal::error(&failure);
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, commands::Failure> {
    match arguments.command {
        None => commands::serve(arguments.serve),
        Some(Command::Serve(serve)) => commands::serve(*serve),
        Some(Command::Run(run)) => commands::run(*run),
        Some(Command::Keys(Keys::Mint(mint))) => commands::mint(&mint),
        Some(Command::Keys(Keys::Explain { key })) => commands::explain(&key),
        Some(Command::Scenarios(command)) => commands::scenarios::run(&command),
        Some(Command::Explain(request)) => commands::explain_request(&request),
        Some(Command::Openapi { documented_only }) => commands::openapi(documented_only),
        Some(Command::Healthcheck { port }) => commands::healthcheck(port),
    }
}
