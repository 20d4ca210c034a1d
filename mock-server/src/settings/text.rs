//! From text to values, with errors that say what would be right.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::SignedDuration;
use schemas::{Tier, key::ApiKey};
use serde::{Deserialize, Deserializer, de};

use super::TierSetting;
use crate::{clock::duration, config::MAX_COMPANIES};

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

pub(super) fn companies(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| (1..=MAX_COMPANIES).contains(count))
        .ok_or_else(|| format!("`{text}` is not a number from 1 to {MAX_COMPANIES}"))
}

pub(super) fn company_count<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    companies(&usize::deserialize(deserializer)?.to_string())
        .map(Some)
        .map_err(de::Error::custom)
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
    // The error names the rule, never the text: it may be a key with a slip in it.
    ApiKey::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

pub(super) fn tiers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<TierSetting>, D::Error> {
    BTreeMap::<Tier, String>::deserialize(deserializer)?
        .into_iter()
        .map(|(tier, policies)| {
            Ok(TierSetting {
                tier,
                policies: policies.parse().map_err(de::Error::custom)?,
            })
        })
        .collect()
}
