//! What the users of one organization have granted to clients: authorization codes, refresh tokens, and the
//! validity of tokens.

mod grant;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use schemas::ScopeSet;

use self::grant::Grant;
pub(crate) use self::grant::{Issued, Terms, TokenRejection};
use super::{AccessToken, Opaque, pkce::Challenge};
use crate::{
    budget::{Budget, Reserved},
    config::limits::{MAX_CODES, MAX_GRANTS},
    keys::Bucket,
};

/// Lifetime of an authorization code. RFC 6749 §4.1.2 recommends at most ten minutes.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(1);

/// The grants of an organization.
#[derive(Debug)]
pub(crate) struct Grants {
    /// Seed of the codes and tokens.
    seed: u64,
    organization: Box<str>,
    life: u64,
    /// `seed` and `life` as one text, from which codes and tokens are derived.
    drawn_by: Box<str>,
    by_number: BTreeMap<u64, Grant>,
    /// The server memory that they use. If there is too little, fewer grants are kept.
    memory: Reserved,
    made: u64,
    codes: BTreeMap<u64, Code>,
    codes_made: u64,
    /// The quota that each subject has used.
    buckets: BTreeMap<Box<str>, Bucket>,
    /// The scopes that access tokens hold at most, if a scenario limits them.
    scope_limit: Option<ScopeSet>,
}

/// An authorization whose code has not been redeemed.
#[derive(Clone, Debug)]
pub(crate) struct CodeRequest {
    /// The terms of the grant.
    pub terms: Terms,
    /// Where the code is sent.
    pub redirect_uri: Box<str>,
    /// The PKCE challenge: only a client that knows its verifier may redeem the code.
    pub challenge: Challenge,
}

#[derive(Debug)]
struct Code {
    request: CodeRequest,
    expires_at: Timestamp,
}

/// A client's request to redeem a code.
#[derive(Clone, Copy)]
pub(crate) struct Redemption<'a> {
    pub code: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// The redirect URI that the client repeats. It must be that of the authorization request.
    pub redirect_uri: &'a str,
    /// The PKCE verifier.
    pub verifier: &'a str,
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum RedeemError {
    /// The code never existed, or was dropped because there were too many.
    #[error("the code is unknown")]
    Unknown,
    /// The code was redeemed before. The grant that it produced is revoked.
    #[error("the code was used before; the tokens that it brought are revoked")]
    Replayed,
    /// The code expired.
    #[error("the code is expired")]
    Expired,
    /// The code was issued to another client.
    #[error("the code was issued to another client")]
    Client,
    /// The redirect URI is not that of the authorization request.
    #[error("`redirect_uri` is not that of the authorization request")]
    RedirectUri,
    /// The verifier does not match the challenge.
    #[error("`code_verifier` does not match the `code_challenge`")]
    Verifier,
}

/// Why a refresh token is rejected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum RefreshError {
    /// The refresh token never existed, or its grant was dropped.
    #[error("the refresh token is unknown")]
    Unknown,
    /// The refresh token was issued to another client.
    #[error("the refresh token was issued to another client")]
    Client,
    /// The refresh token was used before. Its grant is revoked.
    #[error("the refresh token was used before; all tokens of its grant are revoked")]
    Reused,
    /// The grant was revoked.
    #[error("the refresh token is revoked")]
    Revoked,
    /// The refresh token expired.
    #[error("the refresh token is expired")]
    Expired,
    /// The request asks for a scope that was not granted.
    #[error("`scope` names a scope that was not granted")]
    Scope,
}

impl Grants {
    /// The empty grants of an organization in its `life`, which use the memory of `budget`.
    pub(crate) fn new(seed: u64, organization: &str, life: u64, budget: &Arc<Budget>) -> Self {
        Self {
            seed,
            organization: organization.into(),
            life,
            drawn_by: format!("{organization}#{life}").into(),
            by_number: BTreeMap::new(),
            memory: budget.nothing(),
            made: 0,
            codes: BTreeMap::new(),
            codes_made: 0,
            buckets: BTreeMap::new(),
            scope_limit: None,
        }
    }

    /// Issues an authorization code.
    pub(crate) fn issue_code(&mut self, request: CodeRequest, now: Timestamp) -> String {
        if self.codes.len() >= MAX_CODES {
            self.codes.pop_first();
        }
        self.codes_made += 1;
        let expires_at = saturating(now, CODE_LIFETIME);
        let code = Code {
            request,
            expires_at,
        };
        self.codes.insert(self.codes_made, code);
        self.draw(Opaque::Code(self.codes_made))
    }

    /// Redeems a code. A failed request does not use up the code.
    pub(crate) fn redeem(
        &mut self,
        redemption: Redemption<'_>,
        now: Timestamp,
    ) -> Result<Issued, RedeemError> {
        let Some(Opaque::Code(number)) = self.read(redemption.code) else {
            return Err(RedeemError::Unknown);
        };
        let Some(code) = self.codes.get(&number) else {
            let mut grants = self.by_number.values_mut();
            let brought = grants.find(|grant| grant.code == Some(number));
            let brought = brought.ok_or(RedeemError::Unknown)?;
            brought.revoke(now);
            return Err(RedeemError::Replayed);
        };
        let request = &code.request;
        if *request.terms.client_id != *redemption.client_id {
            return Err(RedeemError::Client);
        }
        if now >= code.expires_at {
            return Err(RedeemError::Expired);
        }
        if *request.redirect_uri != *redemption.redirect_uri {
            return Err(RedeemError::RedirectUri);
        }
        if !request.challenge.is_of(redemption.verifier) {
            return Err(RedeemError::Verifier);
        }
        let terms = request.terms.clone();
        self.codes.remove(&number);
        let mut grant = Grant::new(terms, now);
        grant.code = Some(number);
        Ok(self.add(grant, true, now))
    }

    /// Makes a grant without an authorization request.
    pub(crate) fn grant(
        &mut self,
        terms: Terms,
        lifetime: Option<SignedDuration>,
        refreshable: bool,
        now: Timestamp,
    ) -> Issued {
        let mut grant = Grant::new(terms, now);
        grant.lifetime = lifetime.unwrap_or(grant.lifetime);
        self.add(grant, refreshable, now)
    }

    /// Issues an access token, and a refresh token that replaces this one. Reuse of a replaced refresh token ends
    /// the grant, because somebody else has a copy.
    pub(crate) fn refresh(
        &mut self,
        refresh_token: &str,
        client_id: &str,
        scopes: Option<ScopeSet>,
        now: Timestamp,
    ) -> Result<Issued, RefreshError> {
        let Some(Opaque::Refresh { grant, generation }) = self.read(refresh_token) else {
            return Err(RefreshError::Unknown);
        };
        let found = self
            .by_number
            .get_mut(&grant)
            .ok_or(RefreshError::Unknown)?;
        if *found.terms.client_id != *client_id {
            return Err(RefreshError::Client);
        }
        found.use_refresh_token(generation, now)?;
        let granted = found.terms.scopes;
        let scopes = scopes.unwrap_or(granted);
        if !granted.contains_all(scopes) {
            return Err(RefreshError::Scope);
        }
        found.rotate(now);
        Ok(self.issue(grant, scopes, now))
    }

    /// Ends the grant of a refresh token, if it belongs to `client_id`. This also works with a replaced refresh
    /// token.
    pub(crate) fn revoke_refresh_token(&mut self, text: &str, client_id: &str, now: Timestamp) {
        if let Some(Opaque::Refresh { grant, .. }) = self.read(text) {
            self.revoke(grant, client_id, now);
        }
    }

    /// Ends the grant of an access token, if it belongs to `client_id`.
    pub(crate) fn revoke_access_token(
        &mut self,
        token: &AccessToken,
        client_id: &str,
        now: Timestamp,
    ) {
        if token.id.life == self.life {
            self.revoke(token.id.grant, client_id, now);
        }
    }

    fn revoke(&mut self, grant: u64, client_id: &str, now: Timestamp) {
        let grant = self.by_number.get_mut(&grant);
        if let Some(grant) = grant.filter(|grant| *grant.terms.client_id == *client_id) {
            grant.revoke(now);
        }
    }

    /// Ends all grants.
    pub(crate) fn revoke_all(&mut self, now: Timestamp) {
        for grant in self.by_number.values_mut() {
            grant.revoke(now);
        }
    }

    /// Limits the scopes that access tokens hold, including tokens that are issued later. `None` removes the limit.
    pub(crate) fn limit_scopes(&mut self, scopes: Option<ScopeSet>) {
        self.scope_limit = scopes;
    }

    /// The scopes that a token holds, within the limit.
    pub(crate) fn scopes_of(&self, token: &AccessToken) -> ScopeSet {
        let limit = self.scope_limit.unwrap_or(token.scopes);
        token.scopes.intersection(limit)
    }

    /// Invalidates all access tokens issued so far, as if the signing key had been replaced. Refresh tokens stay
    /// valid.
    pub(crate) fn replace_signing_key(&mut self) {
        for grant in self.by_number.values_mut() {
            grant.replace_signing_key();
        }
    }

    /// Checks whether the token is valid at `now`, and why not. This counts as a use of its grant.
    pub(crate) fn check(
        &mut self,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<(), TokenRejection> {
        self.status(token, now)?;
        if let Some(grant) = self.by_number.get_mut(&token.id.grant) {
            grant.last_used = now;
        }
        Ok(())
    }

    /// Whether the token is valid at `now`, and why not. This does not count as a use.
    pub(crate) fn status(&self, token: &AccessToken, now: Timestamp) -> Result<(), TokenRejection> {
        let grant = self.by_number.get(&token.id.grant);
        let grant = grant.filter(|_| token.id.life == self.life);
        grant
            .ok_or(TokenRejection::UnknownGrant)?
            .status(token, now)
    }

    /// The grant of a refresh token that is valid at `now`, and the token's expiry.
    pub(crate) fn refresh_token(&self, text: &str, now: Timestamp) -> Option<(&Terms, Timestamp)> {
        let Some(Opaque::Refresh { grant, generation }) = self.read(text) else {
            return None;
        };
        let grant = self.by_number.get(&grant)?;
        let expires_at = grant.refresh_token_expires_at(generation, now)?;
        Some((&grant.terms, expires_at))
    }

    /// The quota that a subject has used. Call it only for the subject of a valid token, so that there are at most
    /// as many buckets as users.
    pub(crate) fn bucket(&mut self, subject: &str) -> &mut Bucket {
        if !self.buckets.contains_key(subject) {
            self.buckets.insert(subject.into(), Bucket::default());
        }
        self.buckets
            .get_mut(subject)
            .expect("it is there, or was just put there")
    }

    /// Resets the quotas of all subjects.
    pub(crate) fn reset_quotas(&mut self) {
        self.buckets.clear();
    }

    /// Stores a grant. If there are too many, it replaces others.
    fn add(&mut self, mut grant: Grant, refreshable: bool, now: Timestamp) -> Issued {
        if self.by_number.len() >= MAX_GRANTS {
            self.drop_one(now);
        }
        let weight = grant.weight();
        while self.memory.grow(weight).is_err() {
            if !self.drop_one(now) {
                // The latest grant is always kept.
                self.memory.grow_always(weight);
                break;
            }
        }
        if refreshable {
            grant.rotate(now);
        }
        self.made += 1;
        let scopes = grant.terms.scopes;
        self.by_number.insert(self.made, grant);
        self.issue(self.made, scopes, now)
    }

    /// Drops a grant that is over, or else the one unused for longest. Returns `false` if there is none.
    fn drop_one(&mut self, now: Timestamp) -> bool {
        let all = self.by_number.iter();
        let min =
            all.min_by_key(|(number, grant)| (!grant.is_over(now), grant.last_used, **number));
        let number = min.map(|(number, _)| *number);
        let dropped = number.and_then(|number| self.by_number.remove(&number));
        if let Some(grant) = &dropped {
            self.memory.shrink(grant.weight());
        }
        dropped.is_some()
    }

    /// Issues a token of a grant.
    fn issue(&mut self, number: u64, scopes: ScopeSet, now: Timestamp) -> Issued {
        let grant = self
            .by_number
            .get_mut(&number)
            .expect("who issues of it has it");
        let token = grant.token(self.life, number, &self.organization, scopes, now);
        let refresh = grant.refresh_token(number);
        Issued {
            token,
            refresh_token: refresh.map(|opaque| self.draw(opaque)),
        }
    }

    fn draw(&self, opaque: Opaque) -> String {
        opaque.text(self.seed, &self.drawn_by, &self.organization)
    }

    fn read(&self, text: &str) -> Option<Opaque> {
        Opaque::read(text, self.seed, &self.drawn_by, &self.organization)
    }
}

fn saturating(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.saturating_add(duration).unwrap_or(Timestamp::MAX)
}
