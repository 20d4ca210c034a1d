//! The record of one run of a program: its configuration, its traffic, and how it ended.

use std::time::Duration;

use super::{
    credential::Credential,
    oauth::Tokens,
    process::Output,
    rules::holds,
    scenarios::Scenario,
    trace::{Exchange, Trace},
};

/// The record of one run of a program.
#[derive(Clone, Debug)]
pub(crate) struct TrialRecord {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The base URL of the API that it was given.
    pub base_url: String,
    /// The credential that it was given.
    pub credential: Credential,
    /// The new key, if the key was rotated.
    pub rotation: Option<KeyRotation>,
    /// The tokens that the authorization server issued to it, and its secrets for that server.
    pub tokens: Tokens,
    /// Its traffic.
    pub trace: Trace,
    /// How it ended, and its output; `None` if it was started elsewhere.
    pub output: Option<Output>,
    /// How long it ran.
    pub took: Duration,
    /// Whether it ran into the time limit.
    pub out_of_time: bool,
    /// The spread of equal waits on this machine during the trial; `None` if it was not measured.
    pub lateness: Option<Duration>,
}

/// A key that replaces another.
#[derive(Clone, Debug)]
pub(crate) struct KeyRotation {
    /// The new key.
    pub key: String,
    /// When it was written to the key file.
    pub at: Duration,
    /// Whether the program's command refers to the key file.
    pub reads_key_file: bool,
}

impl TrialRecord {
    /// A record of the traffic with a credential only.
    pub(crate) fn new(scenario: &'static Scenario, credential: Credential, trace: Trace) -> Self {
        Self {
            scenario,
            base_url: String::new(),
            rotation: None,
            tokens: Tokens::of(&credential, &trace),
            credential,
            trace,
            output: None,
            took: Duration::ZERO,
            out_of_time: false,
            lateness: None,
        }
    }

    /// Its credentials for the API: the given keys, or the issued access tokens.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let given = match &self.credential {
            Credential::Key(key) => Some(&**key),
            Credential::Grant(_) => None,
        };
        let new = self.rotation.as_ref().map(|rotation| &*rotation.key);
        let tokens = self.tokens.access.iter().map(|token| &**token);
        given.into_iter().chain(new).chain(tokens)
    }

    /// All secrets to mask.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let private = self.tokens.private.iter().map(|text| &**text);
        self.keys().chain(private)
    }

    /// Whether bytes contain one of its credentials for the API, or a part of one.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.keys().any(|key| holds(bytes, key))
    }

    /// Whether bytes contain a secret for the authorization server only, or a part of one.
    pub(crate) fn holds_private(&self, bytes: &[u8]) -> bool {
        let mut private = self.tokens.private.iter();
        private.any(|text| holds(bytes, text))
    }

    /// Whether a request used the new key.
    pub(crate) fn has_new_key(&self, exchange: &Exchange) -> bool {
        let new = self.rotation.as_ref().map(|rotation| &*rotation.key);
        let said = exchange.request.message.header("authorization");
        new.zip(said).is_some_and(|(new, said)| said.contains(new))
    }

    /// Whether two requests used the same key, or the same access token.
    pub(crate) fn same_key(&self, exchange: &Exchange, other: &Exchange) -> bool {
        match self.credential {
            Credential::Key(_) => self.has_new_key(exchange) == self.has_new_key(other),
            Credential::Grant(_) => exchange.bearer() == other.bearer(),
        }
    }
}
