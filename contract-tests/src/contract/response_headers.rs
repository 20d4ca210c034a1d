//! Checks response headers: which ones a response must have, and with what values.

use http::header;
use schemas::{
    ErrorCode, Evidence,
    assumptions::RateDialect,
    headers::{self, Quota},
};
use serde_json::{Value, json};

use crate::{
    contract::{Expected, challenges::bearer_challenges, parameter},
    finding::{Exchange, Violation},
};

/// The first header that is missing or invalid.
pub(crate) fn violation(response: &Exchange, expected: &Expected) -> Option<Violation> {
    let code = response.json()["code"].as_str();
    let code = code.and_then(|code| code.parse::<ErrorCode>().ok());
    // Documented headers come first.
    let rules = [wait, challenge, quota, location, request_id, date];
    rules.iter().find_map(|rule| rule(response, code, expected))
}

/// A 429 says how long to wait.
fn wait(response: &Exchange, code: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    (code == Some(ErrorCode::RateLimitExceeded)).then(|| retry_after(response))?
}

/// What is wrong with the `Retry-After` of a 429. The vendor's samples read whole seconds, and wait a minute where the header is
/// missing. That it is there, and not 0, is assumed.
pub(crate) fn retry_after(response: &Exchange) -> Option<Violation> {
    let name = header::RETRY_AFTER.as_str();
    let seconds = number(response, name);
    let is_unreadable = seconds.is_none() && response.headers.contains_key(name);
    let violation = violation_unless(
        seconds >= Some(1),
        response,
        name,
        "whole seconds, at least 1",
    )?;
    Some(Violation {
        evidence: Some(if is_unreadable {
            Evidence::Documented
        } else {
            Evidence::Assumed
        }),
        ..violation
    })
}

/// A 401 or 403 has a Bearer challenge.
fn challenge(
    response: &Exchange,
    code: Option<ErrorCode>,
    expected: &Expected,
) -> Option<Violation> {
    let refusals = [
        ErrorCode::AuthenticationError,
        ErrorCode::AuthorizationError,
    ];
    if !code.is_some_and(|code| refusals.contains(&code)) {
        return None;
    }
    if !expected.challenges() {
        return unexpected_header(response, &[header::WWW_AUTHENTICATE.as_str()]);
    }
    let is_valid = !bearer_challenges(&response.headers).is_empty();
    violation_unless(is_valid, response, "www-authenticate", "a Bearer challenge")
}

/// A response to a valid key reports the quota, in the target's dialect. A target whose dialect is unknown may use the IETF's.
fn quota(response: &Exchange, code: Option<ErrorCode>, expected: &Expected) -> Option<Violation> {
    let value = match code {
        Some(code) => headers::quota(code),
        None if response.status.is_success() => Quota::Told,
        None => Quota::Perhaps,
    };
    if value != Quota::Told {
        return None;
    }
    let ours = [
        headers::RATE_LIMIT,
        headers::RATE_REMAINING,
        headers::RATE_RESET,
    ];
    let ietf = [headers::IETF_RATE_LIMIT, headers::IETF_RATE_POLICY];
    let instead = ietf.iter().all(|name| response.header(*name).is_some())
        && response.header(headers::RATE_LIMIT).is_none();
    match expected.rate_headers() {
        RateDialect::XRateLimit if instead => None,
        RateDialect::XRateLimit => x_rate_limit_violation(response, ours),
        RateDialect::Ietf => {
            unexpected_header(response, &ours).or_else(|| ietf_violation(response, ietf))
        }
        RateDialect::Both => {
            x_rate_limit_violation(response, ours).or_else(|| ietf_violation(response, ietf))
        }
        RateDialect::None => {
            unexpected_header(response, &ours).or_else(|| unexpected_header(response, &ietf))
        }
    }
}

/// `X-RateLimit-*`.
fn x_rate_limit_violation(response: &Exchange, names: [&'static str; 3]) -> Option<Violation> {
    let [limit, left, reset] = names.map(|name| number(response, name));
    let now = date_of(response);
    let right = [
        (limit >= Some(1), "a whole number, at least 1"),
        (
            left.is_some() && left <= limit,
            "a whole number up to the limit",
        ),
        (
            reset.is_some() && reset >= now,
            "epoch seconds, not before Date",
        ),
    ];
    let mut judged = names.into_iter().zip(right);
    judged.find_map(|(name, (is_valid, expected))| {
        violation_unless(is_valid, response, name, expected)
    })
}

/// `RateLimit` and `RateLimit-Policy` of the IETF draft.
fn ietf_violation(response: &Exchange, names: [&'static str; 2]) -> Option<Violation> {
    let [state, policy] = names;
    let parameter = |header: &'static str, name| parameter(response.header(header)?, name);
    let quota = parameter(policy, "q") >= Some(1) && parameter(policy, "w") >= Some(1);
    let left = parameter(state, "r").is_some() && parameter(state, "t").is_some();
    violation_unless(
        quota,
        response,
        policy,
        "policies with q and w, at least 1 each",
    )
    .or_else(|| violation_unless(left, response, state, "a policy with r and t"))
}

/// None of these headers is sent: the settings of the target turn them off.
fn unexpected_header(response: &Exchange, names: &[&'static str]) -> Option<Violation> {
    let name = names
        .iter()
        .find(|name| response.header(**name).is_some())?;
    let violation = violation_unless(
        false,
        response,
        name,
        "no such header: the settings turn it off",
    );
    violation.map(|violation| Violation {
        message: format!("header {name} is sent, though the settings turn it off"),
        ..violation
    })
}

/// A 201 has the location of the created object.
fn location(response: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    if response.status != 201 {
        return None;
    }
    let value = response.header(header::LOCATION).unwrap_or_default();
    let last = value.trim_end_matches('/').rsplit('/').next();
    let id = response.json()["id"].as_str();
    let is_valid = !value.is_empty() && id.is_none_or(|id| last == Some(id));
    violation_unless(
        is_valid,
        response,
        "location",
        "the path of the created object",
    )
}

/// Every response has a request id.
fn request_id(response: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    let value = response.header(headers::REQUEST_ID).unwrap_or_default();
    violation_unless(
        !value.is_empty(),
        response,
        headers::REQUEST_ID,
        "a request id",
    )
}

/// Every response has a date.
fn date(response: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    let is_valid = date_of(response).is_some();
    violation_unless(is_valid, response, "date", "an HTTP date")
}

fn date_of(response: &Exchange) -> Option<u64> {
    let date = httpdate::parse_http_date(response.header(header::DATE)?).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// The value of a header, if it is a whole number and nothing else.
pub(crate) fn number(response: &Exchange, name: &str) -> Option<u64> {
    let digits = response.header(name)?;
    let is_complete = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_complete)
}

fn violation_unless(
    is_valid: bool,
    response: &Exchange,
    name: &str,
    expected: &str,
) -> Option<Violation> {
    if is_valid {
        return None;
    }
    Some(Violation {
        message: format!("header {name} is missing or invalid"),
        at: format!("header {name}"),
        expected: json!(expected),
        actual: response
            .header(name)
            .map_or(Value::Null, |value| json!(value)),
        exchange: Some(response.into()),
        ..Violation::default()
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
    use schemas::{OperationId, control::SandboxSettings};

    use super::*;

    const DATE: &str = "Thu, 15 Jan 2026 09:00:00 GMT";
    const VALID_HEADERS: [(&str, &str); 5] = [
        ("date", DATE),
        ("x-request-id", "r1"),
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-remaining", "100"),
        ("x-ratelimit-reset", "1768467600"),
    ];

    /// The place of the violation of a response with these headers in addition to, or instead of, valid ones.
    fn wrong(status: u16, body: &str, changed: &[(&str, &str)]) -> Option<String> {
        wrong_by(&Expected::default(), status, body, changed)
    }

    fn wrong_by(
        expected: &Expected,
        status: u16,
        body: &str,
        changed: &[(&str, &str)],
    ) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in VALID_HEADERS.iter().chain(changed) {
            let name: HeaderName = name.parse().unwrap();
            match *value {
                "" => headers.remove(name),
                value => headers.insert(name, HeaderValue::from_str(value).unwrap()),
            };
        }
        let response = Exchange::recorded(
            OperationId::CreateOrder.operation(),
            Method::POST,
            "http://127.0.0.1/api/v1/orders",
            StatusCode::from_u16(status).unwrap(),
            headers,
            body.to_owned().into(),
        );
        violation(&response, expected).map(|violation| violation.at)
    }

    fn error(code: ErrorCode) -> String {
        json!({"code": code, "message": "m"}).to_string()
    }

    #[test]
    fn requires_each_header_exactly_where_it_belongs() {
        let created = r#"{"id": "7"}"#;
        let there = ("location", "/api/v1/orders/7");
        let conflict = error(ErrorCode::Conflict);
        let refused = error(ErrorCode::AuthenticationError);
        let exceeded = error(ErrorCode::RateLimitExceeded);
        let bearer = ("www-authenticate", "Bearer realm=\"x\"");
        let soon = ("retry-after", "1");
        let no_quota = VALID_HEADERS[2..].iter().map(|(name, _)| (*name, ""));
        let no_quota: Vec<_> = no_quota.collect();
        #[rustfmt::skip]
        let cases = [
            (201, created, vec![there], None),
            (201, created, vec![], Some("header location")),
            (201, created, vec![("location", "/8")], Some("header location")),
            (409, &conflict, vec![], None),
            (409, &conflict, no_quota.clone(), Some("header x-ratelimit-limit")),
            (409, &conflict, vec![("x-ratelimit-remaining", "101")], Some("header x-ratelimit-remaining")),
            (409, &conflict, vec![("x-ratelimit-reset", "1768467599")], Some("header x-ratelimit-reset")),
            (409, &conflict, vec![("x-request-id", "")], Some("header x-request-id")),
            (409, &conflict, vec![("date", "today")], Some("header date")),
            (401, &refused, [vec![bearer], no_quota.clone()].concat(), None),
            (401, &refused, no_quota.clone(), Some("header www-authenticate")),
            (429, &exceeded, vec![soon], None),
            (429, &exceeded, vec![], Some("header retry-after")),
            (429, &exceeded, vec![("retry-after", "+1")], Some("header retry-after")),
            (500, "", no_quota.clone(), None),
        ];
        for (status, body, changed, at) in cases {
            assert_eq!(
                wrong(status, body, &changed).as_deref(),
                at,
                "{status} {body} {changed:?}"
            );
        }
        let ietf = [
            ("ratelimit", r#""x";r=1;t=1"#),
            ("ratelimit-policy", r#""x";q=1;w=1"#),
        ];
        let ietf = [no_quota, ietf.to_vec()].concat();
        assert_eq!(wrong(409, &conflict, &ietf), None);
    }

    #[test]
    fn rejects_headers_that_the_settings_switch_off() {
        let with = |change: fn(&mut SandboxSettings), status, body: &str, more: &[(&str, &str)]| {
            let mut settings = SandboxSettings::default();
            change(&mut settings);
            wrong_by(
                &Expected::from_settings(settings).unwrap(),
                status,
                body,
                more,
            )
        };
        let conflict = error(ErrorCode::Conflict);
        let none = |more: &[(&str, &str)]| {
            let set: fn(&mut SandboxSettings) = |set| set.rate_headers = RateDialect::None;
            with(set, 409, &conflict, more)
        };
        let no_quota: Vec<_> = VALID_HEADERS[2..]
            .iter()
            .map(|(name, _)| (*name, ""))
            .collect();
        assert_eq!(none(&no_quota), None);
        assert_eq!(none(&[]).unwrap(), "header x-ratelimit-limit");
        let ietf = |state, policy| {
            let words = [("ratelimit", state), ("ratelimit-policy", policy)];
            let set: fn(&mut SandboxSettings) = |set| set.rate_headers = RateDialect::Ietf;
            with(set, 409, &conflict, &[&no_quota[..], &words].concat())
        };
        assert_eq!(ietf(r#""x";r=1;t=1"#, r#""x";q=1;w=1"#), None);
        assert_eq!(ietf("", "").unwrap(), "header ratelimit-policy");
        assert_eq!(
            ietf(r#""x";r=1"#, r#""x";q=1;w=1"#).unwrap(),
            "header ratelimit"
        );
        let refused = error(ErrorCode::AuthenticationError);
        let unchallenged =
            |more: &[(&str, &str)]| with(|set| set.challenges = false, 401, &refused, more);
        assert_eq!(unchallenged(&[]), None);
        let bearer = ("www-authenticate", "Bearer");
        assert_eq!(unchallenged(&[bearer]).unwrap(), "header www-authenticate");
    }

    #[test]
    fn other_servers_fail_by_documented_headers_only() {
        let exceeded = error(ErrorCode::RateLimitExceeded);
        let response = |body: String, wait: Option<&'static str>| {
            let operation = OperationId::ListOrders.operation();
            let url = "http://127.0.0.1/api/v1/orders";
            let status = StatusCode::TOO_MANY_REQUESTS;
            let wait = wait.map(|wait| (header::RETRY_AFTER, HeaderValue::from_static(wait)));
            let headers = wait.into_iter().collect();
            Exchange::recorded(operation, Method::GET, url, status, headers, body.into())
        };
        let evidence = |body: String, wait| {
            let violation = violation(&response(body, wait), &Expected::default());
            violation.unwrap().evidence
        };
        for (wait, expected) in [
            (Some("Thu, 15 Jan 2026 10:00:00 GMT"), Evidence::Documented),
            (Some("1.5"), Evidence::Documented),
            (Some("0"), Evidence::Assumed),
            (None, Evidence::Assumed),
        ] {
            assert_eq!(evidence(exceeded.clone(), wait), Some(expected), "{wait:?}");
        }
        assert_eq!(evidence(String::new(), None), None);
    }
}
