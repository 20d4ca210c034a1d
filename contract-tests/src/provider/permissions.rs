//! What may be done to a server, and why a check may not run on it.

use schemas::{Operation, Profile};

use crate::{
    contract::KeyRole,
    http::Permissions,
    provider::{requirements::Requirements, valid_request},
};

/// What can and may be done in a run.
#[derive(Clone, Debug)]
pub enum RunPermissions {
    /// Everything: the server is our own sandbox, and serves so much.
    Sandbox(Profile),
    /// What is permitted, with the keys that were given.
    Foreign {
        /// What is permitted.
        permissions: Permissions,
        /// The roles of the keys.
        keys: Vec<KeyRole>,
    },
}

impl RunPermissions {
    /// The flags that permit what is permitted.
    pub fn flags(&self) -> impl Iterator<Item = &'static str> {
        let permissions = match self {
            Self::Sandbox(_) => Permissions::default(),
            Self::Foreign { permissions, .. } => *permissions,
        };
        [
            (permissions.writes, "--allow-writes"),
            (permissions.bursts, "--allow-bursts"),
            (permissions.revocations, "--allow-revocations"),
        ]
        .into_iter()
        .filter_map(|(permitted, flag)| permitted.then_some(flag))
    }

    /// Using up a quota is permitted, or why not.
    pub fn allow_burst(&self) -> Result<(), String> {
        match self {
            Self::Sandbox(_) => Ok(()),
            Self::Foreign { permissions, .. } => permissions.allow_burst(),
        }
    }

    /// What needs this can and may run, for an operation or for none in particular; or why not, and what would
    /// unlock it.
    pub fn allow(
        &self,
        requirements: &Requirements,
        operation: Option<&Operation>,
    ) -> Result<(), String> {
        let (permissions, keys) = match self {
            Self::Sandbox(profile) if operation.is_none_or(|one| profile.serves(one)) => {
                return Ok(());
            }
            Self::Sandbox(_) => {
                let reason =
                    "the operation is assumed, and the target serves what is documented only";
                return Err(reason.to_owned());
            }
            Self::Foreign { permissions, keys } => (permissions, keys),
        };
        if requirements.sandbox {
            return Err("needs a sandbox's control API".to_owned());
        }
        if operation.is_some_and(|operation| {
            requirements.prepares() && !valid_request::can_prepare(operation)
        }) {
            let reason = "needs a sandbox: would change what is not of the judge's making";
            return Err(reason.to_owned());
        }
        permissions.allow(requirements.max_requests(operation))?;
        if requirements.burst {
            permissions.allow_burst()?;
        }
        match requirements.keys.iter().find(|role| !keys.contains(role)) {
            Some(missing) => Err(format!("needs a key: --key {missing}=…")),
            None => Ok(()),
        }
    }
}
