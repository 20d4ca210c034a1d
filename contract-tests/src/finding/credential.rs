//! What a request authenticates with: an API key, or an access token.

use std::fmt;

use schemas::key::ApiKey;

/// A credential for the `Bearer` scheme.
pub trait Bearer: Sync {
    /// The plain text, for the header of a request.
    fn expose(&self) -> &str;
}

/// An access token: three parts in base64url, separated by dots. `Debug` masks it.
#[derive(Clone, Eq, PartialEq)]
pub struct AccessToken(Box<str>);

/// A key or a token.
#[derive(Clone, Debug)]
pub enum Credential {
    Key(ApiKey),
    Token(AccessToken),
}

impl AccessToken {
    /// Accepts a text with the form of a signed JWT. The error does not contain the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_part = |part: &str| {
            let of_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            !part.is_empty() && part.bytes().all(of_part)
        };
        if text.split('.').count() == 3 && text.split('.').all(is_part) {
            Ok(Self(text.into()))
        } else {
            Err("an access token is a JWT: three parts in base64url, separated by dots")
        }
    }
}

impl Bearer for ApiKey {
    fn expose(&self) -> &str {
        Self::expose(self)
    }
}

impl Bearer for AccessToken {
    fn expose(&self) -> &str {
        &self.0
    }
}

impl Bearer for Credential {
    fn expose(&self) -> &str {
        match self {
            Self::Key(key) => key.expose(),
            Self::Token(token) => token.expose(),
        }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("eyJ…")
    }
}

impl From<ApiKey> for Credential {
    fn from(key: ApiKey) -> Self {
        Self::Key(key)
    }
}

impl From<AccessToken> for Credential {
    fn from(token: AccessToken) -> Self {
        Self::Token(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_has_three_parts_and_debug_shows_none() {
        let token = AccessToken::parse("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-_A").unwrap();
        assert_eq!(
            format!("{token:?} {:?}", Credential::from(token.clone())),
            "eyJ… Token(eyJ…)"
        );
        for invalid in ["", "a.b", "a.b.", "a.b.c.d", "a.b.c=", "a b.c.d"] {
            let error = AccessToken::parse(invalid).unwrap_err();
            assert!(error.starts_with("an access token is a JWT"));
        }
    }
}
