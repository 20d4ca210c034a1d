//! The command line.

use std::{ffi::OsString, num::NonZeroU32, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use http::Uri;
use jiff::SignedDuration;
use scenarios::{KeyState, SelfDescribingKey};
use schemas::{
    Preset, Tier,
    key::{ApiKey, Environment},
};
use strum::VariantArray;

use crate::{Settings, duration};

/// A faithful fake of the OpenProspect API that runs on your machine
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Every setting can also be in the file given by --config, with _ for -.\n\
                  Precedence: flag, environment variable, file, assumptions, default."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API (the default command)
    Serve(Box<Serve>),
    /// Run a command, such as a test suite, with a sandbox of its own
    Run(Box<Run>),
    /// Mint and explain self-describing test keys
    #[command(subcommand)]
    Keys(Keys),
    /// List, show and check scenarios of failures
    #[command(subcommand)]
    Scenarios(Scenarios),
    /// Explain why a server responded to a request as it did
    Explain(Explain),
    /// Print the OpenAPI document of the API
    Openapi {
        /// Leave out what is only assumed
        #[arg(long, env = "MOCK_SERVER_DOCUMENTED_ONLY")]
        documented_only: bool,
    },
    /// Print the JSON Schema of the settings file
    Schema,
    /// Show a page of the documentation, or list them all
    Docs {
        /// Topic of the page, or the path of its file
        topic: Option<String>,
    },
    /// Exit with 0 if a server is healthy on this machine
    Healthcheck {
        /// Port of the server
        #[arg(long, env = "MOCK_SERVER_PORT", default_value_t = 8000)]
        port: u16,
    },
    /// Write man pages and completions for shells into a folder
    #[command(hide = true)]
    Manuals { folder: PathBuf },
}

/// Where a server gets its settings from.
#[derive(Args, Debug)]
pub(crate) struct Sources {
    /// TOML file with settings and keys
    #[arg(long, env = "MOCK_SERVER_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// TOML file that `contract-tests twin --learn` wrote about a server; settings in --config take precedence
    #[arg(long, env = "MOCK_SERVER_ASSUMPTIONS", value_name = "FILE")]
    pub(crate) assumptions: Option<PathBuf>,
    /// Directives of the log, if nothing else sets its level
    #[arg(long, env = "RUST_LOG", hide = true, value_name = "DIRECTIVES")]
    pub(crate) rust_log: Option<String>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Whose end also ends the server.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Parent {
    /// Stop when the parent process ends, or when a pipe at standard input is closed. With PID, also if the parent is
    /// another process. On Windows, only the end of standard input counts
    #[arg(
        long = "exit-with-parent",
        value_name = "PID",
        num_args = 0..=1,
        require_equals = true
    )]
    #[expect(
        clippy::option_option,
        reason = "clap's type for a flag with an optional value"
    )]
    pub(crate) pid: Option<Option<u32>>,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) sources: Sources,
    /// Port to listen on if neither a flag, a variable of this program nor the file says one
    #[arg(long, env = "PORT", hide = true, value_name = "PORT")]
    pub(crate) fallback_port: Option<u16>,
    /// When ready, print one line of JSON with `url`, `control_url`, `pid` and, with TLS, `ca_file` instead of the greeting
    #[arg(long, env = "MOCK_SERVER_READY_JSON")]
    pub(crate) ready_json: bool,
    #[command(flatten)]
    pub(crate) parent: Parent,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Starts a sandbox on a free port, unless --port is set, and runs the command with these variables:\n  \
                  OPENPROSPECT_API_URL        base URL of the API\n  \
                  OPENPROSPECT_API_KEY        the key: --key, or one with all scopes\n  \
                  OPENPROSPECT_CONTROL_URL    URL of the control API, unless it is disabled\n  \
                  SSL_CERT_FILE, CURL_CA_BUNDLE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS\n                              \
                  with --tls: file with the certificates to trust, that of the sandbox among them\n  \
                  NO_PROXY, no_proxy          what they contain, and the address of the sandbox\n\n\
                  If the command fails, the requests that the sandbox refused are listed on standard error."
)]
pub(crate) struct Run {
    /// Test key that the command gets [default: one with all scopes]
    #[arg(long, value_parser = test_key)]
    pub(crate) key: Option<ApiKey>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) parent: Parent,
    #[command(flatten)]
    pub(crate) sources: Sources,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The `X-Request-Id` of the response
    pub(crate) id: String,
    /// Port of the server, on this machine
    #[arg(long, env = "MOCK_SERVER_PORT", default_value_t = 8000)]
    pub(crate) port: u16,
    /// URL of a server on another machine, such as `http://sandbox:8000`
    #[arg(long)]
    pub(crate) url: Option<Uri>,
    /// Token of its control API, if it requires one; arguments are visible in the list of processes: prefer the variable or
    /// --control-token-file
    #[arg(long, env = "MOCK_SERVER_CONTROL_TOKEN", hide_env_values = true)]
    pub(crate) control_token: Option<String>,
    /// File that contains this token
    #[arg(
        long,
        env = "MOCK_SERVER_CONTROL_TOKEN_FILE",
        value_name = "FILE",
        conflicts_with = "control_token"
    )]
    pub(crate) control_token_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Scenarios {
    /// List the bundled scenarios
    List,
    /// Print the file of a bundled scenario, as a start for your own
    Show {
        /// Name, such as revoked-mid-run
        name: String,
    },
    /// Check that files are valid scenarios; report the place of a mistake
    Check {
        /// YAML or JSON files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List the faults, and to what each applies
    Faults,
    /// Print the JSON Schema of a scenario file
    Schema,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Print a self-describing test key, which any server accepts without setup
    Mint(Mint),
    /// Explain a key, and whether a server accepts it
    Explain {
        /// The key; prefer the variable, which keeps it out of the shell history
        #[arg(env = "OPENPROSPECT_API_KEY", hide_env_values = true)]
        key: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Mint {
    #[arg(
        long,
        default_value_t = Preset::FullAccess,
        value_parser = preset,
        help = format!("Scopes of the key: {}", names(Preset::VARIANTS))
    )]
    preset: Preset,
    #[arg(
        long,
        default_value_t = Tier::Enterprise,
        value_parser = tier,
        help = format!("Rate limit of the key: {}", names(Tier::VARIANTS))
    )]
    tier: Tier,
    /// Organization of the key: six letters or digits
    #[arg(long, default_value = "demo01")]
    pub(crate) organization: String,
    #[command(flatten)]
    state: State,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
struct State {
    /// The key has expired
    #[arg(long)]
    expired: bool,
    /// The key is revoked
    #[arg(long)]
    revoked: bool,
    /// The key is revoked after N requests
    #[arg(long, value_name = "N")]
    revoked_after: Option<NonZeroU32>,
    /// The key expires after this time from its first use
    #[arg(long, value_name = "DURATION", value_parser = whole_seconds)]
    expires_in: Option<SignedDuration>,
}

impl Mint {
    /// The description that the key spells.
    pub(crate) fn described(&self) -> SelfDescribingKey {
        let state = &self.state;
        let state = match (state.revoked_after, state.expires_in) {
            (Some(uses), _) => KeyState::RevokedAfter(uses),
            (_, Some(duration)) => KeyState::ExpiresIn(duration.unsigned_abs()),
            _ if state.expired => KeyState::Expired,
            _ if state.revoked => KeyState::Revoked,
            _ => KeyState::Active,
        };
        SelfDescribingKey {
            preset: self.preset,
            tier: self.tier,
            state,
        }
    }
}

/// A duration that a key can spell: whole seconds, at least one.
fn whole_seconds(text: &str) -> Result<SignedDuration, String> {
    let whole = |duration: &SignedDuration| duration.subsec_nanos() == 0 && !duration.is_zero();
    let error =
        || format!("`{text}` is not a whole number of seconds, at least 1, such as 90s or 1h");
    Some(duration(text)?).filter(whole).ok_or_else(error)
}

/// A key that a sandbox may accept. An error never contains the text.
fn test_key(text: &str) -> Result<ApiKey, String> {
    let key = ApiKey::parse(text).map_err(|error| error.to_string())?;
    match key.environment() {
        Environment::Test => Ok(key),
        Environment::Live => Err("a sandbox never accepts live keys; use a test key".to_owned()),
    }
}

fn preset(text: &str) -> Result<Preset, String> {
    one_of(text, Preset::VARIANTS)
}

fn tier(text: &str) -> Result<Tier, String> {
    one_of(text, Tier::VARIANTS)
}

/// The value with this name, in any common spelling: `full_access`, `full-access`, `FullAccess` or `full access`.
fn one_of<T: Copy + ToString>(text: &str, values: &[T]) -> Result<T, String> {
    let plain = |text: &str| {
        let letters = text.chars().filter(|letter| !"-_ ".contains(*letter));
        letters.collect::<String>().to_lowercase()
    };
    let mut all = values.iter().copied();
    let found = all.find(|value| plain(&value.to_string()) == plain(text));
    found.ok_or_else(|| format!("use one of {}", names(values)))
}

/// The names of values, separated by commas.
fn names<T: ToString>(values: &[T]) -> String {
    let names: Vec<_> = values.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn minted_key_spells_the_given_options() {
        let key = |words: &str| {
            let arguments = Arguments::try_parse_from(
                ["mock-server", "keys", "mint"]
                    .into_iter()
                    .chain(words.split_whitespace()),
            );
            match arguments.unwrap().command {
                Some(Command::Keys(Keys::Mint(mint))) => {
                    mint.described().key(&mint.organization).unwrap()
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(key(""), "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01");
        assert_eq!(
            key("--preset read-only --tier pro --expires-in 90s --organization acme01"),
            "lnc_test_ReadOnlyProExpiresIn90sxxxacme01"
        );
        assert_eq!(
            key("--preset orders --revoked-after 3"),
            "lnc_test_OrdersRevokedAfter3xxxxxxxdemo01"
        );
    }
}
