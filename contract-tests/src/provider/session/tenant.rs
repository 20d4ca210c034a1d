//! A tenant to act as.

use jiff::SignedDuration;
use schemas::{Operation, ScopeSet, key::ApiKey};
use serde_json::{Value, json};

use super::Session;
use crate::{
    contract::KeyRole,
    finding::{AccessToken, ApiRequest, Credential, Exchange, NotPassed},
    provider::control::{MintedKey, Tokens, key_with_scopes},
};

/// A tenant to act as.
#[derive(Debug)]
pub struct Tenant<'a> {
    pub(super) session: &'a Session,
    /// The organization on a sandbox; `None` elsewhere.
    pub(super) organization: Option<String>,
}

impl Tenant<'_> {
    /// A key that holds every scope.
    pub async fn full_key(&self) -> Result<ApiKey, NotPassed> {
        self.key(json!({"preset": "full_access"}), KeyRole::Full)
            .await
    }

    /// A credential for the operation: a key that holds every scope, or an access token where no key can hold its scopes.
    pub async fn credential(&self, operation: &Operation) -> Result<Credential, NotPassed> {
        if ScopeSet::PUBLIC.contains_all(operation.scopes) {
            return Ok(self.full_key().await?.into());
        }
        Ok(self.admin_token().await?.into())
    }

    /// An access token with every scope.
    pub async fn admin_token(&self) -> Result<AccessToken, NotPassed> {
        match &self.organization {
            Some(_) => self.token(json!({})).await,
            None => self.session.given_token(),
        }
    }

    /// Issues an access token; only a sandbox can.
    pub async fn token(&self, new: Value) -> Result<AccessToken, NotPassed> {
        self.session.control()?.token(self.name(), new).await
    }

    /// A key without the scopes of the operation, and the scopes that it holds. A given key is only known not to write: it
    /// may hold the scope of a read operation.
    pub async fn key_without(
        &self,
        operation: &Operation,
    ) -> Result<(ApiKey, Option<ScopeSet>), NotPassed> {
        if self.organization.is_none() {
            return Ok((self.session.given_key(KeyRole::ReadOnly)?, None));
        }
        let held = ScopeSet::PUBLIC.without(operation.scopes);
        Ok((self.mint(key_with_scopes(held)).await?.key, Some(held)))
    }

    /// A key with exactly these scopes.
    pub async fn key_with(&self, scopes: ScopeSet) -> Result<ApiKey, NotPassed> {
        self.session.control()?;
        self.key(key_with_scopes(scopes), KeyRole::Full).await
    }

    /// A key with a small quota.
    pub async fn limited_key(&self) -> Result<ApiKey, NotPassed> {
        let tier = self.session.expected().narrowest_tier();
        self.key(json!({"preset": "orders", "tier": tier}), KeyRole::Limited)
            .await
    }

    pub(crate) fn session(&self) -> &Session {
        self.session
    }

    /// The given key with this role.
    pub(crate) fn given_key(&self, role: KeyRole) -> Result<ApiKey, NotPassed> {
        self.session.given_key(role)
    }

    /// An expired key.
    pub async fn expired_key(&self) -> Result<ApiKey, NotPassed> {
        let key = self
            .key(
                json!({"preset": "orders", "expires_in": "1s"}),
                KeyRole::Expired,
            )
            .await?;
        if self.organization.is_some() {
            self.advance(2).await?;
        }
        Ok(key)
    }

    /// A revoked key.
    pub async fn revoked_key(&self) -> Result<ApiKey, NotPassed> {
        if self.organization.is_none() {
            return self.session.given_key(KeyRole::Revoked);
        }
        let key = self.mint(json!({"preset": "orders"})).await?;
        self.revoke(&key).await?;
        Ok(key.key)
    }

    /// Creates a key; only a sandbox can.
    pub async fn mint(&self, new: Value) -> Result<MintedKey, NotPassed> {
        self.session.control()?.key(self.name(), new).await
    }

    /// Revokes a key; only a sandbox can.
    pub async fn revoke(&self, key: &MintedKey) -> Result<(), NotPassed> {
        self.session.control()?.revoke(self.name(), key).await
    }

    /// Registers another client of the authorization server; only a sandbox can. Returns its id.
    pub(crate) async fn other_client(&self, redirect_uri: &str) -> Result<String, NotPassed> {
        let control = self.session.control()?;
        let client_id = format!("other-client-{}", self.name());
        control.register_client(&client_id, redirect_uri).await?;
        Ok(client_id)
    }

    /// Issues tokens without a sign-in; only a sandbox can.
    pub(crate) async fn tokens(&self, new: Value) -> Result<Tokens, NotPassed> {
        self.session.control()?.tokens(self.name(), new).await
    }

    /// Advances the clock; only a sandbox can.
    pub async fn advance(&self, seconds: u64) -> Result<(), NotPassed> {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        self.advance_by(SignedDuration::from_secs(seconds)).await
    }

    /// Advances the clock until an order may have its next status, and returns by how much; only a sandbox can.
    pub async fn advance_an_order(&self) -> Result<SignedDuration, NotPassed> {
        let step = self.session.expected().order_step();
        self.advance_by(step).await?;
        Ok(step)
    }

    /// Moves an order to a later status; only a sandbox can.
    pub(crate) async fn move_order(&self, id: &str, to: &str) -> Result<(), NotPassed> {
        self.session
            .control()?
            .move_order(self.name(), id, to)
            .await
    }

    async fn advance_by(&self, by: SignedDuration) -> Result<(), NotPassed> {
        self.session.control()?.advance(self.name(), by).await
    }

    pub async fn send(&self, request: ApiRequest) -> Result<Exchange, NotPassed> {
        self.session.send(request).await
    }

    async fn key(&self, new: Value, role: KeyRole) -> Result<ApiKey, NotPassed> {
        match &self.organization {
            Some(_) => Ok(self.mint(new).await?.key),
            None => self.session.given_key(role),
        }
    }

    /// The name of its organization; empty where the target is not a sandbox.
    pub(crate) fn name(&self) -> &str {
        self.organization.as_deref().unwrap_or_default()
    }
}

/// An order that enriches two companies.
pub fn enrichment(title: &str) -> Value {
    json!({
        "title": title,
        "features": ["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"],
        "companies": [
            {"company_name": "Grand Hotel Berlin", "external_id": "CRM-1001", "city": "Berlin", "country": "Germany"},
            {"company_name": "Example Corp"},
        ],
    })
}
