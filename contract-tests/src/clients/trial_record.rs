//! What is known of one run of a program: what it was told, what it did on the wire, how it ended.

use std::time::Duration;

use super::{
    credential::Credential,
    oauth::Tokens,
    process::Output,
    rules::holds,
    scenarios::Scenario,
    trace::{Exchange, Trace},
};

/// What is known of one run of a program.
#[derive(Clone, Debug)]
pub(crate) struct TrialRecord {
    /// Under which scenario.
    pub scenario: &'static Scenario,
    /// Where it was told that the API is.
    pub base_url: String,
    /// What it was given to call it with.
    pub credential: Credential,
    /// The key that it was given in its place, where it was.
    pub rotation: Option<KeyRotation>,
    /// What the authorization server issued to it, and what it sent there.
    pub tokens: Tokens,
    /// What it did on the wire.
    pub trace: Trace,
    /// How it ended, and what it printed; nothing of one that was started elsewhere.
    pub output: Option<Output>,
    /// How long it ran.
    pub took: Duration,
    /// Whether its time was up.
    pub out_of_time: bool,
    /// By how much waits of this machine differed meanwhile that were to be the same; nothing, where none was seen.
    pub lateness: Option<Duration>,
}

/// A key that takes the place of another.
#[derive(Clone, Debug)]
pub(crate) struct KeyRotation {
    /// The new key.
    pub key: String,
    /// When it was in the key file.
    pub at: Duration,
    /// Whether the program was told by its command to take its key from there.
    pub reads_key_file: bool,
}

impl TrialRecord {
    /// What was sent and received with a credential, where nothing else is known.
    pub(crate) fn of(scenario: &'static Scenario, credential: Credential, trace: Trace) -> Self {
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

    /// What it may call the API with: the keys that it was given, or the access tokens that it was issued.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let given = match &self.credential {
            Credential::Key(key) => Some(&**key),
            Credential::Grant(_) => None,
        };
        let new = self.rotation.as_ref().map(|rotation| &*rotation.key);
        let tokens = self.tokens.access.iter().map(|token| &**token);
        given.into_iter().chain(new).chain(tokens)
    }

    /// All that must not be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let private = self.tokens.private.iter().map(|text| &**text);
        self.keys().chain(private)
    }

    /// Whether bytes hold what it may call the API with, or a part of it.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.keys().any(|key| holds(bytes, key))
    }

    /// Whether bytes hold what is for the authorization server alone, or a part of it.
    pub(crate) fn holds_private(&self, bytes: &[u8]) -> bool {
        let mut private = self.tokens.private.iter();
        private.any(|text| holds(bytes, text))
    }

    /// Whether a call was made with the new key.
    pub(crate) fn has_new_key(&self, call: &Exchange) -> bool {
        let new = self.rotation.as_ref().map(|rotation| &*rotation.key);
        let said = call.request.message.header("authorization");
        new.zip(said).is_some_and(|(new, said)| said.contains(new))
    }

    /// Whether two calls were made with the same key, where there were two, or with the same access token.
    pub(crate) fn same_key(&self, call: &Exchange, other: &Exchange) -> bool {
        match self.credential {
            Credential::Key(_) => self.has_new_key(call) == self.has_new_key(other),
            Credential::Grant(_) => call.bearer() == other.bearer(),
        }
    }
}
