//! Access tokens at the API.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use schemas::{ErrorCode, OperationId};
use serde_json::{Value, json};

use super::{
    authentication::{UNKNOWN, have_body_of},
    oauth::{
        self,
        jwt::{hs256, point},
    },
};
use crate::{
    contract::QuotaField,
    finding::{ApiRequest, Bearer, NotPassed, Outcome},
    provider::session::{Session, enrichment},
};

/// Number of forged tokens; a test counts them.
const FORGERIES: usize = 15;
/// The forged tokens, a valid token, an unknown key twice, and two requests for the key that verifies tokens.
pub(super) const FORGERY_REQUESTS: usize = FORGERIES + 5;
/// Number of tokens that are signed by the server but invalid.
const MISFITS: usize = 6;
/// The invalid tokens and a valid one.
pub(super) const MISFIT_REQUESTS: usize = MISFITS + 1;
/// A time long after any run.
const YEAR_2100: i64 = 4_102_444_800;

fn list_orders() -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
}

/// Forgeries of a valid token (RFC 8725). One of them needs the key that verifies tokens, and is left out if there is none.
/// Returns `None` if the header or the claims of the token are not JSON.
fn forgeries(token: &str, key: Option<&Value>) -> Option<Vec<String>> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let json = |part: &str| -> Option<Value> {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let (read_header, read_claims) = (json(header)?, json(claims)?);
    let under = |name: &str, value: &str, signature: &str| {
        let mut header = read_header.clone();
        header[name] = json!(value);
        format!("{}.{claims}.{signature}", part(&header))
    };
    let claiming = |name: &str, value: Value| {
        let mut claims = read_claims.clone();
        claims[name] = value;
        format!("{header}.{}.{signature}", part(&claims))
    };
    let reversed: String = signature.chars().rev().collect();
    // A server that lets the token choose the algorithm uses its public key as a shared secret.
    let with_public_key = key.and_then(point).map(|secret| {
        let mut header = read_header.clone();
        header["alg"] = json!("HS256");
        let signed = format!("{}.{claims}", part(&header));
        let signature = hs256(&secret, &signed);
        format!("{signed}.{signature}")
    });
    let mut forgeries = vec![
        under("alg", "none", ""),
        under("alg", "None", ""),
        under("alg", "none", signature),
        under("alg", "HS256", signature),
        under("kid", "another", signature),
        under("typ", "JWT", signature),
        claiming("scope", json!("orders:read orders:write admin:write")),
        claiming("exp", json!(YEAR_2100)),
        claiming("sub", json!("somebody")),
        format!("{signed}."),
        signed.to_owned(),
        format!("{signed}.{reversed}"),
        format!("{token}.{signature}"),
        format!("{signed}.{}", "A".repeat(8 * 1024)),
    ];
    forgeries.extend(with_public_key);
    Some(forgeries)
}

pub(super) async fn forged(session: &Session) -> Outcome {
    let token = session.tenant().await?.admin_token().await?;
    session
        .send(list_orders().key(&token))
        .await?
        .expect_success()?;
    let of_a_key = list_orders().authorization(&format!("Bearer {UNKNOWN}"));
    let before = session.send(of_a_key.clone()).await?;
    let key = oauth::signing_key(session).await?;
    let Some(forgeries) = forgeries(token.expose(), key.as_ref()) else {
        let reason = "needs an access token whose header and claims are JSON";
        return Err(NotPassed::Skipped(reason.to_owned()));
    };
    let mut rejections = Vec::new();
    for forged in forgeries {
        let request = list_orders().authorization(&format!("Bearer {forged}"));
        let exchange = session.send(request).await?;
        exchange.expect_error(ErrorCode::AuthenticationError)?;
        rejections.push(exchange);
    }
    have_body_of(&[before, session.send(of_a_key).await?], &rejections)
}

pub(super) async fn inconsistent_claims(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let valid = tenant.admin_token().await?;
    session
        .send(list_orders().key(&valid))
        .await?
        .expect_success()?;
    let claims = |claims: Value| json!({"claims": claims});
    let wanted: [Value; MISFITS] = [
        claims(json!({"exp": 1})),
        claims(json!({"exp": null})),
        claims(json!({"nbf": YEAR_2100})),
        claims(json!({"iss": "https://attacker.example"})),
        claims(json!({"aud": "https://attacker.example/api/v1"})),
        json!({"typ": "JWT"}),
    ];
    for wanted in wanted {
        let token = tenant.token(wanted).await?;
        let exchange = session.send(list_orders().key(&token)).await?;
        exchange.expect_error(ErrorCode::AuthenticationError)?;
    }
    Ok(())
}

pub(super) async fn scopes(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let token = tenant.token(json!({"scopes": ["orders:read"]})).await?;
    session
        .send(list_orders().key(&token))
        .await?
        .expect_success()?;
    let create = ApiRequest::to(OperationId::CreateOrder.operation());
    let create = create.json(&enrichment("Scopes of a token")).key(&token);
    let refused = session.send(create).await?;
    refused.expect_error(ErrorCode::AuthorizationError)
}

pub(super) async fn quota(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let remaining = async |user: &str| {
        let token = tenant.token(json!({"user": user})).await?;
        let exchange = session.send(list_orders().key(&token)).await?;
        exchange.expect_success()?;
        let remaining = session.expected().quota(&exchange, QuotaField::Remaining)?;
        Ok::<_, NotPassed>((exchange, remaining))
    };
    let (_, first) = remaining("admin").await?;
    let (exchange, second) = remaining("admin").await?;
    let place = "remaining requests of the subject";
    exchange.expect(place, &json!(first - 1), &json!(second))?;
    let (exchange, other) = remaining("member").await?;
    exchange.expect(
        "remaining requests of another subject",
        &json!(first),
        &json!(other),
    )
}

pub(super) async fn organization(session: &Session) -> Outcome {
    let (owner, stranger) = (session.tenant().await?, session.tenant().await?);
    let create = ApiRequest::to(OperationId::CreateOrder.operation());
    let create = create.json(&enrichment("Of one organization"));
    let created = session
        .send(create.key(&owner.admin_token().await?))
        .await?;
    created.expect_success()?;
    let read = ApiRequest::on(OperationId::GetOrder.operation(), &created.text_at("/id")?);
    let foreign = read.clone().key(&stranger.admin_token().await?);
    session
        .send(foreign)
        .await?
        .expect_error(ErrorCode::EntityNotFound)?;
    let own = read.key(&owner.admin_token().await?);
    session.send(own).await?.expect_success()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgeries_differ_from_the_token() {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({"alg": "ES256", "kid": "k", "typ": "at+jwt"}));
        let token = format!(
            "{header}.{}.c2lnbmF0dXJl",
            part(json!({"scope": "orders:read", "sub": "a", "exp": 1}))
        );
        let key = json!({"x": "eA", "y": "eQ"});
        let forgeries = forgeries(&token, Some(&key)).unwrap();
        assert_eq!(forgeries.len(), FORGERIES);
        assert!(forgeries.iter().all(|forged| *forged != token));
        assert_eq!(super::forgeries("a.b.c", None), None);
    }
}
