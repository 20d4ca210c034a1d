//! Bugs of the authorization server.

pub(super) mod authorizing;
mod form;
pub(super) mod grants;
pub(super) mod issuing;
mod pkce;
mod redirect;
mod token;

use crate::selftest::target::PatchedResponse;

/// The checks of the authorization server; they judge each of its bugs.
const OAUTH: &[&str] = &[
    "PRV-OAUTH-METADATA",
    "PRV-OAUTH-TOKEN",
    "PRV-OAUTH-ERRORS",
    "PRV-OAUTH-LIFETIME",
    "PRV-OAUTH-PKCE",
    "PRV-OAUTH-REDIRECT",
    "PRV-OAUTH-STATE",
    "PRV-OAUTH-CODE",
    "PRV-OAUTH-REFRESH",
    "PRV-OAUTH-REVOKE",
    "PRV-OAUTH-INTROSPECT",
];

/// A client that is registered on every server.
const CLIENT: &str = "openprospect-dashboard";
const TOKEN: &str = "/oauth/token";
const REVOKE: &str = "/oauth/revoke";
const INTROSPECT: &str = "/oauth/introspect";

fn is_error(response: &PatchedResponse, error: &str) -> bool {
    response.json()["error"] == error
}
