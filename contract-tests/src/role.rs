//! Keys that are given for a server without a control API, and what each can be used for.

use std::str::FromStr;

use schemas::key::ApiKey;
use strum::{Display, EnumString, VariantArray};

/// What a key that is given can be used for.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// It works and holds every scope.
    Full,
    /// It works and has the preset Read Only.
    ReadOnly,
    /// It is revoked.
    Revoked,
    /// It is expired.
    Expired,
    /// Its quota may be used up.
    Limited,
}

/// A key and its role: `revoked=lnc_test_…`; without a role, `full`.
#[derive(Clone, Debug)]
pub struct RoleKey {
    /// What it can be used for.
    pub role: Role,
    /// The key.
    pub key: ApiKey,
}

impl FromStr for RoleKey {
    type Err = String;

    /// The error never shows the key.
    fn from_str(text: &str) -> Result<Self, String> {
        let (role, key) = text.split_once('=').unwrap_or(("full", text));
        let role = role.parse().map_err(|_| {
            let roles: Vec<_> = Role::VARIANTS.iter().map(ToString::to_string).collect();
            format!("before `=` stands none of the roles {}", roles.join(", "))
        })?;
        let key = ApiKey::parse(key).map_err(|error| error.to_string())?;
        Ok(Self { role, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_role_and_its_error_does_not_show_it() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(key.parse::<RoleKey>().unwrap().role, Role::Full);
        assert_eq!(
            format!("read_only={key}").parse::<RoleKey>().unwrap().role,
            Role::ReadOnly
        );
        let error = format!("admin={key}").parse::<RoleKey>().unwrap_err();
        assert_eq!(
            error,
            "before `=` stands none of the roles full, read_only, revoked, expired, limited"
        );
        assert!(
            !key[..30]
                .parse::<RoleKey>()
                .unwrap_err()
                .contains("FullAccess")
        );
    }
}
