//! The credential of a program, and the names under which the program finds it.

/// The credential of a program for the API.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// An API key.
    Key(String),
    /// The values it needs to sign in by OAuth.
    Grant(Grant),
}

/// The values that a program needs to sign in by OAuth, or to continue a session that was started for it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The authorization server.
    pub issuer: String,
    /// The client id it is registered under.
    pub client_id: &'static str,
    /// An unused refresh token.
    pub refresh_token: String,
    /// The user, for whom `prompt=none` needs no sign-in page.
    pub login_hint: String,
}

/// A value, and the names under which a program finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    /// Its environment variable.
    pub variable: &'static str,
    /// Its placeholder in arguments.
    pub placeholder: &'static str,
    /// The value.
    pub value: &'a str,
}

/// Every variable that may contain a credential. Those of the other kind of credential are removed from the environment.
pub(crate) const VARIABLES: [&str; 6] = [
    "OPENPROSPECT_API_KEY",
    "OPENPROSPECT_API_KEY_FILE",
    "OPENPROSPECT_OAUTH_ISSUER",
    "OPENPROSPECT_OAUTH_CLIENT_ID",
    "OPENPROSPECT_OAUTH_REFRESH_TOKEN",
    "OPENPROSPECT_OAUTH_LOGIN_HINT",
];

impl Credential {
    /// The values for a program.
    pub(crate) fn given(&self) -> Vec<Given<'_>> {
        let given = |variable, placeholder, value| Given {
            variable,
            placeholder,
            value,
        };
        match self {
            Self::Key(key) => vec![given("OPENPROSPECT_API_KEY", "{api_key}", key)],
            Self::Grant(grant) => vec![
                given("OPENPROSPECT_OAUTH_ISSUER", "{issuer}", &grant.issuer),
                given(
                    "OPENPROSPECT_OAUTH_CLIENT_ID",
                    "{client_id}",
                    grant.client_id,
                ),
                given(
                    "OPENPROSPECT_OAUTH_REFRESH_TOKEN",
                    "{refresh_token}",
                    &grant.refresh_token,
                ),
                given(
                    "OPENPROSPECT_OAUTH_LOGIN_HINT",
                    "{login_hint}",
                    &grant.login_hint,
                ),
            ],
        }
    }

    /// The secret part.
    pub(crate) fn secret(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::Grant(grant) => &grant.refresh_token,
        }
    }

    /// The values for signing in, if it is a grant.
    pub(crate) fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Key(_) => None,
            Self::Grant(grant) => Some(grant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_variables_are_used_by_nobody_else() {
        let grant = Grant {
            issuer: String::new(),
            client_id: "",
            refresh_token: String::new(),
            login_hint: String::new(),
        };
        for credential in [Credential::Key(String::new()), Credential::Grant(grant)] {
            for given in credential.given() {
                assert!(VARIABLES.contains(&given.variable), "{}", given.variable);
            }
        }
    }
}
