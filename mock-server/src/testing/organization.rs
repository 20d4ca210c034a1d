//! The organization of a test.

use std::{fmt::Write, slice, sync::Arc, thread, time::Duration};

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
    expected: Mutex<Vec<Value>>,
}

impl Organization {
    #[track_caller]
    pub(super) fn new(server: Arc<Running>) -> Self {
        let created = done(server.control(Method::POST, "/organizations", &json!({})));
        let name = created["name"].as_str().unwrap_or_default().to_owned();
        Self {
            key: format!("lnc_test_{:x<26}{name}", "FullAccess"),
            name,
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
        created["key"].as_str().unwrap_or_default().to_owned()
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
