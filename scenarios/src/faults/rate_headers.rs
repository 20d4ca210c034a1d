//! Misleading rate-limit headers.

use http::HeaderName;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind};
use crate::{human_duration::HumanDuration, response::FaultResponse};

/// The rate-limit headers are missing or wrong.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateHeaders {
    /// How they are wrong.
    pub are: RateHeaderFlaw,
    /// Time from now until the reset, in whole seconds; by default that of the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset_in: Option<HumanDuration>,
}

/// How rate-limit headers are wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RateHeaderFlaw {
    /// They are missing.
    Missing,
    /// They claim that the quota is used up, although it is not.
    UsedUp,
    /// They claim that more requests remain than do.
    Generous,
    /// The reset is in milliseconds.
    ResetInMilliseconds,
    /// The reset is in seconds from now.
    ResetFromNow,
    /// The reset is in the past.
    ResetInPast,
}

impl Behaviour for RateHeaders {
    const KIND: FaultKind = FaultKind::Edit;
    const EXAMPLES: &[&str] = &["are=missing"];

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let reset = response.headers.get(schemas::headers::RATE_RESET);
        let reset = reset.and_then(|reset| reset.to_str().ok()?.parse::<i64>().ok());
        let mut reset = reset.unwrap_or_else(|| now(context.now));
        let mut set = |name, value: i64| {
            response
                .headers
                .insert(HeaderName::from_static(name), value.into());
        };
        if let Some(span) = &self.reset_in {
            let seconds = i64::try_from(span.real().as_secs()).unwrap_or(i64::MAX);
            reset = now(context.now).saturating_add(seconds);
            set(schemas::headers::RATE_RESET, reset);
        }
        match self.are {
            RateHeaderFlaw::Missing => {
                for name in [
                    schemas::headers::RATE_LIMIT,
                    schemas::headers::RATE_REMAINING,
                    schemas::headers::RATE_RESET,
                    schemas::headers::IETF_RATE_LIMIT,
                    schemas::headers::IETF_RATE_POLICY,
                ] {
                    response.headers.remove(name);
                }
            }
            RateHeaderFlaw::UsedUp => set(schemas::headers::RATE_REMAINING, 0),
            RateHeaderFlaw::Generous => set(schemas::headers::RATE_REMAINING, 1_000_000),
            RateHeaderFlaw::ResetInMilliseconds => {
                set(schemas::headers::RATE_RESET, reset.saturating_mul(1_000));
            }
            RateHeaderFlaw::ResetFromNow => {
                set(schemas::headers::RATE_RESET, reset - now(context.now));
            }
            RateHeaderFlaw::ResetInPast => {
                set(schemas::headers::RATE_RESET, now(context.now) - 3_600);
            }
        }
    }
}

fn now(now: Timestamp) -> i64 {
    now.as_second()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::example, *};

    #[test]
    fn shifts_the_reset_by_the_given_time() {
        let response =
            example::response_edited_by("rate_headers;are=used_up;reset_in=2s", 200, &json!({}));
        let reset = now(example::CONTEXT.now) + 2;
        let says = |name| response.headers[name].to_str().unwrap().to_owned();
        assert_eq!(says(schemas::headers::RATE_RESET), reset.to_string());
        assert_eq!(says(schemas::headers::RATE_REMAINING), "0");
    }
}
