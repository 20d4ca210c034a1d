//! The life of credentials over time: rotation, migration, and the revocation of a compromised key.

use http::Method;
use schemas::ErrorCode::AuthenticationError;
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, order},
};

fn create(admin: &Caller, wanted: &Value) -> (String, Caller) {
    let created = admin.post("/api-keys", wanted).ok();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("id"), admin.app.caller(text("key")))
}

fn revoke(admin: &Caller, id: &str) -> Response {
    let path = format!("/api-keys/{id}");
    admin.call(Method::DELETE, &path).send()
}

#[test]
fn rotates_a_key_without_a_failing_request() {
    let organization = TestApp::new().organization();
    let admin = organization.admin();
    let (old_id, old) = create(&admin, &json!({"scopes": ["orders:read", "orders:write"]}));
    let id = old.create(&order(1));
    let scopes = admin.get(&format!("/api-keys/{old_id}")).ok()["scopes"].take();
    let (_, new) = create(&admin, &json!({"scopes": scopes}));
    // Both are valid until the old one is revoked; the new one can read what the old one has created.
    for caller in [&old, &new, &old] {
        assert_eq!(caller.get(&format!("/orders/{id}")).ok()["id"], id.as_str());
    }
    assert_eq!(revoke(&admin, &old_id).status.as_u16(), 204);
    old.get("/orders").refused(AuthenticationError);
    new.get("/orders").ok();
    new.create(&order(1));
}

#[test]
fn rotates_a_key_every_90_days() {
    let organization = TestApp::new().organization();
    let mut valid: Option<(String, Caller)> = None;
    for expires_at in ["2026-04-15", "2026-07-14", "2026-10-12", "2027-01-10"] {
        // A token expires an hour after it was issued, so each rotation needs a new one.
        let admin = organization.admin();
        let expires_at = format!("{expires_at}T09:00:00Z");
        let next = create(
            &admin,
            &json!({"preset": "orders", "expires_at": expires_at}),
        );
        next.1.get("/orders").ok();
        if let Some((id, caller)) = valid.replace(next) {
            caller.get("/orders").ok();
            assert_eq!(revoke(&admin, &id).status.as_u16(), 204);
            caller.get("/orders").refused(AuthenticationError);
        }
        organization.advance("89d");
        admin.get("/api-keys").refused(AuthenticationError);
    }
    let (_, last) = valid.unwrap();
    // Without a rotation, the last key expires.
    organization.advance("4d");
    last.get("/orders").refused(AuthenticationError);
}

/// A program: what it does does not depend on its credential.
fn program(credential: &mut dyn FnMut() -> Caller) -> Vec<String> {
    let id = credential().create(&order(2));
    let order = credential().get(&format!("/orders/{id}"));
    let list = credential().get("/orders?limit=5");
    let refused = credential().get("/orders/nothing");
    [order, list, refused]
        .map(|response| response.text().replace(&id, "ID"))
        .to_vec()
}

/// A session that refreshes its token every hour.
struct Session {
    organization: Organization,
    refresh_token: String,
    caller: Caller,
}

impl Session {
    fn begin(organization: &Organization) -> Self {
        let issued = organization
            .control(Method::POST, "/tokens", json!({}))
            .ok();
        let text = |name: &str| issued[name].as_str().unwrap().to_owned();
        Self {
            organization: organization.clone(),
            refresh_token: text("refresh_token"),
            caller: organization.app.caller(text("access_token")),
        }
    }

    fn refresh(&mut self) {
        let form = format!(
            "grant_type=refresh_token&client_id=openprospect-dashboard&refresh_token={}",
            self.refresh_token
        );
        let call = self.organization.app.call(Method::POST, "/oauth/token");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let issued = call.body(form).spoiled().json();
        let text = |name: &str| issued[name].as_str().unwrap().to_owned();
        self.refresh_token = text("refresh_token");
        self.caller = self.organization.app.caller(text("access_token"));
    }
}

#[test]
fn moves_from_oauth_to_a_key_by_changing_only_the_credential() {
    let [with_oauth, with_a_key] = [(); 2].map(|()| TestApp::new().organization());
    let mut session = Session::begin(&with_oauth);
    let migrated = create(&with_a_key.admin(), &json!({"preset": "orders"})).1;
    let (mut refreshed, mut results) = (0, Vec::new());
    for _ in 0..3 {
        let mut oauth = || {
            if session.caller.get("/orders").status.as_u16() == 401 {
                session.refresh();
                refreshed += 1;
            }
            session.caller.clone()
        };
        results.push((program(&mut oauth), program(&mut || migrated.clone())));
        for organization in [&with_oauth, &with_a_key] {
            organization.advance("61m");
        }
    }
    for (oauth, key) in results {
        assert_eq!(oauth, key);
    }
    assert_eq!(refreshed, 2);
}

#[test]
fn revoking_a_compromised_key_stops_nothing_else() {
    let organization = TestApp::new().organization();
    let admin = organization.admin();
    let (stolen_id, stolen) = create(&admin, &json!({"preset": "full_access"}));
    let (_, other) = create(&admin, &json!({"preset": "full_access"}));
    let mut statuses = Vec::new();
    for request in 0..10 {
        if request == 6 {
            revoke(&admin, &stolen_id);
        }
        statuses.push(stolen.get("/orders").status.as_u16());
        other.get("/orders").ok();
        admin.get("/orders").ok();
    }
    assert_eq!(statuses, [[200; 6].as_slice(), &[401; 4]].concat());
    let listed = admin.get(&format!("/api-keys/{stolen_id}")).ok();
    assert_eq!(
        (&listed["status"], &listed["last_used_at"]),
        (&json!("revoked"), &json!("2026-01-15T09:00:00.000Z"))
    );
}
