//! Authorization of keys: every operation with every scope.

use http::Method;
use schemas::{
    ErrorCode::AuthorizationError, Operation, Preset, Scope, ScopeSet, headers, operations,
};
use serde_json::json;
use strum::VariantArray;

use crate::test_app::{Caller, Organization};

/// Whether a caller may use an operation; any status but success and 403 fails the test.
#[track_caller]
fn opens(organization: &Organization, caller: &Caller, operation: &Operation) -> bool {
    let answer = organization.sample(operation, caller).send();
    if answer.status == operation.success {
        return true;
    }
    answer.refused(AuthorizationError);
    false
}

#[test]
fn operation_opens_to_the_scopes_of_its_row_only() {
    let (organization, _) = Organization::new();
    let mut opened = 0;
    for scope in ScopeSet::PUBLIC.iter() {
        let caller = organization.key(json!({"scopes": [scope]}));
        for operation in operations::all() {
            let enough = ScopeSet::of(&[scope]).contains_all(operation.scopes);
            assert_eq!(
                opens(&organization, &caller, operation),
                enough,
                "{scope} at {}",
                operation.id
            );
            opened += usize::from(enough);
        }
    }
    let open = operations::all().filter(|one| ScopeSet::PUBLIC.contains_all(one.scopes));
    assert_eq!(opened, open.count());
}

#[test]
fn missing_one_required_scope_is_not_enough() {
    let (organization, _) = Organization::new();
    for operation in operations::all() {
        for needed in operation.scopes.iter() {
            let held = ScopeSet::PUBLIC.without(ScopeSet::of(&[needed]));
            let caller = organization.key(json!({"scopes": held}));
            let refused = organization.sample(operation, &caller).send();
            assert_eq!(
                refused.refused(AuthorizationError),
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
fn forbidden_is_as_documented_and_names_the_required_scopes() {
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
fn key_without_scopes_opens_nothing() {
    let (organization, _) = Organization::new();
    let caller = organization.key(json!({"scopes": []}));
    assert!(operations::all().all(|operation| !opens(&organization, &caller, operation)));
}

#[test]
fn presets_open_their_scopes_spelled_or_registered() {
    let (organization, _) = Organization::new();
    let words = ["Orders", "ReadOnly", "FullAccess", "Discovery"];
    for (preset, word) in Preset::VARIANTS.iter().zip(words) {
        let registered = organization.key(json!({"preset": preset}));
        for caller in [registered, organization.spelled(word)] {
            for operation in operations::all() {
                let enough = preset.scopes().contains_all(operation.scopes);
                assert_eq!(
                    opens(&organization, &caller, operation),
                    enough,
                    "{preset} at {}",
                    operation.id
                );
            }
        }
    }
}

#[test]
fn head_needs_the_scopes_of_its_get() {
    let (organization, _) = Organization::new();
    for operation in operations::all().filter(|one| one.method == Method::GET) {
        let held = ScopeSet::PUBLIC.without(operation.scopes);
        let caller = organization.key(json!({"scopes": held}));
        let path = operation.path_with(&organization.target(operation));
        let head = caller.call(Method::HEAD, &path).send();
        assert_eq!(head.status.as_u16(), 403, "{path}");
    }
}
