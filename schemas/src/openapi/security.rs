//! The credentials that a caller presents.

use serde_json::{Map, Value, json};
use strum::EnumMessage;

use super::{oauth, sandbox};
use crate::{Evidence, Operation, Profile, Scope, ScopeSet, source};

/// The scheme of API keys.
pub(super) const API_KEY: &str = "apiKey";
/// The scheme of access tokens.
pub(super) const ACCESS_TOKEN: &str = "accessToken";
/// The scheme of the clients of the authorization server that have a secret.
pub(super) const CLIENT: &str = "oauthClient";

/// A kind of credential, and the scopes that it can hold.
struct Scheme {
    name: &'static str,
    holds: ScopeSet,
    format: &'static str,
    description: &'static str,
}

const SCHEMES: &[Scheme] = &[
    Scheme {
        name: API_KEY,
        holds: ScopeSet::PUBLIC,
        format: "`lnc_live_` or `lnc_test_` and 32 letters or digits",
        description: "An API key. No scope implies another.",
    },
    Scheme {
        name: ACCESS_TOKEN,
        holds: ScopeSet::INTERNAL,
        format: "JWT",
        description: "An OAuth 2.0 access token, for internal tools: a JWT that the authorization code flow with PKCE (S256) brings. No scope implies another, and no API key has those of `admin`.",
    },
];

/// The schemes that grant access to an operation.
fn schemes_of(operation: &Operation) -> impl Iterator<Item = &'static Scheme> {
    let opens = |scheme: &&Scheme| scheme.holds.contains_all(operation.scopes);
    SCHEMES.iter().filter(opens)
}

/// Any of an operation's schemes, with the scopes it needs; OpenAPI calls them roles.
pub(super) fn requirement(operation: &Operation) -> Value {
    schemes_of(operation)
        .map(|scheme| json!({scheme.name: operation.scopes}))
        .collect()
}

/// The schemes that some operation uses, and those of the parts outside the API.
pub(super) fn schemes(profile: Profile) -> Value {
    let mut schemes = Map::new();
    for scheme in profile.operations().flat_map(schemes_of) {
        schemes
            .entry(scheme.name)
            .or_insert_with(|| scheme.object(profile));
    }
    if profile == Profile::Everything {
        schemes.insert(CLIENT.to_owned(), client());
    }
    schemes.extend(sandbox::scheme(profile));
    schemes.into()
}

/// HTTP Basic authentication of a client with its secret.
fn client() -> Value {
    json!({
        "type": "http",
        "scheme": "basic",
        "description": "The `client_id` and the secret of a client that has one, both form-encoded. A client without a secret \
                        sends its `client_id` in the form.",
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    })
}

impl Scheme {
    fn object(&self, profile: Profile) -> Value {
        let mut object = match profile {
            // With the endpoints in the document, tools can sign in by themselves.
            Profile::Everything if self.name == ACCESS_TOKEN => {
                json!({"type": "oauth2", "flows": oauth::flows(self.scopes())})
            }
            Profile::Everything | Profile::Documented => {
                json!({"type": "http", "scheme": "bearer", "bearerFormat": self.format})
            }
        };
        let scopes: Vec<_> = self
            .scopes()
            .map(|(scope, does)| format!("- `{scope}`: {does}"))
            .collect();
        object["description"] = json!(format!(
            "{} Its scopes:\n\n{}",
            self.description,
            scopes.join("\n")
        ));
        object["x-evidence"] = json!(Evidence::Documented);
        object["x-source"] = json!(source::AUTHENTICATION);
        object
    }

    /// The scopes that it can hold, each with what it allows.
    fn scopes(&self) -> impl Iterator<Item = (Scope, &'static str)> {
        let does = |scope: Scope| (scope, scope.get_documentation().unwrap_or_default());
        self.holds.iter().map(does)
    }
}
