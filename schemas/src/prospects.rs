//! Prospects on the wire: contacts at companies. No page shows a body, so all of it is assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{MAX_NAME, sent};

/// A person at a company.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Prospect {
    /// The id of the prospect within the caller's organization.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The company.
    #[schemars(length(min = 1))]
    pub company_id: String,
    /// The company's name.
    #[schemars(length(min = 1))]
    pub company_name: String,
    /// How to address the person: `Frau` or `Herr`.
    pub salutation: Option<String>,
    /// An academic title, such as `Dr.`.
    pub title: Option<String>,
    /// First name.
    #[schemars(length(min = 1))]
    pub first_name: String,
    /// Last name.
    #[schemars(length(min = 1))]
    pub last_name: String,
    /// What the person does there.
    pub role: Option<String>,
    /// Where in the company.
    pub department: Option<String>,
    /// The level of the position, such as `executive`.
    pub seniority: Option<String>,
    /// An address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// When the prospect was first known, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// When the prospect last changed, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub updated_at: String,
}

/// The body that creates a prospect.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct CreateProspect {
    /// The company.
    #[schemars(length(min = 1, max = MAX_NAME))]
    pub company_id: String,
    /// First name.
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub first_name: String,
    /// Last name.
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub last_name: String,
    /// What the person does there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub role: Option<String>,
    /// An address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_NAME), regex(pattern = "^[^@ ]+@[^@ ]+$"))]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub phone: Option<String>,
}

/// The body that changes a prospect. Fields that are missing stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct UpdateProspect {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub last_name: Option<String>,
    /// What the person does there; `null` if unknown.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub role: Option<Option<String>>,
    /// An address; `null` if unknown.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(max = MAX_NAME), regex(pattern = "^[^@ ]+@[^@ ]+$"))]
    pub email: Option<Option<String>>,
    /// A telephone number; `null` if unknown.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub phone: Option<Option<String>>,
}
