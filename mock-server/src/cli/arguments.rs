//! The command line.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use http::Uri;
use jiff::SignedDuration;
use mock_server::{Settings, duration};
use scenarios::{KeyState, SelfDescribingKey};
use schemas::{Preset, Tier};
use strum::VariantArray;

/// A faithful fake of the `OpenProspect` API for one's own machine
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Every setting can also stand in the file that --config names, with _ for -.\n\
                  A flag beats its variable, a variable the file, the file the\n\
                  assumptions, and those the default.\n\n\
                  Exit codes: 0 stopped by a signal, 1 failure, 2 usage or configuration, 3 port in use"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API (what happens without a command, too)
    Serve(Box<Serve>),
    /// Make and explain self-describing test keys
    #[command(subcommand)]
    Keys(Keys),
    /// Show what can go wrong, and check files that say so
    #[command(subcommand)]
    Scenarios(Scenarios),
    /// Tell why a server answered a request as it did
    Explain(Explain),
    /// Print the OpenAPI document of the API
    Openapi {
        /// That of a server that leaves out what is only assumed
        #[arg(long, env = "MOCK_SERVER_DOCUMENTED_ONLY")]
        documented_only: bool,
    },
    /// Exit with 0 when a server answers on this machine
    Healthcheck {
        /// Port of the server
        #[arg(long, env = "MOCK_SERVER_PORT", default_value_t = 8000)]
        port: u16,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// TOML file with settings and keys
    #[arg(long, env = "MOCK_SERVER_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// TOML file with what `contract-tests twin --learn` saw of a server; the file of --config beats it
    #[arg(long, env = "MOCK_SERVER_ASSUMPTIONS", value_name = "FILE")]
    pub(crate) assumptions: Option<PathBuf>,
    /// Print one line of JSON with `url`, `control_url` and `pid` when ready, and nothing else
    #[arg(long, env = "MOCK_SERVER_READY_JSON")]
    pub(crate) ready_json: bool,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The `X-Request-Id` of the answer
    pub(crate) id: String,
    /// Port of the server, on this machine
    #[arg(long, env = "MOCK_SERVER_PORT", default_value_t = 8000)]
    pub(crate) port: u16,
    /// The server, where it is on another machine, such as `http://sandbox:8000`
    #[arg(long)]
    pub(crate) url: Option<Uri>,
    /// The token of its control API, where it has one
    #[arg(long, env = "MOCK_SERVER_CONTROL_TOKEN", hide_env_values = true)]
    pub(crate) control_token: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Scenarios {
    /// List the scenarios that come along
    List,
    /// Print one as its file has it; a good start for one of your own
    Show {
        /// Such as revoked-mid-run
        name: String,
    },
    /// Tell whether files are scenarios, or where they are not (exit 2)
    Check {
        /// YAML or JSON
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List the faults, and where each applies
    Faults,
    /// Print the JSON Schema of a scenario file
    Schema,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Print the test key that spells a situation; it works on any server without set-up
    Mint(Mint),
    /// Tell what a key is, and whether a server would accept it (exit 1 where it would not)
    Explain {
        /// The key; better left out and put into the variable, where no shell history keeps it
        #[arg(env = "OPENPROSPECT_API_KEY", hide_env_values = true)]
        key: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Mint {
    /// What the key may do
    #[arg(long, default_value_t = Preset::FullAccess, value_parser = preset)]
    preset: Preset,
    /// How often
    #[arg(long, default_value_t = Tier::Enterprise, value_parser = tier)]
    tier: Tier,
    /// Whose it is: six letters or digits
    #[arg(long, default_value = "demo01")]
    pub(crate) organization: String,
    #[command(flatten)]
    state: State,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
struct State {
    /// It expired before it was first used
    #[arg(long)]
    expired: bool,
    /// It was revoked before it was first used
    #[arg(long)]
    revoked: bool,
    /// It is revoked after so many requests
    #[arg(long, value_name = "N")]
    revoked_after: Option<NonZeroU32>,
    /// It expires so long after its first use
    #[arg(long, value_name = "DURATION", value_parser = whole_seconds)]
    expires_in: Option<SignedDuration>,
}

impl Mint {
    /// What the key shall spell.
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

/// What a key can spell: whole seconds, at least one.
fn whole_seconds(text: &str) -> Result<SignedDuration, String> {
    let whole = |duration: &SignedDuration| duration.subsec_nanos() == 0 && !duration.is_zero();
    let error =
        || format!("`{text}` is not a whole number of seconds, at least 1, such as 90s or 1h");
    Some(duration(text)?).filter(whole).ok_or_else(error)
}

fn preset(text: &str) -> Result<Preset, String> {
    one_of(text, Preset::VARIANTS)
}

fn tier(text: &str) -> Result<Tier, String> {
    one_of(text, Tier::VARIANTS)
}

/// The value of that name; a hyphen is as good as an underscore.
fn one_of<T: Copy + ToString>(text: &str, values: &[T]) -> Result<T, String> {
    let wanted = text.replace('-', "_");
    values
        .iter()
        .copied()
        .find(|value| value.to_string() == wanted)
        .ok_or_else(|| {
            format!(
                "known are {}",
                values
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        })
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
    fn a_key_that_is_minted_spells_what_was_asked_for() {
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
