//! Client authentication (RFC 6749 §2.3, §3.2.1).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};

use super::{
    error::{OauthCode, OauthError},
    parameters::Parameters,
};
use crate::{app::App, config::ClientSetting};

/// The challenge for a client that tried to authenticate with a header.
const BASIC: &str = r#"Basic realm="openprospect", charset="UTF-8""#;

/// The client that a request names. A client with a secret must send it; one without a secret must not send any.
pub(super) fn authenticate(
    app: &App,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Arc<ClientSetting>, OauthError> {
    let named = parameters.once("client_id");
    let (id, secret, by_header) = match basic(headers)? {
        None => (
            named.map(str::to_owned),
            parameters.once("client_secret").map(str::to_owned),
            false,
        ),
        Some(_) if parameters.has("client_secret") => {
            return Err(OauthError::invalid_request(
                "the client authenticates in two ways; use one",
            ));
        }
        Some((id, _)) if named.is_some_and(|named| named != id) => {
            return Err(OauthError::invalid_request(
                "`client_id` is not the client of the Authorization header",
            ));
        }
        Some((id, secret)) => (
            Some(id),
            Some(secret).filter(|secret| !secret.is_empty()),
            true,
        ),
    };
    let refused = |reason: &str| {
        let error = OauthError::new(OauthCode::InvalidClient, reason);
        if by_header {
            error.challenged(BASIC)
        } else {
            error
        }
    };
    let id = id.ok_or_else(|| refused("`client_id` is missing"))?;
    let client = app.client(&id);
    let client = client.ok_or_else(|| refused("the client is unknown"))?;
    match (&client.client_secret, secret) {
        (None, None) => {}
        (Some(own), Some(secret)) if own.matches(secret.as_bytes()) => {}
        (Some(_), None) => return Err(refused("the client has a secret, and did not send it")),
        (None | Some(_), Some(_)) => return Err(refused("the client secret is wrong")),
    }
    Ok(client)
}

/// The id and the secret from the Authorization header, if it is present. Both are form-encoded.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OauthError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let refused = || {
        let error = "the Authorization header is not Basic with a client's name and secret";
        OauthError::new(OauthCode::InvalidClient, error).challenged(BASIC)
    };
    if values.next().is_some() {
        return Err(refused());
    }
    let (scheme, encoded) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| refused())?;
    let decoded = String::from_utf8(decoded).map_err(|_| refused())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(refused)?;
    Ok(Some((form_decoded(id), form_decoded(secret))))
}

fn form_decoded(text: &str) -> String {
    // Decodes the text as the name of a form parameter. A text with `&` or `=` was not encoded.
    if text.contains(['&', '=']) {
        return text.to_owned();
    }
    let name = form_urlencoded::parse(text.as_bytes()).next();
    name.map(|(name, _)| name.into_owned()).unwrap_or_default()
}
