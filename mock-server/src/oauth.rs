//! The authorization server: OAuth 2.0 with PKCE, for users who sign in (RFC 6749, 7636, 9207, 9700).
//!
//! There is one file per endpoint. The vendor documents that an authorization server exists, but none of its
//! endpoints. All of this is therefore assumed, and absent with `--documented-only`. The module `tokens` stores
//! what was granted; this module only uses it.

mod authorize;
mod client;
mod endpoint;
mod error;
mod introspect;
mod jwks;
mod metadata;
mod parameters;
mod redirect;
mod revoke;
mod sign_in;
mod token;

use std::convert::Infallible;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts},
    middleware,
    routing::{get, post},
};
use http::request;
use schemas::{
    Profile,
    oauth::{
        AUTHORIZE, INTROSPECT, JWKS, METADATA, OPENID_CONFIGURATION, REVOKE, STYLESHEET, TOKEN,
    },
};

use self::error::OauthError;
pub(crate) use self::token::user_of;
use crate::{
    app::{self, App},
    config::limits::MAX_FORM,
};

/// The routes of all endpoints. There are none if only the documented part is served.
pub(crate) fn routes(app: &App) -> Router<App> {
    if app.config.profile == Profile::Documented {
        return Router::new();
    }
    Router::new()
        .route(METADATA, get(metadata::oauth))
        .route(OPENID_CONFIGURATION, get(metadata::openid))
        .route(AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(TOKEN, post(token::issue))
        .route(REVOKE, post(revoke::revoke))
        .route(INTROSPECT, post(introspect::introspect))
        .route(JWKS, get(jwks::keys))
        .route(STYLESHEET, get(sign_in::stylesheet))
        .method_not_allowed_fallback(async || OauthError::wrong_method())
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(middleware::from_fn_with_state(app.clone(), endpoint::meet))
}

/// The addresses of this server, as the request sees them.
struct Server {
    /// The issuer in tokens.
    issuer: String,
    /// The origin that the request names. It differs from the issuer if the issuer is configured.
    origin: String,
}

impl FromRequestParts<App> for Server {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut request::Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self {
            issuer: app::issuer(app, &head.uri, &head.headers),
            origin: app::origin(app, &head.uri, &head.headers),
        })
    }
}
