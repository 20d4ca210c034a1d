//! Refresh tokens rotate, and the reuse of one revokes its family.

use serde_json::json;

use super::{CONFIDENTIAL, part, redeem, refresh, refreshing, with};
use crate::test_app::{Organization, TestApp};

#[test]
fn refresh_yields_a_new_pair_after_the_access_token_has_expired() {
    let (organization, _) = Organization::new();
    let first = organization.tokens();
    organization.advance("1h");
    assert!(!organization.knows(&first["access_token"]));
    let second = refresh(&organization.app, &first["refresh_token"]).ok();
    assert!(organization.knows(&second["access_token"]));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(second["scope"], first["scope"]);
    let [one, other] = [&first, &second].map(|tokens| part(&tokens["access_token"], 1));
    assert_ne!(one["jti"], other["jti"]);
    assert_eq!(one["sub"], other["sub"]);
}

#[test]
fn reuse_of_a_rotated_token_revokes_the_family() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let first = organization.tokens();
    let other = organization.tokens();
    let second = refresh(app, &first["refresh_token"]).ok();
    let reused = refresh(app, &first["refresh_token"]);
    assert!(reused.refused(400, "invalid_grant").contains("used before"));
    for tokens in [&first, &second] {
        assert!(!organization.knows(&tokens["access_token"]));
        assert!(!organization.knows(&tokens["refresh_token"]));
    }
    refresh(app, &second["refresh_token"]).refused(400, "invalid_grant");
    assert!(organization.knows(&other["access_token"]));
}

#[test]
fn refresh_token_is_valid_for_thirty_days_after_rotation() {
    let (organization, _) = Organization::new();
    let first = organization.tokens();
    organization.advance("29d 23h 59m 59s");
    let second = refresh(&organization.app, &first["refresh_token"]).ok();
    organization.advance("30d");
    assert!(!organization.knows(&second["refresh_token"]));
    let expired = refresh(&organization.app, &second["refresh_token"]);
    assert!(expired.refused(400, "invalid_grant").contains("expired"));
}

#[test]
fn scopes_can_be_narrowed_but_not_widened() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let wanted = json!({"scopes": ["orders:read", "orders:write"]});
    let minted = organization
        .control(http::Method::POST, "/tokens", wanted)
        .ok();
    let mut token = minted["refresh_token"].as_str().unwrap().to_owned();
    for (scope, code) in [
        ("orders:read admin:write", "invalid_scope"),
        ("companies:read", "invalid_scope"),
        ("nonsense", "invalid_scope"),
    ] {
        redeem(app, &with(&refreshing(&token), "scope", scope)).refused(400, code);
    }
    for (scope, granted) in [
        ("orders:read", "orders:read"),
        ("", "orders:read orders:write"),
    ] {
        let tokens = redeem(app, &with(&refreshing(&token), "scope", scope)).ok();
        assert_eq!(tokens["scope"], granted);
        assert_eq!(part(&tokens["access_token"], 1)["scope"], granted);
        token = tokens["refresh_token"].as_str().unwrap().to_owned();
    }
}

#[test]
fn only_its_client_can_use_a_refresh_token() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let tokens = organization.tokens();
    let token = tokens["refresh_token"].as_str().unwrap();
    let mut other = with(&refreshing(token), "client_id", "server");
    other.push(("client_secret", "s:cret &"));
    redeem(&organization.app, &other).refused(400, "invalid_grant");
    refresh(&organization.app, &tokens["refresh_token"]).ok();
}

#[test]
fn unknown_refresh_token_is_refused_and_revokes_nothing() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let tokens = organization.tokens();
    let real = tokens["refresh_token"].as_str().unwrap();
    let changed = format!("{}x{}", &real[..20], &real[21..]);
    let elsewhere = format!("{}demo09", &real[..30]);
    let access = tokens["access_token"].as_str().unwrap();
    for wrong in [
        &changed,
        &elsewhere,
        access,
        "ort_",
        "x",
        &real.replace("ort_", "oac_"),
    ] {
        redeem(app, &refreshing(wrong)).refused(400, "invalid_grant");
    }
    redeem(app, &refreshing("")).refused(400, "invalid_request");
    refresh(app, &tokens["refresh_token"]).ok();
}

#[test]
fn grants_survive_a_reset_and_a_restored_snapshot() {
    let (organization, _) = Organization::new();
    let tokens = organization.tokens();
    let kept = organization
        .control(http::Method::GET, "/snapshot", ())
        .ok();
    assert!(!kept.to_string().contains("ort_"));
    let call = |path: &str, body| organization.control(http::Method::PUT, path, body).ok();
    call("/snapshot", kept);
    assert!(organization.knows(&tokens["access_token"]));
    organization.control(http::Method::POST, "/reset", ()).ok();
    assert!(organization.knows(&tokens["access_token"]));
    let second = refresh(&organization.app, &tokens["refresh_token"]).ok();
    assert!(organization.knows(&second["access_token"]));
}

#[test]
fn tokens_end_with_their_organization() {
    let (organization, _) = Organization::new();
    let tokens = organization.tokens();
    organization.control(http::Method::DELETE, "", ());
    refresh(&organization.app, &tokens["refresh_token"]).refused(400, "invalid_grant");
    // The tokens are invalid in another organization of that name.
    assert!(!organization.knows(&tokens["access_token"]));
    organization.tokens();
    assert!(!organization.knows(&tokens["access_token"]));
    refresh(&organization.app, &tokens["refresh_token"]).refused(400, "invalid_grant");
}
