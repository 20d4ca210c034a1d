//! The caller's organization on the wire. The scopes are documented; all else is assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{MAX_NAME, sent};

/// The language in which an organization is addressed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    #[default]
    De,
    /// English.
    En,
}

/// The caller's organization.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Organization {
    /// The id of the organization.
    #[schemars(length(min = 1))]
    pub id: String,
    /// A name for humans.
    #[schemars(length(min = 1))]
    pub name: String,
    /// The email address of the contact.
    pub contact_email: Option<String>,
    /// The language in which the organization is addressed.
    pub language: Language,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// When its settings last changed, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub updated_at: String,
}

/// The body that changes the organization's settings. Fields that are missing stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct UpdateOrganization {
    /// A name for humans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// The email address of the contact; `null` removes it.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(max = MAX_NAME), regex(pattern = "^[^@ ]+@[^@ ]+$"))]
    pub contact_email: Option<Option<String>>,
    /// The language in which the organization is addressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Language")]
    pub language: Option<Language>,
}
