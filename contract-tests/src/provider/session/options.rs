//! The settings of a run.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize},
    time::Duration,
};

use parking_lot::Mutex;
use url::Url;

use crate::{
    contract::{KeyRole, RoleKey},
    finding::{AccessToken, ApiRequest},
    http::{Notifier, Permissions, RESPONSE_TIMEOUT, RequestLimiter, RunLimits, Trust},
    provider::{control::lease::LEASE, permissions::RunPermissions},
    report::CommandLine,
};

/// The default seed: a repeated run sends the same requests.
pub const SEED: u64 = 1;

/// The default time limit of a run: several times what a slow server that limits its rates needs.
pub const MAX_TIME: Duration = Duration::from_mins(30);

/// Settings of a session.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base URL, with `/api/v1`.
    pub base: Url,
    /// Keys of the target, where it has no control API.
    pub keys: Vec<RoleKey>,
    /// The flag that takes them.
    pub key_flag: &'static str,
    /// An access token of the target with the scopes that no key can hold.
    pub token: Option<AccessToken>,
    /// Whether the target is treated as one that is not a sandbox, even if it has a control API.
    pub safe: bool,
    /// What is permitted where the target has no control API.
    pub permissions: Permissions,
    /// How much is sent there, and how long the run waits.
    pub limits: RunLimits,
    /// Called when the run waits for a quota.
    pub notifier: Notifier,
    /// The token of the control API.
    pub control_token: Option<String>,
    /// How long a sandbox keeps an organization of the run after the last request to it, if the run cannot delete it.
    pub lease: Duration,
    /// Whether violations of assumed rules and fields that are not in the contract fail, too.
    pub strict: bool,
    /// How long a response may take.
    pub response_timeout: Duration,
    /// How long the run sends requests.
    pub max_time: Duration,
    /// The seed of generated requests.
    pub seed: u64,
    /// The CAs that may have signed the certificate of the target.
    pub trust: Trust,
    /// Whether the session keeps every exchange. Checks then run one at a time, so that a repeated run keeps the same.
    pub records: bool,
    /// The command that started the run, for the commands that reproduce its findings.
    pub command: CommandLine,
}

impl Options {
    /// Settings for a run on this server, without keys or permissions.
    pub fn new(base: Url) -> Self {
        Self {
            command: CommandLine::provider(&base),
            base,
            keys: Vec::new(),
            key_flag: "--key",
            token: None,
            safe: false,
            permissions: Permissions::default(),
            limits: RunLimits::default(),
            notifier: Notifier::default(),
            control_token: None,
            lease: LEASE,
            strict: false,
            response_timeout: RESPONSE_TIMEOUT,
            max_time: MAX_TIME,
            seed: SEED,
            trust: Trust::default(),
            records: false,
        }
    }

    /// What the run can and may do where the target has no control API.
    pub fn run_permissions(&self) -> RunPermissions {
        RunPermissions::Foreign {
            permissions: self.permissions,
            keys: self.keys.iter().map(|given| given.role).collect(),
            key_flag: self.key_flag,
            token: self.token.is_some(),
        }
    }

    /// `sent`: the number of requests so far.
    pub(super) fn limiter(&self, sent: usize) -> RequestLimiter {
        let limited = self
            .keys
            .iter()
            .find(|given| given.role == KeyRole::Limited);
        RequestLimiter {
            permissions: self.permissions,
            limits: self.limits,
            notifier: self.notifier.clone(),
            exempt: limited.and_then(|given| ApiRequest::credential(&given.key)),
            sent: AtomicUsize::new(sent),
            quotas: Mutex::default(),
            without_quotas: AtomicBool::default(),
        }
    }
}
