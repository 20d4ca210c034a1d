//! A sandbox reports those of its settings that affect responses.

use http::Method;
use schemas::{
    Profile,
    control::{CALLS, SandboxSettings},
    openapi,
};
use serde_json::{Value, json};

use crate::test_app::TestApp;

fn shown(file: &str) -> Value {
    let app = TestApp::with(file);
    app.control(Method::GET, "/settings", ()).ok()
}

#[test]
fn without_flags_settings_are_the_documented_defaults() {
    assert_eq!(shown(""), json!(SandboxSettings::default()));
}

#[test]
fn each_setting_shows_its_flag_and_changes_nothing_else() {
    for (name, set) in [
        ("challenges", json!(false)),
        ("clamp_limits", json!(true)),
        ("companies", json!(5)),
        ("head", json!(false)),
        ("ignore_unknown_parameters", json!(true)),
        ("max_organizations", json!(10)),
        ("order_duration", json!("1s")),
        ("rate_headers", json!("ietf")),
        ("seed", json!(7)),
        ("trailing_slash", json!(false)),
        ("validation_status", json!(400)),
    ] {
        let mut expected = json!(SandboxSettings::default());
        expected[name] = set.clone();
        assert_eq!(shown(&format!("{name} = {set}")), expected);
    }
    let tiers = &shown("[tiers]\nfree = '2/1s,3/1h'")["tiers"];
    assert_eq!(
        *tiers,
        json!({"free": "2/1s,3/1h", "pro": "1000/1h", "enterprise": "10000/1h"})
    );
    let documented = shown("documented_only = true");
    assert_eq!(
        [
            &documented["documented_only"],
            &documented["rate_headers"],
            &documented["challenges"]
        ],
        [&json!(true), &json!("none"), &json!(false)]
    );
}

#[test]
fn settings_match_the_openapi_document() {
    let document = openapi::generate(Profile::Everything);
    let at = "/paths/~1_mock~1settings/get/responses/200/content/application~1json/schema";
    let schema = document.pointer(at).unwrap();
    let mut calls = CALLS.iter();
    let row = calls.find(|row| row.path == "/settings").unwrap();
    assert_eq!(*schema, row.returns.unwrap()());
    let validator = jsonschema::draft202012::new(schema).unwrap();
    assert!(validator.is_valid(&shown("")) && !validator.is_valid(&json!({})));
}
