//! What can be set, by flag, environment or file; and what is then in force.
//!
//! A flag beats its environment variable, which beats the file, which beats what was
//! learned of a server, which beats the default. [`Settings`]
//! is read by both clap and serde, so a name is written once.

mod file;
#[cfg(test)]
mod tests;
mod text;
mod values;

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    path::PathBuf,
};

use clap::Args;
use jiff::SignedDuration;
use scenarios::document::Mistake;
use schemas::assumptions::Assumptions;
use serde::Deserialize;

use crate::{
    clock::{ClockSetting, duration},
    config::limits::MAX_KEYS,
};

use file::Wrong;

pub use values::{
    KeySetting, LogFormat, RateHeaders, RetryAfter, ScenarioSetting, Secret, TierSetting,
};

/// Everything that can be set, each with its flag, its variable and its place in the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on
    #[arg(
        long,
        env = "MOCK_SERVER_HOST",
        value_name = "IP",
        help = "Address to listen on [default: 127.0.0.1]"
    )]
    #[serde(deserialize_with = "text::address")]
    pub host: Option<IpAddr>,
    /// Port to listen on
    #[arg(
        long,
        env = "MOCK_SERVER_PORT",
        help = "Port to listen on; 0 picks a free one [default: 8000]"
    )]
    pub port: Option<u16>,
    /// What all made-up data depends on
    #[arg(
        long,
        env = "MOCK_SERVER_SEED",
        help = "What all made-up data depends on [default: 0]"
    )]
    pub seed: Option<u64>,
    /// How time passes
    #[arg(
        long,
        env = "MOCK_SERVER_CLOCK",
        value_name = "MODE",
        help = "How time passes in new organizations: real, frozen[=RFC3339] or scale=N [default: real]"
    )]
    #[serde(deserialize_with = "text::parsed")]
    pub clock: Option<ClockSetting>,
    /// Policies of a tier
    #[arg(
        long = "tier",
        env = "MOCK_SERVER_TIER",
        value_name = "NAME=LIMIT/WINDOW[,LIMIT/WINDOW]",
        value_delimiter = ';',
        help = "Rate limit of a tier, such as free=100/1h or pro=10/1s,1000/1h; may be repeated"
    )]
    #[serde(rename = "tiers", deserialize_with = "text::tiers")]
    pub tiers: Vec<TierSetting>,
    /// Words of the rate-limit headers
    #[arg(
        long,
        env = "MOCK_SERVER_RATE_HEADERS",
        value_enum,
        value_name = "DIALECT",
        help = "Which rate-limit headers are sent [default: x-ratelimit, or none with --documented-only]"
    )]
    pub rate_headers: Option<RateHeaders>,
    /// Whose seconds `Retry-After` counts
    #[arg(
        long,
        env = "MOCK_SERVER_RETRY_AFTER",
        value_enum,
        value_name = "SECONDS",
        help = "Whose seconds Retry-After counts on a scaled clock [default: real]"
    )]
    pub retry_after: Option<RetryAfter>,
    /// Status of a validation error
    #[arg(
        long,
        env = "MOCK_SERVER_VALIDATION_STATUS",
        value_name = "422|400",
        value_parser = text::validation_status,
        help = "Status of a validation error, on which the documents disagree [default: 422]"
    )]
    #[serde(deserialize_with = "text::status")]
    pub validation_status: Option<u16>,
    /// Whether 401 and 403 carry `WWW-Authenticate`
    #[arg(
        long,
        env = "MOCK_SERVER_CHALLENGES",
        value_name = "BOOL",
        help = "Whether 401 and 403 carry WWW-Authenticate [default: true, or false with --documented-only]"
    )]
    pub challenges: Option<bool>,
    /// Whether a slash at the end of a path counts
    #[arg(
        long,
        env = "MOCK_SERVER_TRAILING_SLASH",
        value_name = "BOOL",
        help = "Whether a path with a slash at its end is the same path; otherwise it is 404 [default: true]"
    )]
    pub trailing_slash: Option<bool>,
    /// Whether `HEAD` is answered
    #[arg(
        long,
        env = "MOCK_SERVER_HEAD",
        value_name = "BOOL",
        help = "Whether HEAD is answered as GET is; otherwise it is 405 [default: true]"
    )]
    pub head: Option<bool>,
    /// Whether a limit out of range is an error
    #[arg(
        long,
        env = "MOCK_SERVER_CLAMP_LIMITS",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL",
        help = "Take a limit out of range for the nearest that is allowed; otherwise it is a validation error [default: false]"
    )]
    pub clamp_limits: Option<bool>,
    /// Whether an unknown query parameter is an error
    #[arg(
        long,
        env = "MOCK_SERVER_IGNORE_UNKNOWN_PARAMETERS",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL",
        help = "Ignore query parameters that no document knows; otherwise they are validation errors [default: false]"
    )]
    pub ignore_unknown_parameters: Option<bool>,
    /// Whether what is assumed is left out
    #[arg(
        long,
        env = "MOCK_SERVER_DOCUMENTED_ONLY",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL",
        help = "Serve what the vendor's documents say, and leave out what is only assumed [default: false]"
    )]
    pub documented_only: Option<bool>,
    /// How long an order takes
    #[arg(
        long,
        env = "MOCK_SERVER_ORDER_DURATION",
        value_name = "DURATION",
        value_parser = duration,
        help = "How long an order takes to be completed, on its organization's clock [default: 10s]"
    )]
    #[serde(deserialize_with = "text::duration_text")]
    pub order_duration: Option<SignedDuration>,
    /// What goes wrong
    #[arg(
        long,
        env = "MOCK_SERVER_SCENARIO",
        value_name = "NAME|FILE",
        help = "What goes wrong in new organizations: a name that `mock-server scenarios list` shows, or a file"
    )]
    #[serde(deserialize_with = "text::parsed")]
    pub scenario: Option<ScenarioSetting>,
    /// Companies there are
    #[arg(
        long,
        env = "MOCK_SERVER_COMPANIES",
        value_name = "N",
        value_parser = text::companies,
        help = "How many companies there are to find, up to 100000 [default: 300]"
    )]
    #[serde(deserialize_with = "text::company_count")]
    pub companies: Option<usize>,
    /// Organizations at the most
    #[arg(
        long,
        env = "MOCK_SERVER_MAX_ORGANIZATIONS",
        value_name = "N",
        help = "Organizations kept; beyond, the longest idle one makes room [default: 1000]"
    )]
    pub max_organizations: Option<usize>,
    /// Connections at the most
    #[arg(
        long,
        env = "MOCK_SERVER_MAX_CONNECTIONS",
        value_name = "N",
        help = "Connections served at a time; more wait [default: 1024]"
    )]
    pub max_connections: Option<usize>,
    /// Token of the control API
    #[arg(
        long,
        env = "MOCK_SERVER_CONTROL_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        help = "Token the control API asks for in X-Control-Token; without one, it serves loopback addresses only"
    )]
    pub control_token: Option<Secret>,
    /// Whether the control API is off
    #[arg(
        long,
        env = "MOCK_SERVER_NO_CONTROL",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL",
        help = "Serve no control API under /_mock, but for the health checks"
    )]
    pub no_control: Option<bool>,
    /// Form of the log
    #[arg(
        long,
        env = "MOCK_SERVER_LOG_FORMAT",
        value_enum,
        help = "Form of the log on standard error [default: pretty]"
    )]
    pub log_format: Option<LogFormat>,
    /// Keys that exist from the start
    #[arg(skip)]
    pub keys: Vec<KeySetting>,
}

impl Settings {
    /// These settings, with what they leave unsaid taken from `file`.
    #[must_use]
    pub fn over(self, file: Self) -> Self {
        Self {
            host: self.host.or(file.host),
            port: self.port.or(file.port),
            seed: self.seed.or(file.seed),
            clock: self.clock.or(file.clock),
            // Later ones win, tier by tier.
            tiers: [file.tiers, self.tiers].concat(),
            rate_headers: self.rate_headers.or(file.rate_headers),
            retry_after: self.retry_after.or(file.retry_after),
            validation_status: self.validation_status.or(file.validation_status),
            challenges: self.challenges.or(file.challenges),
            trailing_slash: self.trailing_slash.or(file.trailing_slash),
            head: self.head.or(file.head),
            clamp_limits: self.clamp_limits.or(file.clamp_limits),
            ignore_unknown_parameters: self
                .ignore_unknown_parameters
                .or(file.ignore_unknown_parameters),
            documented_only: self.documented_only.or(file.documented_only),
            order_duration: self.order_duration.or(file.order_duration),
            scenario: self.scenario.or(file.scenario),
            companies: self.companies.or(file.companies),
            max_organizations: self.max_organizations.or(file.max_organizations),
            max_connections: self.max_connections.or(file.max_connections),
            control_token: self.control_token.or(file.control_token),
            no_control: self.no_control.or(file.no_control),
            log_format: self.log_format.or(file.log_format),
            keys: [file.keys, self.keys].concat(),
        }
    }

    /// Reads a file, or says what is wrong with it and where.
    pub fn read(path: &PathBuf) -> Result<Self, SettingsError> {
        read(path, Self::from_toml)
    }

    /// Reads what was learned of a server, or says what is wrong with it and where.
    pub fn learned(path: &PathBuf) -> Result<Self, SettingsError> {
        let learned = |text: &str| file::read::<Assumptions>(text, |_| Ok(()));
        read(path, learned).map(Self::from)
    }

    fn from_toml(text: &str) -> Result<Self, Mistake> {
        file::read(text, Self::check_keys)
    }

    /// What the keys are to one another. The server would refuse the same, but it no longer knows where they stand.
    fn check_keys(&self) -> Result<(), Wrong> {
        let mut seen = HashSet::new();
        let mut counts = HashMap::new();
        for (index, setting) in self.keys.iter().enumerate() {
            let wrong = |what: String| Wrong {
                part: ("keys", index),
                what,
            };
            let masked = setting.key.masked();
            if !seen.insert(setting.key.expose()) {
                return Err(wrong(format!(
                    "the key {masked} stands twice in the configuration"
                )));
            }
            let count = counts.entry(&setting.organization).or_insert(0);
            *count += 1;
            if *count > MAX_KEYS {
                let organization = &setting.organization;
                let what =
                    format!("the organization `{organization}` has more than {MAX_KEYS} keys");
                return Err(wrong(what));
            }
        }
        Ok(())
    }
}

/// Reads a TOML file.
fn read<T>(
    path: &PathBuf,
    read: impl FnOnce(&str) -> Result<T, Mistake>,
) -> Result<T, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
        path: path.clone(),
        source,
    })?;
    read(&text).map_err(|mistake| {
        let (line, column) = mistake.place().unwrap_or((1, 1));
        SettingsError::Invalid {
            path: path.clone(),
            line,
            column,
            what: mistake.to_string(),
        }
    })
}

/// Each thing that can be learned, as what it sets.
impl From<Assumptions> for Settings {
    fn from(learned: Assumptions) -> Self {
        let Assumptions {
            challenges,
            clamp_limits,
            head,
            ignore_unknown_parameters,
            rate_headers,
            trailing_slash,
            validation_status,
        } = learned;
        Self {
            challenges: challenges.map(|learned| learned.value),
            clamp_limits: clamp_limits.map(|learned| learned.value),
            head: head.map(|learned| learned.value),
            ignore_unknown_parameters: ignore_unknown_parameters.map(|learned| learned.value),
            rate_headers: rate_headers.map(|learned| learned.value.into()),
            trailing_slash: trailing_slash.map(|learned| learned.value),
            validation_status: validation_status.map(|learned| learned.value),
            ..Self::default()
        }
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not what it should be. The line itself is not shown: a secret may stand there.
    #[error("{}:{line}:{column}: {what}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// In which line.
        line: u64,
        /// Where in it.
        column: u64,
        /// What.
        what: String,
    },
}
