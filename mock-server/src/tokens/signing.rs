//! The server's signing keys. They are derived from its seed at first use, and rotated on request.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::SigningKey;
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    AccessToken, InvalidToken,
    compact::{self, ACCESS_TOKEN, ALGORITHM, Unverified},
};
use crate::world::seed;

/// Number of keys whose tokens are accepted: the current key and the previous one.
const KEPT: usize = 2;

/// The signing keys of a server.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    seed: u64,
    keys: Mutex<Keys>,
}

#[derive(Debug, Default)]
struct Keys {
    /// Number of rotations.
    rotations: u64,
    /// The current key and the previous one, as far as they were needed.
    made: Vec<Arc<NamedKey>>,
}

/// A key pair. Its debug form shows only its id.
struct NamedKey {
    id: String,
    number: u64,
    key: SigningKey,
}

/// Claims whose signature was verified, and the key that signed them.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub claims: AccessToken,
    /// The number of the key that signed it: see [`SigningKeys::has`].
    pub key: u64,
}

impl SigningKeys {
    /// The keys of a server with this seed. They are derived at first use.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            keys: Mutex::default(),
        }
    }

    /// Signs these claims. `kind` is the `typ` of the header; the default is that of access tokens.
    pub(crate) fn sign(&self, claims: &Value, kind: Option<&str>) -> String {
        let key = self.present();
        compact::sign(claims, kind.unwrap_or(ACCESS_TOKEN), &key.id, &key.key)
    }

    /// The claims of a token that this server signed. The grants of its organization decide whether the token is
    /// valid.
    pub(crate) fn verify(&self, text: &str) -> Result<VerifiedToken, InvalidToken> {
        let token = Unverified::read(text)?;
        // This server may not have signed anything yet, but an earlier one with the same seed may have.
        self.present();
        let known = self.keys.lock().made.clone();
        let key = known
            .iter()
            .find(|key| key.id == token.key)
            .ok_or(InvalidToken::UnknownKey)?;
        let claims = token.claims(key.key.verifying_key())?;
        Ok(VerifiedToken {
            claims: AccessToken::read(claims)?,
            key: key.number,
        })
    }

    /// Whether tokens of the key with this number are accepted.
    pub(crate) fn has(&self, number: u64) -> bool {
        let rotations = self.keys.lock().rotations;
        (rotations.saturating_sub(1)..=rotations).contains(&number)
    }

    /// Signs with a new key from now on, and returns its id. Tokens of the previous key are still accepted, those
    /// of older keys are not.
    pub(crate) fn rotate(&self) -> String {
        self.present();
        let mut keys = self.keys.lock();
        keys.rotations += 1;
        let key = NamedKey::draw(self.seed, keys.rotations);
        keys.made.insert(0, Arc::new(key));
        keys.made.truncate(KEPT);
        keys.made[0].id.clone()
    }

    /// The public keys as a JWK set (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        self.present();
        let keys = self.keys.lock();
        let keys: Vec<_> = keys.made.iter().map(|key| key.public()).collect();
        json!({"keys": keys})
    }

    fn present(&self) -> Arc<NamedKey> {
        let mut keys = self.keys.lock();
        if keys.made.is_empty() {
            keys.made.push(Arc::new(NamedKey::draw(self.seed, 0)));
        }
        Arc::clone(&keys.made[0])
    }
}

impl NamedKey {
    /// Derives the key of a seed after a given number of rotations.
    fn draw(seed: u64, number: u64) -> Self {
        let scalar = |attempt: u64| {
            let parts = [
                b"signing key",
                &number.to_be_bytes()[..],
                &attempt.to_be_bytes(),
            ];
            seed::digest(seed, &parts)
        };
        // About one of four thousand million digests is too large for the curve.
        let key = (0..u64::MAX)
            .find_map(|attempt| SigningKey::from_slice(&scalar(attempt)).ok())
            .expect("most digests are a number below the order of the curve");
        let mut named = Self {
            id: String::new(),
            number,
            key,
        };
        named.id = named.thumbprint();
        named
    }

    fn coordinates(&self) -> [String; 2] {
        // An uncompressed point is one byte, followed by both coordinates.
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        [x, y].map(|one| URL_SAFE_NO_PAD.encode(one))
    }

    /// RFC 7638: a digest of the key's required members, in alphabetical order.
    fn thumbprint(&self) -> String {
        let [x, y] = self.coordinates();
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(members))
    }

    fn public(&self) -> Value {
        let [x, y] = self.coordinates();
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM, "kid": self.id, "x": x, "y": y})
    }
}

impl std::fmt::Debug for NamedKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use schemas::{Scope, ScopeSet};

    use super::*;
    use crate::tokens::TokenId;

    fn token() -> AccessToken {
        AccessToken {
            issuer: "http://localhost:8000".into(),
            subject: "admin@demo01".into(),
            audiences: vec!["http://localhost:8000/api/v1".to_owned()],
            expires_at: Timestamp::from_second(3_600).unwrap(),
            issued_at: Timestamp::UNIX_EPOCH,
            not_before: None,
            id: TokenId {
                life: 0,
                grant: 1,
                number: 2,
            },
            client_id: "openprospect-dashboard".into(),
            scopes: ScopeSet::of(&[Scope::OrdersRead, Scope::AdminWrite]),
            organization: "demo01".into(),
        }
    }

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    /// Replaces the header of a token.
    fn under(header: &Value, text: &str) -> String {
        let (_, rest) = text.split_once('.').unwrap();
        format!("{}.{rest}", part(header))
    }

    fn rejected(keys: &SigningKeys, text: &str) -> InvalidToken {
        keys.verify(text).unwrap_err()
    }

    #[test]
    fn signed_claims_survive_a_round_trip() {
        let keys = SigningKeys::new(0);
        let text = keys.sign(&token().claims(), None);
        assert_eq!(keys.verify(&text).unwrap().claims, token());
        let later = AccessToken {
            not_before: Some(Timestamp::UNIX_EPOCH),
            ..token()
        };
        let text = keys.sign(&later.claims(), None);
        assert_eq!(keys.verify(&text).unwrap().claims, later);
    }

    #[test]
    fn keys_and_signatures_follow_from_the_seed() {
        let text = SigningKeys::new(7).sign(&token().claims(), None);
        assert_eq!(SigningKeys::new(7).sign(&token().claims(), None), text);
        assert_eq!(SigningKeys::new(7).jwks(), SigningKeys::new(7).jwks());
        SigningKeys::new(7).verify(&text).unwrap();
        assert_eq!(
            rejected(&SigningKeys::new(8), &text),
            InvalidToken::UnknownKey
        );
    }

    #[test]
    fn makes_keys_lazily() {
        let keys = SigningKeys::new(0);
        assert!(keys.keys.lock().made.is_empty());
        keys.jwks();
        assert_eq!(keys.keys.lock().made.len(), 1);
        let app = crate::App::new(crate::Config::default()).unwrap();
        assert!(app.tenants.signing_keys.keys.lock().made.is_empty());
    }

    #[test]
    fn accepts_the_latest_two_keys() {
        let keys = SigningKeys::new(0);
        let first = keys.sign(&token().claims(), None);
        let second = keys.rotate();
        assert_eq!(keys.verify(&first).unwrap().key, 0);
        let jwks = keys.jwks();
        assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
        assert_eq!(jwks["keys"][0]["kid"], second);
        keys.rotate();
        assert_eq!(rejected(&keys, &first), InvalidToken::UnknownKey);
        assert!(!keys.has(0) && keys.has(1) && keys.has(2) && !keys.has(3));
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn publishes_only_the_coordinates_and_the_thumbprint_of_a_key() {
        let jwks = SigningKeys::new(0).jwks();
        let key = jwks["keys"][0].as_object().unwrap();
        let names: Vec<_> = key.keys().map(String::as_str).collect();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
        let members = json!({"crv": "P-256", "kty": "EC", "x": key["x"], "y": key["y"]});
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(members.to_string()));
        assert_eq!(key["kid"], digest);
    }

    #[test]
    fn rejects_tokens_of_other_signers() {
        let keys = SigningKeys::new(0);
        let text = keys.sign(&token().claims(), None);
        let kid = keys.jwks()["keys"][0]["kid"].take();
        let header = json!({"alg": "ES256", "kid": kid, "typ": "at+jwt"});
        assert_eq!(under(&header, &text), text);
        let with = |name: &str, value: Value| {
            let mut header = header.clone();
            header[name] = value;
            rejected(&keys, &under(&header, &text))
        };
        for algorithm in ["none", "None", "HS256", "RS256", "ES384", "es256", ""] {
            assert_eq!(
                with("alg", json!(algorithm)),
                InvalidToken::Algorithm,
                "{algorithm}"
            );
        }
        for kind in [json!("JWT"), json!("at"), json!(null)] {
            assert_eq!(with("typ", kind), InvalidToken::Type);
        }
        assert_eq!(with("kid", json!("x")), InvalidToken::UnknownKey);
        assert_eq!(with("kid", json!(null)), InvalidToken::UnknownKey);
        assert_eq!(with("crit", json!(["exp"])), InvalidToken::Critical);
        // A key in the header must not be trusted.
        assert_eq!(with("jwk", json!({})), InvalidToken::Signature);
        assert_eq!(
            with("typ", json!("application/AT+JWT")),
            InvalidToken::Signature
        );
    }

    #[test]
    fn rejects_modified_tokens() {
        let keys = SigningKeys::new(0);
        let text = keys.sign(&token().claims(), None);
        let parts: Vec<_> = text.split('.').collect();
        let mut claims = token().claims();
        claims["sub"] = json!("admin@other1");
        for (changed, reason) in [
            (
                format!("{}.{}.{}", parts[0], part(&claims), parts[2]),
                InvalidToken::Signature,
            ),
            (
                format!("{}.{}.", parts[0], parts[1]),
                InvalidToken::Signature,
            ),
            (
                format!("{}.{}", parts[0], parts[1]),
                InvalidToken::Malformed,
            ),
            (format!("{text}="), InvalidToken::Malformed),
            (format!("{text}.x"), InvalidToken::Malformed),
            (
                format!(".{}.{}", parts[1], parts[2]),
                InvalidToken::Malformed,
            ),
            ("..".to_owned(), InvalidToken::Malformed),
            (String::new(), InvalidToken::Malformed),
            ("lnc_test_x".to_owned(), InvalidToken::Malformed),
        ] {
            assert_eq!(rejected(&keys, &changed), reason, "{changed}");
        }
        // 64 zeros, which some libraries once accepted as a signature.
        let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
        let forged = format!("{}.{}.{zeros}", parts[0], parts[1]);
        assert_eq!(rejected(&keys, &forged), InvalidToken::Signature);
    }

    #[test]
    fn names_missing_and_invalid_claims() {
        let keys = SigningKeys::new(0);
        let claims = token().claims();
        for name in [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "jti",
            "client_id",
            "scope",
            "organization",
        ] {
            let mut without = claims.clone();
            without.as_object_mut().unwrap().remove(name);
            let text = keys.sign(&without, None);
            assert_eq!(rejected(&keys, &text), InvalidToken::Claim(name));
            let mut invalid = claims.clone();
            invalid[name] = json!([7]);
            let text = keys.sign(&invalid, None);
            assert_eq!(rejected(&keys, &text), InvalidToken::Claim(name));
        }
        for jti in ["0-1", "0-1-2-3", "0-01-2", "x", "0-1-+2", ""] {
            let mut invalid = claims.clone();
            invalid["jti"] = json!(jti);
            let text = keys.sign(&invalid, None);
            assert_eq!(rejected(&keys, &text), InvalidToken::Claim("jti"), "{jti}");
        }
        for exp in [json!(1e300), json!("3600"), json!(i64::MAX)] {
            let mut invalid = claims.clone();
            invalid["exp"] = exp;
            let text = keys.sign(&invalid, None);
            assert_eq!(rejected(&keys, &text), InvalidToken::Claim("exp"));
        }
        assert_eq!(
            rejected(&keys, &keys.sign(&json!([]), None)),
            InvalidToken::Malformed
        );
    }

    #[test]
    fn accepts_every_notation_of_claims_in_the_rfc() {
        let keys = SigningKeys::new(0);
        let mut claims = token().claims();
        claims["aud"] = json!(["http://other.example", "http://localhost:8000/api/v1"]);
        claims["exp"] = json!(3_600.5);
        claims["scope"] = json!("orders:read unknown  admin:write");
        let token = keys.verify(&keys.sign(&claims, None)).unwrap().claims;
        assert_eq!(token.audiences.len(), 2);
        assert_eq!(token.expires_at.as_millisecond(), 3_600_500);
        assert_eq!(token.scopes.join(" "), "orders:read admin:write");
    }
}
