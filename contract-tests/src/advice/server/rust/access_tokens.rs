use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde_json::Value;

const ISSUER: &str = "https://auth.example.com";
const AUDIENCE: &str = "https://api.example.com";

/// The claims of a valid access token. None is the 401 of an unknown key, whatever is wrong. `keys` are those of the JWKS, by `kid`.
pub fn claims(token: &str, keys: &HashMap<String, VerifyingKey>, now: u64) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header = json(header)?;
    // The server decides on the algorithm: what the token says of it is compared, not followed.
    if header["alg"] != "ES256" || header["typ"] != "at+jwt" {
        return None;
    }
    let key = keys.get(header["kid"].as_str()?)?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    key.verify(signed.as_bytes(), &signature).ok()?;
    let claims = json(claims)?;
    let has_begun = claims["nbf"].as_u64().unwrap_or(0) <= now;
    let has_ended = now >= claims["exp"].as_u64()?;
    let is_meant = claims["iss"] == ISSUER && claims["aud"] == AUDIENCE;
    (has_begun && !has_ended && is_meant).then_some(claims)
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
