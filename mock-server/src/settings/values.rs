//! What a setting can be.

use std::{fmt, str::FromStr};

use clap::ValueEnum;
use schemas::{
    Preset, ScopeSet, Tier,
    key::{ApiKey, Environment},
};
use serde::Deserialize;

use super::{SettingsError, text};
use crate::limiter::Policies;

/// The policies of one tier: `free=100/1h`.
#[derive(Clone, Debug)]
pub struct TierSetting {
    /// Which tier.
    pub tier: Tier,
    /// Its policies.
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
            .map_err(|_| format!("unknown tier `{name}`; known are free, pro, enterprise"))?;
        Ok(Self {
            tier,
            policies: policies.parse()?,
        })
    }
}

/// A key that exists from the start, such as one that a team already has in its tests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySetting {
    /// The key: any well-formed test key.
    #[serde(deserialize_with = "text::api_key")]
    pub key: ApiKey,
    /// Whose it is: six letters or digits.
    pub organization: String,
    /// A name for people.
    pub name: Option<String>,
    /// What it may do, as a preset.
    pub preset: Option<Preset>,
    /// What it may do, scope by scope.
    pub scopes: Option<ScopeSet>,
    /// How often.
    #[serde(default)]
    pub tier: Tier,
    /// When it stops to work.
    #[serde(default, deserialize_with = "text::parsed")]
    pub expires_at: Option<jiff::Timestamp>,
}

impl KeySetting {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let key = self.key.masked();
        let wrong = |what: &str| Err(SettingsError::Key(format!("{key}: {what}")));
        if self.key.environment() == Environment::Live {
            return wrong("a live key is never accepted here; take a test key");
        }
        if !scenarios::is_organization(&self.organization) {
            return wrong(&format!(
                "organization `{}` is not six letters or digits",
                self.organization
            ));
        }
        if self.preset.is_some() == self.scopes.is_some() {
            return wrong("say what it may do: either `preset` or `scopes`");
        }
        Ok(())
    }

    /// What it may do.
    pub fn scopes(&self) -> ScopeSet {
        self.scopes
            .or(self.preset.map(Preset::scopes))
            .unwrap_or_default()
    }
}

/// A text that is not shown.
#[derive(Clone, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Whether a text is the secret. How long that takes does not depend on where they differ.
    pub fn is(&self, text: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), text).into()
    }
}

impl FromStr for Secret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            Err("a token cannot be empty".to_owned())
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Which rate-limit headers are sent. The vendor names none but `Retry-After`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
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

/// Whose seconds `Retry-After` counts on a scaled clock.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfter {
    /// The caller's own, who sleeps in real time.
    #[default]
    Real,
    /// The organization's.
    Virtual,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}
