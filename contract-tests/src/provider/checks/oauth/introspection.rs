//! Token introspection by authorized callers (RFC 7662).

use schemas::key::ApiKey;
use serde_json::json;

use super::{
    parameters::Parameters,
    revocation::revoke,
    server::{AuthorizationServer, CLIENT, Endpoint},
};
use crate::{
    finding::{Exchange, NotPassed, Outcome},
    provider::{
        checks::authentication::UNKNOWN,
        session::{Session, Tenant},
    },
};

/// Lifetime of an access token in seconds.
const HOUR: u64 = 3_600;

pub(in crate::provider::checks) async fn introspection(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let (tenant, foreign) = (session.tenant().await?, session.tenant().await?);
    let key = tenant.full_key().await?;
    let new = json!({"scopes": ["orders:read"]});
    let (tokens, other) = (tenant.tokens(new.clone()).await?, tenant.tokens(new).await?);
    for authorization in [None, Some(format!("Bearer {UNKNOWN}"))] {
        let exchange = introspect(session, &server, authorization, &tokens.access).await?;
        exchange.expect_status(401)?;
    }
    let exchange = introspect_as(session, &server, &key, &tokens.access).await?;
    is_active(&exchange)?;
    describes(&exchange, &tenant, server.issuer())?;
    is_active(&introspect_as(session, &server, &key, &tokens.refresh).await?)?;

    let strangers = foreign.full_key().await?;
    for (key, token) in [
        (&key, "no-such-token"),
        (&strangers, &tokens.access),
        (&strangers, &tokens.refresh),
    ] {
        is_inactive(&introspect_as(session, &server, key, token).await?)?;
    }
    revoke(&server, &tokens.refresh).await?;
    tenant.advance(HOUR).await?;
    for token in [&tokens.access, &tokens.refresh, &other.access] {
        is_inactive(&introspect_as(session, &server, &key, token).await?)?;
    }
    is_active(&introspect_as(session, &server, &key, &other.refresh).await?)
}

async fn introspect_as(
    session: &Session,
    server: &AuthorizationServer<'_>,
    key: &ApiKey,
    token: &str,
) -> Result<Exchange, NotPassed> {
    let bearer = format!("Bearer {}", key.expose());
    let exchange = introspect(session, server, Some(bearer), token).await?;
    exchange.expect_status(200)?;
    Ok(exchange)
}

async fn introspect(
    session: &Session,
    server: &AuthorizationServer<'_>,
    authorization: Option<String>,
    token: &str,
) -> Result<Exchange, NotPassed> {
    let parameters = Parameters::new([("token", token)]);
    let mut request = server.form(Endpoint::Introspection, &parameters)?;
    if let Some(authorization) = authorization {
        request = request.authorization(&authorization);
    }
    session.send(request).await
}

fn is_active(exchange: &Exchange) -> Outcome {
    exchange.expect("$.active", &json!(true), &exchange.at("/active"))
}

/// The response reveals nothing else about a token that is invalid or that the caller has no access to.
fn is_inactive(exchange: &Exchange) -> Outcome {
    exchange.expect("body", &json!({"active": false}), exchange.json())
}

/// The response contains the claims of the access token.
fn describes(exchange: &Exchange, tenant: &Tenant<'_>, issuer: String) -> Outcome {
    for (name, right) in [
        ("iss", issuer),
        ("sub", format!("admin@{}", tenant.name())),
        ("client_id", CLIENT.to_owned()),
        ("scope", "orders:read".to_owned()),
        ("token_type", "Bearer".to_owned()),
    ] {
        let actual = exchange.at(&format!("/{name}"));
        exchange.expect(&format!("$.{name}"), &json!(right), &actual)?;
    }
    let expires_at = exchange.number_at("/iat")? + HOUR;
    exchange.expect("$.exp", &json!(expires_at), &exchange.at("/exp"))
}
