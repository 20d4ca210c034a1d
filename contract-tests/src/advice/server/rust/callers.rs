use std::collections::BTreeSet;

use serde_json::Value;

/// What every later step asks, whether the request has a key or an access token.
pub struct Caller {
    pub organization: String,
    pub scopes: BTreeSet<String>,
    pub quota: String,
}

pub fn of_key(id: &str, organization: &str, scopes: BTreeSet<String>) -> Caller {
    Caller {
        organization: organization.to_owned(),
        scopes,
        quota: format!("key:{id}"),
    }
}

/// The scopes of the token, as far as its user still has them; the organization of the token; a quota that all tokens of a user share.
pub fn of_token(claims: &Value, scopes_of_user: &BTreeSet<String>) -> Option<Caller> {
    let scopes = claims["scope"].as_str()?.split(' ').map(str::to_owned);
    Some(Caller {
        organization: claims["organization"].as_str()?.to_owned(),
        scopes: scopes
            .filter(|scope| scopes_of_user.contains(scope))
            .collect(),
        quota: format!("user:{}", claims["sub"].as_str()?),
    })
}
