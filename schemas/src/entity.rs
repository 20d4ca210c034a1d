//! The kinds of objects that have ids.

use strum::{Display, IntoStaticStr, VariantArray};

/// A kind of object that has an id. Its name in snake case is the `entity_type` of a 404.
#[derive(Clone, Copy, Debug, Display, Eq, Hash, IntoStaticStr, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Entity {
    /// `/orders/{id}`
    Order,
    /// `/blacklists/{id}`
    Blacklist,
    /// Appears in bodies only.
    BlacklistEntry,
    /// `/prospect-searches/{id}`
    ProspectSearch,
    /// `/companies/{id}`
    Company,
    /// Identified by its company.
    RegisterEntry,
    /// `/prospects/{id}`
    Prospect,
    /// `/deliveries/{id}`
    Delivery,
    /// `/job-searches/{id}`
    JobSearch,
    /// `/api-keys/{id}`
    ApiKey,
}

impl Entity {
    /// Its name, such as `order`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind of object that an id after this path identifies.
    pub(crate) fn in_collection(path: &str) -> Option<Self> {
        Some(match path {
            "/orders" => Self::Order,
            "/blacklists" => Self::Blacklist,
            "/prospect-searches" => Self::ProspectSearch,
            "/companies" => Self::Company,
            "/prospects" => Self::Prospect,
            "/deliveries" => Self::Delivery,
            "/job-searches" => Self::JobSearch,
            "/api-keys" => Self::ApiKey,
            _ => return None,
        })
    }
}
