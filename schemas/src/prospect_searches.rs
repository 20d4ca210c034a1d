//! Prospect searches on the wire: the ideal customer profiles that companies are looked for by.
//!
//! The page on editing them names the fields of the change, `version` and `stripped_fields`; the
//! list's `id`, `name` and `status` are on a newer page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, IntoStaticStr, VariantArray};

use crate::text::{MAX_NAME, MAX_NOTE};

/// Whether a search is in use.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SearchStatus {
    /// Companies are looked for.
    Active,
    /// Not for now.
    Paused,
}

/// A prospect search.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct ProspectSearch {
    /// Names the search.
    #[schemars(length(min = 1))]
    pub id: String,
    /// A name for people.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Whether it is in use.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub status: SearchStatus,
    /// One more after each change; a change must name it.
    #[schemars(range(min = 1))]
    pub version: u64,
    /// Which companies are wanted, in words.
    pub ideal_customer_profile: String,
    /// Where they are.
    pub geo_locations: Vec<String>,
    /// What they are found by.
    pub search_keywords: Vec<String>,
    /// The languages of what is read and written. Made by the vendor, nobody can change it.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub language_config: LanguageConfig,
    /// How many companies it has found.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub company_count: usize,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub created_at: String,
    /// When it last changed, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub updated_at: String,
    /// In the answer to a change: the fields that were left out of it, since an API key may not change
    /// them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripped_fields: Option<Vec<Field>>,
}

/// The languages of a search.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct LanguageConfig {
    /// Of the websites that are read.
    pub search: String,
    /// Of what is written about them.
    pub output: String,
}

/// A field that a change can name. Who may change it, the page on editing says.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    Eq,
    IntoStaticStr,
    JsonSchema,
    PartialEq,
    Serialize,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// Everybody who may edit.
    Name,
    /// Everybody who may edit.
    IdealCustomerProfile,
    /// Admins and owners; an API key is neither.
    GeoLocations,
    /// Admins and owners; an API key is neither.
    SearchKeywords,
    /// Nobody.
    LanguageConfig,
    /// Nobody.
    CompanyExtractionCommands,
    /// Nobody.
    ProspectExtractionCommands,
}

impl Field {
    /// Whether an API key may change it.
    pub fn is_open_to_api_keys(self) -> bool {
        matches!(self, Self::Name | Self::IdealCustomerProfile)
    }
}

/// The body that changes a prospect search. What is not there stays as it is.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct UpdateProspectSearch {
    /// The version that was read. If it is not the present one, the answer is 409. No JSON number beyond
    /// 2⁵³ is exact everywhere.
    #[schemars(range(min = 1, max = 9_007_199_254_740_992_u64))]
    pub version: u64,
    /// The fields to change; without it, all that are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Field>", length(max = 20))]
    pub update_mask: Option<Vec<Field>>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// Which companies are wanted, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 10_000))]
    pub ideal_customer_profile: Option<String>,
    /// Where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(max = 100), inner(length(max = MAX_NAME)))]
    pub geo_locations: Option<Vec<String>>,
    /// What they are found by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(max = 100), inner(length(max = MAX_NOTE)))]
    pub search_keywords: Option<Vec<String>>,
    /// Never changed, whatever it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub language_config: Option<Value>,
    /// Never changed, whatever it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub company_extraction_commands: Option<Value>,
    /// Never changed, whatever it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub prospect_extraction_commands: Option<Value>,
}

impl UpdateProspectSearch {
    /// The fields that were sent, and are named by the mask if there is one.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        let sent = |field| match field {
            Field::Name => self.name.is_some(),
            Field::IdealCustomerProfile => self.ideal_customer_profile.is_some(),
            Field::GeoLocations => self.geo_locations.is_some(),
            Field::SearchKeywords => self.search_keywords.is_some(),
            Field::LanguageConfig => self.language_config.is_some(),
            Field::CompanyExtractionCommands => self.company_extraction_commands.is_some(),
            Field::ProspectExtractionCommands => self.prospect_extraction_commands.is_some(),
        };
        let named = |field: &Field| {
            let mask = self.update_mask.as_ref();
            mask.is_none_or(|mask| mask.contains(field))
        };
        let fields = Field::VARIANTS.iter().copied();
        fields.filter(move |field| sent(*field) && named(field))
    }
}
