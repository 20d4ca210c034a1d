//! The command line: a file for each command.

mod client;
mod compare;
mod explain;
mod failure;
mod given;
mod output;
mod provider;
mod proxy;
mod recording;
mod reference;
mod selftest;
mod target;
mod tls;

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use contract_tests::{
    clients::advice::Language,
    compare::schema_text as twin_schema,
    finding::{ExitCode, Interrupted},
    reference_client::mutants::Mutant,
    report, traffic,
};
use futures_util::future::select_all;
use schemas::key::redact;
use tokio::signal::unix::{SignalKind, signal};

use self::{
    client::Client,
    compare::Twin,
    explain::{Reporting, language},
    failure::Failure,
    given::command_line,
    provider::Provider,
    proxy::Between,
    recording::Recording,
    reference::mutant,
    selftest::Selftest,
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
    Provider(Box<Provider>),
    /// Check a client program: what it does on the wire when things go wrong
    Client(Box<Client>),
    /// Be the client that keeps every rule, or one with a bug: what the judge of clients is tried on
    #[command(hide = true)]
    ReferenceClient {
        /// The bug, such as retries-401
        #[arg(long, value_parser = mutant)]
        bug: Option<&'static Mutant>,
        /// Base URL of the API, with /api/v1
        #[arg(long, env = "OPENPROSPECT_API_URL")]
        base_url: String,
        /// Its key
        #[arg(long, env = "OPENPROSPECT_API_KEY", hide_env_values = true)]
        api_key: String,
        /// A file with the key, which is read before each call
        #[arg(long, env = "OPENPROSPECT_API_KEY_FILE")]
        key_file: Option<PathBuf>,
    },
    /// Judge recorded traffic, both sides of it: an HTTP Archive of a browser, a proxy or the sandbox
    Har(Box<Recording>),
    /// Judge what the sandbox's journal holds, exported as NDJSON
    Journal(Box<Recording>),
    /// Stand between a client and a server, and judge what passes, both sides of it
    Proxy(Box<Between>),
    /// Ask two servers the same, such as the sandbox and the real API, and show where they diverge
    Twin(Box<Twin>),
    /// Show every check of servers with its evidence, and every rule of clients and recordings with its level
    List,
    /// Print the JSON Schema of a JSON report
    Schema {
        /// Of which command
        #[arg(value_enum, default_value_t)]
        of: Reporting,
    },
    /// Tell what a check or a rule is about, where it comes from, and how to keep it
    Explain {
        /// Such as PRV-401-SAME
        id: String,
        /// Show how a rule of clients is kept in python, javascript, csharp or rust
        #[arg(long, value_parser = language)]
        lang: Option<Language>,
    },
    /// Prove the judge: every bug must be caught by the check that is meant for it, and a faithful server by none
    Selftest(Selftest),
}

pub(crate) fn main() -> process::ExitCode {
    let mut command = Cli::command();
    let given = command.try_get_matches_from_mut(env::args_os());
    let parsed = given.and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        Err(help_or_error) => return help(&help_or_error),
    };
    let again = command_line(&command, &given);
    let outcome = match cli.command {
        Command::Provider(provider) => provider::judge(&provider, again),
        Command::ReferenceClient {
            bug,
            base_url,
            api_key,
            key_file,
        } => {
            return reference::run(&base_url, &api_key, key_file.as_deref(), bug);
        }
        Command::Client(client) => client.run(again, interrupted),
        Command::Har(recording) => recording.run(traffic::Format::Har, &again),
        Command::Journal(recording) => recording.run(traffic::Format::Journal, &again),
        Command::Proxy(between) => between.run(&again, interrupted),
        Command::Twin(twin) => compare::compare(&twin),
        Command::List => {
            explain::list();
            Ok(ExitCode::Passed)
        }
        Command::Schema { of } => {
            say(&match of {
                Reporting::Judge => report::schema_text(),
                Reporting::Twin => twin_schema(),
            });
            Ok(ExitCode::Passed)
        }
        Command::Explain { id, lang } => explain::explain(&id, lang),
        Command::Selftest(selftest) => selftest.run().map_err(Failure::Proof),
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
fn say(text: &str) {
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
