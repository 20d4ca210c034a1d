//! Access tokens with changed contents, signed by the bug's own key.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};

use super::{TOKEN, form::is_post};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

fn own_key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a number below the order of the curve")
}

/// Publishes the bug's own key under the id of the server's key.
pub(super) fn serve_own_key(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.path() != "/oauth/jwks.json" {
        return;
    }
    let point = own_key().verifying_key().to_sec1_point(false);
    // One byte, then both coordinates.
    let (x, y) = point.as_bytes()[1..].split_at(32);
    response.edit(|body| {
        body["keys"][0]["x"] = json!(BASE64_URL_SAFE_NO_PAD.encode(x));
        body["keys"][0]["y"] = json!(BASE64_URL_SAFE_NO_PAD.encode(y));
    });
}

/// Changes header and claims of the access token in a response, and signs it again.
pub(super) fn resign(
    request: &PatchedRequest,
    response: &mut PatchedResponse,
    edit: fn(&mut Value, &mut Value),
) {
    if !is_post(request, TOKEN) {
        return;
    }
    response.edit_success(|body| {
        let token = body["access_token"].as_str().unwrap_or_default();
        let mut parts = token.split('.').map(decode);
        if let (Some(mut header), Some(mut claims)) = (parts.next(), parts.next()) {
            edit(&mut header, &mut claims);
            body["access_token"] = json!(signed(&header, &claims));
        }
    });
}

fn decode(part: &str) -> Value {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&decoded).unwrap_or_default()
}

fn signed(header: &Value, claims: &Value) -> String {
    let [header, claims] =
        [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{header}.{claims}");
    let signature: Signature = own_key().sign(text.as_bytes());
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
    format!("{text}.{signature}")
}
