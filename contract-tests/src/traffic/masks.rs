//! Masked keys in bodies that the sandbox has recorded. The one response that shows a key has its mask instead, which no key
//! looks like; it is judged as if it had a key.

use schemas::key::{Environment, SECRET_LENGTH};
use serde_json::Value;

/// Between the parts of a key that its mask shows.
const MASK: char = '…';
/// Stands for a character that the mask hides.
const HIDDEN: &str = "x";
/// The start of the names of fields whose values are masks on the wire, too.
const MASKED: &str = "masked_";

/// A body with a key for each mask of one. A body that is not JSON stays unchanged.
pub(super) fn restored(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice(&body) else {
        return body;
    };
    restore(&mut value);
    value.to_string().into_bytes()
}

fn restore(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(key) = key(text) {
                *text = key;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(restore),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !name.starts_with(MASKED))
            .for_each(|(_, value)| restore(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A key with this mask, if it is one.
fn key(mask: &str) -> Option<String> {
    let prefixes = [Environment::Live, Environment::Test].map(Environment::prefix);
    let prefix = prefixes
        .into_iter()
        .find(|prefix| mask.starts_with(prefix))?;
    let (start, end) = mask.split_once(MASK)?;
    let shown = start.len() + end.len();
    let hidden = (prefix.len() + SECRET_LENGTH).checked_sub(shown)?;
    Some(format!("{start}{}{end}", HIDDEN.repeat(hidden)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_becomes_a_key_where_the_wire_had_one() {
        let body = r#"{"key":"lnc_test_A3mK…mo01","masked_key":"lnc_test_A3mK…mo01","name":"a…b"}"#;
        assert_eq!(
            String::from_utf8(restored(body.into())).unwrap(),
            r#"{"key":"lnc_test_A3mKxxxxxxxxxxxxxxxxxxxxxxxxmo01","masked_key":"lnc_test_A3mK…mo01","name":"a…b"}"#
        );
        assert_eq!(restored(b"no JSON".to_vec()), b"no JSON");
    }
}
