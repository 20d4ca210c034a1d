//! The command line.

mod given;
mod tls;
mod twin;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use contract_tests::{
    Bounds, CommandLine, Notices, Share,
    clients::{
        advice::Language,
        mutants::{self, Mutant},
    },
    grant::Permissions,
    report::Detail,
    role::{self, RoleKey},
    session::{self, Options},
};
use schemas::{Operation, operations};
use strum::VariantNames;
use url::Url;

pub(crate) use self::{given::command_line, tls::Tls, twin::Twin};
use crate::{
    judge_client::Client, judge_proxy::Between, judge_self::Selftest, judge_traffic::Recording,
    keep::Keep,
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

/// What writes a JSON report of its own form.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Reporting {
    /// `provider`, `client`, `har`, `journal` and `proxy`
    #[default]
    Judge,
    /// `twin`
    Twin,
}

/// A language that clients are written in.
fn language(name: &str) -> Result<Language, String> {
    name.parse()
        .map_err(|_| format!("known are {}", Language::VARIANTS.join(", ")))
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
    /// TOML file with a key for each role, such as full = "…"; refused where everybody can read it
    #[arg(long = "keys", env = "CONTRACT_TESTS_KEYS", value_name = "FILE")]
    keys_file: Option<PathBuf>,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    safety: Safety,
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
    /// What chance is drawn from where requests are made up; the same number makes up the same
    #[arg(long, env = "CONTRACT_TESTS_SEED", value_name = "N", default_value_t = session::SEED)]
    seed: u64,
    #[command(flatten)]
    pub(crate) keep: Keep,
}

/// What may be done to a server that is no sandbox.
#[derive(Args, Debug)]
struct Safety {
    /// Take the server as one that is no sandbox, which is how any server without a control API is taken: only
    /// read, within the bounds below, by the keys that are given
    #[arg(long, env = "CONTRACT_TESTS_SAFE")]
    safe: bool,
    /// Print what a server that is no sandbox would be sent, and send nothing
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    limits: Limits,
    /// Send DELETE also to a server that is no sandbox: about what was created there, or by keys that may not
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_REVOCATIONS")]
    allow_revocations: bool,
}

/// How much may be done to a server that is no sandbox.
#[derive(Args, Debug)]
struct Limits {
    /// Requests that are sent at the most to a server that is no sandbox
    #[arg(long, env = "CONTRACT_TESTS_MAX_REQUESTS", value_name = "N", default_value_t = Bounds::default().max_requests)]
    max_requests: usize,
    /// Seconds that are waited at the most for a quota of which only the reserve, a tenth, is left
    #[arg(long, env = "CONTRACT_TESTS_MAX_WAIT", value_name = "SECONDS", default_value_t = Bounds::default().max_wait.as_secs())]
    max_wait: u64,
    /// Create and change things also on a server that is no sandbox; what is created stays
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_WRITES")]
    allow_writes: bool,
    /// Use up the quota of the key `limited` also on a server that is no sandbox
    #[arg(long, env = "CONTRACT_TESTS_ALLOW_BURSTS")]
    allow_bursts: bool,
}

impl Limits {
    fn bounds(&self) -> Bounds {
        Bounds {
            max_requests: self.max_requests,
            max_wait: Duration::from_secs(self.max_wait),
        }
    }
}

/// Keys that are given, and those of a file. The first of a role counts: a flag or a variable beats the file.
fn keys(given: &[String], file: Option<&PathBuf>, flag: &str) -> Result<Vec<RoleKey>, String> {
    let given = given.iter().map(|key| key.parse());
    let mut keys: Vec<RoleKey> = given
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{flag}: {error}"))?;
    if let Some(file) = file {
        let read = role::read(file).map_err(|error| error.to_string())?;
        keys.extend(read);
    }
    Ok(keys)
}

/// Standard error hears that the run waits, unless only what fails is wanted.
fn to_stderr(detail: Detail) -> Notices {
    if detail == Detail::Quiet {
        return Notices::default();
    }
    Notices::to(|text| {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes());
    })
}

impl Provider {
    /// Whether only the plan is wanted.
    pub(crate) fn plan_only(&self) -> bool {
        self.safety.plan
    }

    /// What the session needs to know. Keys are read here and not by clap, whose errors show what was
    /// given.
    pub(crate) fn options(&self, command: CommandLine) -> Result<Options, String> {
        let safety = &self.safety;
        Ok(Options {
            keys: keys(
                &self.keys,
                self.keys_file.as_ref(),
                "--key (or OPENPROSPECT_API_KEY)",
            )?,
            safe: safety.safe,
            permissions: Permissions {
                writes: safety.limits.allow_writes,
                bursts: safety.limits.allow_bursts,
                revocations: safety.allow_revocations,
            },
            bounds: safety.limits.bounds(),
            notices: to_stderr(self.keep.detail()),
            control_token: self.control_token.clone(),
            strict: self.strict,
            seed: self.seed,
            trust: self.tls.trust().map_err(|error| error.to_string())?,
            command,
            ..Options::new(self.base_url.clone())
        })
    }
}

pub(crate) fn base_url(text: &str) -> Result<Url, String> {
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
