//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use contract_tests::clients::mutants::{self, Mutant};
use contract_tests::{
    Share,
    report::{Detail, Wanted},
    session::Options,
};
use schemas::{Operation, operations};
use url::Url;

use crate::judge_client::Client;

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
    },
    /// Show every check with its evidence and its rule
    List,
    /// Print the JSON Schema of the JSON report
    Schema,
    /// Tell what a check is about, and where its rule comes from
    Explain {
        /// Such as PRV-401-SAME
        id: String,
    },
}

/// A bug of the reference client.
fn mutant(bug: &str) -> Result<&'static Mutant, String> {
    mutants::find(bug).ok_or_else(|| {
        let known: Vec<_> = mutants::MUTANTS.iter().map(|known| known.bug).collect();
        format!("there is no bug `{bug}`; known are {}", known.join(", "))
    })
}

#[derive(Args, Debug)]
pub(crate) struct Provider {
    /// Base URL of the server, with /api/v1
    #[arg(long, env = "CONTRACT_TESTS_BASE_URL", default_value = "http://127.0.0.1:8000/api/v1", value_parser = base_url)]
    base_url: Url,
    /// Key of a server that is no sandbox; may be repeated. Roles: full, `read_only`, revoked, expired,
    /// limited. Better in the variable, where no shell history keeps it
    #[arg(
        long = "key",
        env = "OPENPROSPECT_API_KEY",
        hide_env_values = true,
        value_name = "[ROLE=]KEY",
        value_delimiter = ','
    )]
    keys: Vec<String>,
    /// Create things also on a server that is no sandbox, and change or delete what was created; some of it stays
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_WRITES")]
    allow_writes: bool,
    /// Token of the sandbox's control API
    #[arg(
        long,
        env = "CONTRACT_TESTS_CONTROL_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    control_token: Option<String>,
    /// Run this check only; may be repeated
    #[arg(
        long = "check",
        env = "CONTRACT_TESTS_CHECK",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub(crate) checks: Vec<String>,
    /// Judge this operation only, by the checks that are about each; may be repeated
    #[arg(
        long = "operation",
        env = "CONTRACT_TESTS_OPERATION",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = operation
    )]
    pub(crate) operations: Vec<&'static Operation>,
    /// Failures that are known, and do not fail the run
    #[arg(long, env = "CONTRACT_TESTS_BASELINE", value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write a baseline with all failures of this run, whose reasons are to be filled in
    #[arg(long, env = "CONTRACT_TESTS_WRITE_BASELINE", value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// How many of the answers that can be provoked are to be seen, such as 100%
    #[arg(
        long,
        env = "CONTRACT_TESTS_MIN_SEEN",
        value_name = "SHARE",
        default_value = "0%"
    )]
    pub(crate) min_seen: Share,
    /// Fail also for what is only assumed, whatever the server is, and for fields that the contract does not have
    #[arg(long, env = "CONTRACT_TESTS_STRICT")]
    strict: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What is told of a run, and to whom.
#[derive(Args, Debug)]
pub(crate) struct Output {
    /// Write a report, such as junit=report.xml; may be repeated. Formats: json, junit, tap, sarif, markdown,
    /// github, html. FILE - is standard output; what people read then goes to standard error
    #[arg(
        long = "report",
        env = "CONTRACT_TESTS_REPORT",
        value_name = "FORMAT=FILE",
        value_delimiter = ','
    )]
    pub(crate) reports: Vec<Wanted>,
    /// Show only what fails, and the verdict
    #[arg(short, long, env = "CONTRACT_TESTS_QUIET", conflicts_with = "verbose")]
    quiet: bool,
    /// Show also what passes, every failure in full, and every answer of the contract
    #[arg(short, long, env = "CONTRACT_TESTS_VERBOSE")]
    verbose: bool,
}

impl Provider {
    /// What the session needs to know. Keys are read here and not by clap, whose errors show what was
    /// given.
    pub(crate) fn options(&self) -> Result<Options, String> {
        Ok(Options {
            base: self.base_url.clone(),
            keys: self
                .keys
                .iter()
                .map(|key| key.parse())
                .collect::<Result<_, _>>()?,
            allow_writes: self.allow_writes,
            control_token: self.control_token.clone(),
            strict: self.strict,
        })
    }
}

impl Output {
    /// How much is told.
    pub(crate) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, true) => Detail::Verbose,
            (false, false) => Detail::Normal,
        }
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let wrong = |why: &str| format!("{why}; an example is http://127.0.0.1:8000/api/v1");
    let url: Url = text
        .parse()
        .map_err(|error| wrong(&format!("not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong("a base URL has no query, no fragment and no user"));
    }
    Ok(url)
}

fn operation(text: &str) -> Result<&'static Operation, String> {
    let named = operations::all().find(|operation| operation.id.as_str() == text);
    named.ok_or_else(|| {
        let known: Vec<_> = operations::all().map(|known| known.id.as_str()).collect();
        format!("there is no such operation; known are {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_base_url_is_one() {
        assert!(base_url("https://api.openprospect.io/api/v1").is_ok());
        for wrong in [
            "",
            "localhost:8000",
            "ftp://x/",
            "http://user@x/",
            "http://x/?a=b",
        ] {
            assert!(
                base_url(wrong)
                    .unwrap_err()
                    .ends_with("http://127.0.0.1:8000/api/v1"),
                "{wrong}"
            );
        }
    }
}
