//! Credentials of requests. Recordings are often redacted before they are shared: a placeholder reveals nothing about the
//! client, and often not even which requests have the same key.

#[cfg(test)]
mod tests;

use schemas::key::{ApiKey, Environment};
use serde_json::json;

use super::{
    base::Base,
    recorded::RecordedExchange,
    requests::{RuleResult, RuleViolation},
    table,
};

/// What a recording contains of a credential.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Credential<'a> {
    /// The whole token, or what a journal records in its place.
    Full(&'a str),
    /// A mask of it, which still distinguishes keys.
    Masked(&'a str),
    /// A placeholder that is the same for every key, or no credential although the server admitted the request.
    Redacted,
    /// The request had no credential.
    Absent,
}

impl Credential<'_> {
    /// Whether the recording lacks part of it.
    pub(super) fn is_redacted(&self) -> bool {
        matches!(self, Self::Masked(_) | Self::Redacted)
    }
}

/// Parts of the words that tools replace a credential with.
const REDACTION_WORDS: [&str; 9] = [
    "redact", "mask", "filter", "hidden", "remov", "sanitiz", "sanitis", "scrub", "censor",
];
/// Characters that replace others, and that no credential contains.
const MASK_CHARACTERS: [char; 10] = ['*', '•', '…', '<', '>', '[', ']', '{', '}', '█'];
/// How programs begin the name of an environment variable, besides `$`.
const ENVIRONMENTS: [&str; 2] = ["process.env.", "os.environ"];
/// Minimum number of repetitions of a character that make a placeholder, such as `xxxx`.
const MIN_REPEATS: usize = 3;

pub(super) fn from_exchange(exchange: &RecordedExchange) -> Credential<'_> {
    if let Some(key) = exchange.key.as_deref() {
        return Credential::Full(key);
    }
    let admitted = is_admitted(exchange);
    let Some(value) = exchange.request.all("authorization").next() else {
        let is_stripped = admitted && exchange.request.headers.is_some();
        let is_stripped = is_stripped && !exchange.keeps_credentials;
        return if is_stripped && exchange.method != "OPTIONS" {
            Credential::Redacted
        } else {
            Credential::Absent
        };
    };
    let (_, token) = scheme_and_token(value);
    match token {
        token if exchange.is_live => Credential::Full(token),
        "" if admitted => Credential::Redacted,
        token if ApiKey::parse(token).is_ok() && !is_run(secret(token)) => Credential::Full(token),
        token if is_mask(token) => Credential::Masked(token),
        _ if is_placeholder(value) || is_placeholder(token) => Credential::Redacted,
        token => Credential::Full(token),
    }
}

/// The scheme of a credential, if it has one, and the token. Libraries remove the space behind a scheme without a token.
fn scheme_and_token(value: &str) -> (&str, &str) {
    let value = value.trim();
    match value.split_once(' ') {
        Some((scheme, token)) => (scheme, token.trim()),
        None if is_bearer(value) => (value, ""),
        None => ("", value),
    }
}

fn is_bearer(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("bearer")
}

/// Whether the response proves that the request had a valid key: any other request gets 401 first.
fn is_admitted(exchange: &RecordedExchange) -> bool {
    let status = exchange.answer.as_ref().map(|response| response.status);
    status.is_some_and(|status| matches!(status, 200..300 | 403 | 404 | 409 | 422))
}

/// Notes whether the recording has credentials of requests to this base, if only their masks. What has none there was sent
/// without one, for a tool that removes credentials removes all of them.
pub(super) fn note_kept(exchanges: &mut [RecordedExchange], base: Option<&Base>) {
    let to_api = |exchange: &&RecordedExchange| {
        base.is_some_and(|base| base.path_of(&exchange.url).is_some())
    };
    let mut credentials = exchanges.iter().filter(to_api).map(from_exchange);
    let is_kept = |credential| matches!(credential, Credential::Full(_) | Credential::Masked(_));
    if credentials.any(is_kept) {
        for exchange in exchanges {
            exchange.keeps_credentials = true;
        }
    }
}

/// The text after the prefix of a key, or the whole token without one.
fn secret(token: &str) -> &str {
    let prefixes = [Environment::Live, Environment::Test].map(Environment::prefix);
    let mut secrets = prefixes
        .into_iter()
        .filter_map(|prefix| token.strip_prefix(prefix));
    secrets.next().unwrap_or(token)
}

/// Whether the prefix of a key and some of its characters remain.
fn is_mask(token: &str) -> bool {
    let secret = secret(token);
    let is_left = secret.len() < token.len()
        && secret.contains(|character: char| character.is_ascii_alphanumeric());
    is_left && !is_run(secret) && has_mask(secret)
}

fn has_mask(text: &str) -> bool {
    text.contains(MASK_CHARACTERS) || text.contains("...")
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    has_mask(text)
        || REDACTION_WORDS.iter().any(|word| lower.contains(word))
        || is_run(secret(text))
        || is_variable(text)
}

/// Whether the text names a variable, as a template has it in place of a key.
fn is_variable(text: &str) -> bool {
    let percents = text
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'));
    text.starts_with('$')
        || percents.is_some_and(|name| !name.is_empty())
        || ENVIRONMENTS.iter().any(|start| text.starts_with(start))
}

/// Whether the text repeats one character.
fn is_run(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    text.chars().count() >= MIN_REPEATS && characters.all(|character| Some(character) == first)
}

/// Judges the form of the credential if it was recorded in full.
pub(super) fn judge(
    exchange: &RecordedExchange,
    credential: &Credential<'_>,
) -> Option<RuleResult> {
    let count = exchange.request.all("authorization").count();
    let value = exchange.request.all("authorization").next()?;
    let wrong = match credential {
        _ if count > 1 => Some("there is more than one Authorization header"),
        // The sandbox's journal names the key or the subject of a token, and masks the header.
        Credential::Full(_) if !exchange.is_live && has_mask(value) => return None,
        Credential::Full(_) => wrong(value),
        Credential::Masked(_) | Credential::Redacted | Credential::Absent => return None,
    };
    let violation =
        wrong.map(|invalid| RuleViolation::new(table::CREDENTIAL, "header authorization", invalid));
    Some(RuleResult {
        id: table::CREDENTIAL,
        broken: violation.into_iter().collect(),
    })
}

/// Judges whether the request has a credential, unless the recording has lost it.
pub(super) fn judge_presence(
    exchange: &RecordedExchange,
    credential: &Credential<'_>,
) -> Option<RuleResult> {
    let missing = match credential {
        Credential::Redacted => return None,
        Credential::Full(_) | Credential::Masked(_) => None,
        Credential::Absent if !is_known_to_lack(exchange) => return None,
        Credential::Absent => {
            let message = "the request has no key";
            Some(RuleViolation::new(
                table::PRESENCE,
                "header authorization",
                message,
            ))
        }
    };
    Some(RuleResult {
        id: table::PRESENCE,
        broken: missing.into_iter().collect(),
    })
}

/// Judges the response to a request that has no credential.
pub(super) fn judge_rejection(
    exchange: &RecordedExchange,
) -> Option<(&'static str, Option<RuleViolation>)> {
    let status = exchange.answer.as_ref()?.status;
    let is_absent = from_exchange(exchange) == Credential::Absent;
    if !is_absent || !is_known_to_lack(exchange) {
        return None;
    }
    match status {
        401 => Some((table::REJECTION, None)),
        _ if is_admitted(exchange) && is_of_the_api(exchange) => {
            let violation = RuleViolation {
                expected: json!(401),
                actual: json!(status),
                ..RuleViolation::new(
                    table::REJECTION,
                    "status",
                    "the request has no Authorization header, and was not rejected with 401",
                )
            };
            Some((table::REJECTION, Some(violation)))
        }
        // It was rejected for another reason, such as a server that is overloaded, or by what is in front of the API.
        _ => None,
    }
}

/// Whether a response is one of the API: a success, or an error with a code of the contract.
fn is_of_the_api(exchange: &RecordedExchange) -> bool {
    exchange.answer.as_ref().is_some_and(|response| {
        matches!(response.status, 200..300) || response.error_code().is_some()
    })
}

/// Whether the request had no credential when it reached the server.
fn is_known_to_lack(exchange: &RecordedExchange) -> bool {
    exchange.keeps_credentials && exchange.request.headers.is_some() && exchange.answer.is_some()
}

fn wrong(value: &str) -> Option<&'static str> {
    let (scheme, token) = scheme_and_token(value);
    if !is_bearer(scheme) {
        return Some("the scheme is not Bearer");
    }
    if token.is_empty() {
        return Some("the token is missing");
    }
    let is_valid = ApiKey::parse(token).is_ok() || is_jwt(token);
    (!is_valid).then_some("the token has neither the format of a key nor that of a JWT")
}

/// Whether a token has the form of an access token: three parts in base64url, of which the first two are JSON objects.
fn is_jwt(token: &str) -> bool {
    let is_part = |part: &str| {
        let in_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !part.is_empty() && part.bytes().all(in_part)
    };
    let parts: Vec<_> = token.split('.').collect();
    let is_object = |part: &&str| part.starts_with("eyJ");
    parts.len() == 3 && parts.iter().copied().all(is_part) && parts[..2].iter().all(is_object)
}
