//! No error, page, journal or list reveals a token, a code, a verifier, a secret or a password.

use http::Method;
use serde_json::json;

use super::{CALLBACK, Reply, authorize, post, redeem, redemption, refreshing, request, with};
use crate::test_app::{Organization, TestApp};

const PASSWORD: &str = "hunter2hunter2";
const SECRET: &str = "s3cr3ts3cr3t";

fn organization() -> Organization {
    TestApp::with(&format!(
        "[[oauth.clients]]\nclient_id = 'server'\nclient_secret = '{SECRET}'\n\
         [[oauth.users]]\nname = 'robot'\nrole = 'admin'\npassword = '{PASSWORD}'"
    ))
    .organization()
}

/// Requests with a secret in every place except the correct one.
fn strays(organization: &Organization, secret: &str) -> Vec<Reply> {
    let app = &organization.app;
    let admin = organization.user("admin");
    let page = with(&request(&admin), "prompt", "");
    let shown = |name| authorize(app, &with(&page, name, secret));
    let names = [
        "client_id",
        "redirect_uri",
        "scope",
        "prompt",
        "response_type",
    ];
    let mut replies: Vec<_> = names.into_iter().map(shown).collect();
    for name in [
        "grant_type",
        "client_id",
        "code",
        "redirect_uri",
        "code_verifier",
        "client_secret",
    ] {
        replies.push(redeem(app, &with(&redemption("x"), name, secret)));
    }
    replies.push(redeem(app, &with(&refreshing("x"), "scope", secret)));
    for path in ["/oauth/revoke", "/oauth/introspect"] {
        for name in ["client_id", "token", "client_secret"] {
            replies.push(post(app, path, &with(&vec![("token", "x")], name, secret)));
        }
    }
    for name in ["organization", "password"] {
        let fields = [
            ("organization", "acme01"),
            ("user", "robot"),
            ("password", "wrong"),
        ];
        let fields = [&page[..], &fields].concat();
        let reply = post(app, "/oauth/authorize", &with(&fields, name, secret));
        // The page shows the name that was entered again.
        replies.extend((name != "organization").then_some(reply));
    }
    replies
}

#[test]
fn no_secret_is_leaked_wherever_it_is_sent() {
    let organization = organization();
    let app = &organization.app;
    let code = organization.code();
    let tokens = redeem(app, &redemption(&code)).ok();
    let unused = organization.code();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    for secret in [
        code,
        unused,
        text("access_token"),
        text("refresh_token"),
        super::VERIFIER.to_owned(),
        PASSWORD.to_owned(),
        SECRET.to_owned(),
    ] {
        let replies = strays(&organization, &secret);
        assert!(replies.len() > 15);
        for reply in replies {
            let told = format!("{:?}\n{}", reply.headers, reply.body);
            assert!(!told.contains(&secret), "{secret}\n{told}");
        }
        for path in ["/keys", "/journal", "/journal/har", "/snapshot", ""] {
            let record = organization.control(Method::GET, path, ());
            assert!(!record.text().contains(&secret), "{secret}\n{record}");
        }
        let own = format!("/organizations/{}", organization.name);
        for owner in ["", &own] {
            let path = format!("/_mock{owner}/journal/ndjson");
            let export = app.call(Method::GET, &path).raw().into_body();
            assert!(!export.contains(&secret), "{secret}\n{export}");
        }
        for path in [
            "/journal",
            "/journal/har",
            "/organizations",
            "/settings",
            "/fidelity",
        ] {
            let record = app.control(Method::GET, path, ());
            assert!(!record.text().contains(&secret), "{secret}\n{record}");
        }
    }
}

#[test]
fn redirect_sends_no_referrer() {
    let organization = organization();
    let reply = authorize(&organization.app, &request(&organization.user("admin")));
    assert_eq!(reply.sent_to().0, CALLBACK);
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    // Queries appear in logs, so they contain no token.
    assert!(!reply.header("location").contains("token"));
    let minted = organization
        .control(Method::POST, "/tokens", json!({"user": "robot"}))
        .ok();
    assert!(minted["access_token"].is_string());
}
