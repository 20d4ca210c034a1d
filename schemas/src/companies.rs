//! Companies on the wire, and the data about them.
//!
//! The current generation of the documentation names the operations and shows no body. The fields of a company up to
//! `review_status` come from an older generation; all others are assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::text::{MAX_NAME, MAX_NOTE, sent};

/// The review of a company by the caller's organization.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
    Eq,
    IntoStaticStr,
    JsonSchema,
    PartialEq,
    Serialize,
    VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ReviewStatus {
    /// It fits.
    Accepted,
    /// It does not.
    Rejected,
    /// Nobody has looked yet.
    Pending,
}

/// A company.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Company {
    /// The id of the company within the caller's organization.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The prospect search it was found for; `null` for one that was submitted or created.
    pub prospect_search_id: Option<String>,
    /// The caller's own id for it, from the last order that named it.
    pub source_id: Option<String>,
    /// Its name, with the legal form.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Its street and number.
    pub street: Option<String>,
    /// Its postal code.
    pub postal_code: Option<String>,
    /// Where it is.
    pub city: Option<String>,
    /// Where it is, as a name such as `Germany`.
    #[schemars(length(min = 1))]
    pub country: String,
    /// Its business, such as `Hotel`.
    #[schemars(length(min = 1))]
    pub business_type: String,
    /// Its website.
    #[schemars(length(min = 1))]
    pub website: String,
    /// Its telephone number.
    pub phone: Option<String>,
    /// Number of employees.
    pub employee_count: u32,
    /// The year it was founded in.
    pub founded: u16,
    /// How well it fits, 0 to 10.
    #[schemars(range(min = 0, max = 10))]
    pub match_score: f64,
    /// Why it fits.
    pub match_reasons: Vec<String>,
    /// The review by the caller's organization.
    pub review_status: ReviewStatus,
    /// When it was first known, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// When it last changed, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub updated_at: String,
}

/// The body that creates a company.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct CreateCompany {
    /// Its name.
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub city: Option<String>,
    /// Where it is, as a name; `Germany` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub country: Option<String>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NOTE), regex(pattern = r"\S"))]
    pub website: Option<String>,
}

/// The body that changes a company. Fields that are missing stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct UpdateCompany {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// Where it is; `null` if unknown.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub city: Option<Option<String>>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NOTE), regex(pattern = r"\S"))]
    pub website: Option<String>,
    /// Its telephone number; `null` if unknown.
    #[serde(
        default,
        deserialize_with = "sent",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub phone: Option<Option<String>>,
    /// Number of employees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 10_000_000))]
    pub employee_count: Option<u32>,
    /// The review by the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ReviewStatus")]
    pub review_status: Option<ReviewStatus>,
}

/// A job that a company offers.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Job {
    /// The id of the job.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The company.
    #[schemars(length(min = 1))]
    pub company_id: String,
    /// The title of the position.
    #[schemars(length(min = 1))]
    pub title: String,
    /// Where in the company.
    #[schemars(length(min = 1))]
    pub department: String,
    /// The type of employment, such as `full_time`.
    #[schemars(length(min = 1))]
    pub employment_type: String,
    /// Whether the job is remote.
    pub remote: bool,
    /// Where.
    pub city: Option<String>,
    /// A few sentences.
    #[schemars(length(min = 1))]
    pub description: String,
    /// When it was posted, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub posted_at: String,
}

/// What a company's website is built with.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct WebtechIntel {
    /// The company.
    #[schemars(length(min = 1))]
    pub company_id: String,
    /// Its website.
    #[schemars(length(min = 1))]
    pub website: String,
    /// The technologies that were found.
    pub technologies: Vec<Technology>,
    /// When the website was analysed, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub analyzed_at: String,
}

/// Something a website is built with.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Technology {
    /// Its name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// What it is, such as `CMS`.
    #[schemars(length(min = 1))]
    pub category: String,
    /// When it was first seen there, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub first_seen_at: String,
}

/// A company's entry in the German commercial register.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct RegisterEntry {
    /// The company.
    #[schemars(length(min = 1))]
    pub company_id: String,
    /// The name it is registered under.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Its legal form, such as `GmbH`.
    #[schemars(length(min = 1))]
    pub legal_form: String,
    /// The court that keeps the register, such as `Amtsgericht Hannover`.
    #[schemars(regex(pattern = "^Amtsgericht .+$"))]
    pub court: String,
    /// Which register: `HRA`, `HRB`, `GnR` or `PR`.
    #[schemars(regex(pattern = "^(HRA|HRB|GnR|PR)$"))]
    pub register: String,
    /// Its number there, with the register: `HRB 12345`.
    #[schemars(regex(pattern = "^(HRA|HRB|GnR|PR) [0-9]+$"))]
    pub number: String,
    /// Where it is registered.
    #[schemars(length(min = 1))]
    pub seat: String,
    /// When it was registered, as a date.
    #[schemars(extend("format" = "date"))]
    pub registered_on: String,
    /// Its share capital in euros, where its legal form has one.
    pub share_capital: Option<u32>,
    /// Who may act for it.
    #[schemars(inner(length(min = 1)))]
    pub directors: Vec<String>,
}
