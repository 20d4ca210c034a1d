use super::*;

fn key(words: &str) -> Key {
    let text = format!("lnc_test_{words:x<26}demo01");
    let key = ApiKey::parse(&text).unwrap();
    let (described, _) = SelfDescribingKey::read(ApiKey::split(&text).unwrap().1).unwrap();
    Key::new(KeyDefinition::self_describing(
        KeyId::of_index(0),
        &key,
        described,
        at(0),
    ))
}

fn admit(key: &mut Key, now: Timestamp) -> Result<(), KeyRejection> {
    key.check(now)?;
    key.count_use();
    Ok(())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn expiry_counts_from_the_first_use_and_is_exact() {
    let mut key = key("OrdersExpiresIn90s");
    admit(&mut key, at(1_000)).unwrap();
    admit(&mut key, at(1_089)).unwrap();
    assert_eq!(
        admit(&mut key, at(1_090)),
        Err(KeyRejection::ExpiredAt(at(1_090)))
    );
}

#[test]
fn self_revoking_key_admits_exactly_its_number_of_requests() {
    let mut key = key("OrdersRevokedAfter2");
    admit(&mut key, at(0)).unwrap();
    admit(&mut key, at(0)).unwrap();
    assert_eq!(admit(&mut key, at(0)), Err(KeyRejection::RevokedAfter(2)));
}

#[test]
fn revocation_takes_effect_at_once_and_keeps_its_first_time() {
    let mut key = key("Orders");
    admit(&mut key, at(0)).unwrap();
    key.revoke(at(1));
    key.revoke(at(2));
    assert_eq!(admit(&mut key, at(1)), Err(KeyRejection::RevokedAt(at(1))));
}

#[test]
fn future_revocation_takes_effect_exactly_on_time_and_only_moves_earlier() {
    let mut key = key("OrdersExpiresIn90s");
    admit(&mut key, at(0)).unwrap();
    assert_eq!(key.end(), Some((at(90), KeyEnd::Expired)));
    key.revoke(at(60));
    key.revoke(at(70));
    assert_eq!(key.end(), Some((at(60), KeyEnd::Revoked)));
    admit(&mut key, at(59)).unwrap();
    assert_eq!(
        admit(&mut key, at(60)),
        Err(KeyRejection::RevokedAt(at(60)))
    );
    key.revoke(at(60));
    assert_eq!(key.end(), Some((at(60), KeyEnd::Revoked)));
}

#[test]
fn keys_that_never_worked_have_a_reason() {
    assert_eq!(
        key("OrdersExpired").check(at(0)),
        Err(KeyRejection::Expired)
    );
    assert_eq!(
        key("OrdersRevoked").check(at(0)),
        Err(KeyRejection::Revoked)
    );
}

/// There may be a million keys.
#[test]
fn key_takes_little_memory() {
    assert!(size_of::<Key>() <= 160, "{}", size_of::<Key>());
}
