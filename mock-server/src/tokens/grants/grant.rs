//! A grant: what a user allowed a client to do, and the state of the tokens issued for it.

use jiff::{SignedDuration, Timestamp};
use schemas::{ScopeSet, oauth::Tokens};
use serde_json::{Value, json};

use super::{RefreshError, saturating};
use crate::tokens::{AccessToken, Opaque, TokenId, access_token::audience};

/// How long an access token is valid (vendor's authentication page, "Key Differences").
const ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long an unused refresh token is valid.
const REFRESH_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was granted, by whom and to whom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Terms {
    /// The authorization server that issued the grant.
    pub issuer: Box<str>,
    /// The user, such as `admin@demo01`.
    pub subject: Box<str>,
    pub client_id: Box<str>,
    /// What the client may do.
    pub scopes: ScopeSet,
}

/// The tokens that a request produced.
#[derive(Debug)]
pub(crate) struct Issued {
    /// The claims of the access token.
    pub token: AccessToken,
    /// The refresh token, if there is one. Its text is not stored.
    pub refresh_token: Option<String>,
}

impl Issued {
    /// The token response (RFC 6749 §5.1), with the text of the access token.
    pub(crate) fn to_json(&self, access_token: &str) -> Value {
        let token = &self.token;
        let lives = token.expires_at.duration_since(token.issued_at);
        json!(Tokens {
            access_token,
            token_type: "Bearer",
            expires_in: lives.as_secs(),
            scope: token.scopes.join(" "),
            refresh_token: self.refresh_token.as_deref(),
        })
    }
}

/// A grant.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) terms: Terms,
    /// Lifetime of its access tokens.
    pub(super) lifetime: SignedDuration,
    /// Number of the code that it came from.
    pub(super) code: Option<u64>,
    pub(super) last_used: Timestamp,
    /// Number of access tokens issued.
    tokens: u64,
    /// How many of them a replaced key has signed: these are the first ones.
    replaced: u64,
    /// When the last of its access tokens expires.
    last_expires_at: Timestamp,
    refresh: Option<Refresh>,
    revoked_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Refresh {
    generation: u64,
    expires_at: Timestamp,
}

/// Why an access token of this server is invalid.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum TokenRejection {
    /// The grant never existed, or was dropped because there were too many.
    #[error("the grant of the token is unknown")]
    UnknownGrant,
    /// The grant was revoked at this time.
    #[error("the token was revoked at {0:.3}")]
    RevokedAt(Timestamp),
    /// The token expired at this time.
    #[error("the token expired at {0:.3}")]
    ExpiredAt(Timestamp),
    /// The token becomes valid at this time.
    #[error("the token is not valid before {0:.3}")]
    NotBefore(Timestamp),
    /// A scenario replaced the key that signed the token.
    #[error("the key that signed the token was replaced")]
    KeyReplaced,
    /// `iss` is not the issuer of the grant.
    #[error("the `iss` of the token is not the issuer of its grant")]
    Issuer,
    /// `aud` is not this API.
    #[error("the `aud` of the token is not this API")]
    Audience,
    /// `sub` or `client_id` is not that of the grant.
    #[error("the `sub` or `client_id` of the token is not that of its grant")]
    Subject,
}

impl TokenRejection {
    /// `revoked`, `expired`, `not_yet_valid`, or `invalid` if the token was never valid here.
    pub(crate) fn state(self) -> &'static str {
        match self {
            Self::RevokedAt(_) => "revoked",
            Self::ExpiredAt(_) => "expired",
            Self::NotBefore(_) => "not_yet_valid",
            Self::UnknownGrant
            | Self::KeyReplaced
            | Self::Issuer
            | Self::Audience
            | Self::Subject => "invalid",
        }
    }

    /// When the token became invalid, if it once was valid.
    pub(crate) fn since(self) -> Option<Timestamp> {
        match self {
            Self::RevokedAt(at) | Self::ExpiredAt(at) => Some(at),
            Self::NotBefore(_)
            | Self::UnknownGrant
            | Self::KeyReplaced
            | Self::Issuer
            | Self::Audience
            | Self::Subject => None,
        }
    }
}

impl Grant {
    pub(super) fn new(terms: Terms, now: Timestamp) -> Self {
        Self {
            terms,
            lifetime: ACCESS_TOKEN_LIFETIME,
            code: None,
            last_used: now,
            tokens: 0,
            replaced: 0,
            last_expires_at: now,
            refresh: None,
            revoked_at: None,
        }
    }

    /// Bytes of memory that the grant uses.
    pub(super) fn weight(&self) -> usize {
        let Terms {
            issuer,
            subject,
            client_id,
            ..
        } = &self.terms;
        size_of::<(u64, Self)>() + issuer.len() + subject.len() + client_id.len()
    }

    /// Issues an access token.
    pub(super) fn token(
        &mut self,
        life: u64,
        grant: u64,
        organization: &str,
        scopes: ScopeSet,
        now: Timestamp,
    ) -> AccessToken {
        self.tokens += 1;
        self.last_used = now;
        // Times in a token are whole seconds.
        let issued_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let expires_at = saturating(issued_at, self.lifetime);
        self.last_expires_at = self.last_expires_at.max(expires_at);
        let terms = &self.terms;
        AccessToken {
            issuer: terms.issuer.clone(),
            subject: terms.subject.clone(),
            audiences: vec![audience(&terms.issuer)],
            expires_at,
            issued_at,
            not_before: None,
            id: TokenId {
                life,
                grant,
                number: self.tokens,
            },
            client_id: terms.client_id.clone(),
            scopes,
            organization: organization.into(),
        }
    }

    /// The current refresh token.
    pub(super) fn refresh_token(&self, grant: u64) -> Option<Opaque> {
        let generation = self.refresh?.generation;
        Some(Opaque::Refresh { grant, generation })
    }

    /// Issues a refresh token, which replaces the previous one.
    pub(super) fn rotate(&mut self, now: Timestamp) {
        self.refresh = Some(Refresh {
            generation: self.refresh.map_or(0, |before| before.generation + 1),
            expires_at: saturating(now, REFRESH_TOKEN_LIFETIME),
        });
    }

    /// When the refresh token of this generation expires, if it is valid at `now`.
    pub(super) fn refresh_token_expires_at(
        &self,
        generation: u64,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let present = self.refresh.filter(|_| self.revoked_at.is_none())?;
        let is_valid = present.generation == generation && now < present.expires_at;
        is_valid.then_some(present.expires_at)
    }

    /// Checks the refresh token of this generation. A replaced one ends the grant.
    pub(super) fn use_refresh_token(
        &mut self,
        generation: u64,
        now: Timestamp,
    ) -> Result<(), RefreshError> {
        let present = self.refresh.ok_or(RefreshError::Unknown)?;
        if generation > present.generation {
            return Err(RefreshError::Unknown);
        }
        if self.revoked_at.is_some() {
            return Err(RefreshError::Revoked);
        }
        if generation < present.generation {
            self.revoke(now);
            return Err(RefreshError::Reused);
        }
        if now >= present.expires_at {
            return Err(RefreshError::Expired);
        }
        Ok(())
    }

    /// Ends the grant and invalidates its tokens. The first revocation counts.
    pub(super) fn revoke(&mut self, now: Timestamp) {
        self.revoked_at.get_or_insert(now);
    }

    /// Invalidates all access tokens issued so far.
    pub(super) fn replace_signing_key(&mut self) {
        self.replaced = self.tokens;
    }

    /// Whether none of its tokens is valid any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let refresh = self.refresh.map(|refresh| refresh.expires_at);
        let ends_at = self.last_expires_at.max(refresh.unwrap_or(Timestamp::MIN));
        self.revoked_at.is_some() || now >= ends_at
    }

    /// Whether a token of the grant is valid at `now`, and why not.
    pub(super) fn status(&self, token: &AccessToken, now: Timestamp) -> Result<(), TokenRejection> {
        let terms = &self.terms;
        if token.issuer != terms.issuer {
            return Err(TokenRejection::Issuer);
        }
        if !token.is_for_api() {
            return Err(TokenRejection::Audience);
        }
        if token.subject != terms.subject || token.client_id != terms.client_id {
            return Err(TokenRejection::Subject);
        }
        if let Some(at) = self.revoked_at {
            return Err(TokenRejection::RevokedAt(at));
        }
        if token.id.number <= self.replaced {
            return Err(TokenRejection::KeyReplaced);
        }
        if now >= token.expires_at {
            return Err(TokenRejection::ExpiredAt(token.expires_at));
        }
        match token.not_before {
            Some(at) if now < at => Err(TokenRejection::NotBefore(at)),
            _ => Ok(()),
        }
    }
}
