//! Texts that equal a valid key except for a part: a server that compares only the rest accepts them.

use http::Method;
use scenarios::SelfDescribingKey;
use schemas::{
    Operation,
    key::{ApiKey, Environment},
};

/// The key with another character: the last one where the operation reads, one in the middle elsewhere. Keys are commonly looked
/// up by their start, by both ends, or in a column that is too short. The end of a self-describing key is the name of an
/// organization: with another, it would be valid.
pub(super) fn unknown(key: &ApiKey, operation: &Operation) -> String {
    let text = key.expose();
    let secret = &text[key.environment().prefix().len()..];
    let is_made_up = SelfDescribingKey::read(secret).is_ok();
    let place = if operation.method == Method::GET && !is_made_up {
        text.len() - 1
    } else {
        text.len() / 2
    };
    let other = if text[place..].starts_with('0') {
        "1"
    } else {
        "0"
    };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

/// The key with one character more, and with one less.
pub(super) fn malformed(key: &ApiKey) -> [String; 2] {
    let text = key.expose();
    [format!("{text}0"), text[..text.len() - 1].to_owned()]
}

/// The key with the prefix of the other environment.
pub(super) fn of_other_environment(key: &ApiKey) -> String {
    let (environment, other) = match key.environment() {
        Environment::Test => (Environment::Test, Environment::Live),
        Environment::Live => (Environment::Live, Environment::Test),
    };
    let secret = &key.expose()[environment.prefix().len()..];
    format!("{}{secret}", other.prefix())
}

#[cfg(test)]
mod tests {
    use schemas::OperationId;

    use super::*;

    #[test]
    fn near_keys_differ_from_the_key_in_one_part() {
        let key = ApiKey::parse("lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe").unwrap();
        let of = |id: OperationId| unknown(&key, id.operation());
        assert_eq!(
            of(OperationId::ListOrders),
            "lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yA0"
        );
        assert_eq!(
            of(OperationId::CreateOrder),
            "lnc_test_Q7nV2kD9sR40X8bL1mT6cF3hJ5pZ0yAe"
        );
        let made_up = ApiKey::parse("lnc_test_FullAccessxxxxxxxxxxxxxxxxmutat1").unwrap();
        let near = unknown(&made_up, OperationId::ListOrders.operation());
        assert_eq!(near, "lnc_test_FullAccessx0xxxxxxxxxxxxxxmutat1");
        assert_eq!(
            of_other_environment(&key),
            "lnc_live_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe"
        );
        assert!(
            malformed(&key)
                .iter()
                .all(|key| ApiKey::parse(key).is_err())
        );
    }
}
