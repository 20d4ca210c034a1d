//! Users, passwords and clients in the settings file.

use super::{authorize, part, post, redeem, redemption, request, with};
use crate::test_app::TestApp;

const USERS: &str = "[oauth]\npassword = 'for all'\n\
    [[oauth.users]]\nname = 'robot'\nrole = 'admin'\norganization = 'acme01'\npassword = 'its own'\n\
    [[oauth.clients]]\nclient_id = 'reader'\nredirect_uris = ['http://127.0.0.1/callback', 'io.example.reader:/cb']\n\
    scopes = ['orders:read', 'admin:write']\n";

#[test]
fn requires_a_configured_password() {
    let app = TestApp::with(USERS);
    let asked = with(&request(""), "prompt", "");
    let page = authorize(&app, &asked);
    assert!(
        page.page(200)
            .contains(r#"name="password" type="password""#)
    );
    let sign_in = |organization: &str, user: &str, password: &str| {
        let fields = with(&asked, "organization", organization);
        let fields = with(&fields, "user", user);
        post(
            &app,
            "/oauth/authorize",
            &with(&fields, "password", password),
        )
    };
    for (organization, user, password) in [
        ("acme01", "admin", ""),
        ("acme01", "admin", "wrong"),
        ("acme01", "robot", "for all"),
        ("acme02", "robot", "its own"),
    ] {
        let reply = sign_in(organization, user, password);
        let page = reply.page(400);
        assert!(
            !page.contains("for all") && !page.contains("its own"),
            "{page}"
        );
    }
    assert!(
        sign_in("acme01", "admin", "for all")
            .field("code")
            .is_some()
    );
    assert!(
        sign_in("acme01", "robot", "its own")
            .field("code")
            .is_some()
    );
    // Without a page, the user cannot be asked for the password.
    authorize(&app, &request("admin@acme01")).sent_back("login_required");
}

#[test]
fn client_gets_only_the_scopes_it_may_have() {
    let app = TestApp::with(&USERS.replace("password = 'for all'\n", ""));
    let fields = with(&request("admin@acme01"), "client_id", "reader");
    let code = authorize(&app, &fields).field("code").unwrap();
    let tokens = redeem(&app, &with(&redemption(&code), "client_id", "reader")).ok();
    assert_eq!(tokens["scope"], "orders:read admin:write");
    assert_eq!(part(&tokens["access_token"], 1)["client_id"], "reader");
    let native = with(&fields, "redirect_uri", "io.example.reader:/cb");
    let reply = authorize(&app, &native);
    assert_eq!(reply.sent_to().0, "io.example.reader:/cb");
    let page = authorize(&app, &with(&native, "prompt", "login"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.ends_with("form-action 'self' io.example.reader:"),
        "{policy}"
    );
}
