//! The destination of a request: an operation of the API, or an endpoint of the authorization server.

use schemars::JsonSchema;
use schemas::OperationId;
use serde::{Deserialize, Serialize};
use strum::{Display, VariantArray};

/// An endpoint of the authorization server, where requests are those of one organization. What is the same for all, such as
/// the metadata, meets no scenario.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    Eq,
    Hash,
    JsonSchema,
    PartialEq,
    Serialize,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Endpoint {
    /// `/oauth/authorize`
    Authorize,
    /// `/oauth/token`
    Token,
    /// `/oauth/revoke`
    Revoke,
    /// `/oauth/introspect`
    Introspect,
}

impl Endpoint {
    /// Its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Authorize => "/oauth/authorize",
            Self::Token => "/oauth/token",
            Self::Revoke => "/oauth/revoke",
            Self::Introspect => "/oauth/introspect",
        }
    }

    /// The endpoint at a path, without a query.
    pub fn at(path: &str) -> Option<Self> {
        let mut all = Self::VARIANTS.iter().copied();
        all.find(|endpoint| endpoint.path() == path)
    }
}

/// The destination of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Destination {
    /// An operation of the API.
    Operation(OperationId),
    /// An endpoint of the authorization server.
    Endpoint(Endpoint),
}

impl Destination {
    /// The endpoint, if the destination is one.
    pub fn endpoint(self) -> Option<Endpoint> {
        match self {
            Self::Operation(_) => None,
            Self::Endpoint(endpoint) => Some(endpoint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_found_at_its_path_and_nowhere_else() {
        for endpoint in Endpoint::VARIANTS {
            assert_eq!(Endpoint::at(endpoint.path()), Some(*endpoint));
        }
        for path in [
            "/oauth",
            "/oauth/token/",
            "/oauth/jwks.json",
            "/api/v1/orders",
            "",
        ] {
            assert_eq!(Endpoint::at(path), None, "{path}");
        }
    }
}
