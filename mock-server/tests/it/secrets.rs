//! No error, journal or list reveals a key or a token.

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use http::Method;
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Call, Caller, Organization, TestApp},
};

/// Credentials in the wrong place: valid, production and mistyped keys, and tokens.
fn stray_keys(organization: &Organization) -> Vec<String> {
    let works = organization.key(json!({"preset": "full_access"})).key;
    let live = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9".to_owned();
    let unknown = "lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe".to_owned();
    let (short, long) = (works[..40].to_owned(), format!("{works}{works}"));
    let issued = organization
        .control(Method::POST, "/tokens", json!({}))
        .ok();
    let token = |name: &str| issued[name].as_str().unwrap().to_owned();
    let (access, refresh) = (token("access_token"), token("refresh_token"));
    vec![works, live, unknown, short, long, access, refresh]
}

/// Requests to the API with a key in every place that a caller can put it.
fn calls(organization: &Organization, key: &str) -> Vec<Call> {
    let caller = organization.spelled("FullAccess");
    let post = |body: Value| caller.call(Method::POST, "/orders").json(&body);
    let authorized = |value: &str| {
        let call = organization.app.call(Method::GET, "/api/v1/orders");
        call.header("authorization", value)
    };
    let encoded = key.replace('_', "%5F");
    let escaped = key
        .replace(['_', '.'], "\\u005f")
        .replacen('e', "\\u0065", 1);
    let wide: Vec<u8> = key.bytes().flat_map(|byte| [byte, 0]).collect();
    let filler = "x".repeat(65_500);
    let get = || caller.call(Method::GET, "/orders");
    let json = |body: Vec<u8>| {
        let call = caller.call(Method::POST, "/orders");
        call.header("content-type", "application/json").body(body)
    };
    vec![
        caller.call(Method::from_bytes(key.as_bytes()).unwrap(), "/orders"),
        caller.call(Method::GET, &format!("/orders/{encoded}")),
        caller.call(Method::GET, &format!("/orders?limit={encoded}&{encoded}=1")),
        authorized(&format!("Bearer {key}")),
        caller.call(Method::GET, &format!("/{key}")),
        caller.call(Method::GET, &format!("/orders/{key}")),
        caller.call(Method::GET, &format!("/orders/{key}/results?{key}={key}")),
        caller.call(Method::GET, &format!("/orders?api_key={key}")),
        caller.call(Method::GET, &format!("/orders?limit={key}")),
        post(json!(key)),
        post(json!([key])),
        post(json!({"title": "t", "features": [key], "companies": [{"company_name": "A"}]})),
        post(json!({"title": "t", "features": [], "companies": [{"company_name": {"key": key}}]})),
        post(
            json!({"title": [key], "features": {"key": key}, "order_type": key, "companies": key}),
        ),
        caller
            .call(Method::POST, "/orders")
            .header("content-type", key),
        caller
            .call(Method::POST, "/orders")
            .header("content-type", "application/json")
            .body(format!("{{\"{key}\": {key}}}")),
        json(format!("{{\"title\": \"{escaped}\"}}").into_bytes()),
        json(format!("{{\"title\": \"{encoded}\"}}").into_bytes()),
        json(wide),
        json(format!("{{\"title\": \"{filler}{key}{filler}").into_bytes()),
        get().header("x-other", key),
        get().header("cookie", format!("a={key}")),
        get().header("referer", format!("http://x/?{encoded}")),
        get().without("host").header("host", format!("{key}@a")),
        authorized(&format!("Bearer {key} {key}")),
        authorized(&format!("Bearer {}", key.replace('_', "-"))),
        authorized(&format!("Basic {key}")),
        authorized(key),
    ]
}

/// Control requests with a key in every place that a caller can put it.
fn control_calls(organization: &Organization, key: &str) -> Vec<Call> {
    let (app, name) = (&organization.app, &organization.name);
    let post = |path: &str, body: Value| {
        app.call(Method::POST, &format!("/_mock{path}"))
            .body(body.to_string())
    };
    let own = |path: &str, body: Value| post(&format!("/organizations/{name}{path}"), body);
    vec![
        app.call(Method::GET, &format!("/_mock/{key}")),
        app.call(Method::GET, &format!("/_mock/organizations/{key}")),
        app.call(Method::GET, &format!("/_mock/journal?{key}={key}")),
        app.call(Method::GET, "/_mock/journal")
            .without("host")
            .header("host", key),
        app.call(Method::GET, "/_mock/organizations/self")
            .header("authorization", format!("Bearer {key} x")),
        post("/organizations", json!({"name": key})),
        post("/organizations", json!({"clock": key})),
        post("/organizations", json!({key: 1})),
        own(&format!("/keys/{key}/revoke"), json!({})),
        own("/keys", json!({"preset": "orders", "name": key})),
        own("/keys", json!({"preset": key})),
        own("/keys", json!({"scopes": [key]})),
        own("/keys", json!({"preset": "orders", "expires_in": key})),
        own("/keys", json!({"preset": "orders", "expires_at": key})),
        own(&format!("/keys/{key}/rotate"), json!({})),
        own("/keys/key_1/rotate", json!({"overlap": key})),
        own(
            &format!("/orders/{key}/transition"),
            json!({"to": "COMPLETED"}),
        ),
        own("/orders/1/transition", json!({"to": key})),
        post("/organizations", json!({"keys": [{"preset": key}]})),
        app.call(
            Method::PUT,
            &format!("/_mock/organizations/{name}/snapshot"),
        )
        .body(json!({"version": key}).to_string()),
        own("/clock/advance", json!({"by": key})),
        own("/clock/freeze", json!({"at": key})),
    ]
}

/// What can be read afterwards.
#[track_caller]
fn records(organization: &Organization) -> Vec<Response> {
    let own = ["/keys", "/journal", "/journal/har", "/snapshot", ""]
        .map(|path| organization.control(Method::GET, path, ()));
    let all = ["/journal", "/journal/har", "/organizations"]
        .map(|path| organization.app.control(Method::GET, path, ()));
    own.into_iter().chain(all).collect()
}

/// The exports that are not JSON.
fn exports(organization: &Organization) -> Vec<String> {
    let journals = [
        String::new(),
        format!("/organizations/{}", organization.name),
    ];
    let export = |of: &String| {
        let path = format!("/_mock{of}/journal/ndjson");
        organization.app.call(Method::GET, &path).raw().into_body()
    };
    journals.iter().map(export).collect()
}

/// Whether a text reveals a key or a token. A masked key shows four characters at either end; of a token, no part is shown.
fn gives_away(text: &str, key: &str) -> bool {
    let mut parts = key.split('.').skip(1);
    parts.any(|part| text.contains(part))
        || text.contains(key)
        || text.contains(&key[13..key.len() - 4])
}

#[test]
fn no_key_is_leaked_wherever_it_is_sent() {
    let organization = TestApp::new().organization();
    for key in stray_keys(&organization) {
        let calls = calls(&organization, &key)
            .into_iter()
            .chain(control_calls(&organization, &key));
        let mut seen: Vec<_> = calls.map(Call::send).collect();
        seen.extend(records(&organization));
        for answer in seen {
            let told = format!("{:?}\n{answer}", answer.headers);
            assert!(!gives_away(&told, &key), "{key}\n{told}");
        }
        for export in exports(&organization) {
            assert!(!gives_away(&export, &key), "{key}\n{export}");
        }
    }
    assert!(organization.journal().len() > 40);
}

/// Sends a text in paths, queries, headers and bodies.
fn send_in_many_places(caller: &Caller, form: &str) {
    for path in [
        "/orders?q=",
        "/orders?token=",
        "/",
        "/orders?limit=",
        "/orders/",
    ] {
        caller.call(Method::GET, &format!("{path}{form}")).send();
    }
    for name in ["referer", "user-agent", "x-other"] {
        let call = caller.call(Method::GET, "/orders");
        call.header(name, format!("a {form}")).send();
    }
    for body in [
        json!({"title": form}),
        json!({form: 1}),
        json!({"features": [form]}),
    ] {
        caller.call(Method::POST, "/orders").json(&body).send();
    }
}

/// What a request repeats of its own key is masked although it does not look like a key.
#[test]
fn own_key_is_masked_without_its_prefix_and_encoded() {
    let organization = TestApp::new().organization();
    let key = organization.key(json!({"preset": "full_access"})).key;
    let secret = &key["lnc_test_".len()..];
    let caller = organization.app.caller(&key);
    let forms = [
        secret.to_owned(),
        key.to_uppercase(),
        BASE64_STANDARD_NO_PAD.encode(&key),
        BASE64_STANDARD_NO_PAD.encode(secret),
        hex::encode(&key),
        hex::encode_upper(secret),
    ];
    for form in &forms {
        send_in_many_places(&caller, form);
    }
    let ids = organization
        .journal()
        .into_iter()
        .map(|entry| entry["id"].as_str().unwrap().to_owned());
    let details: Vec<_> = ids
        .map(|id| {
            organization
                .control(Method::GET, &format!("/journal/{id}"), ())
                .text()
                .to_owned()
        })
        .collect();
    assert!(details.len() > 50);
    let lists = ["/journal", "/journal/har"].map(|path| {
        let list = organization.control(Method::GET, path, ());
        list.text().to_owned()
    });
    // Names of headers are in lower case.
    for text in lists
        .into_iter()
        .chain(exports(&organization))
        .chain(details)
    {
        for form in &forms {
            assert!(
                !text.to_lowercase().contains(&form.to_lowercase()),
                "{form}\n{text}"
            );
        }
    }
}

#[test]
fn valid_key_appears_only_in_the_response_that_creates_it() {
    let organization = TestApp::new().organization();
    for path in ["/keys", "/keys/key_1/rotate"] {
        let body = if path == "/keys" {
            json!({"preset": "orders"})
        } else {
            json!({"overlap": "1h"})
        };
        let made = organization.control(Method::POST, path, body);
        let key = made.json()["key"].as_str().unwrap().to_owned();
        assert!(gives_away(made.text(), &key));
        organization.app.caller(&key).get("/orders").ok();
        for record in records(&organization) {
            assert!(!gives_away(record.text(), &key), "{record}");
        }
    }
}
