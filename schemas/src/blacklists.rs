//! Blacklists on the wire: companies that must not appear in an order.
//!
//! The blacklist guide names the fields of an entry and how they are matched; the surrounding shapes are assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{MAX_NAME, MAX_NOTE};

/// Maximum number of entries that one request may add or remove (blacklist guide).
pub const MAX_ENTRIES: usize = 10_000;

/// A blacklist.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct Blacklist {
    /// The id of the blacklist.
    #[schemars(length(min = 1))]
    pub id: String,
    /// A name for humans.
    #[schemars(length(min = 1))]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Number of entries.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub entry_count: usize,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub created_at: String,
    /// When its name, description or entries last changed, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub updated_at: String,
}

/// The body that creates a blacklist.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct CreateBlacklist {
    /// A name for humans.
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_NOTE))]
    pub description: Option<String>,
}

/// The body that changes a blacklist. Fields that are missing stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct UpdateBlacklist {
    /// A name for humans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// What it is for; `null` removes it.
    #[serde(
        default,
        deserialize_with = "crate::text::sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(max = MAX_NOTE))]
    pub description: Option<Option<String>>,
}

/// A company to leave out. The blacklist guide compares, best first: `external_id`, the
/// domain of `website_url`, `company_name` with `city`, `company_name` alone.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[schemars(extend("x-evidence" = "guide"), transform = require_company_identifier)]
pub struct NewEntry {
    /// The caller's own id of the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub external_id: Option<String>,
    /// Its website; only the domain is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_NOTE))]
    pub website_url: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub company_name: Option<String>,
    /// Where it is. It needs a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub city: Option<String>,
}

/// An entry has at least one field that identifies a company.
fn require_company_identifier(schema: &mut schemars::Schema) {
    let known_by = |name: &str| serde_json::json!({"required": [name], "properties": {name: {"type": "string"}}});
    let ways = ["external_id", "website_url", "company_name"].map(known_by);
    schema.insert("anyOf".into(), ways.to_vec().into());
}

/// An entry of a blacklist.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct BlacklistEntry {
    /// The id of the entry.
    #[schemars(length(min = 1))]
    pub id: String,
    /// As it was sent.
    pub external_id: Option<String>,
    /// As it was sent.
    pub website_url: Option<String>,
    /// As it was sent.
    pub company_name: Option<String>,
    /// As it was sent.
    pub city: Option<String>,
    /// When it was added, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub created_at: String,
}

/// The body that adds entries.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct AddEntries {
    /// The entries.
    #[schemars(length(min = 1, max = MAX_ENTRIES))]
    pub entries: Vec<NewEntry>,
}

/// The result of adding entries.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct EntriesAdded {
    /// Number of entries that were added.
    pub added: usize,
    /// Number of entries in the blacklist now.
    pub total: usize,
}

/// The body that removes entries.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct DeleteEntries {
    /// The ids of the entries. If one is unknown, none is removed.
    #[schemars(length(min = 1, max = MAX_ENTRIES), inner(length(min = 1, max = 100)))]
    pub entry_ids: Vec<String>,
}

/// The body that sets the blacklists of a prospect search and replaces the previous ones.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct SetBlacklists {
    /// The ids of the blacklists; an empty list removes all.
    #[schemars(length(max = 100), inner(length(min = 1, max = 100)))]
    pub blacklist_ids: Vec<String>,
}
