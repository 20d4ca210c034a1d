//! Requests to the authorization server in the journal, which show why a sign-in failed.

use http::Method;
use serde_json::{Value, json};

use super::{
    CHALLENGE, VERIFIER, authorize, encoded, get, post, redeem, redemption, refresh, reply,
    request, with,
};
use crate::test_app::{Organization, TestApp, entries};

/// The endpoint, the status and the reason for the rejection in an entry.
fn told(entry: &Value) -> (&str, u64, &str) {
    assert_eq!(
        (&entry["operation"], &entry["credential"]),
        (&Value::Null, &Value::Null)
    );
    let steps = entry["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["framing", "route", "handler"]);
    assert_eq!(steps[1]["endpoint"], entry["endpoint"]);
    let reason = steps[2]["reason"].as_str().unwrap_or_default();
    assert_eq!(
        steps[2]["decision"] == "answered",
        reason.is_empty(),
        "{entry}"
    );
    (
        entry["endpoint"].as_str().unwrap(),
        entry["status"].as_u64().unwrap(),
        reason,
    )
}

#[test]
fn journal_has_sign_ins_with_reasons_of_failure() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let hint = organization.user("admin");
    let code = organization.code();
    let other = "x".repeat(43);
    let stolen = with(&redemption(&code), "code_verifier", &other);
    redeem(app, &stolen).refused(400, "invalid_grant");
    let tokens = redeem(app, &redemption(&code)).ok();
    authorize(app, &with(&request(&hint), "scope", "nonsense")).sent_back("invalid_scope");
    let signs_in = with(&request(&hint), "prompt", "");
    let signs_in = with(
        &with(&signs_in, "organization", &organization.name),
        "user",
        "nobody",
    );
    post(app, "/oauth/authorize", &signs_in).page(400);
    post(
        app,
        "/oauth/revoke",
        &[
            ("token", tokens["refresh_token"].as_str().unwrap()),
            ("client_id", super::CLIENT),
        ],
    );
    caller.get("/orders").ok();
    refresh(app, &tokens["refresh_token"]).refused(400, "invalid_grant");
    let journal = organization.journal();
    let (api, sign_in): (Vec<_>, Vec<_>) = journal
        .iter()
        .partition(|entry| entry["endpoint"].is_null());
    assert_eq!(api.len(), 1);
    let expected = [
        ("authorize", 303, ""),
        (
            "token",
            400,
            "invalid_grant: `code_verifier` does not match the `code_challenge`",
        ),
        ("token", 200, ""),
        (
            "authorize",
            303,
            "invalid_scope: `scope` names an unknown scope",
        ),
        (
            "authorize",
            400,
            "The organization has no such user. There are admin and member.",
        ),
        ("revoke", 200, ""),
        ("token", 400, "invalid_grant: the refresh token is revoked"),
    ];
    let told: Vec<_> = sign_in.into_iter().map(told).collect();
    assert_eq!(told, expected);
}

#[test]
fn requests_without_organization_are_in_the_journal_of_unauthenticated_requests() {
    let app = &TestApp::new();
    redeem(app, &redemption("nonsense")).refused(400, "invalid_grant");
    authorize(app, &[]).page(400);
    get(app, "/oauth/jwks.json").json();
    let unclaimed = entries(app.control(Method::GET, "/journal", ()));
    let unclaimed: Vec<_> = unclaimed.iter().map(told).collect();
    let unknown = ("token", 400, "invalid_grant: the code is unknown");
    let missing = ("authorize", 400, "client_id is missing or repeated");
    assert_eq!(unclaimed, [unknown, missing]);
}

#[test]
fn journal_contains_no_secret() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let hint = organization.user("admin");
    let code = organization.code();
    let tokens = redeem(app, &redemption(&code)).ok();
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap());
    // As a client sends it that puts the form into the URL.
    let mut query = request(&hint);
    query.extend([
        ("code", &*code),
        ("code_verifier", VERIFIER),
        ("refresh_token", refresh),
        ("token", access),
        ("password", "hunter2"),
        ("client_secret", "s3cret"),
        ("hunter2", "hunter2"),
        ("scope", access),
    ]);
    for path in ["authorize", "token", "revoke", "introspect"] {
        let target = format!("/oauth/{path}?{}&hunter2", encoded(&query));
        let call = app
            .call(Method::POST, &target)
            .header("cookie", "sid=hunter2");
        call.raw();
        app.call(Method::GET, &target).raw();
    }
    for path in ["/journal", "/journal/har", "/journal/ndjson"] {
        for owner in [
            format!("/_mock/organizations/{}", organization.name),
            "/_mock".to_owned(),
        ] {
            let shown = app
                .call(Method::GET, &format!("{owner}{path}"))
                .raw()
                .into_body();
            for secret in [
                &*code, access, refresh, VERIFIER, CHALLENGE, "hunter2", "s3cret", "a+state",
            ] {
                assert!(!shown.contains(secret), "{secret} is in {shown}");
            }
        }
    }
    let shown = organization.journal();
    let target = shown.last().unwrap()["target"].as_str().unwrap();
    let kept = format!("login_hint=admin%40{}", organization.name);
    assert!(
        target.contains("client_id=openprospect-dashboard") && target.contains(&kept),
        "{target}"
    );
    assert!(
        target.contains("&password=…&") && target.ends_with("&…"),
        "{target}"
    );
}

#[test]
fn entries_can_be_filtered_exported_and_explained() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    let tokens = organization.tokens();
    caller.get("/orders").ok();
    let refused = reply(
        app.call(Method::POST, "/oauth/introspect")
            .body(encoded(&[(
                "token",
                tokens["access_token"].as_str().unwrap(),
            )]))
            .header("content-type", "application/x-www-form-urlencoded")
            .raw(),
    );
    refused.refused(401, "invalid_client");
    let count = |query: &str| {
        let path = format!("/journal/count?{query}");
        organization.control(Method::GET, &path, ()).ok()["count"]
            .as_u64()
            .unwrap()
    };
    for (query, expected) in [
        ("", 4),
        ("endpoint=token", 1),
        ("endpoint=revoke", 0),
        ("operation=list_orders", 1),
        ("path=/oauth/", 3),
        ("status=401", 1),
        ("key=key_1", 1),
    ] {
        assert_eq!(count(query), expected, "{query}");
    }
    let wrong = organization.control(Method::GET, "/journal?endpoint=jwks", ());
    wrong.refused(schemas::ErrorCode::ValidationError);
    let har = organization.control(Method::GET, "/journal/har", ()).ok();
    let media_type =
        |index: usize| har["log"]["entries"][index]["response"]["content"]["mimeType"].clone();
    assert_eq!(
        [media_type(0), media_type(1)],
        [json!(""), json!("application/json")]
    );
    let id = refused.header("x-request-id");
    let explained = app.control(Method::GET, &format!("/explain/{id}"), ()).ok();
    assert_eq!(explained["request"]["endpoint"], "introspect");
    assert_eq!(explained["organization"], organization.name);
    let reason = explained["answer"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("invalid_client: "), "{reason}");
    // The report on keys and tokens does not include it.
    let report = organization
        .control(Method::GET, "/report/least-privilege", ())
        .ok();
    assert_eq!(report["subjects"], json!([]));
    assert_eq!(report["keys"][0]["requests"], 1);
}

#[test]
fn journal_has_effects_of_faults() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let call = app.call(
        Method::GET,
        &format!(
            "/oauth/authorize?{}",
            encoded(&request(&organization.user("admin")))
        ),
    );
    call.header("x-mock-fault", "error;status=503").raw();
    let journal = organization.journal();
    let down = ("authorize", 503, "a fault responds in place of the server");
    assert_eq!(told(&journal[0]), down);
    assert_eq!(journal[0]["faults"][0]["id"], "error");
}
