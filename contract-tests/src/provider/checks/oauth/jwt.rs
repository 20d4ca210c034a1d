//! Access tokens as JWTs, signed with ES256 (RFC 7515, RFC 7518).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde_json::Value;
use sha2::Sha256;

/// The tag of an uncompressed point, which has both coordinates (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A signed JWT.
pub(super) struct Jwt {
    pub(super) header: Value,
    pub(super) claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Jwt {
    /// Parses a JWT; returns `None` if the text is not one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part| serde_json::from_slice::<Value>(&decode(part)?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed: signed.to_owned(),
            signature: decode(signature)?,
        })
    }

    /// Whether the signature is valid under the key, a P-256 JWK.
    pub(super) fn is_signed_by(&self, key: &Value) -> bool {
        let verified = || {
            let key = verifying_key(key)?;
            let signature = Signature::from_slice(&self.signature).ok()?;
            key.verify(self.signed.as_bytes(), &signature).ok()
        };
        verified().is_some()
    }
}

fn verifying_key(jwk: &Value) -> Option<VerifyingKey> {
    VerifyingKey::from_sec1_bytes(&point(jwk)?).ok()
}

/// The public key of a JWK as an uncompressed point.
pub(crate) fn point(jwk: &Value) -> Option<Vec<u8>> {
    let [x, y] = ["x", "y"].map(|name| decode(jwk[name].as_str()?));
    Some([&[UNCOMPRESSED], &*x?, &*y?].concat())
}

/// The HS256 signature of a text.
pub(crate) fn hs256(secret: &[u8], text: &str) -> String {
    let hmac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
    let signature = hmac.chain_update(text).finalize().into_bytes();
    BASE64_URL_SAFE_NO_PAD.encode(signature)
}

fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}
