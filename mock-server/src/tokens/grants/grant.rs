//! One grant: what a user allowed a client to do, the tokens that came of it, and whether it still holds.

use jiff::{SignedDuration, Timestamp};
use schemas::{ScopeSet, oauth::Tokens};
use serde_json::{Value, json};

use super::{RefreshError, saturating};
use crate::tokens::{AccessToken, Opaque, TokenId, access_token::audience};

/// How long an access token is valid (vendor's authentication page, "Key Differences").
const ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long a refresh token is valid that nobody uses.
const REFRESH_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who allowed whom to do what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Terms {
    /// The authorization server, as it was called.
    pub issuer: Box<str>,
    /// The user: `admin@demo01`.
    pub subject: Box<str>,
    /// The client.
    pub client_id: Box<str>,
    /// What it may do.
    pub scopes: ScopeSet,
}

/// What came of a grant.
#[derive(Debug)]
pub(crate) struct Issued {
    /// What the access token says.
    pub token: AccessToken,
    /// The refresh token, unless there is none. This is the only time its text is seen.
    pub refresh_token: Option<String>,
}

impl Issued {
    /// It as RFC 6749 §5.1 has it, with the text of the access token.
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
    /// How long its access tokens are valid.
    pub(super) lifetime: SignedDuration,
    /// The code that brought it.
    pub(super) code: Option<u64>,
    pub(super) last_used: Timestamp,
    /// Access tokens that were issued.
    tokens: u64,
    /// Those of them that were signed by a key that was replaced.
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

/// Why an access token of this server is not valid.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum TokenRejection {
    /// There is no such grant; or there was, and others have pushed it out.
    #[error("the grant of the token is unknown")]
    UnknownGrant,
    /// Its grant was revoked at this time.
    #[error("the token was revoked at {0:.3}")]
    RevokedAt(Timestamp),
    /// It expired at this time.
    #[error("the token expired at {0:.3}")]
    ExpiredAt(Timestamp),
    /// It becomes valid at this time.
    #[error("the token is not valid before {0:.3}")]
    NotBefore(Timestamp),
    /// A scenario has replaced the key that signed it.
    #[error("the key that signed the token was replaced")]
    KeyReplaced,
    /// It says that another server issued it.
    #[error("the `iss` of the token is not the issuer of its grant")]
    Issuer,
    /// It is for somewhere else.
    #[error("the `aud` of the token is not this API")]
    Audience,
    /// It says that it is somebody else's.
    #[error("the `sub` or `client_id` of the token is not that of its grant")]
    Subject,
}

impl TokenRejection {
    /// `revoked`, `expired`, `not_yet_valid`, or `invalid` where it never was valid here.
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

    /// Since when it is so.
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

    /// Another access token.
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

    /// Its present refresh token.
    pub(super) fn refresh_token(&self, grant: u64) -> Option<Opaque> {
        let generation = self.refresh?.generation;
        Some(Opaque::Refresh { grant, generation })
    }

    /// A refresh token in place of the one before, if there was one.
    pub(super) fn rotate(&mut self, now: Timestamp) {
        self.refresh = Some(Refresh {
            generation: self.refresh.map_or(0, |before| before.generation + 1),
            expires_at: saturating(now, REFRESH_TOKEN_LIFETIME),
        });
    }

    /// When its refresh token of this generation expires, if it is valid at `now`.
    pub(super) fn refresh_token_expires_at(
        &self,
        generation: u64,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let present = self.refresh.filter(|_| self.revoked_at.is_none())?;
        let is_valid = present.generation == generation && now < present.expires_at;
        is_valid.then_some(present.expires_at)
    }

    /// The refresh token of this generation is valid, or says why not. One that was replaced ends the grant.
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

    /// Ends it, and all that came of it. Nothing happens to one that has ended.
    pub(super) fn revoke(&mut self, now: Timestamp) {
        self.revoked_at.get_or_insert(now);
    }

    /// Lets no access token be valid that was issued so far.
    pub(super) fn replace_signing_key(&mut self) {
        self.replaced = self.tokens;
    }

    /// Whether nothing of it is valid any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let refresh = self.refresh.map(|refresh| refresh.expires_at);
        let ends_at = self.last_expires_at.max(refresh.unwrap_or(Timestamp::MIN));
        self.revoked_at.is_some() || now >= ends_at
    }

    /// Whether a token of it is valid at `now`; or why not.
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
