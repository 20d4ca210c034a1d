//! Where a fault applies: to which operations, and to which of their responses.

use http::Method;
use schemas::{Operation, oauth::Endpoint};
use strum::Display;

use crate::{destination::Destination, response::FaultResponse};

/// Where a fault applies. A rule never applies it anywhere else, and a request that asks for it there is rejected.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq)]
pub enum Applies {
    /// To every response.
    #[strum(serialize = "every response")]
    Everywhere,
    /// To responses that have a body: not to a `HEAD`, nor to a 204.
    #[strum(serialize = "responses with a body")]
    Bodies,
    /// To successes that have a body.
    #[strum(serialize = "successes with a body")]
    Results,
    /// To operations that list, page by page.
    #[strum(serialize = "lists")]
    Lists,
    /// To operations that read.
    #[strum(serialize = "reads")]
    Reads,
    /// To errors.
    #[strum(serialize = "errors")]
    Errors,
    /// To the redirects with which the authorization server responds to an authorization request.
    #[strum(serialize = "authorization responses")]
    AuthorizationResponses,
}

impl Applies {
    /// Whether it applies to some response of the operation.
    pub fn to(self, operation: &Operation) -> bool {
        match self {
            Self::Everywhere | Self::Bodies | Self::Errors => true,
            Self::Results => operation.response.is_some(),
            Self::Lists => operation.is_list(),
            Self::Reads => operation.method == Method::GET,
            Self::AuthorizationResponses => false,
        }
    }

    /// Whether it applies to some response of the endpoint.
    pub fn to_endpoint(self, endpoint: Endpoint) -> bool {
        match self {
            Self::Everywhere | Self::Bodies | Self::Errors => true,
            // A revocation has no body, and a sign-in page is not JSON.
            Self::Results => !matches!(endpoint, Endpoint::Authorize | Endpoint::Revoke),
            Self::Lists | Self::Reads => false,
            Self::AuthorizationResponses => endpoint == Endpoint::Authorize,
        }
    }

    /// Whether it applies to some response of a request's destination.
    pub fn to_destination(self, destination: Destination) -> bool {
        match destination {
            Destination::Operation(id) => self.to(id.operation()),
            Destination::Endpoint(endpoint) => self.to_endpoint(endpoint),
        }
    }

    /// Whether it applies to the response.
    pub(crate) fn to_response(self, response: &FaultResponse) -> bool {
        match self {
            Self::Everywhere | Self::Reads => true,
            Self::Bodies => !response.body.is_empty(),
            Self::Results | Self::Lists => {
                response.status.is_success() && !response.body.is_empty()
            }
            Self::Errors => response.status.is_client_error() || response.status.is_server_error(),
            Self::AuthorizationResponses => response.status.is_redirection(),
        }
    }
}
