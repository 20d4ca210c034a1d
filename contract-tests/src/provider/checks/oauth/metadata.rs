//! The metadata that describes the server to clients (RFC 8414).

use http::{Method, StatusCode};
use serde_json::{Value, json};
use strum::VariantArray;

use super::server::{AuthorizationServer, Endpoint};
use crate::{
    finding::{ApiRequest, Outcome},
    provider::session::Session,
};

/// The path at which libraries for OpenID Connect look for the metadata.
const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";

pub(in crate::provider::checks) async fn metadata(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let metadata = &server.metadata;
    let issuer = server.issuer();
    metadata.expect("$.issuer", &json!(issuer), &metadata.at("/issuer"))?;
    for endpoint in Endpoint::VARIANTS {
        let name: &str = endpoint.into();
        let url = metadata.text_at(&format!("/{name}"))?;
        let path = url.strip_prefix(&issuer).unwrap_or_default();
        let at = format!("$.{name}");
        let expected = format!("a URL below {issuer}");
        metadata.expect_that(path.starts_with('/'), &at, &expected, json!(url))?;
    }
    for (name, right) in [
        ("response_types_supported", json!(["code"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
    ] {
        let actual = metadata.at(&format!("/{name}"));
        metadata.expect(&format!("$.{name}"), &right, &actual)?;
    }
    for (name, needed) in [
        ("grant_types_supported", "authorization_code"),
        ("grant_types_supported", "refresh_token"),
        ("token_endpoint_auth_methods_supported", "none"),
    ] {
        let actual = metadata.at(&format!("/{name}"));
        let has = actual
            .as_array()
            .is_some_and(|all| all.contains(&Value::from(needed)));
        let expected = format!("an array with {needed}");
        metadata.expect_that(has, &format!("$.{name}"), &expected, actual)?;
    }
    is_found_by_openid_libraries(session, &server).await
}

/// The metadata for libraries for OpenID Connect has the same values, and may have more. Only a sandbox must publish it.
async fn is_found_by_openid_libraries(
    session: &Session,
    server: &AuthorizationServer<'_>,
) -> Outcome {
    let request = ApiRequest::outside_the_api(Method::GET, OPENID_CONFIGURATION);
    let alias = session.send(request).await?;
    if alias.status != StatusCode::OK && !server.is_required() {
        return Ok(());
    }
    alias.expect_status(200)?;
    let metadata = server.metadata.json();
    for (name, value) in metadata.as_object().into_iter().flatten() {
        alias.expect(&format!("$.{name}"), value, &alias.at(&format!("/{name}")))?;
    }
    Ok(())
}
