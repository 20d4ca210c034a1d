//! The organization of a test.

use std::{
    collections::HashMap, fmt::Write, fs, path::Path, slice, sync::Arc, thread, time::Duration,
};

use http::Method;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::running::Running;

/// The organization of a test.
///
/// When it is dropped, what was [expected](Self::expect) is verified: if it did not happen, the test fails.
#[derive(Debug)]
pub struct Organization {
    server: Arc<Running>,
    name: String,
    key: String,
    /// The ids of the keys that were created here.
    ids: Mutex<HashMap<String, String>>,
    expected: Mutex<Vec<Value>>,
}

impl Organization {
    #[track_caller]
    pub(super) fn new(server: Arc<Running>) -> Self {
        let with_key = json!({"keys": [{"preset": "full_access"}]});
        let created = done(server.control(Method::POST, "/organizations", &with_key));
        let own = &created["minted"][0];
        Self {
            name: text(&created["name"]),
            key: text(&own["key"]),
            ids: Mutex::new(HashMap::from([(text(&own["key"]), text(&own["id"]))])),
            server,
            expected: Mutex::default(),
        }
    }

    /// The base URL of the API.
    pub fn api_url(&self) -> String {
        self.server.api_url()
    }

    /// Its name in the control API.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A key of the organization with all scopes.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Creates a key with these properties, such as `{"preset": "orders", "tier": "free"}`.
    ///
    /// # Panics
    ///
    /// If a property is invalid.
    #[track_caller]
    pub fn new_key(&self, properties: &Value) -> String {
        let created = self.control(Method::POST, "/keys", properties);
        let key = text(&created["key"]);
        self.ids.lock().insert(key.clone(), text(&created["id"]));
        key
    }

    /// Revokes a key: [its own](Self::key), or one that [`new_key`](Self::new_key) has created.
    ///
    /// # Panics
    ///
    /// If the key is another one.
    #[track_caller]
    pub fn revoke(&self, key: &str) {
        let id = self.ids.lock().get(key).cloned();
        let id = id
            .expect("only the key of the organization and those of `new_key` can be revoked here");
        self.control(Method::POST, &format!("/keys/{id}/revoke"), &Value::Null);
    }

    /// Activates a bundled scenario.
    ///
    /// # Panics
    ///
    /// If there is none with this name.
    #[track_caller]
    pub fn scenario(&self, name: &str) {
        self.control(Method::POST, "/scenario", &json!({"name": name}));
    }

    /// Activates the scenario in a file.
    ///
    /// # Panics
    ///
    /// If the file cannot be read, or is not a scenario.
    #[track_caller]
    pub fn scenario_file(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let yaml = fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        self.control(Method::POST, "/scenario", &json!({"yaml": yaml}));
    }

    /// Advances the clock of the organization.
    ///
    /// # Panics
    ///
    /// If the time would be later than a clock can show.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        let by = format!("{}ms", by.as_millis());
        self.control(Method::POST, "/clock/advance", &json!({"by": by}));
    }

    /// The requests in the journal, oldest first.
    #[track_caller]
    pub fn requests(&self) -> Vec<Value> {
        let journal = self.control(Method::GET, "/journal", &Value::Null);
        journal["entries"].as_array().cloned().unwrap_or_default()
    }

    /// Expects requests until the organization is dropped: conditions and a count as in `expect` of
    /// `POST /_mock/organizations/{organization}/journal/verify`. Without a count, at least one.
    ///
    /// # Panics
    ///
    /// If a condition is invalid.
    #[track_caller]
    pub fn expect(&self, expectation: Value) {
        self.verification(slice::from_ref(&expectation));
        self.expected.lock().push(expectation);
    }

    /// Verifies now what was expected, and expects nothing from now on.
    ///
    /// # Panics
    ///
    /// If it did not happen: the message has the closest request, and what differs.
    #[track_caller]
    pub fn verify(&self) {
        let expected = std::mem::take(&mut *self.expected.lock());
        if expected.is_empty() {
            return;
        }
        let verification = self.verification(&expected);
        assert!(
            verification["verified"] == true,
            "{}",
            failure(&verification)
        );
    }

    /// Sends a control request that is not above; `path` follows `/_mock/organizations/{organization}`.
    ///
    /// # Panics
    ///
    /// If the response is an error.
    #[track_caller]
    pub fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let path = format!("/organizations/{}{path}", self.name);
        done(self.server.control(method, &path, body))
    }

    #[track_caller]
    fn verification(&self, expected: &[Value]) -> Value {
        let body = json!({"expect": expected});
        self.control(Method::POST, "/journal/verify", &body)
    }
}

impl Drop for Organization {
    fn drop(&mut self) {
        // A test that has failed already says enough.
        if !thread::panicking() {
            self.verify();
        }
    }
}

#[track_caller]
fn done(response: Result<Value, String>) -> Value {
    response.unwrap_or_else(|error| panic!("the sandbox refuses: {error}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The failures of a verification, with the closest request and what differs.
fn failure(verification: &Value) -> String {
    let mut text = "the client did not send what was expected".to_owned();
    let failures = verification["failures"].as_array().into_iter().flatten();
    for failure in failures {
        let reason = failure["reason"].as_str().unwrap_or_default();
        let _ = write!(text, "\n- {reason}");
        let closest = &failure["closest"];
        if let (Some(method), Some(target)) =
            (closest["method"].as_str(), closest["target"].as_str())
        {
            let _ = write!(text, "\n  closest: {method} {target}");
        }
        let differences = closest["differences"].as_array().into_iter().flatten();
        for difference in differences {
            let at = difference["at"].as_str().unwrap_or_default();
            let (expected, actual) = (&difference["expected"], &difference["actual"]);
            let _ = write!(text, "\n    {at}: expected {expected}, was {actual}");
        }
    }
    text
}
