//! The command line: a file for each command.

mod client;
mod command_line;
mod docs;
mod explain;
mod failure;
mod guides;
mod interrupt;
mod list;
mod live_findings;
mod manuals;
mod merge;
mod output;
mod provider;
mod proxy;
mod recording;
mod reference_client;
mod repository;
mod schema;
mod selftest;
#[cfg(unix)]
mod supervise;
mod target;
mod tls;
mod twin;
mod variables;

use std::{
    env,
    io::{self, Write},
    process,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};
use contract_tests::{finding::ExitCode, report::write_to_stdout, traffic};
use mock_server::cli::{lenient, usage_error};
use schemas::key::redact;

use self::{
    client::ClientArgs, command_line::command_line, docs::DocsArgs, explain::ExplainArgs,
    failure::Failure, guides::GUIDES, interrupt::interrupted, manuals::ManualsArgs,
    merge::MergeArgs, provider::ProviderArgs, proxy::ProxyArgs, recording::RecordingArgs,
    reference_client::ReferenceClientArgs, schema::SchemaArgs, selftest::SelftestArgs,
    twin::TwinArgs,
};

/// Tests servers, client programs and recorded traffic against the OpenProspect API contract
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a server: the sandbox, the real API, or any other implementation of the contract
    Provider(Box<ProviderArgs>),
    /// Check a client program: how it behaves on the wire when things go wrong
    Client(Box<ClientArgs>),
    /// Run the reference client, which follows every rule, or one of its mutants
    #[command(hide = true)]
    ReferenceClient(ReferenceClientArgs),
    /// Run a program that is judged, and end all that it leaves behind
    #[command(hide = true)]
    #[cfg(unix)]
    Supervise(supervise::SuperviseArgs),
    /// Judge the requests and responses in an HTTP Archive (HAR) from a browser, a proxy or the sandbox
    Har(Box<RecordingArgs>),
    /// Judge the requests and responses in a journal that the sandbox exported as NDJSON
    Journal(Box<RecordingArgs>),
    /// Forward traffic between a client and a server, and judge both sides of it
    Proxy(Box<ProxyArgs>),
    /// Send the same requests to two servers, such as the sandbox and the real API, and report where they diverge
    Twin(Box<TwinArgs>),
    /// Merge the JSON reports of the parts of one run, and write the whole in every format
    Merge(MergeArgs),
    /// List every check of servers with its evidence, and every rule of clients and recordings with its level
    List,
    /// Print the JSON Schema of a JSON report
    Schema(SchemaArgs),
    /// Explain a check or a rule: what it requires, its source, and how to fix a violation
    Explain(ExplainArgs),
    /// Show a page of the documentation, or list them all
    Docs(DocsArgs),
    /// Test the judge: every mutant must be caught by the check or rule that is meant for it, and a correct server
    /// or client by none
    Selftest(SelftestArgs),
    /// Write man pages and completions for shells into a folder
    #[command(hide = true)]
    Manuals(ManualsArgs),
}

/// The command line of `contract-tests`.
fn command() -> clap::Command {
    mock_server::cli::with_guides(Cli::command(), GUIDES)
}

/// Runs the command that the arguments of this process name. `commit` is that of the build, if it is known.
pub(crate) fn main(commit: Option<&str>) -> process::ExitCode {
    let mut command = lenient(command());
    command.build();
    let matches = command.clone().try_get_matches_from(env::args_os());
    let parsed = matches.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(asked) if asked.kind() == ErrorKind::DisplayVersion => {
            let version = mock_server::cli::version("contract-tests", commit);
            return end(print(&format!("{version}\n")).map(|()| ExitCode::Passed));
        }
        Err(help_or_error) => return help(&help_or_error, &command),
    };
    let described = Cli::command();
    variables::warn_of_empty_secrets(&described, &matches);
    let command_line = command_line(&described, &matches);
    let outcome = match cli.command {
        Command::Provider(args) => provider::run(&args, command_line),
        Command::ReferenceClient(args) => match reference_client::run(&args) {
            Ok(exit_code) => return exit_code,
            Err(failure) => Err(failure),
        },
        #[cfg(unix)]
        Command::Supervise(args) => supervise::run(&args),
        Command::Client(args) => args.run(command_line, interrupted),
        Command::Har(args) => args.run(traffic::Format::Har, &command_line),
        Command::Journal(args) => args.run(traffic::Format::Journal, &command_line),
        Command::Proxy(args) => args.run(&command_line, interrupted),
        Command::Twin(args) => twin::run(&args),
        Command::Merge(args) => args.run(),
        Command::List => list::run(),
        Command::Schema(args) => schema::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Selftest(args) => args.run().map_err(Failure::Proof),
        Command::Manuals(args) => manuals::run(&args),
    };
    end(outcome)
}

/// The exit code of a command. An error is printed.
fn end(outcome: Result<ExitCode, Failure>) -> process::ExitCode {
    outcome
        .unwrap_or_else(|failure| {
            let _ = writeln!(io::stderr(), "error: {}", redact(&failure.to_string()));
            if let Some(page) = failure.page() {
                let _ = writeln!(io::stderr(), "see `contract-tests docs {}`", page.topic);
            }
            failure.exit_code()
        })
        .into()
}

/// Prints what clap returns instead of a command line: help, or an error of the built command. A key that was passed in the
/// wrong place is redacted.
fn help(help_or_error: &clap::Error, command: &clap::Command) -> process::ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::Passed.into();
    }
    let error = usage_error(help_or_error, command);
    let _ = io::stderr().write_all(error.as_bytes());
    ExitCode::Usage.into()
}

/// Prints the output that a command is run for.
fn print(text: &str) -> Result<(), Failure> {
    write_to_stdout(text).map_err(Failure::Output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
