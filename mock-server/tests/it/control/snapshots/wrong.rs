//! Invalid snapshots, and snapshots that were edited.

use http::Method;
use proptest::{prelude::*, sample::Index};
use schemas::ErrorCode::{InvalidJson, PayloadTooLarge};
use serde_json::{Value, json};

use super::{keep, restore, used};
use crate::{
    control::mistake,
    test_app::{Caller, Organization, order},
};

/// A place in a snapshot, the invalid value there, and the error.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "/store/orders/all/0/request/title",
        r#""""#,
        "orders: title: ",
    ),
    (
        "/store/orders/all/0/companies",
        "[1000000]",
        "orders: no company has number 1000000",
    ),
    (
        "/store/orders/delivered/0",
        "99",
        "orders: order 99 cannot have been delivered then",
    ),
    (
        "/store/orders/delivered/1",
        "0",
        "orders: order 0 cannot have been delivered then",
    ),
    (
        "/store/orders/all/5/course/moves/0/1",
        r#""RECEIVED""#,
        "orders: no order can have this history",
    ),
    (
        "/store/feedback",
        r#"{"7": {"says": {"rating": "good"}, "updated_at": "2026-01-15T09:00:00Z"}}"#,
        "feedback: no delivery has number 7",
    ),
    (
        "/store/blacklists/next",
        "0",
        "blacklists: `next` must be greater than every number",
    ),
    (
        "/store/prospect_searches/0/blacklists",
        "[77]",
        "prospect_searches: no blacklist has number 77",
    ),
    (
        "/store/prospect_searches",
        "[]",
        "prospect_searches: there are 5, not 0",
    ),
    (
        "/store/companies/created",
        "1000",
        "companies: 1000 are more than the ",
    ),
    (
        "/store/companies/by_source_id",
        r#"{"CRM-1": 1000000}"#,
        "companies: no company has number 1000000",
    ),
    (
        "/store/prospects/changed",
        r#"{"99999999": {"says": {}, "updated_at": "2026-01-15T09:00:00Z"}}"#,
        "prospects: no prospect has number 99999999",
    ),
    (
        "/store/settings/says",
        r#"{"contact_email": "x"}"#,
        "settings: contact_email: ",
    ),
    (
        "/keys/1/definition/id",
        r#""key_1""#,
        "keys: their ids must be key_1, key_2 and so on",
    ),
    (
        "/keys/0/bucket",
        r#"[{"start": 1900000000, "used": 1}]"#,
        "keys: a rate-limit window",
    ),
    (
        "/clock/now",
        r#""0001-01-01T00:00:00Z""#,
        "clock: the time must be from 1970",
    ),
    ("/clock/pace", r#""slow""#, "`slow` is not real, frozen"),
];

#[test]
fn rejects_what_is_not_a_snapshot() {
    let (organization, _) = used();
    let snapshot = keep(&organization);
    let put = |body: String| {
        let path = format!("/_mock/organizations/{}/snapshot", organization.name);
        organization.app.call(Method::PUT, &path).body(body).send()
    };
    put(String::new()).refused(InvalidJson);
    put("{".to_owned()).refused(InvalidJson);
    put("x".repeat(65 << 20)).refused(PayloadTooLarge);
    assert!(
        mistake(put("[]".to_owned()))
            .1
            .starts_with("invalid length 0")
    );
    assert!(
        mistake(put("{}".to_owned()))
            .1
            .starts_with("missing field `version`")
    );
    let mut more = snapshot.clone();
    more["mood"] = json!("good");
    assert!(
        mistake(restore(&organization, &more))
            .1
            .starts_with("unknown field `mood`")
    );
    assert_eq!(keep(&organization), snapshot);
}

#[test]
fn rejects_inconsistent_snapshots_with_the_reason() {
    let (organization, caller) = used();
    let snapshot = keep(&organization);
    let refused = |place: &str, value, reason: &str| {
        let mut wrong = snapshot.clone();
        *wrong.pointer_mut(place).unwrap() = value;
        let (field, told) = mistake(restore(&organization, &wrong));
        assert!(
            field.is_empty() || told.starts_with(&field),
            "{field}: {told}"
        );
        assert!(told.starts_with(reason), "{place}: {told}");
    };
    for (place, value, reason) in WRONG {
        refused(place, serde_json::from_str(value).unwrap(), reason);
    }
    // Keys are found by the first half of their hashes.
    let hash = snapshot["keys"][0]["definition"]["hash"].as_str().unwrap();
    let hash = json!(format!("{}{}", &hash[..32], "0".repeat(32)));
    refused("/keys/1/definition/hash", hash, "keys: one appears twice");
    let a_key = "keys: a name is too long, or contains a key";
    refused("/keys/0/definition/name", json!(caller.key), a_key);
    let a_mask = "a masked key looks like lnc_test_";
    for other in [&caller.key, "lnc_prod_Orde…mo01"] {
        refused("/keys/0/definition/masked", json!(other), a_mask);
    }
    assert_eq!(keep(&organization), snapshot);
}

/// All places in a snapshot.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    let mut inside = |name: &str, value| places(value, &format!("{place}/{name}"), found);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(name, value)),
        Value::Array(items) => (0..)
            .zip(items)
            .for_each(|(index, value): (usize, _)| inside(&index.to_string(), value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(place.to_owned());
}

fn odd() -> impl Strategy<Value = Value> {
    let numbers = [0, 1, 7, 255, 100_000, (1 << 56) + 1, u64::MAX];
    let numbers = proptest::sample::select(numbers.to_vec());
    let texts = [
        "",
        "x",
        "COMPLETED",
        "DISCOVERY",
        "free",
        "frozen",
        "2026-01-15T09:00:05Z",
    ];
    let texts = proptest::sample::select(texts.map(ToOwned::to_owned).to_vec());
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        numbers.clone().prop_map(|number| json!(number)),
        numbers.prop_map(|number| json!([number])),
        texts.prop_map(|text| json!(text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn edited_snapshot_is_rejected_or_yields_a_working_organization(
        place in any::<Index>(), odd in odd(),
    ) {
        let (original, caller) = USED.with(Clone::clone);
        let snapshot = SNAPSHOT.with(Clone::clone);
        let mut found = Vec::new();
        places(&snapshot, "", &mut found);
        let place = place.get(&found);
        let mut wrong = snapshot.clone();
        *wrong.pointer_mut(place).unwrap() = odd;
        if !wrong.is_null() && restore(&original, &wrong).status.is_success() {
            let kept = keep(&original);
            for path in ["/orders", "/companies", "/prospects?search=a", "/deliveries", "/organization", "/blacklists"] {
                let status = caller.get(path).status.as_u16();
                prop_assert!([200, 401, 403].contains(&status), "{place}: {path} is {status}");
            }
            original.advance("1m");
            let status = caller.post("/orders", &order(1)).status.as_u16();
            prop_assert!([201, 401, 403].contains(&status), "{place}: {status}");
            restore(&original, &kept).ok();
            prop_assert_eq!(keep(&original), kept);
        }
        restore(&original, &snapshot).ok();
    }
}

thread_local! {
    static USED: (Organization, Caller) = used();
    static SNAPSHOT: Value = USED.with(|(organization, _)| keep(organization));
}
