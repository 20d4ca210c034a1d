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
    pipeline,
};

/// The routes of all endpoints. There are none if only the documented part is served.
pub(crate) fn routes(app: &App) -> Router<App> {
    if app.config.profile == Profile::Documented {
        return Router::new();
    }
    // Pages of other origins are sent to these; they may not read them (RFC 9700 §2.6).
    let pages = Router::new()
        .route(AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(STYLESHEET, get(sign_in::stylesheet));
    let endpoints = Router::new()
        .route(METADATA, get(metadata::oauth))
        .route(OPENID_CONFIGURATION, get(metadata::openid))
        .route(TOKEN, post(token::issue))
        .route(REVOKE, post(revoke::revoke))
        .route(INTROSPECT, post(introspect::introspect))
        .route(JWKS, get(jwks::keys));
    let met = |routes: Router<App>| {
        routes
            .method_not_allowed_fallback(async || OauthError::wrong_method())
            .layer(DefaultBodyLimit::max(MAX_FORM))
            .layer(middleware::from_fn_with_state(app.clone(), endpoint::meet))
    };
    let allow = middleware::from_fn_with_state(app.clone(), pipeline::cors::allow);
    met(endpoints).layer(allow).merge(met(pages))
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
