//! Headers against the contract: which ones an answer must have, and what must stand in them.

use http::header;
use schemas::{
    ErrorCode, Evidence,
    assumptions::RateDialect,
    headers::{self, Quota},
};
use serde_json::{Value, json};

use crate::{
    contract::Expected,
    finding::{Exchange, Violation},
};

/// The first header that is missing in an answer of an operation, or says what it cannot.
pub(crate) fn violation(answer: &Exchange, expected: &Expected) -> Option<Violation> {
    let code = answer.json()["code"].as_str();
    let code = code.and_then(|code| code.parse::<ErrorCode>().ok());
    // Those that are best founded come first.
    let judges = [retry_after, challenge, quota, location, request_id, date];
    judges
        .iter()
        .find_map(|judge| judge(answer, code, expected))
}

/// A 429 says in whole seconds when to come again.
fn retry_after(answer: &Exchange, code: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    if code != Some(ErrorCode::RateLimitExceeded) {
        return None;
    }
    let told = number(answer, header::RETRY_AFTER.as_str());
    let right = told.is_some_and(|seconds| seconds >= 1);
    let violation = unless(right, answer, "retry-after", "whole seconds, at least 1")?;
    Some(Violation {
        evidence: Some(Evidence::Documented),
        ..violation
    })
}

/// A refusal for want of a key or a scope says what would be let in.
fn challenge(answer: &Exchange, code: Option<ErrorCode>, expected: &Expected) -> Option<Violation> {
    let refusals = [
        ErrorCode::AuthenticationError,
        ErrorCode::AuthorizationError,
    ];
    if !code.is_some_and(|code| refusals.contains(&code)) {
        return None;
    }
    if !expected.challenges() {
        return absent(answer, &[header::WWW_AUTHENTICATE.as_str()]);
    }
    let told = answer.header(header::WWW_AUTHENTICATE).unwrap_or_default();
    let scheme = told.split(' ').next().unwrap_or_default();
    let right = scheme.eq_ignore_ascii_case("Bearer");
    unless(right, answer, "www-authenticate", "a Bearer challenge")
}

/// Whoever has shown a key that works is told of its quota, in the dialect that the target uses. One that is not known to
/// use another may use that of the IETF.
fn quota(answer: &Exchange, code: Option<ErrorCode>, expected: &Expected) -> Option<Violation> {
    let told = match code {
        Some(code) => headers::quota(code),
        None if answer.status.is_success() => Quota::Told,
        None => Quota::Perhaps,
    };
    if told != Quota::Told {
        return None;
    }
    let ours = [
        headers::RATE_LIMIT,
        headers::RATE_REMAINING,
        headers::RATE_RESET,
    ];
    let ietf = [headers::IETF_RATE_LIMIT, headers::IETF_RATE_POLICY];
    let instead = ietf.iter().all(|name| answer.header(*name).is_some())
        && answer.header(headers::RATE_LIMIT).is_none();
    match expected.rate_headers() {
        RateDialect::XRateLimit if instead => None,
        RateDialect::XRateLimit => ours_are_right(answer, ours),
        RateDialect::Ietf => absent(answer, &ours).or_else(|| ietf_is_right(answer, ietf)),
        RateDialect::Both => ours_are_right(answer, ours).or_else(|| ietf_is_right(answer, ietf)),
        RateDialect::None => absent(answer, &ours).or_else(|| absent(answer, &ietf)),
    }
}

/// `X-RateLimit-*`.
fn ours_are_right(answer: &Exchange, names: [&'static str; 3]) -> Option<Violation> {
    let [limit, left, reset] = names.map(|name| number(answer, name));
    let now = date_of(answer);
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
    judged.find_map(|(name, (right, expected))| unless(right, answer, name, expected))
}

/// `RateLimit` and `RateLimit-Policy` of the IETF draft.
fn ietf_is_right(answer: &Exchange, names: [&'static str; 2]) -> Option<Violation> {
    let [state, policy] = names;
    let parameter = |header: &'static str, name| parameter(answer.header(header)?, name);
    let quota = parameter(policy, "q") >= Some(1) && parameter(policy, "w") >= Some(1);
    let left = parameter(state, "r").is_some() && parameter(state, "t").is_some();
    unless(
        quota,
        answer,
        policy,
        "policies with q and w, at least 1 each",
    )
    .or_else(|| unless(left, answer, state, "a policy with r and t"))
}

/// None of these is there: the target is set to leave them out.
fn absent(answer: &Exchange, names: &[&'static str]) -> Option<Violation> {
    let name = names.iter().find(|name| answer.header(**name).is_some())?;
    let violation = unless(false, answer, name, "nothing: the settings leave it out");
    violation.map(|violation| Violation {
        message: format!("header {name} is sent, though the settings leave it out"),
        ..violation
    })
}

/// What was created is somewhere.
fn location(answer: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    if answer.status != 201 {
        return None;
    }
    let told = answer.header(header::LOCATION).unwrap_or_default();
    let last = told.trim_end_matches('/').rsplit('/').next();
    let id = answer.json()["id"].as_str();
    let right = !told.is_empty() && id.is_none_or(|id| last == Some(id));
    unless(
        right,
        answer,
        "location",
        "where what was created can be read",
    )
}

/// Every answer names its request.
fn request_id(answer: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    let told = answer.header(headers::REQUEST_ID).unwrap_or_default();
    unless(
        !told.is_empty(),
        answer,
        headers::REQUEST_ID,
        "an id of the request",
    )
}

/// Every answer says when it was made.
fn date(answer: &Exchange, _: Option<ErrorCode>, _: &Expected) -> Option<Violation> {
    let right = date_of(answer).is_some();
    unless(right, answer, "date", "a date as HTTP writes it")
}

fn date_of(answer: &Exchange) -> Option<u64> {
    let date = httpdate::parse_http_date(answer.header(header::DATE)?).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// What a header says, if it is a whole number and nothing else.
fn number(answer: &Exchange, name: &str) -> Option<u64> {
    let digits = answer.header(name)?;
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| whole)
}

fn unless(right: bool, answer: &Exchange, name: &str, expected: &str) -> Option<Violation> {
    if right {
        return None;
    }
    Some(Violation {
        message: format!("header {name} is missing, or not what the contract says"),
        at: format!("header {name}"),
        expected: json!(expected),
        actual: answer.header(name).map_or(Value::Null, |told| json!(told)),
        exchange: Some(answer.clone()),
        ..Violation::default()
    })
}

/// A number of the first quota that `RateLimit` or `RateLimit-Policy` speaks of, such as `r` in `"default";r=9;t=30`.
pub(crate) fn parameter(text: &str, name: &str) -> Option<u64> {
    let first = text.split(',').next()?;
    let mut parameters = first.split(';').filter_map(|one| one.split_once('='));
    let (_, value) = parameters.find(|(known, _)| known.trim() == name)?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
    use schemas::{OperationId, control::SandboxSettings};

    use super::*;

    const DATE: &str = "Thu, 15 Jan 2026 09:00:00 GMT";
    const FAITHFUL: [(&str, &str); 5] = [
        ("date", DATE),
        ("x-request-id", "r1"),
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-remaining", "100"),
        ("x-ratelimit-reset", "1768467600"),
    ];

    /// Where an answer is found to be wrong that has these headers instead of, or besides, those of a faithful one.
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
        for (name, value) in FAITHFUL.iter().chain(changed) {
            let name: HeaderName = name.parse().unwrap();
            match *value {
                "" => headers.remove(name),
                value => headers.insert(name, HeaderValue::from_str(value).unwrap()),
            };
        }
        let answer = Exchange::recorded(
            OperationId::CreateOrder.operation(),
            Method::POST,
            "http://127.0.0.1/api/v1/orders",
            StatusCode::from_u16(status).unwrap(),
            headers,
            body.to_owned().into(),
        );
        violation(&answer, expected).map(|violation| violation.at)
    }

    fn error(code: ErrorCode) -> String {
        json!({"code": code, "message": "m"}).to_string()
    }

    #[test]
    fn each_header_is_missed_where_it_belongs_and_nowhere_else() {
        let created = r#"{"id": "7"}"#;
        let there = ("location", "/api/v1/orders/7");
        let conflict = error(ErrorCode::Conflict);
        let refused = error(ErrorCode::AuthenticationError);
        let exceeded = error(ErrorCode::RateLimitExceeded);
        let bearer = ("www-authenticate", "Bearer realm=\"x\"");
        let soon = ("retry-after", "1");
        let no_quota = FAITHFUL[2..].iter().map(|(name, _)| (*name, ""));
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
    fn what_the_settings_leave_out_must_not_be_there() {
        let with = |change: fn(&mut SandboxSettings), status, body: &str, more: &[(&str, &str)]| {
            let mut settings = SandboxSettings::default();
            change(&mut settings);
            wrong_by(&Expected::of(settings).unwrap(), status, body, more)
        };
        let conflict = error(ErrorCode::Conflict);
        let none = |more: &[(&str, &str)]| {
            let set: fn(&mut SandboxSettings) = |set| set.rate_headers = RateDialect::None;
            with(set, 409, &conflict, more)
        };
        let no_quota: Vec<_> = FAITHFUL[2..].iter().map(|(name, _)| (*name, "")).collect();
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
    fn only_what_is_documented_fails_a_foreign_server() {
        let exceeded = error(ErrorCode::RateLimitExceeded);
        let answer = |body: String| {
            let operation = OperationId::ListOrders.operation();
            let url = "http://127.0.0.1/api/v1/orders";
            let status = StatusCode::TOO_MANY_REQUESTS;
            let headers = HeaderMap::new();
            Exchange::recorded(operation, Method::GET, url, status, headers, body.into())
        };
        let evidence = |body| {
            violation(&answer(body), &Expected::default())
                .unwrap()
                .evidence
        };
        assert_eq!(evidence(exceeded), Some(Evidence::Documented));
        assert_eq!(evidence(String::new()), None);
    }
}
