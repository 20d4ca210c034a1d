//! What a run may do to a server, and why a check cannot run on it.

use schemas::{ErrorCode, Operation, Profile, ScopeSet};

use crate::{
    contract::KeyRole,
    http::{Permissions, Requests},
    provider::{requirements::Requirements, valid_request},
};

/// Why a check is skipped for operations that no key can call.
pub(crate) const NEEDS_TOKEN: &str =
    "needs an access token with every scope, in OPENPROSPECT_JWT or --jwt";

/// What a run can and may do.
#[derive(Clone, Debug)]
pub enum RunPermissions {
    /// Everything: the server is a sandbox with this profile.
    Sandbox(Profile),
    /// What the permissions and the given keys allow.
    Foreign {
        permissions: Permissions,
        /// The roles of the given keys.
        keys: Vec<KeyRole>,
        /// The flag that takes keys.
        key_flag: &'static str,
        /// Whether there is an access token.
        token: bool,
    },
}

impl RunPermissions {
    /// The command-line flags of these permissions.
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

    /// Returns why a quota must not be used up, if so.
    pub fn allow_burst(&self) -> Result<(), String> {
        match self {
            Self::Sandbox(_) => Ok(()),
            Self::Foreign { permissions, .. } => permissions.allow_burst(),
        }
    }

    /// The flag for the first of these keys that was not given; `None` if the run has them all.
    pub(crate) fn missing_key(&self, roles: &[KeyRole]) -> Option<String> {
        let Self::Foreign { keys, key_flag, .. } = self else {
            return None;
        };
        let missing = roles.iter().find(|role| !keys.contains(role))?;
        Some(format!("{key_flag} {missing}=…"))
    }

    /// Returns why a check that needs one of these keys cannot run; `None` if the run has one.
    pub(crate) fn lacks_all_keys(&self, roles: &[KeyRole]) -> Option<String> {
        let missing = roles.iter().map(|role| self.missing_key(&[*role]));
        let missing: Vec<_> = missing.collect::<Option<_>>()?;
        Some(format!("needs a key: {}", missing.join(" or ")))
    }

    /// Returns why no request can succeed, if so: all checks need this key for that.
    pub(crate) fn lacks_credentials(&self) -> Option<String> {
        let missing = self.missing_key(&[KeyRole::Full])?;
        Some(format!("needs a key: {missing}"))
    }

    /// Whether the run can trigger a response of an operation: a success, or this error.
    pub(crate) fn can_trigger(&self, operation: &Operation, code: Option<ErrorCode>) -> bool {
        let (permissions, keys, token) = match self {
            Self::Sandbox(_) => return true,
            Self::Foreign {
                permissions,
                keys,
                token,
                ..
            } => (permissions, keys, *token),
        };
        let has = |role| keys.contains(&role);
        let is_valid = if ScopeSet::PUBLIC.contains_all(operation.scopes) {
            has(KeyRole::Full)
        } else {
            token
        };
        let may_send = permissions.allow(Requests::one(&operation.method)).is_ok();
        may_send
            && match code {
                None => is_valid && valid_request::can_prepare(operation),
                Some(ErrorCode::AuthenticationError) => true,
                Some(ErrorCode::AuthorizationError) => is_valid && has(KeyRole::ReadOnly),
                Some(ErrorCode::RateLimitExceeded) => permissions.bursts && has(KeyRole::Limited),
                Some(
                    ErrorCode::EntityNotFound
                    | ErrorCode::ValidationError
                    | ErrorCode::InvalidJson
                    | ErrorCode::UnsupportedMediaType,
                ) => is_valid,
                // These depend on state, on time, or on the server's own limits.
                Some(_) => false,
            }
    }

    /// Returns why a check with these requirements cannot run, and what would permit it.
    pub fn allow(
        &self,
        requirements: &Requirements,
        operation: Option<&Operation>,
    ) -> Result<(), String> {
        let (permissions, token) = match self {
            Self::Sandbox(profile) if operation.is_none_or(|one| profile.serves(one)) => {
                return Ok(());
            }
            Self::Sandbox(_) => {
                let reason =
                    "the operation is assumed, and the target serves only what is documented";
                return Err(reason.to_owned());
            }
            Self::Foreign {
                permissions, token, ..
            } => (permissions, *token),
        };
        if requirements.sandbox {
            return Err("needs the control API of a sandbox".to_owned());
        }
        if operation.is_some_and(|operation| {
            requirements.prepares() && !valid_request::can_prepare(operation)
        }) {
            let reason = "needs a sandbox: would create a key, or change an object that the run did not create";
            return Err(reason.to_owned());
        }
        let closed = |operation: &Operation| !ScopeSet::PUBLIC.contains_all(operation.scopes);
        if requirements.prepares() && operation.is_some_and(closed) && !token {
            return Err(NEEDS_TOKEN.to_owned());
        }
        permissions.allow(requirements.max_requests(operation))?;
        if let Some(operation) = operation.filter(|one| !one.scopes.writes())
            && !requirements.keys_without_scopes.is_empty()
        {
            return Err(format!(
                "needs a key without {}, which a read_only key may hold",
                operation.scopes
            ));
        }
        if requirements.burst {
            permissions.allow_burst()?;
        }
        match self.missing_key(requirements.keys) {
            Some(missing) => Err(format!("needs a key: {missing}")),
            None => Ok(()),
        }
    }
}
