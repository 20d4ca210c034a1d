//! What a program is given to call the API with, and by which names it finds it.

/// What a program is given to call the API with.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// An API key.
    Key(String),
    /// What it needs to sign in by OAuth.
    Grant(Grant),
}

/// What a program needs to sign in by OAuth, or to go on with a session that was begun for it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The authorization server.
    pub issuer: String,
    /// The client that it is registered as.
    pub client_id: &'static str,
    /// A refresh token of a grant that nobody has used yet.
    pub refresh_token: String,
    /// The user, for whom `prompt=none` needs no sign-in page.
    pub login_hint: String,
}

/// One value, and the names that a program finds it by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    /// The variable of the environment.
    pub variable: &'static str,
    /// What stands for it in an argument.
    pub placeholder: &'static str,
    /// The value.
    pub value: &'a str,
}

/// Every variable that a credential may be in. Those of another kind of credential are taken away from a program.
pub(crate) const VARIABLES: [&str; 6] = [
    "OPENPROSPECT_API_KEY",
    "OPENPROSPECT_API_KEY_FILE",
    "OPENPROSPECT_OAUTH_ISSUER",
    "OPENPROSPECT_OAUTH_CLIENT_ID",
    "OPENPROSPECT_OAUTH_REFRESH_TOKEN",
    "OPENPROSPECT_OAUTH_LOGIN_HINT",
];

impl Credential {
    /// The values that a program is given.
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

    /// The value that nobody else may see.
    pub(crate) fn secret(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::Grant(grant) => &grant.refresh_token,
        }
    }

    /// What it needs to sign in, if it is to.
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
    fn every_variable_that_is_given_is_one_that_others_do_not_keep() {
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
