//! The command line: its arguments, one function per command, and their output. It is part of the library because releases have
//! it in the same executable as the judge.

mod allocator;
mod arguments;
mod commands;
mod environment;
mod guide;
mod guides;
mod log;
mod manuals;
mod terminal;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, error::ErrorKind};

use self::arguments::{Arguments, Command, Keys};
pub use self::{
    allocator::Allocator,
    environment::{lenient, usage_error},
    guide::{Guide, with_guides},
    guides::GUIDES,
    manuals::write_manuals,
    version::version,
};

/// The command line of `mock-server`.
pub fn command() -> clap::Command {
    let described = Arguments::command().mut_subcommand("run", |run| {
        run.mut_arg("port", |port| {
            port.help("Port to listen on [default: a free one]")
        })
    });
    with_guides(described, GUIDES)
}

/// Runs the command that the arguments of this process name. `commit` is that of the build, if it is known. Memory returns to the
/// operating system only if [`Allocator`] is the global one.
pub fn main(commit: Option<&str>) -> ExitCode {
    let mut command = lenient(command());
    command.build();
    let matches = command.clone().try_get_matches();
    let ended = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => run(arguments),
        Err(asked) if asked.kind() == ErrorKind::DisplayVersion => {
            let printed = terminal::line(version("mock-server", commit));
            printed.map(|()| ExitCode::SUCCESS).map_err(Into::into)
        }
        Err(help_or_error) => terminal::help(&help_or_error, &command).map_err(Into::into),
    };
    match ended {
        Ok(code) => code,
        Err(failure) => {
            terminal::error(&failure);
            if let Some(variable) = environment::variable_of_file(&failure.to_string(), &command) {
                terminal::note(format!("The path comes from the variable {variable}."));
            }
            if let Some(page) = failure.page() {
                terminal::see("mock-server", page);
            }
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
        Some(Command::Schema) => commands::schema(),
        Some(Command::Docs { topic }) => commands::docs(topic.as_deref()),
        Some(Command::Healthcheck { port }) => commands::healthcheck(port),
        Some(Command::Manuals { folder }) => commands::manuals(&folder),
    }
}
