//! What the users of one organization have granted to clients: authorization codes, refresh tokens, and which tokens
//! are still valid.

mod grant;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemas::ScopeSet;

use self::grant::Grant;
pub(crate) use self::grant::{Issued, Terms, TokenRejection};
use super::{AccessToken, Opaque, pkce::Challenge};
use crate::{
    config::limits::{MAX_CODES, MAX_GRANTS},
    keys::Bucket,
};

/// How long an authorization code is valid. RFC 6749 §4.1.2 wants at most ten minutes.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(1);

/// The grants of an organization.
#[derive(Debug)]
pub(crate) struct Grants {
    /// What texts are drawn from.
    seed: u64,
    organization: Box<str>,
    life: u64,
    /// Both together, as texts are drawn by them.
    drawn_by: Box<str>,
    by_number: BTreeMap<u64, Grant>,
    made: u64,
    codes: BTreeMap<u64, Code>,
    codes_made: u64,
    /// What each subject has used of its quota.
    buckets: BTreeMap<Box<str>, Bucket>,
    /// The most that access tokens hold, whatever they say, while a scenario says so.
    scope_limit: Option<ScopeSet>,
}

/// An authorization that waits for its client.
#[derive(Clone, Debug)]
pub(crate) struct CodeRequest {
    /// What is granted.
    pub terms: Terms,
    /// Where the code is sent.
    pub redirect_uri: Box<str>,
    /// Who may redeem it.
    pub challenge: Challenge,
}

#[derive(Debug)]
struct Code {
    request: CodeRequest,
    expires_at: Timestamp,
}

/// How a client redeems a code.
#[derive(Clone, Copy)]
pub(crate) struct Redemption<'a> {
    /// The code.
    pub code: &'a str,
    /// Which client it is.
    pub client_id: &'a str,
    /// Where it says the code was sent.
    pub redirect_uri: &'a str,
    /// What its challenge was made of.
    pub verifier: &'a str,
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum RedeemError {
    /// There is no such code; or there was, and others have pushed it out.
    #[error("the code is unknown")]
    Unknown,
    /// It was redeemed before. What came of that is revoked.
    #[error("the code was used before; the tokens that it brought are revoked")]
    Replayed,
    /// It was not redeemed in time.
    #[error("the code is expired")]
    Expired,
    /// It is another client's.
    #[error("the code was issued to another client")]
    Client,
    /// It was sent elsewhere.
    #[error("`redirect_uri` is not that of the authorization request")]
    RedirectUri,
    /// Who redeems it did not ask for it.
    #[error("`code_verifier` does not match the `code_challenge`")]
    Verifier,
}

/// Why a refresh token brings nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum RefreshError {
    /// There is none like it; or there was, and its grant was dropped.
    #[error("the refresh token is unknown")]
    Unknown,
    /// It is another client's.
    #[error("the refresh token was issued to another client")]
    Client,
    /// It was used before. Its grant is revoked.
    #[error("the refresh token was used before; all tokens of its grant are revoked")]
    Reused,
    /// Its grant was revoked.
    #[error("the refresh token is revoked")]
    Revoked,
    /// It was not used for too long.
    #[error("the refresh token is expired")]
    Expired,
    /// It does not bring a scope that is asked for.
    #[error("`scope` names a scope that was not granted")]
    Scope,
}

impl Grants {
    /// No grants, of an organization with this name in its `life`.
    pub(crate) fn new(seed: u64, organization: &str, life: u64) -> Self {
        Self {
            seed,
            organization: organization.into(),
            life,
            drawn_by: format!("{organization}#{life}").into(),
            by_number: BTreeMap::new(),
            made: 0,
            codes: BTreeMap::new(),
            codes_made: 0,
            buckets: BTreeMap::new(),
            scope_limit: None,
        }
    }

    /// A code for a client.
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

    /// What a code brings. It stays where its client does not show that the code is its own.
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

    /// A grant that nobody had to ask for.
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

    /// Another access token, and another refresh token in place of this one. One that was replaced before ends
    /// the grant: somebody has a copy of it.
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

    /// Ends the grant that a refresh token is of, if it is one of `client_id`. Also one that was replaced does.
    pub(crate) fn revoke_refresh_token(&mut self, text: &str, client_id: &str, now: Timestamp) {
        if let Some(Opaque::Refresh { grant, .. }) = self.read(text) {
            self.revoke(grant, client_id, now);
        }
    }

    /// Ends the grant that an access token is of, if it is one of `client_id`.
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

    /// Lets access tokens hold no more than these scopes, also those that are issued later; or what they say.
    pub(crate) fn limit_scopes(&mut self, scopes: Option<ScopeSet>) {
        self.scope_limit = scopes;
    }

    /// The scopes that a token holds.
    pub(crate) fn scopes_of(&self, token: &AccessToken) -> ScopeSet {
        let limit = self.scope_limit.unwrap_or(token.scopes);
        token.scopes.intersection(limit)
    }

    /// No access token that was issued so far is valid any more, as if another key had signed it. Refresh tokens are.
    pub(crate) fn replace_signing_key(&mut self) {
        for grant in self.by_number.values_mut() {
            grant.replace_signing_key();
        }
    }

    /// The token is valid at `now`, or says why not. That counts as a use of its grant.
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

    /// Whether the token is valid at `now`, without using it; or why not.
    pub(crate) fn status(&self, token: &AccessToken, now: Timestamp) -> Result<(), TokenRejection> {
        let grant = self.by_number.get(&token.id.grant);
        let grant = grant.filter(|_| token.id.life == self.life);
        grant
            .ok_or(TokenRejection::UnknownGrant)?
            .status(token, now)
    }

    /// The grant of a refresh token that is valid at `now`, and when that expires.
    pub(crate) fn refresh_token(&self, text: &str, now: Timestamp) -> Option<(&Terms, Timestamp)> {
        let Some(Opaque::Refresh { grant, generation }) = self.read(text) else {
            return None;
        };
        let grant = self.by_number.get(&grant)?;
        let expires_at = grant.refresh_token_expires_at(generation, now)?;
        Some((&grant.terms, expires_at))
    }

    /// What a subject has used of its quota. Only of one that has a valid token, so that there are not more of them
    /// than users.
    pub(crate) fn bucket(&mut self, subject: &str) -> &mut Bucket {
        if !self.buckets.contains_key(subject) {
            self.buckets.insert(subject.into(), Bucket::default());
        }
        self.buckets
            .get_mut(subject)
            .expect("it is there, or was just put there")
    }

    /// Everybody's quota is unused.
    pub(crate) fn reset_quotas(&mut self) {
        self.buckets.clear();
    }

    /// Keeps a grant, in place of another where there are too many: one that is over, or else the one unused longest.
    fn add(&mut self, mut grant: Grant, refreshable: bool, now: Timestamp) -> Issued {
        if self.by_number.len() >= MAX_GRANTS {
            let all = self.by_number.iter();
            let least =
                all.min_by_key(|(number, grant)| (!grant.is_over(now), grant.last_used, **number));
            if let Some((&number, _)) = least {
                self.by_number.remove(&number);
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

    /// A token of a grant.
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
