//! What a sandbox says about itself, or why a server cannot be judged as one.

use http::{Method, StatusCode};
use schemas::control::SandboxSettings;
use serde::Deserialize;
use serde_json::json;

use super::{Control, ensure_success};
use crate::{contract::Expected, finding::NotPassed};

/// Why a server cannot be judged as a sandbox.
#[derive(Debug)]
pub enum NoControl {
    /// It is none, or its control API cannot be used.
    Unusable(String),
    /// It is one that refuses the control token of the run.
    TokenRefused(String),
}

impl Control {
    /// Returns the expectations derived from the sandbox's settings, or why the server cannot be checked as a sandbox.
    pub(super) async fn read_settings(&self) -> Result<Expected, NoControl> {
        let response = self.request(Method::GET, "/settings", json!(null)).await;
        let is_refused = response
            .as_ref()
            .is_ok_and(|response| response.status == StatusCode::UNAUTHORIZED);
        match response.and_then(ensure_success) {
            Ok(response) => SandboxSettings::deserialize(response.json())
                .map_err(|error| format!("its settings cannot be read: {error}"))
                .and_then(Expected::from_settings)
                .map_err(NoControl::Unusable),
            Err(NotPassed::Inconclusive(reason)) if is_refused && self.token.is_some() => {
                Err(NoControl::TokenRefused(reason))
            }
            Err(NotPassed::Inconclusive(reason) | NotPassed::Skipped(reason)) => {
                Err(NoControl::Unusable(reason))
            }
            Err(NotPassed::Violated(violation)) => Err(NoControl::Unusable(violation.message)),
        }
    }
}
