//! 429, with every kind of `Retry-After`.

use http::{HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::json;

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// 429 with a `Retry-After` header.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// The value of `Retry-After`.
    pub retry_after: RetryAfter,
    /// The error code; `rate_limit_exceeded` by default. If it is empty, the body has no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The status; 429 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// The value of `Retry-After`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(
    rename_all = "snake_case",
    untagged,
    expecting = "must be a number of seconds, or one of missing, negative, huge, decimal, date, date_rfc850, date_asctime, \
                 date_past, garbage, duplicate"
)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// Another value.
    RetryAfterWord(RetryAfterWord),
}

impl Default for RetryAfter {
    fn default() -> Self {
        Self::Seconds(1)
    }
}

/// A value of `Retry-After` that is not a plain number of seconds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfterWord {
    /// The header is missing.
    Missing,
    /// `-5`
    Negative,
    /// `31622400`: more seconds than a year has.
    Huge,
    /// `2.0`
    Decimal,
    /// The date two seconds from now, which HTTP allows and the vendor does not mention.
    Date,
    /// The same date in the RFC 850 format, which is obsolete in HTTP but which clients still accept.
    DateRfc850,
    /// The same date in the format of C's `asctime`, likewise obsolete.
    DateAsctime,
    /// A date in the past.
    DatePast,
    /// `soon`
    Garbage,
    /// The header is sent twice: `1`, then `60`.
    Duplicate,
}

/// The distance of a date from now.
const SOON: SignedDuration = SignedDuration::from_secs(2);
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);
/// The preferred date format of HTTP.
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

impl Behaviour for RateLimit {
    const KIND: FaultKind = FaultKind::Answer;

    fn check(&self) -> Result<(), String> {
        self.status.map_or(Ok(()), |status| {
            responses::status(status, 200..=599).map(drop)
        })
    }

    fn respond(&self, context: Context<'_>) -> Option<FaultResponse> {
        let status = self
            .status
            .unwrap_or(StatusCode::TOO_MANY_REQUESTS.as_u16());
        let status = StatusCode::from_u16(status).ok()?;
        let mut body = json!({"message": "Rate limit exceeded"});
        match self.code.as_deref() {
            None => body["code"] = json!(schemas::ErrorCode::RateLimitExceeded),
            Some("") => {}
            Some(code) => body["code"] = json!(code),
        }
        let mut response = FaultResponse::json(status, &body);
        for value in self.retry_after.values(context.now) {
            response.headers.append(header::RETRY_AFTER, value);
        }
        Some(response)
    }
}

impl RetryAfter {
    fn values(self, now: Timestamp) -> Vec<HeaderValue> {
        let texts = match self {
            Self::Seconds(seconds) => vec![seconds.to_string()],
            Self::RetryAfterWord(word) => match word {
                RetryAfterWord::Missing => vec![],
                RetryAfterWord::Negative => vec!["-5".to_owned()],
                RetryAfterWord::Huge => vec!["31622400".to_owned()],
                RetryAfterWord::Decimal => vec!["2.0".to_owned()],
                RetryAfterWord::Date => vec![http_date(now, SOON, IMF_FIXDATE)],
                RetryAfterWord::DateRfc850 => {
                    vec![http_date(now, SOON, "%A, %d-%b-%y %H:%M:%S GMT")]
                }
                RetryAfterWord::DateAsctime => vec![http_date(now, SOON, "%a %b %e %H:%M:%S %Y")],
                RetryAfterWord::DatePast => vec![http_date(now, -AN_HOUR, IMF_FIXDATE)],
                RetryAfterWord::Garbage => vec!["soon".to_owned()],
                RetryAfterWord::Duplicate => vec!["1".to_owned(), "60".to_owned()],
            },
        };
        let values = texts.iter().map(|text| HeaderValue::from_str(text));
        values.filter_map(Result::ok).collect()
    }
}

fn http_date(now: Timestamp, later: SignedDuration, form: &str) -> String {
    let at = now.saturating_add(later).unwrap_or(now);
    at.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Fault, example},
        *,
    };

    fn says(retry_after: &str) -> Vec<String> {
        let fault: RateLimit =
            serde_json::from_str(&format!(r#"{{"retry_after": {retry_after}}}"#)).unwrap();
        let context = example::CONTEXT;
        let response = fault.respond(context).unwrap();
        let values = response.headers.get_all(header::RETRY_AFTER).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn writes_retry_after_in_the_given_form() {
        assert_eq!(says("7"), ["7"]);
        assert_eq!(says(r#""missing""#), [""; 0]);
        assert_eq!(says(r#""duplicate""#), ["1", "60"]);
        assert_eq!(says(r#""date""#), ["Thu, 01 Jan 1970 00:00:02 GMT"]);
        let old = says(r#""date_rfc850""#);
        assert_eq!(old, ["Thursday, 01-Jan-70 00:00:02 GMT"]);
        assert_eq!(says(r#""date_asctime""#), ["Thu Jan  1 00:00:02 1970"]);
        assert_eq!(says(r#""date_past""#), ["Wed, 31 Dec 1969 23:00:00 GMT"]);
        assert_eq!(says(r#""garbage""#), ["soon"]);
    }

    #[test]
    fn status_and_code_are_configurable() {
        let fault = |text: &str| Fault::from_header(text);
        let response = |text: &str| fault(text).unwrap()[0].respond(example::CONTEXT).unwrap();
        let forbidden = response("rate_limit;status=403;code=");
        assert_eq!(
            (forbidden.status, &*forbidden.body),
            (
                StatusCode::FORBIDDEN,
                &br#"{"message":"Rate limit exceeded"}"#[..]
            )
        );
        assert_eq!(
            fault("rate_limit;status=99").unwrap_err(),
            "status 99 is not from 200 to 599"
        );
    }
}
