//! Finds the organization of an access token.
//!
//! Verifying a signature takes longer than the rest of a request, so verified tokens are cached by the SHA-256 of
//! their text. Only the signature is cached: the grant is checked on every request.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use jiff::Timestamp;
use papaya::HashMap as Index;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::{OrganizationError, Organizations, Registry, leases::lease_is_over};
use crate::{
    config::limits::MAX_VERIFIED_TOKENS,
    tenants::{Organization, organization::Origin},
    tokens::{AccessToken, InvalidToken},
};

/// An access token that this server signed.
#[derive(Clone, Debug)]
pub(crate) struct TokenRef {
    /// The organization that the token belongs to.
    pub organization: Arc<Organization>,
    /// The claims. The organization's grants decide whether the token is valid.
    pub token: Arc<AccessToken>,
}

/// Why a text is not an access token of this server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnknownToken {
    /// This server did not sign it.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// Its organization does not exist.
    #[error("the organization of the token does not exist here")]
    NoOrganization,
}

/// Tokens whose signatures were verified.
#[derive(Debug, Default)]
pub(super) struct VerifiedTokens {
    by_hash: Index<Hash, VerifiedToken>,
    /// The tokens of each organization, so that the time to remove an organization depends only on its own tokens.
    by_organization: Mutex<HashMap<Box<str>, Vec<Hash>>>,
}

/// The SHA-256 of a token's text.
type Hash = [u8; 32];

#[derive(Debug)]
struct VerifiedToken {
    /// Weak, because the map frees its entries lazily and must not keep removed organizations alive.
    organization: Weak<Organization>,
    token: Arc<AccessToken>,
}

impl VerifiedTokens {
    /// The token with this hash.
    fn find(&self, hash: &Hash) -> Option<TokenRef> {
        let tokens = self.by_hash.pin();
        let verified_token = tokens.get(hash)?;
        Some(TokenRef {
            organization: verified_token.organization.upgrade()?,
            token: Arc::clone(&verified_token.token),
        })
    }

    /// Removes the tokens of an organization.
    pub(super) fn forget(&self, organization: &Organization) {
        let hashes = self.by_organization.lock().remove(organization.name());
        let tokens = self.by_hash.pin();
        for hash in hashes.iter().flatten() {
            tokens.remove(hash);
        }
    }

    /// Removes all tokens.
    fn clear(&self) {
        self.by_organization.lock().clear();
        self.by_hash.pin().clear();
    }

    /// Adds a token. If there are too many, all others are removed, and must be verified again on their next use.
    fn remember(&self, _one_at_a_time: &Organizations, hash: Hash, found: &TokenRef) {
        if self.by_hash.len() >= MAX_VERIFIED_TOKENS {
            self.clear();
        }
        let TokenRef {
            organization,
            token,
        } = found;
        let verified = VerifiedToken {
            organization: Arc::downgrade(organization),
            token: Arc::clone(token),
        };
        // If two requests have verified the same token, it is listed once.
        if self.by_hash.pin().insert(hash, verified).is_none() {
            let mut by_organization = self.by_organization.lock();
            let own = by_organization.entry(organization.name().into());
            own.or_default().push(hash);
        }
    }
}

impl Registry {
    /// Finds an access token. Only [`Grants::check`](crate::tokens::Grants::check) decides whether it is valid.
    pub(crate) fn resolve_token(
        &self,
        text: &str,
        machine: Timestamp,
    ) -> Result<TokenRef, UnknownToken> {
        let hash = Sha256::digest(text).into();
        let known = self.verified_tokens.find(&hash);
        if let Some(known) = known.filter(|known| !lease_is_over(&known.organization, machine)) {
            return Ok(known);
        }
        let verified = self.signing_keys.verify(text)?;
        let organizations = self.leased(machine);
        // Meanwhile the keys may have been rotated, and the cache cleared.
        if !self.signing_keys.has(verified.key) {
            return Err(InvalidToken::UnknownKey.into());
        }
        let organization = organizations.by_name.get(&*verified.claims.organization);
        let found = TokenRef {
            organization: Arc::clone(organization.ok_or(UnknownToken::NoOrganization)?),
            token: Arc::new(verified.claims),
        };
        self.verified_tokens.remember(&organizations, hash, &found);
        Ok(found)
    }

    /// Signs with a new key from now on, and returns its id. Tokens of the key before the previous one become
    /// unknown.
    pub(crate) fn rotate_signing_key(&self) -> String {
        let _nobody_remembers = self.organizations.lock();
        let id = self.signing_keys.rotate();
        self.verified_tokens.clear();
        id
    }

    /// The organization that a user signs in to. As with keys that describe themselves, it is created on first use.
    pub(crate) fn sign_in(
        &self,
        name: &str,
        machine: Timestamp,
    ) -> Result<Arc<Organization>, OrganizationError> {
        if !scenarios::is_organization(name) {
            return Err(OrganizationError::Name(name.to_owned()));
        }
        let organizations = &mut self.leased(machine);
        self.find_or_add(organizations, name, Origin::Appeared, machine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{Terms, TokenRejection};

    fn token(registry: &Registry, organization: &Organization) -> String {
        let terms = Terms {
            issuer: "http://localhost:8000".into(),
            subject: "admin@acme01".into(),
            client_id: "client".into(),
            scopes: schemas::ScopeSet::PUBLIC,
        };
        let now = Timestamp::UNIX_EPOCH;
        let issued = organization.state().grants.grant(terms, None, true, now);
        registry.signing_keys.sign(&issued.token.claims(), None)
    }

    fn registry() -> (Registry, Arc<Organization>) {
        let registry = Registry::new(Arc::default(), Timestamp::UNIX_EPOCH).unwrap();
        let organization = registry.sign_in("acme01", Timestamp::UNIX_EPOCH).unwrap();
        (registry, organization)
    }

    #[test]
    fn forgets_tokens_with_their_organization() {
        let (registry, organization) = registry();
        let text = token(&registry, &organization);
        for _ in 0..2 {
            let found = registry
                .resolve_token(&text, Timestamp::UNIX_EPOCH)
                .unwrap();
            assert!(Arc::ptr_eq(&found.organization, &organization));
        }
        assert_eq!(registry.verified_tokens.by_hash.len(), 1);
        registry.delete(&organization).unwrap();
        assert_eq!(registry.verified_tokens.by_hash.len(), 0);
        assert!(registry.verified_tokens.by_organization.lock().is_empty());
        assert!(matches!(
            registry.resolve_token(&text, Timestamp::UNIX_EPOCH),
            Err(UnknownToken::NoOrganization)
        ));
        // If another organization has the name, the signature is right, but the grant does not exist there.
        let other = registry.sign_in("acme01", Timestamp::UNIX_EPOCH).unwrap();
        token(&registry, &other);
        let found = registry
            .resolve_token(&text, Timestamp::UNIX_EPOCH)
            .unwrap();
        let status = other
            .state()
            .grants
            .status(&found.token, Timestamp::UNIX_EPOCH);
        assert_eq!(status, Err(TokenRejection::UnknownGrant));
    }

    #[test]
    fn tokens_of_a_removed_signing_key_are_unknown_even_if_remembered() {
        let (registry, organization) = registry();
        let text = token(&registry, &organization);
        registry
            .resolve_token(&text, Timestamp::UNIX_EPOCH)
            .unwrap();
        registry.rotate_signing_key();
        registry
            .resolve_token(&text, Timestamp::UNIX_EPOCH)
            .unwrap();
        registry.rotate_signing_key();
        assert!(matches!(
            registry.resolve_token(&text, Timestamp::UNIX_EPOCH),
            Err(UnknownToken::Invalid(InvalidToken::UnknownKey))
        ));
    }

    #[test]
    fn bounds_the_number_of_remembered_tokens() {
        let (registry, organization) = registry();
        let token = TokenRef {
            token: registry
                .resolve_token(&token(&registry, &organization), Timestamp::UNIX_EPOCH)
                .unwrap()
                .token,
            organization,
        };
        for number in 0..MAX_VERIFIED_TOKENS + 10 {
            let hash = Sha256::digest(number.to_string()).into();
            let organizations = registry.organizations.lock();
            registry
                .verified_tokens
                .remember(&organizations, hash, &token);
            assert!(registry.verified_tokens.by_hash.len() <= MAX_VERIFIED_TOKENS);
        }
    }

    #[test]
    fn organization_name_has_six_letters_or_digits() {
        let (registry, _) = registry();
        for name in ["", "acme1", "acme012", "acme-1", "äcme01"] {
            let refused = registry.sign_in(name, Timestamp::UNIX_EPOCH);
            assert!(matches!(refused, Err(OrganizationError::Name(_))), "{name}");
        }
    }
}
