//! Parses settings from text. Errors state what would be valid.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Tier,
    key::{ApiKey, Environment},
};
use serde::{Deserialize, Deserializer, de};

use super::TierSetting;
use crate::{
    clock::duration,
    config::limits::{MAX_COMPANIES, MAX_JOURNAL},
    keys::Policies,
};

pub(super) fn validation_status(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|status| [400, 422].contains(status))
        .ok_or_else(|| format!("`{text}` is not 422 or 400"))
}

pub(super) fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    validation_status(&u16::deserialize(deserializer)?.to_string())
        .map(Some)
        .map_err(de::Error::custom)
}

pub(super) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| {
        let error = format!("`{text}` is not a time such as 2026-01-15T09:00:00Z");
        de::Error::custom(error)
    })
}

fn up_to(max: usize, text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| (1..=max).contains(count))
        .ok_or_else(|| format!("`{text}` is not a number from 1 to {max}"))
}

fn number<'de, D: Deserializer<'de>>(
    max: usize,
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    up_to(max, &usize::deserialize(deserializer)?.to_string())
        .map(Some)
        .map_err(de::Error::custom)
}

pub(super) fn companies(text: &str) -> Result<usize, String> {
    up_to(MAX_COMPANIES, text)
}

pub(super) fn company_count<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    number(MAX_COMPANIES, deserializer)
}

pub(super) fn journal(text: &str) -> Result<usize, String> {
    up_to(MAX_JOURNAL, text)
}

pub(super) fn journal_length<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    number(MAX_JOURNAL, deserializer)
}

pub(super) fn duration_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    duration(&String::deserialize(deserializer)?)
        .map(Some)
        .map_err(de::Error::custom)
}

pub(super) fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    String::deserialize(deserializer)?
        .parse()
        .map(Some)
        .map_err(de::Error::custom)
}

pub(super) fn api_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ApiKey, D::Error> {
    // The error names the rule, never the text, which may be a mistyped key.
    let key = ApiKey::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)?;
    if key.environment() == Environment::Live {
        let (key, reason) = (key.masked(), "live keys are never accepted; use a test key");
        return Err(de::Error::custom(format!("{key}: {reason}")));
    }
    Ok(key)
}

pub(super) fn organization<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if scenarios::is_organization(&name) {
        return Ok(name);
    }
    let error = format!("organization `{name}` is not six letters or digits");
    Err(de::Error::custom(error))
}

pub(super) fn tiers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<TierSetting>, D::Error> {
    let tiers = BTreeMap::<Tier, Read>::deserialize(deserializer)?;
    let tiers = tiers.into_iter();
    Ok(tiers
        .map(|(tier, Read(policies))| TierSetting { tier, policies })
        .collect())
}

/// The policies of a tier. They are parsed during deserialization, so that an error names their line.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Read(Policies);

impl TryFrom<String> for Read {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self)
    }
}
