//! JSON that is signed, as text: the compact serialization of RFC 7515, with ES256 and nothing else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, Verifier},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The one algorithm. A token that names another is rejected before anything of it is believed.
pub(super) const ALGORITHM: &str = "ES256";
/// The type of an access token (RFC 9068 §2.1).
pub(super) const ACCESS_TOKEN: &str = "at+jwt";

/// Why a text is not an access token of this server.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum InvalidToken {
    /// It is not three parts of base64url, the first two of them JSON.
    #[error("the token is not a signed JWT")]
    Malformed,
    /// It is signed in another way, or not at all.
    #[error("the token is not signed with {ALGORITHM}")]
    Algorithm,
    /// It is a JWT of another kind.
    #[error("the token is not an access token: its `typ` is not {ACCESS_TOKEN}")]
    Type,
    /// It wants something to be understood that is not.
    #[error("the token has a critical header that is not supported")]
    Critical,
    /// No key of this server signed it, or one that was rotated out.
    #[error("the token names a signing key that this server does not have")]
    UnknownKey,
    /// Somebody else signed it, or it was changed.
    #[error("the signature of the token is wrong")]
    Signature,
    /// A claim is missing, or is not what it should be.
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

/// A JWT whose header is one of ours, and whose signature was not looked at.
pub(super) struct Unverified<'a> {
    /// Which key it says has signed it.
    pub(super) key: String,
    claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

/// `claims` as a JWT of a type.
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
    /// Takes a text apart.
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

    /// Its claims, if `key` has signed them.
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
