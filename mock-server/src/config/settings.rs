//! Settings from flags, the environment and files, and their precedence.
//!
//! A flag takes precedence over its environment variable, then come the file, the file of what was learned about a
//! server, and the default. Both clap and serde read [`Settings`], so each name is written once.

pub(crate) mod cors;
mod file;
mod host;
mod learned;
pub(crate) mod oauth;
mod reading;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod values;

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use clap::Args;
use jiff::SignedDuration;
use scenarios::document::Mistake;
use schemars::JsonSchema;
use schemas::assumptions::Assumptions;
use serde::Deserialize;

use crate::{
    clock::{ClockSetting, duration},
    config::limits::{MAX_COMPANIES, MAX_JOURNAL, MAX_KEYS},
};

use file::InvalidSetting;
use reading::read;

pub use self::{
    cors::CorsOrigin,
    host::Host,
    oauth::{ClientSetting, Issuer, OauthSettings, RedirectUri, Role, UserSetting},
    reading::{SettingsError, read_secret},
    values::{
        CaptureMode, KeySetting, LogFormat, LogLevel, RateHeaders, RetryAfter, ScenarioSetting,
        Secret, TierSetting,
    },
};

/// Everything that can be set, each with its flag, its variable and its place in the file.
#[derive(Args, Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on; `localhost` listens on 127.0.0.1 and `::1` [default: 127.0.0.1]
    #[arg(long, env = "MOCK_SERVER_HOST", value_name = "IP|localhost")]
    #[serde(deserialize_with = "text::parsed")]
    #[schemars(with = "String")]
    pub host: Option<Host>,
    /// Port to listen on; 0 picks a free one [default: 8000]
    #[arg(long, env = "MOCK_SERVER_PORT")]
    pub port: Option<u16>,
    /// Seed of all generated data [default: 0]
    #[arg(long, env = "MOCK_SERVER_SEED")]
    pub seed: Option<u64>,
    /// Clock of new organizations: real, frozen[=RFC3339] or scale=N [default: real]
    #[arg(long, env = "MOCK_SERVER_CLOCK", value_name = "MODE")]
    #[serde(deserialize_with = "text::parsed")]
    #[schemars(with = "String")]
    pub clock: Option<ClockSetting>,
    /// Rate limit of a tier, such as free=100/1h or pro=10/1s,1000/1h; may be repeated
    #[arg(
        long = "tier",
        env = "MOCK_SERVER_TIER",
        value_name = "NAME=LIMIT/WINDOW[,LIMIT/WINDOW]",
        value_delimiter = ';'
    )]
    #[serde(rename = "tiers", deserialize_with = "text::tiers")]
    #[schemars(with = "schema::TiersTable")]
    pub tiers: Vec<TierSetting>,
    /// Rate-limit headers to send [default: x-ratelimit, or none with --documented-only]
    #[arg(
        long,
        env = "MOCK_SERVER_RATE_HEADERS",
        value_enum,
        value_name = "DIALECT"
    )]
    pub rate_headers: Option<RateHeaders>,
    /// Whether Retry-After counts real or virtual seconds on a scaled clock [default: real]
    #[arg(
        long,
        env = "MOCK_SERVER_RETRY_AFTER",
        value_enum,
        value_name = "SECONDS"
    )]
    pub retry_after: Option<RetryAfter>,
    /// Status of validation errors, on which the vendor's documents disagree [default: 422]
    #[arg(
        long,
        env = "MOCK_SERVER_VALIDATION_STATUS",
        value_name = "422|400",
        value_parser = text::validation_status
    )]
    #[serde(deserialize_with = "text::status")]
    #[schemars(extend("enum" = [400, 422]))]
    pub validation_status: Option<u16>,
    /// Send WWW-Authenticate with 401 and 403 [default: true, or false with --documented-only]
    #[arg(long, env = "MOCK_SERVER_CHALLENGES", value_name = "BOOL")]
    pub challenges: Option<bool>,
    /// Ignore a slash at the end of a path; otherwise the path is 404 [default: true]
    #[arg(long, env = "MOCK_SERVER_TRAILING_SLASH", value_name = "BOOL")]
    pub trailing_slash: Option<bool>,
    /// Serve HEAD like GET; otherwise it is 405 [default: true]
    #[arg(long, env = "MOCK_SERVER_HEAD", value_name = "BOOL")]
    pub head: Option<bool>,
    /// Replace a limit out of range by the nearest one allowed; otherwise it is a validation error [default: false]
    #[arg(
        long,
        env = "MOCK_SERVER_CLAMP_LIMITS",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub clamp_limits: Option<bool>,
    /// Ignore unknown query parameters; otherwise they are validation errors [default: false]
    #[arg(
        long,
        env = "MOCK_SERVER_IGNORE_UNKNOWN_PARAMETERS",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub ignore_unknown_parameters: Option<bool>,
    /// Serve only what the vendor's documents say, and nothing that is assumed [default: false]
    #[arg(
        long,
        env = "MOCK_SERVER_DOCUMENTED_ONLY",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub documented_only: Option<bool>,
    /// Time until an order is completed, on its organization's clock [default: 10s]
    #[arg(
        long,
        env = "MOCK_SERVER_ORDER_DURATION",
        value_name = "DURATION",
        value_parser = duration
    )]
    #[serde(deserialize_with = "text::duration_text")]
    #[schemars(with = "String")]
    pub order_duration: Option<SignedDuration>,
    /// Scenario that is active in new organizations: a name from `mock-server scenarios list`, or a file
    #[arg(long, env = "MOCK_SERVER_SCENARIO", value_name = "NAME|FILE")]
    #[serde(deserialize_with = "text::parsed")]
    #[schemars(with = "String")]
    pub scenario: Option<ScenarioSetting>,
    /// Number of companies to generate, at most 100000 [default: 300]
    #[arg(
        long,
        env = "MOCK_SERVER_COMPANIES",
        value_name = "N",
        value_parser = text::companies
    )]
    #[serde(deserialize_with = "text::company_count")]
    #[schemars(range(min = 1, max = MAX_COMPANIES))]
    pub companies: Option<usize>,
    /// Maximum number of organizations; beyond it, the one idle longest is removed [default: 1000]
    #[arg(long, env = "MOCK_SERVER_MAX_ORGANIZATIONS", value_name = "N")]
    pub max_organizations: Option<usize>,
    /// Number of requests that a journal keeps, at most 10000; beyond it, the oldest make room [default: 1000]
    #[arg(
        long,
        env = "MOCK_SERVER_MAX_JOURNAL",
        value_name = "N",
        value_parser = text::journal
    )]
    #[serde(deserialize_with = "text::journal_length")]
    #[schemars(range(min = 1, max = MAX_JOURNAL))]
    pub max_journal: Option<usize>,
    /// What journals keep of requests and responses, with credentials masked [default: bodies]
    #[arg(long, env = "MOCK_SERVER_CAPTURE", value_enum, value_name = "WHAT")]
    pub capture: Option<CaptureMode>,
    /// MiB of captured headers and bodies that journals keep; beyond it, the oldest are dropped [default: 64]
    #[arg(long, env = "MOCK_SERVER_MAX_CAPTURES", value_name = "MIB")]
    pub max_captures: Option<usize>,
    /// MiB of them that the journal of one organization keeps [default: 1]
    #[arg(long, env = "MOCK_SERVER_MAX_CAPTURES_EACH", value_name = "MIB")]
    pub max_captures_each: Option<usize>,
    /// MiB of memory that callers can make the server use; beyond it, requests that need more get 503 [default: 1024]
    #[arg(long, env = "MOCK_SERVER_MAX_MEMORY", value_name = "MIB")]
    pub max_memory: Option<usize>,
    /// Maximum number of concurrent connections to the API; beyond it, the one idle longest is closed [default: 1024]
    #[arg(long, env = "MOCK_SERVER_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<usize>,
    /// Maximum number of concurrent connections from one address; beyond it, its one idle longest is closed [default: none]
    #[arg(long, env = "MOCK_SERVER_MAX_CONNECTIONS_PER_CLIENT", value_name = "N")]
    pub max_connections_per_client: Option<usize>,
    /// Token that the control API requires in X-Control-Token; without one, it works only if the server listens on loopback addresses
    /// only. Other users of the machine can see arguments in the list of processes: prefer the variable or --control-token-file
    #[arg(
        long,
        env = "MOCK_SERVER_CONTROL_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    #[schemars(with = "String")]
    pub control_token: Option<Secret>,
    /// File that contains the control token
    #[arg(
        long,
        env = "MOCK_SERVER_CONTROL_TOKEN_FILE",
        value_name = "FILE",
        conflicts_with = "control_token"
    )]
    pub control_token_file: Option<PathBuf>,
    /// Disable the control API under /_mock, except for the health checks
    #[arg(
        long,
        env = "MOCK_SERVER_NO_CONTROL",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub no_control: Option<bool>,
    /// Origin whose scripts may use the API from a browser, such as `http://localhost:5173`, or `*` for all; may be repeated
    #[arg(
        long,
        env = "MOCK_SERVER_CORS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    #[schemars(with = "Vec<String>")]
    pub cors: Vec<CorsOrigin>,
    /// Speak TLS, with a certificate that is made when the server starts unless one is given [default: false]
    #[arg(
        long,
        env = "MOCK_SERVER_TLS",
        num_args = 0..=1,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub tls: Option<bool>,
    /// DNS name or IP address that the made certificate is for, besides localhost and the addresses of the server; may be
    /// repeated
    #[arg(
        long = "tls-name",
        env = "MOCK_SERVER_TLS_NAME",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub tls_names: Vec<String>,
    /// File into which the certificate is written, in PEM, that clients must trust
    #[arg(long, env = "MOCK_SERVER_TLS_WRITE_CA", value_name = "FILE")]
    pub tls_write_ca: Option<PathBuf>,
    /// PEM file with the certificate to use, and those of its intermediate CAs
    #[arg(long, env = "MOCK_SERVER_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with its private key [default: that of --tls-cert]
    #[arg(long, env = "MOCK_SERVER_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Origin that access tokens name as their issuer [default: the origin of the request]
    #[arg(long, env = "MOCK_SERVER_ISSUER", value_name = "URL")]
    #[serde(deserialize_with = "text::parsed")]
    #[schemars(with = "String")]
    pub issuer: Option<Issuer>,
    /// What is logged on standard error: debug has a line for each request, with the reason if it is refused. If no
    /// level is set, `RUST_LOG` can have directives of tracing's `EnvFilter` [default: info]
    #[arg(long, env = "MOCK_SERVER_LOG_LEVEL", value_enum, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// Log format on standard error [default: pretty]
    #[arg(long, env = "MOCK_SERVER_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Keys that exist from the start
    #[arg(skip)]
    pub keys: Vec<KeySetting>,
    /// Who may sign in, and through which clients
    #[arg(skip)]
    pub oauth: OauthSettings,
}

impl Settings {
    /// These settings, with absent ones taken from `file`.
    #[must_use]
    pub fn over(self, file: Self) -> Self {
        // Both are one setting: either one replaces both.
        let has_token = self.control_token.is_some() || self.control_token_file.is_some();
        let (control_token, control_token_file) = if has_token {
            (self.control_token, self.control_token_file)
        } else {
            (file.control_token, file.control_token_file)
        };
        Self {
            host: self.host.or(file.host),
            port: self.port.or(file.port),
            seed: self.seed.or(file.seed),
            clock: self.clock.or(file.clock),
            // Of two entries for a tier, the later one takes precedence.
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
            max_journal: self.max_journal.or(file.max_journal),
            capture: self.capture.or(file.capture),
            max_captures: self.max_captures.or(file.max_captures),
            max_captures_each: self.max_captures_each.or(file.max_captures_each),
            max_memory: self.max_memory.or(file.max_memory),
            max_connections: self.max_connections.or(file.max_connections),
            max_connections_per_client: self
                .max_connections_per_client
                .or(file.max_connections_per_client),
            control_token,
            control_token_file,
            no_control: self.no_control.or(file.no_control),
            cors: or(self.cors, file.cors),
            tls: self.tls.or(file.tls),
            tls_names: or(self.tls_names, file.tls_names),
            tls_write_ca: self.tls_write_ca.or(file.tls_write_ca),
            tls_cert: self.tls_cert.or(file.tls_cert),
            tls_key: self.tls_key.or(file.tls_key),
            issuer: self.issuer.or(file.issuer),
            log_level: self.log_level.or(file.log_level),
            log_format: self.log_format.or(file.log_format),
            keys: [file.keys, self.keys].concat(),
            oauth: self.oauth.over(file.oauth),
        }
    }

    /// Reads a settings file. An error names what is wrong and where.
    pub fn read(path: &PathBuf) -> Result<Self, SettingsError> {
        read(path, Self::from_toml)
    }

    /// Reads the file of what was learned about a server. An error names what is wrong and where.
    pub fn learned(path: &PathBuf) -> Result<Self, SettingsError> {
        let learned = |text: &str| file::read::<Assumptions>(text, |_| Ok(()));
        read(path, learned).map(Self::from)
    }

    /// These settings, with the control token read from its file.
    pub fn with_control_token(mut self) -> Result<Self, SettingsError> {
        if let Some(path) = &self.control_token_file {
            self.control_token = read_secret(path)?.try_into().ok();
        }
        Ok(self)
    }

    fn from_toml(text: &str) -> Result<Self, Mistake> {
        file::read(text, Self::check_keys)
    }

    /// Checks the keys against each other. The server checks this too, but no longer knows the lines of the file.
    fn check_keys(&self) -> Result<(), InvalidSetting> {
        let mut seen = HashSet::new();
        let mut counts = HashMap::new();
        for (index, setting) in self.keys.iter().enumerate() {
            let wrong = |what: String| InvalidSetting {
                part: ("keys", index),
                what,
            };
            let masked = setting.key.masked();
            if !seen.insert(setting.key.expose()) {
                return Err(wrong(format!("key {masked} is twice in the configuration")));
            }
            let count = counts.entry(&setting.organization).or_insert(0);
            *count += 1;
            if *count > MAX_KEYS {
                let organization = &setting.organization;
                let what = format!("organization `{organization}` has more than {MAX_KEYS} keys");
                return Err(wrong(what));
            }
        }
        Ok(())
    }
}

/// The first list, or the second one if it is empty.
fn or<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
    if first.is_empty() { second } else { first }
}
