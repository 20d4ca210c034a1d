//! The command line: a file for each command.

mod client;
mod command_line;
mod explain;
mod failure;
mod list;
mod output;
mod provider;
mod proxy;
mod recording;
mod reference_client;
mod schema;
mod selftest;
mod target;
mod tls;
mod twin;

use std::{
    env,
    io::{self, Write},
    process,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use contract_tests::{
    finding::{ExitCode, Interrupted},
    traffic,
};
use futures_util::future::select_all;
use schemas::key::redact;
use tokio::signal::unix::{SignalKind, signal};

use self::{
    client::ClientArgs, command_line::command_line, explain::ExplainArgs, failure::Failure,
    provider::ProviderArgs, proxy::ProxyArgs, recording::RecordingArgs,
    reference_client::ReferenceClientArgs, schema::SchemaArgs, selftest::SelftestArgs,
    twin::TwinArgs,
};

/// Checks a server against the `OpenProspect` contract
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 passed, 1 contract violated, 2 usage, 3 nothing ran, 4 target unreachable,\n\
                  5 only inconclusive results stand in the way, 6 the contract itself is invalid,\n\
                  70 internal error, 130 interrupted"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a server: the sandbox, the real API, or anything that claims to be like it
    Provider(Box<ProviderArgs>),
    /// Check a client program: what it does on the wire when things go wrong
    Client(Box<ClientArgs>),
    /// Be the client that keeps every rule, or one with a bug: what the judge of clients is tried on
    #[command(hide = true)]
    ReferenceClient(ReferenceClientArgs),
    /// Judge recorded traffic, both sides of it: an HTTP Archive of a browser, a proxy or the sandbox
    Har(Box<RecordingArgs>),
    /// Judge what the sandbox's journal holds, exported as NDJSON
    Journal(Box<RecordingArgs>),
    /// Stand between a client and a server, and judge what passes, both sides of it
    Proxy(Box<ProxyArgs>),
    /// Ask two servers the same, such as the sandbox and the real API, and show where they diverge
    Twin(Box<TwinArgs>),
    /// Show every check of servers with its evidence, and every rule of clients and recordings with its level
    List,
    /// Print the JSON Schema of a JSON report
    Schema(SchemaArgs),
    /// Tell what a check or a rule is about, where it comes from, and how to keep it
    Explain(ExplainArgs),
    /// Prove the judge: every bug must be caught by the check that is meant for it, and a faithful server by none
    Selftest(SelftestArgs),
}

pub(crate) fn main() -> process::ExitCode {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(env::args_os());
    let parsed = matches.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(help_or_error) => return help(&help_or_error),
    };
    let command_line = command_line(&command, &matches);
    let outcome = match cli.command {
        Command::Provider(args) => provider::run(&args, command_line),
        Command::ReferenceClient(args) => return reference_client::run(&args),
        Command::Client(args) => args.run(command_line, interrupted),
        Command::Har(args) => args.run(traffic::Format::Har, &command_line),
        Command::Journal(args) => args.run(traffic::Format::Journal, &command_line),
        Command::Proxy(args) => args.run(&command_line, interrupted),
        Command::Twin(args) => twin::run(&args),
        Command::List => Ok(list::run()),
        Command::Schema(args) => Ok(schema::run(&args)),
        Command::Explain(args) => explain::run(&args),
        Command::Selftest(args) => args.run().map_err(Failure::Proof),
    };
    outcome
        .unwrap_or_else(|failure| {
            let _ = writeln!(io::stderr(), "error: {}", redact(&failure.to_string()));
            failure.exit_code()
        })
        .into()
}

/// What clap has to say instead of a command line: help, or what is wrong with it. A key that was put in
/// the wrong place is not shown.
fn help(help_or_error: &clap::Error) -> process::ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::Passed.into();
    }
    let error = help_or_error.to_string();
    let _ = io::stderr().write_all(redact(&error).as_bytes());
    ExitCode::Usage.into()
}

/// Ctrl-C, or what CI stops a job with; from now on neither ends the process by itself.
fn interrupted() -> Interrupted {
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    Box::pin(async {
        // Where none can be waited for, the run just goes on to its end.
        let mut signals: Vec<_> = signals.into_iter().flatten().collect();
        if signals.is_empty() {
            std::future::pending::<()>().await;
        }
        select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    })
}

/// A reader who has gone away is no error.
fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
