//! The bodies that the authorization server returns.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ScopeSet;

/// What the server can do (RFC 8414 §2).
#[derive(Debug, JsonSchema, Serialize)]
pub struct Metadata {
    /// The origin that tokens and authorization responses name.
    pub issuer: String,
    /// Where users sign in.
    pub authorization_endpoint: String,
    /// Where clients get tokens.
    pub token_endpoint: String,
    /// Where clients give them back.
    pub revocation_endpoint: String,
    /// Where others ask what a token is.
    pub introspection_endpoint: String,
    /// The keys that access tokens are verified by.
    pub jwks_uri: String,
    /// Every scope that there is.
    #[schemars(with = "Vec<String>")]
    pub scopes_supported: ScopeSet,
    /// Only the authorization code flow.
    pub response_types_supported: Vec<&'static str>,
    /// Only the query.
    pub response_modes_supported: Vec<&'static str>,
    /// What tokens are issued for.
    pub grant_types_supported: Vec<&'static str>,
    /// Whether, and how, a user is asked.
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
    /// Only where libraries for OpenID Connect look, which insist on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<&'static str>")]
    pub subject_types_supported: Option<Vec<&'static str>>,
    /// Only where libraries for OpenID Connect look, which insist on it. There are no ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<&'static str>")]
    pub id_token_signing_alg_values_supported: Option<Vec<&'static str>>,
}

/// Tokens for a client (RFC 6749 §5.1).
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tokens<'a> {
    /// A JWT, which calls the API.
    pub access_token: &'a str,
    /// How it is sent.
    #[schemars(extend("const" = "Bearer"))]
    pub token_type: &'static str,
    /// Seconds for which the access token is valid.
    pub expires_in: i64,
    /// The scopes of the access token, with a space between two.
    pub scope: String,
    /// Brings more tokens, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&str")]
    pub refresh_token: Option<&'a str>,
}

/// What a token is (RFC 7662 §2.2). Of one that is not valid, only that.
#[derive(Debug, JsonSchema)]
pub struct Introspection {
    /// Whether it is valid.
    pub active: bool,
    /// Of an access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("const" = "Bearer"))]
    pub token_type: Option<String>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub iss: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub sub: Option<String>,
    /// The same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub username: Option<String>,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub aud: Option<String>,
    /// Which client it was issued to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub client_id: Option<String>,
    /// What it allows.
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
    /// Names the access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub jti: Option<String>,
    /// The organization of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub organization: Option<String>,
}

/// Public keys (RFC 7517): the present one, and the one before.
#[derive(Debug, JsonSchema)]
pub struct SigningKeys {
    /// The keys, the present one first.
    #[schemars(length(min = 1, max = 2))]
    pub keys: Vec<SigningKey>,
}

/// A public key (RFC 7518 §6.2).
#[derive(Debug, JsonSchema)]
pub struct SigningKey {
    /// Its name, as tokens carry it.
    pub kid: String,
    /// Its type.
    #[schemars(extend("const" = "EC"))]
    pub kty: String,
    /// Its curve.
    #[schemars(extend("const" = "P-256"))]
    pub crv: String,
    /// What it signs by.
    #[schemars(extend("const" = "ES256"))]
    pub alg: String,
    /// What it is for.
    #[schemars(rename = "use", extend("const" = "sig"))]
    pub usage: String,
    /// A coordinate.
    pub x: String,
    /// The other coordinate.
    pub y: String,
}

/// Why a request is refused (RFC 6749 §5.2).
#[derive(Debug, JsonSchema, Serialize)]
pub struct OauthErrorBody<'a> {
    /// The code of the error.
    pub error: &'a str,
    /// What was wrong, for people. Nothing of the request is in it.
    pub error_description: &'a str,
}
