use std::collections::{BTreeSet, HashMap, HashSet};

pub struct Grant {
    pub client: String,
    pub scopes: BTreeSet<String>,
    /// Access tokens look at this, too.
    pub revoked: bool,
}

/// Every token ever issued, with the number of its grant: one that was used is remembered, so that its reuse is noticed.
pub struct RefreshTokens {
    pub grants: Vec<Grant>,
    pub tokens: HashMap<String, usize>,
    pub used: HashSet<String>,
}

impl RefreshTokens {
    /// The scopes of the access token, or an error. `next` is the refresh token to return, from a secure generator. Run this in one
    /// transaction.
    pub fn exchange(
        &mut self,
        token: &str,
        client: &str,
        scopes: Option<BTreeSet<String>>,
        next: String,
    ) -> Result<BTreeSet<String>, &'static str> {
        let number = *self.tokens.get(token).ok_or("invalid_grant")?;
        let grant = self
            .grants
            .get_mut(number)
            .filter(|grant| grant.client == client && !grant.revoked);
        let grant = grant.ok_or("invalid_grant")?;
        if self.used.contains(token) {
            // Of this grant only.
            grant.revoked = true;
            return Err("invalid_grant");
        }
        let scopes = scopes.unwrap_or_else(|| grant.scopes.clone());
        if !scopes.is_subset(&grant.scopes) {
            return Err("invalid_scope");
        }
        self.used.insert(token.to_owned());
        self.tokens.insert(next, number);
        Ok(scopes)
    }
}
