//! The values of settings.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use clap::ValueEnum;
use jiff::Timestamp;
use scenarios::{Scenario, library};
use schemars::JsonSchema;
use schemas::{Preset, ScopeSet, Tier, assumptions::RateDialect, key::ApiKey};
use serde::Deserialize;

use super::{schema, text};
use crate::{config::scenario_file, keys::Policies};

/// The policies of one tier: `free=100/1h`.
#[derive(Clone, Debug)]
pub struct TierSetting {
    pub tier: Tier,
    pub policies: Policies,
}

impl FromStr for TierSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, policies) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is not NAME=LIMIT/WINDOW, such as free=100/1h"))?;
        let tier = name
            .trim()
            .parse()
            .map_err(|_| format!("unknown tier `{name}`; use one of free, pro, enterprise"))?;
        Ok(Self {
            tier,
            policies: policies.parse()?,
        })
    }
}

/// A key that exists from the start, for example because existing tests use it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "KeyTable")]
#[schemars(with = "KeyTable")]
pub struct KeySetting {
    /// The key: any well-formed test key.
    pub key: ApiKey,
    /// The organization that owns it: six letters or digits.
    pub organization: String,
    /// A display name.
    pub name: Option<String>,
    /// What it allows.
    pub scopes: ScopeSet,
    /// The tier, which sets the rate limits.
    pub tier: Tier,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

/// A key that exists from the start
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_scope_notation)]
struct KeyTable {
    /// The key: any well-formed test key
    #[serde(deserialize_with = "text::api_key")]
    #[schemars(with = "String", regex(pattern = "^lnc_test_[0-9A-Za-z]{32}$"))]
    key: ApiKey,
    /// The organization that owns it: six letters or digits
    #[serde(deserialize_with = "text::organization")]
    #[schemars(regex(pattern = "^[0-9A-Za-z]{6}$"))]
    organization: String,
    /// A display name
    name: Option<String>,
    /// What it allows, by a name
    #[schemars(with = "Option<String>", transform = schema::preset)]
    preset: Option<Preset>,
    /// What it allows, scope by scope
    #[schemars(with = "Option<Vec<String>>", transform = schema::scopes)]
    scopes: Option<ScopeSet>,
    /// The tier, which sets the rate limit
    #[serde(default)]
    #[schemars(with = "String", transform = schema::tier)]
    tier: Tier,
    /// When it expires, in RFC 3339
    #[serde(default, deserialize_with = "text::time")]
    #[schemars(with = "String")]
    expires_at: Option<Timestamp>,
}

impl TryFrom<KeyTable> for KeySetting {
    type Error = String;

    fn try_from(table: KeyTable) -> Result<Self, String> {
        let key = table.key.masked();
        let scopes = match (table.preset, table.scopes) {
            (Some(preset), None) => preset.scopes(),
            (None, Some(scopes)) => scopes,
            _ => {
                return Err(format!("{key}: set exactly one of `preset` and `scopes`"));
            }
        };
        let KeyTable {
            key,
            organization,
            name,
            tier,
            expires_at,
            ..
        } = table;
        Ok(Self {
            key,
            organization,
            name,
            scopes,
            tier,
            expires_at,
        })
    }
}

/// A text that is never shown.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for a program that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a text is the secret. The comparison takes constant time.
    pub fn matches(&self, text: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), text).into()
    }
}

impl FromStr for Secret {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            Err("a secret cannot be empty")
        } else {
            Ok(Self(text))
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// The rate-limit headers to send. The vendor documents `Retry-After` only.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RateHeaders {
    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset`.
    #[default]
    #[value(name = "x-ratelimit")]
    #[serde(rename = "x-ratelimit")]
    XRateLimit,
    /// `RateLimit` and `RateLimit-Policy` of the IETF draft.
    Ietf,
    /// Both.
    Both,
    /// None of them.
    None,
}

impl From<RateDialect> for RateHeaders {
    fn from(dialect: RateDialect) -> Self {
        match dialect {
            RateDialect::XRateLimit => Self::XRateLimit,
            RateDialect::Ietf => Self::Ietf,
            RateDialect::Both => Self::Both,
            RateDialect::None => Self::None,
        }
    }
}

impl From<RateHeaders> for RateDialect {
    fn from(headers: RateHeaders) -> Self {
        match headers {
            RateHeaders::XRateLimit => Self::XRateLimit,
            RateHeaders::Ietf => Self::Ietf,
            RateHeaders::Both => Self::Both,
            RateHeaders::None => Self::None,
        }
    }
}

/// The clock whose seconds `Retry-After` counts, if the organization's clock is scaled.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfter {
    /// Real seconds, in which the caller sleeps.
    #[default]
    Real,
    /// Seconds on the organization's clock.
    Virtual,
}

/// What journals keep of requests and responses, besides their entries.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureMode {
    /// Nothing.
    Off,
    /// Headers.
    Headers,
    /// Headers and bodies.
    #[default]
    Bodies,
}

/// The least important lines that are logged.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Defects of the server.
    Error,
    /// Warnings, such as that a live key was sent.
    Warn,
    /// Events of the server, such as a scenario that was reloaded.
    #[default]
    Info,
    /// Every request.
    Debug,
    /// Everything.
    Trace,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// A scenario, by its name or its file.
#[derive(Clone, Debug)]
pub struct ScenarioSetting {
    pub scenario: Arc<Scenario>,
    /// The file, if there is one. It can change while the server runs.
    pub file: Option<PathBuf>,
}

impl ScenarioSetting {
    /// Reads the scenario of a file.
    pub fn read(file: &Path) -> Result<Scenario, String> {
        let shown = file.display();
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("cannot read {shown}: {error}"))?;
        scenario_file::read(&text).map_err(|error| error.in_file(file))
    }
}

impl FromStr for ScenarioSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(known) = library::find(text) {
            return Ok(Self {
                scenario: Arc::new(known.clone()),
                file: None,
            });
        }
        let path = PathBuf::from(text);
        let scenario = Self::read(&path).map_err(|error| {
            if path.exists() {
                return error;
            }
            let meant = library::similar(text);
            let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
            format!(
                "`{text}` is neither a file nor a known scenario; {meant}`mock-server scenarios list` lists all"
            )
        })?;
        Ok(Self {
            scenario: Arc::new(scenario),
            file: Some(path),
        })
    }
}
