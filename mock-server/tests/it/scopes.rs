//! What a key may do: every operation against every scope.

use http::Method;
use schemas::{
    ErrorCode::AuthorizationError, Operation, Preset, Scope, ScopeSet, headers, operations,
};
use serde_json::json;
use strum::VariantArray;

use crate::test_app::{Caller, Organization};

/// An organization with a completed order, so that every operation can succeed.
#[track_caller]
fn with_a_completed_order() -> (Organization, String) {
    let (organization, caller) = Organization::new();
    let id = caller.create(&crate::test_app::order(1));
    organization.advance("1h");
    (organization, id)
}

/// Whether an operation opens to a caller; anything but success and 403 is a failure of the test.
#[track_caller]
fn opens(caller: &Caller, operation: &Operation, id: &str) -> bool {
    let answer = caller.perform(operation, id);
    if answer.status == operation.success {
        return true;
    }
    answer.refused(AuthorizationError);
    false
}

#[test]
fn an_operation_opens_to_the_scopes_of_its_row_and_to_no_other() {
    let (organization, id) = with_a_completed_order();
    let mut opened = 0;
    for scope in Scope::VARIANTS {
        let caller = organization.key(json!({"scopes": [scope]}));
        for operation in operations::all() {
            let enough = ScopeSet::of(&[*scope]).contains_all(operation.scopes);
            assert_eq!(
                opens(&caller, operation, &id),
                enough,
                "{scope} at {}",
                operation.id
            );
            opened += u32::from(enough);
        }
    }
    assert!(opened > 0);
}

#[test]
fn every_scope_but_one_that_is_needed_is_not_enough() {
    let (organization, id) = with_a_completed_order();
    for operation in operations::all() {
        for needed in operation.scopes.iter() {
            let held = ScopeSet::ALL.without(ScopeSet::of(&[needed]));
            let refused = organization
                .key(json!({"scopes": held}))
                .perform(operation, &id)
                .refused(AuthorizationError);
            assert_eq!(
                refused,
                json!({
                    "code": "AUTHORIZATION_ERROR",
                    "message": format!("Insufficient permissions. Required scopes: {}", operation.scopes.join(", ")),
                    "detail": {"required_scopes": operation.scopes, "user_scopes": held},
                })
            );
        }
    }
}

#[test]
fn a_403_is_the_documented_one_and_its_challenge_names_what_is_needed() {
    let (organization, _) = Organization::new();
    let caller = organization.spelled("ReadOnly");
    let refused = caller.post("/orders", &crate::test_app::order(1));
    insta::assert_snapshot!(refused, @r#"
    403 Forbidden
    {"code":"AUTHORIZATION_ERROR","message":"Insufficient permissions. Required scopes: orders:write","detail":{"required_scopes":["orders:write"],"user_scopes":["companies:read","prospects:read","delivery:read","orders:read"]}}
    "#);
    insta::assert_snapshot!(
        refused.header("www-authenticate").unwrap(),
        @r#"Bearer realm="openprospect", error="insufficient_scope", scope="orders:write""#
    );
    assert_eq!(
        refused.header("www-authenticate"),
        Some(&*headers::challenge_scope(ScopeSet::of(&[
            Scope::OrdersWrite
        ])))
    );
}

#[test]
fn a_key_without_any_scope_opens_nothing() {
    let (organization, id) = with_a_completed_order();
    let caller = organization.key(json!({"scopes": []}));
    assert!(operations::all().all(|operation| !opens(&caller, operation, &id)));
}

#[test]
fn a_preset_opens_what_its_scopes_open_spelled_or_registered() {
    let (organization, id) = with_a_completed_order();
    let words = ["Orders", "ReadOnly", "FullAccess", "Discovery"];
    for (preset, word) in Preset::VARIANTS.iter().zip(words) {
        let registered = organization.key(json!({"preset": preset}));
        for caller in [registered, organization.spelled(word)] {
            for operation in operations::all() {
                let enough = preset.scopes().contains_all(operation.scopes);
                assert_eq!(opens(&caller, operation, &id), enough, "{preset}");
            }
        }
    }
}

#[test]
fn head_needs_the_scopes_of_its_get() {
    let (organization, id) = with_a_completed_order();
    let caller = organization.key(json!({"scopes": ["orders:write"]}));
    for path in [
        "/orders",
        &format!("/orders/{id}"),
        &format!("/orders/{id}/results"),
    ] {
        assert_eq!(
            caller.call(Method::HEAD, path).send().status.as_u16(),
            403,
            "{path}"
        );
    }
}
