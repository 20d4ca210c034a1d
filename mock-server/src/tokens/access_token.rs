//! The claims of an access token (RFC 9068).

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use schemas::{API_PREFIX, Scope, ScopeSet};
use serde_json::{Map, Value, json};

use super::InvalidToken;

/// The claims of an access token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AccessToken {
    /// `iss`: the authorization server that issued the token.
    pub issuer: Box<str>,
    /// `sub`: the user, such as `admin@demo01`.
    pub subject: Box<str>,
    /// `aud`: the servers that the token is for.
    pub audiences: Vec<String>,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `nbf`: when the token becomes valid, unless it is valid at once.
    pub not_before: Option<Timestamp>,
    /// `jti`, which names the grant.
    pub id: TokenId,
    /// `client_id`: the client that the token was issued to.
    pub client_id: Box<str>,
    /// `scope`: what the token allows.
    pub scopes: ScopeSet,
    /// The organization of the user.
    pub organization: Box<str>,
}

/// The `jti` of a token. It names the grant, so that the grant tells whether the token was revoked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TokenId {
    /// Distinguishes the organization from earlier ones with the same name.
    pub life: u64,
    /// The number of the grant in the organization.
    pub grant: u64,
    /// The number of the token in the grant.
    pub number: u64,
}

/// The audience of the tokens of an issuer.
pub(super) fn audience(issuer: &str) -> String {
    format!("{issuer}{API_PREFIX}")
}

impl AccessToken {
    /// Whether the token is for the API of its issuer.
    pub(super) fn is_for_api(&self) -> bool {
        let is_api = |audience: &String| audience.strip_prefix(&*self.issuer) == Some(API_PREFIX);
        self.audiences.iter().any(is_api)
    }
}

impl AccessToken {
    /// The token as the claims of a JWT.
    pub(crate) fn claims(&self) -> Value {
        let mut claims = json!({
            "iss": self.issuer,
            "sub": self.subject,
            "aud": self.audiences,
            "exp": self.expires_at.as_second(),
            "iat": self.issued_at.as_second(),
            "jti": self.id.to_string(),
            "client_id": self.client_id,
            "scope": self.scopes.join(" "),
            "organization": self.organization,
        });
        if let [one] = &*self.audiences {
            claims["aud"] = json!(one);
        }
        if let Some(at) = self.not_before {
            claims["nbf"] = json!(at.as_second());
        }
        claims
    }

    /// Reads claims, or returns the first one that is missing or invalid.
    pub(super) fn read(claims: Value) -> Result<Self, InvalidToken> {
        let Value::Object(claims) = claims else {
            return Err(InvalidToken::Malformed);
        };
        let claims = Claims(claims);
        Ok(Self {
            issuer: claims.text("iss")?.into(),
            subject: claims.text("sub")?.into(),
            audiences: claims.audiences()?,
            expires_at: claims.time("exp")?.ok_or(InvalidToken::Claim("exp"))?,
            issued_at: claims.time("iat")?.ok_or(InvalidToken::Claim("iat"))?,
            not_before: claims.time("nbf")?,
            id: claims
                .text("jti")?
                .parse()
                .map_err(|()| InvalidToken::Claim("jti"))?,
            client_id: claims.text("client_id")?.into(),
            scopes: scopes(claims.text("scope")?),
            organization: claims.text("organization")?.into(),
        })
    }
}

/// The known scopes of a list. Unknown ones are ignored.
fn scopes(list: &str) -> ScopeSet {
    let known = |name: &str| name.parse::<Scope>().ok();
    list.split(' ').filter_map(known).collect()
}

struct Claims(Map<String, Value>);

impl Claims {
    fn text(&self, name: &'static str) -> Result<&str, InvalidToken> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.ok_or(InvalidToken::Claim(name))
    }

    /// A `NumericDate` (RFC 7519 §2): seconds, which may have a fraction.
    fn time(&self, name: &'static str) -> Result<Option<Timestamp>, InvalidToken> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let seconds = value
            .as_i64()
            .and_then(|seconds| Timestamp::from_second(seconds).ok());
        let time = seconds.or_else(|| {
            let nanoseconds = value.as_f64()? * 1e9;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what is too large is no time either"
            )]
            Timestamp::from_nanosecond(nanoseconds as i128).ok()
        });
        time.map(Some).ok_or(InvalidToken::Claim(name))
    }

    /// One audience, or several (RFC 7519 §4.1.3).
    fn audiences(&self) -> Result<Vec<String>, InvalidToken> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let read = match self.0.get("aud") {
            Some(Value::Array(several)) => several.iter().map(text).collect(),
            Some(one) => text(one).map(|one| vec![one]),
            None => None,
        };
        read.ok_or(InvalidToken::Claim("aud"))
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.life, self.grant, self.number)
    }
}

impl FromStr for TokenId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('-').map(|part| part.parse().map_err(drop));
        let mut next = || numbers.next().unwrap_or(Err(()));
        let id = Self {
            life: next()?,
            grant: next()?,
            number: next()?,
        };
        // Rejects trailing text and any spelling but the canonical one.
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(())
        }
    }
}
