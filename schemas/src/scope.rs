//! The 18 scopes an API key can hold, the two it cannot, and the presets that bundle them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// A permission of a key or a token, in the order of the vendor's table.
#[derive(
    Clone,
    Copy,
    Debug,
    Display,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    PartialEq,
    VariantArray,
)]
pub enum Scope {
    /// Read company data and profiles.
    #[strum(serialize = "companies:read")]
    CompaniesRead,
    /// Create and update company records.
    #[strum(serialize = "companies:write")]
    CompaniesWrite,
    /// Read prospects and their contact data.
    #[strum(serialize = "prospects:read")]
    ProspectsRead,
    /// Create and update prospect records.
    #[strum(serialize = "prospects:write")]
    ProspectsWrite,
    /// Read prospect searches, which are ideal customer profiles.
    #[strum(serialize = "prospect_searches:read")]
    ProspectSearchesRead,
    /// Create and update prospect searches.
    #[strum(serialize = "prospect_searches:write")]
    ProspectSearchesWrite,
    /// Read job postings and the results of job searches.
    #[strum(serialize = "job_search:read")]
    JobSearchRead,
    /// Create and manage job searches.
    #[strum(serialize = "job_search:write")]
    JobSearchWrite,
    /// Read the German commercial register; there is no write scope for it.
    #[strum(serialize = "handelsregister:read")]
    HandelsregisterRead,
    /// Read which technologies a website uses; there is no write scope for it.
    #[strum(serialize = "webtech_intel:read")]
    WebtechIntelRead,
    /// Read delivered companies and the feedback on them.
    #[strum(serialize = "delivery:read")]
    DeliveryRead,
    /// Update the feedback on delivered companies.
    #[strum(serialize = "delivery:write")]
    DeliveryWrite,
    /// Read the organization's settings and data.
    #[strum(serialize = "organization:read")]
    OrganizationRead,
    /// Update the organization's settings.
    #[strum(serialize = "organization:write")]
    OrganizationWrite,
    /// Read the status and the results of orders.
    #[strum(serialize = "orders:read")]
    OrdersRead,
    /// Create orders.
    #[strum(serialize = "orders:write")]
    OrdersWrite,
    /// Read blacklists and their entries.
    #[strum(serialize = "blacklists:read")]
    BlacklistsRead,
    /// Create, update and delete blacklists.
    #[strum(serialize = "blacklists:write")]
    BlacklistsWrite,
    /// List API keys. Assumed, as the counterpart of `admin:write`; only an access token can hold it, not an API key.
    #[strum(serialize = "admin:read")]
    AdminRead,
    /// Create and revoke API keys. Not in the vendor's table; only an access token can hold it, not an API key.
    #[strum(serialize = "admin:write")]
    AdminWrite,
}

impl Scope {
    /// The name on the wire, such as `orders:read`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it permits changes.
    pub fn writes(self) -> bool {
        self.as_str().ends_with(":write")
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A set of scopes. No scope implies another: `orders:write` does not contain `orders:read`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ScopeSet(u32);

impl ScopeSet {
    /// The 18 public scopes, which an API key can hold.
    pub const PUBLIC: Self = Self::of(Scope::VARIANTS).without(Self::ADMIN);
    /// The scopes that only an access token can hold.
    pub const ADMIN: Self = Self::of(&[Scope::AdminRead, Scope::AdminWrite]);
    /// Everything that an access token can hold: the internal scopes.
    pub const INTERNAL: Self = Self::of(Scope::VARIANTS);

    /// The set of these scopes.
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < scopes.len() {
            bits |= 1 << scopes[index] as u32;
            index += 1;
        }
        Self(bits)
    }

    /// Whether every scope of `required` is in this set.
    pub const fn contains_all(self, required: Self) -> bool {
        self.0 & required.0 == required.0
    }

    /// Whether it has no scope.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// This set without the scopes of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The scopes, in the order of the vendor's table.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::VARIANTS
            .iter()
            .copied()
            .filter(move |scope| self.0 & (1 << *scope as u32) != 0)
    }

    /// Whether any of its scopes permits changes.
    pub fn writes(self) -> bool {
        self.iter().any(Scope::writes)
    }

    /// The names on the wire, joined by `separator`.
    pub fn join(self, separator: &str) -> String {
        self.iter()
            .map(Scope::as_str)
            .collect::<Vec<_>>()
            .join(separator)
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(
            scopes
                .into_iter()
                .fold(0, |bits, scope| bits | 1 << scope as u32),
        )
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.join(", "))
    }
}

/// On the wire, a set is an array of names.
impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer)?
            .iter()
            .map(|name| {
                let public = Self::PUBLIC.iter().find(|scope| scope.as_str() == name);
                public.ok_or_else(|| {
                    D::Error::custom(format_args!(
                        "unknown scope `{name}`; use one of {}",
                        Self::PUBLIC
                    ))
                })
            })
            .collect()
    }
}

/// A bundle of scopes that the dashboard offers when a key is created.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    PartialEq,
    Serialize,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Preset {
    /// Create orders, track them, read results.
    Orders,
    /// Read orders, deliveries, companies and prospects. It does not include every `:read` scope.
    ReadOnly,
    /// All public scopes.
    FullAccess,
    /// Orders and blacklists. From the discovery order guide; the authentication page lacks it.
    Discovery,
}

impl Preset {
    /// The preset that holds exactly these scopes.
    pub fn of(scopes: ScopeSet) -> Option<Self> {
        let mut presets = Self::VARIANTS.iter().copied();
        presets.find(|preset| preset.scopes() == scopes)
    }

    /// The scopes of a key with this preset.
    pub const fn scopes(self) -> ScopeSet {
        use Scope::{
            BlacklistsRead, BlacklistsWrite, CompaniesRead, DeliveryRead, OrdersRead, OrdersWrite,
            ProspectsRead,
        };
        match self {
            Self::Orders => ScopeSet::of(&[OrdersRead, OrdersWrite]),
            Self::ReadOnly => {
                ScopeSet::of(&[OrdersRead, DeliveryRead, CompaniesRead, ProspectsRead])
            }
            Self::FullAccess => ScopeSet::PUBLIC,
            Self::Discovery => {
                ScopeSet::of(&[OrdersRead, OrdersWrite, BlacklistsRead, BlacklistsWrite])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_access_contains_all_18_scopes() {
        assert_eq!(ScopeSet::PUBLIC.iter().count(), 18);
        assert_eq!(Preset::FullAccess.scopes(), ScopeSet::PUBLIC);
        assert!(!Preset::ReadOnly.scopes().writes() && Preset::Orders.scopes().writes());
        for admin in ScopeSet::ADMIN.iter() {
            let admin = ScopeSet::of(&[admin]);
            assert!(!Preset::FullAccess.scopes().contains_all(admin));
            assert!(ScopeSet::INTERNAL.contains_all(admin));
        }
    }

    #[test]
    fn write_does_not_imply_read() {
        let write = ScopeSet::of(&[Scope::OrdersWrite]);
        assert!(!write.contains_all(ScopeSet::of(&[Scope::OrdersRead])));
        assert!(Preset::Orders.scopes().contains_all(write));
    }

    #[test]
    fn sets_are_arrays_of_names_and_errors_name_unknown_scopes() {
        let set: ScopeSet = serde_json::from_str(r#"["orders:write","orders:read"]"#).unwrap();
        assert_eq!(
            serde_json::to_string(&set).unwrap(),
            r#"["orders:read","orders:write"]"#
        );
        for unknown in ["orders:all", "admin:read", "admin:write"] {
            let error = serde_json::from_value::<ScopeSet>(serde_json::json!([unknown]))
                .unwrap_err()
                .to_string();
            let expected = format!("unknown scope `{unknown}`; use one of companies:read, ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
