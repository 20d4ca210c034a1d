//! The authorization server of the sandbox, as data: its endpoints, what they accept and what they return. The vendor's page
//! names no endpoints, so all of it is assumed.
//!
//! The OpenAPI document is generated from it, and the server takes its paths from here; tests check the server against it.

mod bodies;
mod endpoints;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{Display, EnumString, VariantArray};

use crate::{Scope, documents::inlined};

pub use self::{
    bodies::{Introspection, Metadata, OauthErrorBody, SigningKeys, Tokens},
    endpoints::{
        AUTHORIZE, ENDPOINT_CALLS, INTROSPECT, JWKS, METADATA, OPENID_CONFIGURATION, REVOKE,
        STYLESHEET, TOKEN,
    },
};

/// The parameter with this name, of any endpoint.
pub fn field(name: &str) -> Option<&'static FormField> {
    let mut all = ENDPOINT_CALLS
        .iter()
        .flat_map(|endpoint_call| endpoint_call.takes);
    all.find(|field| field.name == name)
}

/// The schema of the body of every rejection.
pub fn refused_body() -> Value {
    inlined::<OauthErrorBody<'_>>()
}

/// The media type of the bodies that the endpoints accept.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// An endpoint of the authorization server whose requests belong to one organization. No scenario applies to the
/// endpoints that are shared by all organizations, such as the metadata.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
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
            Self::Authorize => AUTHORIZE,
            Self::Token => TOKEN,
            Self::Revoke => REVOKE,
            Self::Introspect => INTROSPECT,
        }
    }

    /// The endpoint at a path, without a query.
    pub fn at(path: &str) -> Option<Self> {
        let mut all = Self::VARIANTS.iter().copied();
        all.find(|endpoint| endpoint.path() == path)
    }
}

/// A method of a path of the authorization server.
#[derive(Debug)]
pub struct EndpointCall {
    /// Its id in the OpenAPI document.
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path after the origin.
    pub path: &'static str,
    /// The parameters it accepts: in the query of a `GET`, in the form of a `POST`.
    pub takes: &'static [FormField],
    /// The callers that may use it.
    pub callers: Callers,
    /// What it returns.
    pub returns: Returns,
    /// What it does, for people: a phrase, not a whole sentence.
    pub does: &'static str,
}

/// A parameter. An empty value counts as absent, and a repeated parameter is rejected.
#[derive(Debug)]
pub struct FormField {
    /// Its name.
    pub name: &'static str,
    /// The values it accepts.
    pub value: FieldValue,
    /// Whether it is required.
    pub required: bool,
    /// A description for people.
    pub is: &'static str,
}

/// The values that a parameter accepts.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue {
    /// Any text.
    Text,
    /// One of these values.
    OneOf(&'static [&'static str]),
    /// A text that matches this pattern.
    Pattern(&'static str),
    /// The id of a client.
    ClientId,
    /// A redirect URI of a client.
    RedirectUri,
    /// Scopes, separated by spaces.
    Scopes,
    /// A user of an organization, such as `admin@demo01`.
    User,
}

/// The callers that may use an endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Callers {
    /// Any caller.
    All,
    /// A client; one that has a secret authenticates with it.
    Clients,
    /// A client with a secret, or a caller with a valid key or access token.
    Members,
}

/// The successful response of an endpoint.
#[derive(Clone, Copy, Debug)]
pub enum Returns {
    /// JSON with this schema.
    Json(fn() -> Value),
    /// The sign-in page, or a redirect back to the client.
    PageOrRedirect,
    /// No body.
    Nothing,
    /// A stylesheet.
    Stylesheet,
}

impl EndpointCall {
    /// The schema of its form.
    pub fn form(&self) -> Value {
        let properties: serde_json::Map<_, _> = self
            .takes
            .iter()
            .map(|field| (field.name.to_owned(), field.schema()))
            .collect();
        let required = self.takes.iter().filter(|field| field.required);
        let required: Vec<_> = required.map(|field| field.name).collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }
}

impl FormField {
    /// The schema of its value, with its description.
    pub fn schema(&self) -> Value {
        let mut schema = self.value.schema();
        schema["description"] = json!(self.is);
        schema
    }
}

impl FieldValue {
    /// Its schema.
    pub fn schema(self) -> Value {
        match self {
            // An empty value counts as absent.
            Self::Text | Self::ClientId | Self::RedirectUri | Self::Scopes | Self::User => {
                json!({"type": "string", "minLength": 1})
            }
            Self::OneOf(values) => json!({"type": "string", "enum": values}),
            Self::Pattern(pattern) => json!({"type": "string", "pattern": pattern}),
        }
    }

    /// Whether a value is valid and not a secret between client and server. Whether a client id is valid, only the server
    /// knows.
    pub fn is_public(self, value: &str) -> bool {
        let is_name = |name: &str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            (1..=40).contains(&name.len()) && name.bytes().all(is_plain)
        };
        match self {
            // A code challenge counts as secret: a faulty client may send the verifier itself.
            Self::Text | Self::Pattern(_) | Self::ClientId => false,
            Self::OneOf(values) => values.contains(&value),
            Self::RedirectUri => value.contains(":/") && !value.contains(['?', '#', '@']),
            Self::Scopes => value.split(' ').all(|name| name.parse::<Scope>().is_ok()),
            Self::User => value.split_once('@').is_some_and(|(user, organization)| {
                is_name(user) && is_name(organization) && organization.len() == 6
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_an_endpoint_by_its_exact_path() {
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
