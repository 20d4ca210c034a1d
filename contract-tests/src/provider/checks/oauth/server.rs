//! The authorization server of a target, as its metadata describes it.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use http::{Method, StatusCode, header};
use schemas::Profile;
use serde_json::json;
use sha2::{Digest, Sha256};
use strum::{IntoStaticStr, VariantArray};

use super::{authorization_response::AuthorizationResponse, parameters::Parameters};
use crate::{
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    http::origin,
    provider::{
        control::Tokens,
        session::{Session, Tenant},
    },
};

const METADATA: &str = "/.well-known/oauth-authorization-server";
/// The client that every sandbox knows.
pub(super) const CLIENT: &str = "openprospect-dashboard";
/// A redirect URI of that client, with any port.
pub(super) const REDIRECT_URI: &str = "http://127.0.0.1:8910/callback";
/// A verifier (RFC 7636, appendix B).
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An authorization server.
pub(super) struct AuthorizationServer<'a> {
    session: &'a Session,
    pub(super) metadata: Exchange,
}

/// The endpoints, with their names in the metadata.
#[derive(Clone, Copy, IntoStaticStr, VariantArray)]
pub(super) enum Endpoint {
    #[strum(serialize = "authorization_endpoint")]
    Authorization,
    #[strum(serialize = "token_endpoint")]
    Token,
    #[strum(serialize = "revocation_endpoint")]
    Revocation,
    #[strum(serialize = "introspection_endpoint")]
    Introspection,
    #[strum(serialize = "jwks_uri")]
    Keys,
}

/// The `S256` challenge of a verifier.
pub(super) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The request for a code for an organization's admin, without a sign-in page.
pub(super) fn authorization_request(organization: &str) -> Parameters {
    Parameters::new([
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", &challenge(VERIFIER)),
        ("code_challenge_method", "S256"),
        ("prompt", "none"),
        ("login_hint", &format!("admin@{organization}")),
    ])
}

/// The form that redeems a code.
pub(super) fn token_request(code: &str) -> Parameters {
    Parameters::new([
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("code", code),
        ("code_verifier", VERIFIER),
    ])
}

/// The form that refreshes tokens.
pub(super) fn refresh_request(refresh_token: &str) -> Parameters {
    Parameters::new([
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("refresh_token", refresh_token),
    ])
}

/// The response is a rejection with this status and error.
pub(super) fn expect_refused(exchange: &Exchange, status: u16, error: &str) -> Outcome {
    exchange.expect_status(status)?;
    exchange.expect("$.error", &json!(error), &exchange.at("/error"))
}

/// The response is JSON that must not be stored.
pub(super) fn expect_private_json(exchange: &Exchange) -> Outcome {
    let media_type = exchange.header(header::CONTENT_TYPE).unwrap_or_default();
    exchange.expect_that(
        media_type.starts_with("application/json"),
        "header content-type",
        "application/json",
        json!(media_type),
    )?;
    let kept = exchange.header(header::CACHE_CONTROL).unwrap_or_default();
    exchange.expect_that(
        kept.split(',')
            .any(|directive| directive.trim() == "no-store"),
        "header cache-control",
        "no-store",
        json!(kept),
    )
}

impl<'a> AuthorizationServer<'a> {
    /// Reads the metadata. Only a sandbox that serves everything must have it.
    pub(super) async fn discover(session: &'a Session) -> Result<Self, NotPassed> {
        let request = ApiRequest::outside_the_api(Method::GET, METADATA);
        let metadata = session.send(request).await?;
        let is_served = metadata.status == StatusCode::OK && metadata.at("/issuer").is_string();
        let server = Self { session, metadata };
        if !is_served && !server.is_required() {
            let metadata = &server.metadata;
            return Err(NotPassed::Skipped(format!(
                "needs an authorization server, and GET {METADATA} returns no metadata: {}",
                metadata.status
            )));
        }
        server.metadata.expect_status(200)?;
        server.metadata.text_at("/issuer")?;
        Ok(server)
    }

    /// Whether the target must have an authorization server: a sandbox that serves everything must.
    pub(super) fn is_required(&self) -> bool {
        self.session.is_sandbox() && self.session.profile() == Profile::Everything
    }

    /// The issuer that the metadata must name.
    pub(super) fn issuer(&self) -> String {
        let configured = self.session.expected().settings().issuer.clone();
        let origin = || {
            origin(self.session.target())
                .as_str()
                .trim_end_matches('/')
                .to_owned()
        };
        configured.unwrap_or_else(origin)
    }

    /// A request to an endpoint. Nothing is sent to another server.
    fn request(&self, method: Method, endpoint: Endpoint) -> Result<ApiRequest, NotPassed> {
        let name: &str = endpoint.into();
        let url = self.metadata.text_at(&format!("/{name}"))?;
        let path = url.strip_prefix(&self.issuer());
        let path = path.filter(|path| path.starts_with('/')).ok_or_else(|| {
            NotPassed::Skipped(format!(
                "needs a {name} on the server whose metadata names it"
            ))
        })?;
        Ok(ApiRequest::outside_the_api(method, path))
    }

    pub(super) async fn authorize(&self, parameters: &Parameters) -> Result<Exchange, NotPassed> {
        let request = self.request(Method::GET, Endpoint::Authorization)?;
        self.session.send(request.query(parameters.encoded())).await
    }

    /// The code in the response to an authorization request.
    pub(super) async fn code(&self, parameters: &Parameters) -> Result<String, NotPassed> {
        let response = AuthorizationResponse::from_exchange(self.authorize(parameters).await?)?;
        if response.parameter("error") == Some("login_required") {
            let reason = "needs users who sign in without a password";
            return Err(NotPassed::Skipped(reason.to_owned()));
        }
        let code = response.code()?;
        self.session.secrets.add(&code);
        Ok(code)
    }

    /// A code for the admin of a tenant's organization.
    pub(super) async fn sign_in(&self, tenant: &Tenant<'_>) -> Result<String, NotPassed> {
        self.session.secrets.add(VERIFIER);
        self.code(&authorization_request(tenant.name())).await
    }

    /// A request with a form to an endpoint.
    pub(super) fn form(
        &self,
        endpoint: Endpoint,
        parameters: &Parameters,
    ) -> Result<ApiRequest, NotPassed> {
        Ok(self
            .request(Method::POST, endpoint)?
            .form(parameters.encoded()))
    }

    pub(super) async fn post(
        &self,
        endpoint: Endpoint,
        parameters: &Parameters,
    ) -> Result<Exchange, NotPassed> {
        self.session.send(self.form(endpoint, parameters)?).await
    }

    /// The tokens in the response to a token request, and the response.
    pub(super) async fn tokens(
        &self,
        parameters: &Parameters,
    ) -> Result<(Tokens, Exchange), NotPassed> {
        let exchange = self.post(Endpoint::Token, parameters).await?;
        exchange.expect_status(200)?;
        Ok((
            Tokens::from_response(&exchange, &self.session.secrets)?,
            exchange,
        ))
    }

    /// The server rejects a token request with this error.
    pub(super) async fn expect_error(&self, parameters: &Parameters, error: &str) -> Outcome {
        let exchange = self.post(Endpoint::Token, parameters).await?;
        expect_refused(&exchange, 400, error)
    }

    /// The keys that verify access tokens.
    pub(super) async fn keys(&self) -> Result<Exchange, NotPassed> {
        let exchange = self
            .session
            .send(self.request(Method::GET, Endpoint::Keys)?)
            .await?;
        exchange.expect_status(200)?;
        Ok(exchange)
    }
}
