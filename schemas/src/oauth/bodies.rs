//! The bodies that the authorization server returns.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ScopeSet;

/// What the authorization server supports (RFC 8414 §2).
#[derive(Debug, JsonSchema, Serialize)]
pub struct Metadata {
    /// The origin that tokens and authorization responses name as their issuer.
    pub issuer: String,
    /// Where users sign in.
    pub authorization_endpoint: String,
    /// Where clients get tokens.
    pub token_endpoint: String,
    /// Where clients revoke tokens.
    pub revocation_endpoint: String,
    /// Where the state of a token can be queried.
    pub introspection_endpoint: String,
    /// The keys that verify access tokens.
    pub jwks_uri: String,
    /// All scopes.
    #[schemars(with = "Vec<String>")]
    pub scopes_supported: ScopeSet,
    /// Only the authorization code flow.
    pub response_types_supported: Vec<&'static str>,
    /// Only the query of the redirect URI.
    pub response_modes_supported: Vec<&'static str>,
    /// What tokens can be requested with.
    pub grant_types_supported: Vec<&'static str>,
    /// Whether and how a user is prompted.
    pub prompt_values_supported: Vec<&'static str>,
    /// Only S256 (RFC 7636).
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// Authorization responses name the issuer (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// How clients authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the introspection endpoint.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Only in the metadata for OpenID Connect libraries, which require it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<&'static str>")]
    pub subject_types_supported: Option<Vec<&'static str>>,
    /// Only in the metadata for OpenID Connect libraries, which require it. The server issues no ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<&'static str>")]
    pub id_token_signing_alg_values_supported: Option<Vec<&'static str>>,
}

/// Tokens for a client (RFC 6749 §5.1).
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tokens<'a> {
    /// A JWT that authenticates requests to the API.
    pub access_token: &'a str,
    /// The authentication scheme.
    #[schemars(extend("const" = "Bearer"))]
    pub token_type: &'static str,
    /// Number of seconds for which the access token is valid.
    pub expires_in: i64,
    /// The scopes of the access token, separated by spaces.
    pub scope: String,
    /// A token to request further tokens with. It can be used once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&str")]
    pub refresh_token: Option<&'a str>,
}

/// The state of a token (RFC 7662 §2.2). For a token that is not valid, `active` is the only field.
#[derive(Debug, JsonSchema)]
pub struct Introspection {
    /// Whether it is valid.
    pub active: bool,
    /// The authentication scheme, for an access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("const" = "Bearer"))]
    pub token_type: Option<String>,
    /// Its issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub iss: Option<String>,
    /// The user that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub sub: Option<String>,
    /// The same as `sub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub username: Option<String>,
    /// Its audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub aud: Option<String>,
    /// The client that it was issued to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub client_id: Option<String>,
    /// Its scopes, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub scope: Option<String>,
    /// When it expires, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub exp: Option<i64>,
    /// When it was issued, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub iat: Option<i64>,
    /// The id of the access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub jti: Option<String>,
    /// The organization of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub organization: Option<String>,
}

/// Public keys (RFC 7517): the current one, and the previous one.
#[derive(Debug, JsonSchema)]
pub struct SigningKeys {
    /// The keys, the current one first.
    #[schemars(length(min = 1, max = 2))]
    pub keys: Vec<SigningKey>,
}

/// A public key (RFC 7518 §6.2).
#[derive(Debug, JsonSchema)]
pub struct SigningKey {
    /// Its id, which tokens name.
    pub kid: String,
    /// Its type.
    #[schemars(extend("const" = "EC"))]
    pub kty: String,
    /// Its curve.
    #[schemars(extend("const" = "P-256"))]
    pub crv: String,
    /// The algorithm that it signs with.
    #[schemars(extend("const" = "ES256"))]
    pub alg: String,
    /// Its purpose: signatures.
    #[schemars(rename = "use", extend("const" = "sig"))]
    pub usage: String,
    /// The x coordinate.
    pub x: String,
    /// The y coordinate.
    pub y: String,
}

/// Why a request is rejected (RFC 6749 §5.2).
#[derive(Debug, JsonSchema, Serialize)]
pub struct OauthErrorBody<'a> {
    /// The error code.
    pub error: &'a str,
    /// What is wrong, for people. It contains nothing of the request.
    pub error_description: &'a str,
}
