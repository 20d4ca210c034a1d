//! The credentials that a caller presents.

use serde_json::{Map, Value, json};
use strum::EnumMessage;

use super::sandbox;
use crate::{Evidence, Operation, Profile, ScopeSet, source};

/// A kind of credential, and the scopes that it can hold.
struct Scheme {
    name: &'static str,
    holds: ScopeSet,
    format: &'static str,
    description: &'static str,
}

const SCHEMES: &[Scheme] = &[
    Scheme {
        name: "apiKey",
        holds: ScopeSet::PUBLIC,
        format: "`lnc_live_` or `lnc_test_` and 32 letters or digits",
        description: "An API key. No scope implies another.",
    },
    Scheme {
        name: "accessToken",
        holds: ScopeSet::INTERNAL,
        format: "JWT",
        description: "An OAuth 2.0 access token, for internal tools. No scope implies another, and no API key has those of `admin`.",
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

/// The schemes that some operation uses, and the scheme of the control API.
pub(super) fn schemes(profile: Profile) -> Value {
    let mut schemes = Map::new();
    for scheme in profile.operations().flat_map(schemes_of) {
        schemes
            .entry(scheme.name)
            .or_insert_with(|| scheme.object());
    }
    schemes.extend(sandbox::scheme(profile));
    schemes.into()
}

impl Scheme {
    fn object(&self) -> Value {
        let scopes: Vec<_> = self
            .holds
            .iter()
            .map(|scope| {
                let does = scope.get_documentation().unwrap_or_default();
                format!("- `{scope}`: {does}")
            })
            .collect();
        json!({
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": self.format,
            "description": format!("{} Its scopes:\n\n{}", self.description, scopes.join("\n")),
            "x-evidence": Evidence::Documented,
            "x-source": source::AUTHENTICATION,
        })
    }
}
