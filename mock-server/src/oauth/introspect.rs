//! `POST /oauth/introspect`: describes a token to authorized callers (RFC 7662).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use super::{
    client,
    error::{NO_STORE, OauthCode, OauthError},
    parameters::Parameters,
    token::with_grants_of,
};
use crate::{
    app::App,
    pipeline,
    tenants::Organization,
    tokens::{Opaque, Terms},
};

const BEARER: &str = r#"Bearer realm="openprospect", error="invalid_token""#;
const BOTH: &str = r#"Basic realm="openprospect", Bearer realm="openprospect""#;

/// The caller.
enum Asker {
    /// A confidential client, such as a resource server. It may introspect tokens of all organizations.
    Client,
    /// The owner of a valid key or access token. It may introspect tokens of its own organization.
    Member(Arc<Organization>),
}

pub(super) async fn introspect(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, OauthError> {
    parameters.check_repeated()?;
    let asker = asker(&app, &headers, &parameters)?;
    let text = parameters.required("token")?;
    let described = match Opaque::organization(text) {
        Some(name) => app
            .tenants
            .organization(name, app.machine_now())
            .filter(|organization| asker.may_know(organization))
            .and_then(|organization| refresh_token(&app, &organization, text)),
        None => access_token(&app, &asker, text),
    };
    let described = described.unwrap_or_else(|| json!({"active": false}));
    Ok((NO_STORE, Json(described)).into_response())
}

impl Asker {
    fn may_know(&self, organization: &Arc<Organization>) -> bool {
        match self {
            Self::Client => true,
            Self::Member(own) => Arc::ptr_eq(own, organization),
        }
    }
}

fn asker(app: &App, headers: &HeaderMap, parameters: &Parameters) -> Result<Asker, OauthError> {
    if is_bearer(headers) {
        let organization = pipeline::member_of(app, headers).ok_or_else(|| {
            let error = "the bearer credential is not valid";
            OauthError::new(OauthCode::InvalidToken, error).challenged(BEARER)
        })?;
        return Ok(Asker::Member(organization));
    }
    let client = client::authenticate(app, headers, parameters)?;
    if client.client_secret.is_none() {
        let error = "only a client with a secret, or a valid bearer credential, may ask";
        return Err(OauthError::new(OauthCode::InvalidClient, error).challenged(BOTH));
    }
    Ok(Asker::Client)
}

fn is_bearer(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::AUTHORIZATION);
    let sent = sent.map_or(&b""[..], HeaderValue::as_bytes);
    let scheme = sent.split(|byte| *byte == b' ').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

fn access_token(app: &App, asker: &Asker, text: &str) -> Option<Value> {
    let found = app.tenants.resolve_token(text, app.machine_now()).ok()?;
    if !asker.may_know(&found.organization) {
        return None;
    }
    let held = with_grants_of(app, &found.organization, |grants, now| {
        let status = grants.status(&found.token, now);
        status.map(|()| grants.scopes_of(&found.token))
    });
    let held = held.ok()?;
    let mut described = found.token.claims();
    described["active"] = json!(true);
    described["scope"] = json!(held.join(" "));
    described["token_type"] = json!("Bearer");
    described["username"] = json!(found.token.subject);
    Some(described)
}

fn refresh_token(app: &App, organization: &Arc<Organization>, text: &str) -> Option<Value> {
    with_grants_of(app, organization, |grants, now| {
        let (terms, expires_at) = grants.refresh_token(text, now)?;
        let Terms {
            issuer,
            subject,
            client_id,
            scopes,
        } = terms;
        Some(json!({
            "active": true,
            "iss": issuer,
            "sub": subject,
            "username": subject,
            "client_id": client_id,
            "scope": scopes.join(" "),
            "exp": expires_at.as_second(),
            "organization": organization.name(),
        }))
    })
}
