//! Client authentication: by id alone, by a secret in the body, by a secret in a header.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;

use super::{
    CLIENT, CONFIDENTIAL, Fields, Reply, authorize, encoded, redeem, redemption, reply, request,
    with,
};
use crate::test_app::{Organization, TestApp};

const REDIRECT: &str = "https://server.example/cb?x=1";

/// A code for the confidential client.
#[track_caller]
fn code(organization: &Organization) -> String {
    let admin = organization.user("admin");
    let fields = with(&request(&admin), "client_id", "server");
    let reply = authorize(&organization.app, &with(&fields, "redirect_uri", REDIRECT));
    let location = reply.header("location");
    assert!(
        location.starts_with(&format!("{REDIRECT}&code=oac_")),
        "{location}"
    );
    reply.field("code").unwrap()
}

fn fields(code: &str) -> Fields<'_> {
    with(
        &with(&redemption(code), "client_id", ""),
        "redirect_uri",
        REDIRECT,
    )
}

/// Sends a request with this `Authorization` header.
#[track_caller]
fn by_header(app: &TestApp, header: &str, fields: &Fields<'_>) -> Reply {
    let call = app
        .call(Method::POST, "/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", header)
        .body(encoded(fields));
    reply(call.raw())
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

#[test]
fn accepts_a_secret_in_header_or_body() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let app = &organization.app;
    let first = code(&organization);
    // RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
    by_header(app, &basic("server:s%3Acret+%26"), &fields(&first)).ok();
    let second = code(&organization);
    let both = [
        fields(&second),
        vec![("client_id", "server"), ("client_secret", "s:cret &")],
    ]
    .concat();
    redeem(app, &both).ok();
}

#[test]
fn unauthenticated_client_gets_401() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let app = &organization.app;
    let code = code(&organization);
    let right = fields(&code);
    for header in [
        basic("server:wrong"),
        basic("server:"),
        basic("server"),
        basic("unknown:s%3Acret+%26"),
        "Basic !".to_owned(),
        "Basic".to_owned(),
        "Bearer x".to_owned(),
        basic(&format!("{CLIENT}:anything")),
    ] {
        let refused = by_header(app, &header, &right);
        assert!(
            refused
                .header("www-authenticate")
                .starts_with("Basic realm="),
            "{header}"
        );
        refused.refused(401, "invalid_client");
    }
    for secret in ["", "wrong"] {
        let named = with(&right, "client_id", "server");
        redeem(app, &with(&named, "client_secret", secret)).refused(401, "invalid_client");
    }
    let two_ways = with(&right, "client_secret", "s:cret &");
    by_header(app, &basic("server:s%3Acret+%26"), &two_ways).refused(400, "invalid_request");
    let two_names = with(&right, "client_id", CLIENT);
    by_header(app, &basic("server:s%3Acret+%26"), &two_names).refused(400, "invalid_request");
}

#[test]
fn public_client_may_name_itself_in_the_header_without_secret() {
    let (organization, _) = Organization::new();
    let code = organization.code();
    let fields = with(&redemption(&code), "client_id", "");
    by_header(&organization.app, &basic(&format!("{CLIENT}:")), &fields).ok();
}
