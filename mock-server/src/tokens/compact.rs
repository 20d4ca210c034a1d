//! Signed JSON as text: the compact serialization of RFC 7515, with ES256 only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, Verifier},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The only algorithm. A token that names another is rejected before any other part of it is used.
pub(super) const ALGORITHM: &str = "ES256";
/// The type of an access token (RFC 9068 §2.1).
pub(super) const ACCESS_TOKEN: &str = "at+jwt";

/// Why a text is not a valid access token of this server.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum InvalidToken {
    /// It is not three parts of base64url of which the first two are JSON.
    #[error("the token is not a signed JWT")]
    Malformed,
    /// It is signed with another algorithm, or unsigned.
    #[error("the token is not signed with {ALGORITHM}")]
    Algorithm,
    /// It is a JWT of another kind.
    #[error("the token is not an access token: its `typ` is not {ACCESS_TOKEN}")]
    Type,
    /// It has a critical header (`crit`) that this server does not support.
    #[error("the token has a critical header that is not supported")]
    Critical,
    /// Its key is not one of this server's, or was rotated out.
    #[error("the token names a signing key that this server does not have")]
    UnknownKey,
    /// The signature is not of the named key, or the token was changed.
    #[error("the signature of the token is wrong")]
    Signature,
    /// A claim is missing or invalid.
    #[error("the token has no valid claim `{0}`")]
    Claim(&'static str),
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

#[derive(Deserialize)]
struct AnyHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// A JWT with a valid header, whose signature has not been verified.
pub(super) struct Unverified<'a> {
    /// The id of the key that the header names.
    pub(super) key: String,
    claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

/// Signs `claims` as a JWT of this type.
pub(super) fn sign(claims: &Value, kind: &str, id: &str, key: &SigningKey) -> String {
    let header = Header {
        alg: ALGORITHM,
        kid: id,
        typ: kind,
    };
    let header = serde_json::to_vec(&header).expect("three strings are JSON");
    let mut text = URL_SAFE_NO_PAD.encode(header);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut text);
    let signature: Signature = key.sign(text.as_bytes());
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature.to_bytes(), &mut text);
    text
}

impl<'a> Unverified<'a> {
    /// Parses a token and checks its header.
    pub(super) fn read(text: &'a str) -> Result<Self, InvalidToken> {
        let (signed, signature) = text.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
        let header: AnyHeader = json(header)?;
        if header.alg != ALGORITHM {
            return Err(InvalidToken::Algorithm);
        }
        let kind = header.typ.unwrap_or_default().to_ascii_lowercase();
        if kind.strip_prefix("application/").unwrap_or(&kind) != ACCESS_TOKEN {
            return Err(InvalidToken::Type);
        }
        if header.crit.is_some() {
            return Err(InvalidToken::Critical);
        }
        Ok(Self {
            key: header.kid.ok_or(InvalidToken::UnknownKey)?,
            claims,
            signed,
            signature,
        })
    }

    /// The claims, if `key` signed them.
    pub(super) fn claims(&self, key: &VerifyingKey) -> Result<Value, InvalidToken> {
        let signature =
            Signature::from_slice(&decode(self.signature)?).map_err(|_| InvalidToken::Signature)?;
        key.verify(self.signed.as_bytes(), &signature)
            .map_err(|_| InvalidToken::Signature)?;
        json(self.claims)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| InvalidToken::Malformed)
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, InvalidToken> {
    serde_json::from_slice(&decode(part)?).map_err(|_| InvalidToken::Malformed)
}
