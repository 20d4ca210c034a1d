use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};

const LIFETIME: u64 = 3600;

pub struct Issuer<'a> {
    pub url: &'a str,
    pub audience: &'a str,
    /// The JWKS has its public half, by `kid`.
    pub key: SigningKey,
    pub kid: &'a str,
}

impl Issuer<'_> {
    /// The body of a token response; send it with `Cache-Control: no-store`. `random` comes from a secure generator.
    pub fn issue(
        &self,
        user: &str,
        client: &str,
        scopes: &[&str],
        now: u64,
        random: [[u8; 32]; 2],
    ) -> Value {
        let [jti, refresh_token] = random.map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let scope = scopes.join(" ");
        let header = json!({"typ": "at+jwt", "alg": "ES256", "kid": self.kid});
        let claims = json!({
            "iss": self.url, "aud": self.audience, "sub": user, "client_id": client, "scope": scope,
            "iat": now, "exp": now + LIFETIME, "jti": jti,
        });
        let [header, claims] =
            [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        json!({
            "access_token": format!("{signed}.{signature}"),
            "token_type": "Bearer",
            // The same values as in the token.
            "expires_in": LIFETIME,
            "scope": scope,
            "refresh_token": refresh_token,
        })
    }
}
