//! Token revocation (RFC 7009).

use super::{CLIENT, CONFIDENTIAL, Reply, post, refresh};
use crate::test_app::{Organization, TestApp};

#[track_caller]
fn revoke(app: &TestApp, fields: &[(&str, &str)]) -> Reply {
    post(app, "/oauth/revoke", fields)
}

#[test]
fn either_token_revokes_its_grant_and_may_be_revoked_twice() {
    for name in ["access_token", "refresh_token"] {
        for hint in [
            &[][..],
            &[("token_type_hint", "refresh_token")],
            &[("token_type_hint", "x")],
        ] {
            let (organization, _) = Organization::new();
            let tokens = organization.tokens();
            let others = organization.tokens();
            let token = tokens[name].as_str().unwrap();
            let fields = [&[("client_id", CLIENT), ("token", token)], hint].concat();
            for _ in 0..2 {
                let reply = revoke(&organization.app, &fields);
                assert_eq!((reply.status.as_u16(), &*reply.body), (200, ""));
            }
            assert!(!organization.knows(&tokens["access_token"]));
            assert!(!organization.knows(&tokens["refresh_token"]));
            refresh(&organization.app, &tokens["refresh_token"]).refused(400, "invalid_grant");
            assert!(organization.knows(&others["access_token"]));
        }
    }
}

#[test]
fn expired_access_token_still_identifies_its_grant() {
    let (organization, _) = Organization::new();
    let tokens = organization.tokens();
    organization.advance("1h");
    let token = tokens["access_token"].as_str().unwrap();
    revoke(
        &organization.app,
        &[("client_id", CLIENT), ("token", token)],
    );
    assert!(!organization.knows(&tokens["refresh_token"]));
}

#[test]
fn leaves_unknown_tokens_and_those_of_other_clients() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let tokens = organization.tokens();
    for token in [&tokens["access_token"], &tokens["refresh_token"]] {
        let token = token.as_str().unwrap();
        let fields = [
            ("client_id", "server"),
            ("client_secret", "s:cret &"),
            ("token", token),
        ];
        assert_eq!(revoke(&organization.app, &fields).status.as_u16(), 200);
    }
    for token in [
        "x",
        "ort_x",
        "oac_0000012cO3oEo8jcVmllzP3rG7demo01",
        "a.b.c",
        "lnc_test_x",
    ] {
        let reply = revoke(
            &organization.app,
            &[("client_id", CLIENT), ("token", token)],
        );
        assert_eq!(reply.status.as_u16(), 200);
    }
    assert!(organization.knows(&tokens["access_token"]));
    assert!(organization.knows(&tokens["refresh_token"]));
}

#[test]
fn rejects_malformed_requests() {
    let app = TestApp::with(CONFIDENTIAL);
    revoke(&app, &[("client_id", CLIENT)]).refused(400, "invalid_request");
    revoke(&app, &[("token", "x")]).refused(401, "invalid_client");
    revoke(&app, &[("client_id", "server"), ("token", "x")]).refused(401, "invalid_client");
    let twice = [("client_id", CLIENT), ("token", "x"), ("token", "x")];
    revoke(&app, &twice).refused(400, "invalid_request");
}
