//! What a caller shows to be let in.

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
        name: "adminToken",
        holds: ScopeSet::ADMIN,
        format: "JWT",
        description: "A token of the dashboard. No API key has its scopes.",
    },
];

/// The scheme that an operation wants.
fn scheme(operation: &Operation) -> &'static Scheme {
    SCHEMES
        .iter()
        .find(|scheme| scheme.holds.contains_all(operation.scopes))
        .unwrap_or_else(|| unreachable!("no credential holds {}", operation.scopes))
}

/// The scheme of an operation with the scopes it needs; OpenAPI calls them roles.
pub(super) fn requirement(operation: &Operation) -> Value {
    json!([{scheme(operation).name: operation.scopes}])
}

/// Those that some operation wants, and that of the control API.
pub(super) fn schemes(profile: Profile) -> Value {
    let mut schemes = Map::new();
    for scheme in profile.operations().map(scheme) {
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
