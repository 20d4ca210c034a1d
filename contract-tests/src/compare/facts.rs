//! A response as facts, without values that vary between requests.

use std::collections::{BTreeMap, BTreeSet};

use http::header;
use schemas::{Evidence, headers};
use serde_json::Value;

use super::Divergence;
use crate::{
    contract::{FieldSchema, coverage},
    finding::{Exchange, json_path},
    provider::session::Session,
};

/// Headers whose presence is compared. Other headers are specific to a server.
const PRESENT: [&str; 4] = ["location", "allow", "www-authenticate", headers::REQUEST_ID];

#[derive(Debug)]
pub(super) struct Facts {
    /// Facts by name.
    plain: BTreeMap<String, (String, Evidence)>,
    /// Values of enumerated fields that are not in the contract, by place in the body.
    words: BTreeMap<String, (String, Evidence)>,
    /// Types by place in the body; `null` is left out, since it does not reveal the type.
    shape: BTreeMap<String, (BTreeSet<&'static str>, Evidence)>,
}

impl Facts {
    /// The facts of a response; `status` is the evidence for its status.
    pub(super) fn from_exchange(session: &Session, status: Evidence, exchange: &Exchange) -> Self {
        let mut facts = Self {
            plain: BTreeMap::new(),
            words: BTreeMap::new(),
            shape: BTreeMap::new(),
        };
        let mut plain = |at: &str, value: String, evidence| {
            facts.plain.insert(at.to_owned(), (value, evidence));
        };
        plain("status", exchange.status.as_u16().to_string(), status);
        let media_type = exchange.header(header::CONTENT_TYPE).unwrap_or("none");
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        plain(
            "header content-type",
            media_type.to_ascii_lowercase(),
            status,
        );
        plain(
            "rate-limit headers",
            rate_header_dialect(exchange),
            Evidence::Assumed,
        );
        let retry = exchange.header(header::RETRY_AFTER);
        // The vendor's samples wait a minute where it is missing.
        let (retry, evidence) = match retry {
            Some(text) => (retry_after_form(text), Evidence::Documented),
            None => ("none", Evidence::Assumed),
        };
        plain("header retry-after", retry.to_owned(), evidence);
        for name in PRESENT {
            let presence = if exchange.headers.contains_key(name) {
                "present"
            } else {
                "absent"
            };
            plain(
                &format!("header {name}"),
                presence.to_owned(),
                Evidence::Assumed,
            );
        }
        if let Some(text) = exchange.header(header::WWW_AUTHENTICATE) {
            plain("challenge", challenge(text), Evidence::Assumed);
        }
        let body = exchange.raw_json();
        if !exchange.status.is_success()
            && let Some(code) = body["code"].as_str()
        {
            plain("$.code", code.to_owned(), status);
        }
        let document = coverage::document_of(exchange);
        let place = |pointer: &str| {
            document.and_then(|document| session.contract().field_schema(document, pointer))
        };
        facts.walk(&body, "", &place);
        facts
    }

    /// Records the type of a value, and of everything below it.
    fn walk(&mut self, value: &Value, pointer: &str, place: &impl Fn(&str) -> Option<FieldSchema>) {
        let known = place(pointer);
        let evidence = known
            .as_ref()
            .map_or(Evidence::Assumed, |field_schema| field_schema.evidence);
        let path = json_path(pointer).replace("[0]", "[*]");
        let types = self
            .shape
            .entry(path.clone())
            .or_insert((BTreeSet::new(), evidence));
        types.0.extend(type_of(value));
        if let (Some(field_schema), Value::String(word)) = (known, value)
            && !field_schema.words.is_empty()
            && !field_schema.words.contains(value)
        {
            self.words.insert(path.clone(), (word.clone(), evidence));
        }
        match value {
            // All items share one place: the contract does not describe individual items.
            Value::Array(items) => {
                for item in items {
                    self.walk(item, &format!("{pointer}/0"), place);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.walk(field, &format!("{pointer}/{name}"), place);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn is_success(&self) -> bool {
        self.plain["status"].0.starts_with('2')
    }

    /// Whether the absence of a place is significant: its parent is present and not empty.
    fn could_have(&self, path: &str) -> bool {
        let parent = match path.strip_suffix("[*]") {
            // An empty list reveals nothing about its rows.
            Some(_) => return false,
            None => path.rsplit_once('.').map_or("", |(parent, _)| parent),
        };
        self.shape
            .get(parent)
            .is_some_and(|(types, _)| types.contains("object"))
    }
}

/// Where two responses to the same request diverge. If only one is a success, nothing else is compared.
pub(super) fn divergences(left: &Facts, right: &Facts) -> Vec<Divergence> {
    let same_class = left.is_success() == right.is_success();
    let mut found: Vec<_> = plain_divergences(left, right)
        .filter(|divergence| same_class || divergence.at == "status")
        .collect();
    if same_class {
        found.extend(word_divergences(left, right));
        found.extend(shape_divergences(left, right));
    }
    found
}

fn divergence(at: &str, left: String, right: String, evidence: Evidence) -> Divergence {
    Divergence {
        at: at.to_owned(),
        left,
        right,
        evidence,
        cases: Vec::new(),
    }
}

/// Status, code, media type and headers. A missing fact shows up elsewhere.
fn plain_divergences<'a>(
    left: &'a Facts,
    right: &'a Facts,
) -> impl Iterator<Item = Divergence> + 'a {
    left.plain.iter().filter_map(|(name, (left, evidence))| {
        let (right, other) = right.plain.get(name).filter(|(right, _)| right != left)?;
        let evidence = evidence.weaker(*other);
        Some(divergence(name, left.clone(), right.clone(), evidence))
    })
}

/// Values of enumerated fields that the contract does not list.
fn word_divergences<'a>(
    left: &'a Facts,
    right: &'a Facts,
) -> impl Iterator<Item = Divergence> + 'a {
    let places: BTreeSet<_> = left.words.keys().chain(right.words.keys()).collect();
    places.into_iter().filter_map(|place| {
        let (left, right) = (left.words.get(place), right.words.get(place));
        let word = |fact: Option<&(String, Evidence)>| {
            fact.map_or("a word of the contract", |(word, _)| word)
                .to_owned()
        };
        let (_, evidence) = left.or(right).filter(|_| word(left) != word(right))?;
        Some(divergence(place, word(left), word(right), *evidence))
    })
}

/// Types of values, and fields that only one of the responses has.
fn shape_divergences<'a>(
    left: &'a Facts,
    right: &'a Facts,
) -> impl Iterator<Item = Divergence> + 'a {
    let missing = || "missing".to_owned();
    let paths: BTreeSet<_> = left.shape.keys().chain(right.shape.keys()).collect();
    paths.into_iter().filter_map(
        move |path| match (left.shape.get(path), right.shape.get(path)) {
            (Some((own, evidence)), Some((other, _))) => {
                let differ = !own.is_empty() && !other.is_empty() && own != other;
                differ.then(|| divergence(path, type_names(own), type_names(other), *evidence))
            }
            (Some((own, evidence)), None) if right.could_have(path) => {
                Some(divergence(path, type_names(own), missing(), *evidence))
            }
            (None, Some((other, evidence))) if left.could_have(path) => {
                Some(divergence(path, missing(), type_names(other), *evidence))
            }
            (Some(_) | None, None) | (None, Some(_)) => None,
        },
    )
}

fn type_names(types: &BTreeSet<&str>) -> String {
    if types.is_empty() {
        return "null".to_owned();
    }
    types.iter().copied().collect::<Vec<_>>().join(" or ")
}

fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some("boolean"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
    }
}

/// The challenge without free text.
fn challenge(text: &str) -> String {
    let scheme = text.split(' ').next().unwrap_or_default();
    let error = text
        .split_once("error=")
        .map(|(_, rest)| rest.split(',').next().unwrap_or_default());
    error.map_or_else(
        || scheme.to_owned(),
        |error| format!("{scheme} error={error}"),
    )
}

pub(super) fn rate_header_dialect(exchange: &Exchange) -> String {
    let all = |names: &[&str]| {
        names
            .iter()
            .all(|name| exchange.headers.contains_key(*name))
    };
    let old = all(&[
        headers::RATE_LIMIT,
        headers::RATE_REMAINING,
        headers::RATE_RESET,
    ]);
    let ietf = all(&[headers::IETF_RATE_LIMIT, headers::IETF_RATE_POLICY]);
    match (old, ietf) {
        (true, true) => "both",
        (true, false) => "x-ratelimit",
        (false, true) => "ietf",
        (false, false) => "none",
    }
    .to_owned()
}

fn retry_after_form(text: &str) -> &'static str {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        "seconds"
    } else if httpdate::parse_http_date(text).is_ok() {
        "date"
    } else {
        "neither seconds nor a date"
    }
}
