//! A server whose clock is wrong.

use http::{HeaderName, HeaderValue, header};
use jiff::fmt::rfc2822;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind};
use crate::{human_duration::HumanDuration, response::FaultResponse};

/// `Date` is wrong by a given duration.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSkew {
    /// The duration.
    pub by: HumanDuration,
    /// Whether the clock is behind; otherwise it is ahead.
    #[serde(default)]
    pub behind: bool,
    /// Whether `X-RateLimit-Reset` is wrong by the same duration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

impl Behaviour for ClockSkew {
    const KIND: FaultKind = FaultKind::Edit;
    const EXAMPLES: &[&str] = &["by=1h"];

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let by = if self.behind { -self.by.0 } else { self.by.0 };
        let at = context.now.saturating_add(by).unwrap_or(context.now);
        let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at);
        let date = date.ok().and_then(|date| HeaderValue::try_from(date).ok());
        if let Some(date) = date {
            response.headers.insert(header::DATE, date);
        }
        let name = schemas::headers::RATE_RESET;
        let says = response.headers.get(name);
        let says = says.and_then(|says| says.to_str().ok()?.parse::<i64>().ok());
        if let Some(reset) = says.filter(|_| self.reset) {
            let reset = reset.saturating_add(by.as_secs());
            response
                .headers
                .insert(HeaderName::from_static(name), reset.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use super::{super::example, *};

    #[test]
    fn shifts_dates_and_resets_equally() {
        let skewed = |fault| {
            let mut response = FaultResponse::json(StatusCode::OK, &json!({}));
            let reset = HeaderName::from_static(schemas::headers::RATE_RESET);
            response.headers.insert(&reset, 3_600.into());
            example::fault(fault).edit(&mut response, example::CONTEXT);
            let text = |name| response.headers[name].to_str().unwrap().to_owned();
            (text(header::DATE), text(reset))
        };
        let hours = |date: &str, reset: &str| (date.to_owned(), reset.to_owned());
        assert_eq!(
            skewed("clock_skew;by=1h"),
            hours("Thu, 01 Jan 1970 01:00:00 GMT", "3600")
        );
        assert_eq!(
            skewed("clock_skew;by=1h;behind=true;reset=true"),
            hours("Wed, 31 Dec 1969 23:00:00 GMT", "0")
        );
    }
}
