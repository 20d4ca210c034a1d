//! The destination of a request: an operation of the API, or an endpoint of the authorization server.

use schemas::{OperationId, oauth::Endpoint};
use strum::Display;

/// The destination of a request.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq)]
pub enum Destination {
    /// An operation of the API.
    #[strum(to_string = "{0}")]
    Operation(OperationId),
    /// An endpoint of the authorization server.
    #[strum(to_string = "the endpoint {0}")]
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
