//! Invalid tokens: forged ones, and ones that the server has signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::test_app::Organization;

/// The parts of a JWT.
struct Jwt {
    header: Value,
    claims: Value,
    signature: String,
}

impl Jwt {
    fn read(text: &str) -> Self {
        let parts: Vec<_> = text.split('.').collect();
        let json =
            |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        Self {
            header: json(parts[0]),
            claims: json(parts[1]),
            signature: parts[2].to_owned(),
        }
    }

    fn signed_part(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    fn text(&self) -> String {
        format!("{}.{}", self.signed_part(), self.signature)
    }

    /// The token with another header, signed by `sign`.
    fn forged(&self, header: Value, sign: impl Fn(&str) -> Vec<u8>) -> String {
        let mut forged = Self {
            header,
            claims: self.claims.clone(),
            signature: String::new(),
        };
        forged.signature = URL_SAFE_NO_PAD.encode(sign(&forged.signed_part()));
        forged.text()
    }
}

fn hs256(key: &[u8], text: &str) -> Vec<u8> {
    let hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hmac.chain_update(text).finalize().into_bytes().to_vec()
}

fn own_key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn es256(text: &str) -> Vec<u8> {
    let signature: Signature = own_key().sign(text.as_bytes());
    signature.to_bytes().to_vec()
}

/// The x coordinate of the public key that has signed a token.
fn public_key(organization: &Organization, token: &Jwt) -> Vec<u8> {
    let app = &organization.app;
    // Rotating returns at most two keys; the one with the id in the token's header has signed it.
    let keys = app.control(Method::POST, "/oauth/rotate-signing-key", ());
    let keys = keys.ok()["keys"].take();
    let mut keys = keys.as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == token.header["kid"]).unwrap();
    URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap()
}

/// Attacks on a valid token (RFC 8725, RFC 7515), each with its description.
pub(super) fn forgeries(organization: &Organization, valid: &str) -> Vec<(&'static str, String)> {
    let mut all = forged_headers(organization, valid);
    let mut tampered = Jwt::read(valid);
    tampered.claims["scope"] = json!("orders:read admin:write");
    let mut elsewhere = Jwt::read(valid);
    elsewhere.claims["organization"] = json!("other1");
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    all.extend([
        ("another scope", tampered.text()),
        ("another organization", elsewhere.text()),
        ("no signature", format!("{signed}.")),
        ("two parts", signed.to_owned()),
        ("only the dots", "..".to_owned()),
        ("garbage after it", format!("{valid}x")),
        ("a dot after it", format!("{valid}.")),
        ("it twice", format!("{valid}.{valid}")),
        ("padding", format!("{valid}==")),
        (
            "an empty signature of zeros",
            format!("{signed}.{}", "A".repeat(signature.len())),
        ),
        ("8 KiB", format!("{signed}.{}", "A".repeat(8 * 1024))),
        ("many dots", ".".repeat(4 * 1024)),
        (
            "two parts that are JSON of other kinds",
            "e30.W10.AA".to_owned(),
        ),
    ]);
    all
}

/// Attacks that change the header, and sign the token again where that helps.
fn forged_headers(organization: &Organization, valid: &str) -> Vec<(&'static str, String)> {
    let jwt = Jwt::read(valid);
    let public = public_key(organization, &jwt);
    let with = |name: &str, value: Value| {
        let mut header = jwt.header.clone();
        header[name] = value;
        header
    };
    let algorithm = |name: &str| with("alg", json!(name));
    let unsigned = |_: &str| Vec::new();
    vec![
        ("alg none", jwt.forged(algorithm("none"), unsigned)),
        ("alg None", jwt.forged(algorithm("None"), unsigned)),
        (
            "alg none, with the signature",
            jwt.forged(algorithm("none"), es256),
        ),
        (
            "HS256 with the public key",
            jwt.forged(algorithm("HS256"), |text| hs256(&public, text)),
        ),
        (
            "HS256 with nothing",
            jwt.forged(algorithm("HS256"), |text| hs256(b"", text)),
        ),
        ("another key", jwt.forged(jwt.header.clone(), es256)),
        (
            "another key under its own kid",
            jwt.forged(with("kid", json!("mine")), es256),
        ),
        (
            "an embedded key",
            jwt.forged(with("jwk", json!({"kty": "EC"})), es256),
        ),
        (
            "a critical header",
            jwt.forged(with("crit", json!(["exp"])), es256),
        ),
    ]
}

/// Invalid tokens that the server has signed, each with what is wrong with it.
pub(super) fn misfits(organization: &Organization) -> Vec<(&'static str, String)> {
    // The frozen clock shows 2026-01-15T09:00:00Z.
    let now = 1_768_467_600;
    let claims = |claims: Value| json!({"claims": claims});
    let wanted = [
        ("exp is now", claims(json!({"exp": now}))),
        ("exp is past", claims(json!({"exp": now - 1}))),
        ("no exp", claims(json!({"exp": null}))),
        ("exp is no number", claims(json!({"exp": "tomorrow"}))),
        ("nbf is to come", claims(json!({"nbf": now + 1}))),
        (
            "another issuer",
            claims(json!({"iss": "https://attacker.example"})),
        ),
        ("no issuer", claims(json!({"iss": null}))),
        (
            "another audience",
            claims(json!({"aud": "https://attacker.example/api/v1"})),
        ),
        ("no audience", claims(json!({"aud": null}))),
        ("another subject", claims(json!({"sub": "member@other1"}))),
        ("another grant", claims(json!({"jti": "0-999-1"}))),
        ("no grant", claims(json!({"jti": null}))),
        ("no organization", claims(json!({"organization": null}))),
        (
            "an organization that is not there",
            claims(json!({"organization": "nobody"})),
        ),
        ("an ID token", json!({"typ": "JWT"})),
        ("a logout token", json!({"typ": "logout+jwt"})),
    ];
    wanted
        .into_iter()
        .map(|(what, wanted)| (what, organization.token(wanted).key))
        .collect()
}
