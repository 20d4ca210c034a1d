//! The parts of responses that are the same for two requests with one cause, of which the server knows nothing. What varies for keys that it
//! knows, such as the time since a key expired, tells them apart.

use std::collections::BTreeSet;

use http::HeaderName;
use serde_json::Value;

use super::{Refusals, UNKNOWN_CAUSES};
use crate::finding::Exchange;

/// The body for each cause: its text, or if two bodies for one cause differ, its JSON without the places that differ.
pub(super) fn bodies(refusals: &[Refusals]) -> Vec<Value> {
    let bodies = |one: &Refusals| {
        one.exchanges
            .each_ref()
            .map(|exchange| exchange.body.clone())
    };
    let is_constant = refusals.iter().map(bodies).all(|[one, other]| one == other);
    let values = refusals.iter().map(|one| {
        one.exchanges.each_ref().map(|exchange| {
            let json = exchange.raw_json();
            if is_constant || json.is_null() {
                String::from_utf8_lossy(&exchange.body).into()
            } else {
                json
            }
        })
    });
    without_varying(values.collect())
}

/// The body of the response to an unknown key and that of another response, both without the places that vary between two
/// responses to the unknown key. `None` if these have nothing in common.
pub(super) fn body_like(unknown: &[Exchange; 2], other: &Exchange) -> Option<[Value; 2]> {
    let [before, after] = unknown;
    let text = |exchange: &Exchange| Value::from(String::from_utf8_lossy(&exchange.body));
    if before.body == after.body {
        return Some([text(before), text(other)]);
    }
    let pairs = [[before, after], [other, other]];
    let bodies = without_varying(pairs.map(|pair| pair.map(Exchange::raw_json)).into());
    let bodies: [Value; 2] = bodies.try_into().ok()?;
    (!bodies[0].is_null()).then_some(bodies)
}

/// The headers for each cause, sorted, without those that differ between two requests with one cause.
pub(super) fn headers(refusals: &[Refusals]) -> Vec<Vec<String>> {
    let values = |refusals: &Refusals, name: &HeaderName| {
        refusals.exchanges.each_ref().map(|exchange| {
            let values = exchange.headers.get_all(name).iter();
            values.cloned().collect::<Vec<_>>()
        })
    };
    let varies = |name: &HeaderName| {
        let unknown = refusals.iter().take(UNKNOWN_CAUSES);
        unknown
            .map(|one| values(one, name))
            .any(|[one, other]| one != other)
    };
    let constant = |refusals: &Refusals| {
        let headers = refusals.exchanges[0].headers.iter();
        let constant =
            headers.filter(|(name, _)| !PER_RESPONSE.contains(&name.as_str()) && !varies(name));
        let mut lines: Vec<_> = constant
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        lines.sort();
        lines
    };
    refusals.iter().map(constant).collect()
}

/// Headers that need not differ between two responses.
const PER_RESPONSE: [&str; 2] = ["date", "x-request-id"];

/// The first value of each pair. Places where the values of a pair differ are null in all of them.
fn without_varying(pairs: Vec<[Value; 2]>) -> Vec<Value> {
    let mut varying = BTreeSet::new();
    for [one, other] in pairs.iter().take(UNKNOWN_CAUSES) {
        note_varying(one, other, "", &mut varying);
    }
    let first = pairs.into_iter().map(|[mut value, _]| {
        for pointer in &varying {
            if let Some(place) = value.pointer_mut(pointer) {
                *place = Value::Null;
            }
        }
        value
    });
    first.collect()
}

/// Notes the innermost places where two values differ.
pub(crate) fn note_varying(
    one: &Value,
    other: &Value,
    pointer: &str,
    varying: &mut BTreeSet<String>,
) {
    if one == other {
        return;
    }
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for ((name, one), other) in one.iter().zip(other.values()) {
                let name = name.replace('~', "~0").replace('/', "~1");
                note_varying(one, other, &format!("{pointer}/{name}"), varying);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                note_varying(one, other, &format!("{pointer}/{number}"), varying);
            }
        }
        _ => {
            varying.insert(pointer.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn leaves_out_only_what_differs_between_requests_with_one_cause() {
        let body = |message: &str, id: u8| json!({"message": message, "trace": [{"a/b": id}, 0]});
        let pairs = vec![
            [body("failed", 1), body("failed", 2)],
            [body("revoked", 3), body("revoked", 3)],
        ];
        let expected = ["failed", "revoked"]
            .map(|message| json!({"message": message, "trace": [{"a/b": null}, 0]}));
        assert_eq!(without_varying(pairs), expected);
    }

    #[test]
    fn field_that_only_one_of_two_bodies_has_makes_the_whole_body_vary() {
        let pairs = vec![[json!({"a": 1}), json!({"a": 1, "b": 2})]];
        assert_eq!(without_varying(pairs), [Value::Null]);
    }
}
