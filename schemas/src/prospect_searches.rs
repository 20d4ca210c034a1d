//! Prospect searches on the wire: the ideal customer profiles that companies are searched by.
//!
//! The page on editing them names the fields of the change, `version` and `stripped_fields`; a newer page shows `id`, `name`
//! and `status` in the list.

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
    /// The id of the search.
    #[schemars(length(min = 1))]
    pub id: String,
    /// A name for humans.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Whether it is in use.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub status: SearchStatus,
    /// Increases with each change; a change must name it.
    #[schemars(range(min = 1))]
    pub version: u64,
    /// A description of the companies that are wanted.
    pub ideal_customer_profile: String,
    /// Where they are.
    pub geo_locations: Vec<String>,
    /// The keywords that companies are found by.
    pub search_keywords: Vec<String>,
    /// The languages of sources and texts. The vendor sets it; it cannot be changed.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub language_config: LanguageConfig,
    /// Number of companies that it found.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub company_count: usize,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub created_at: String,
    /// When it last changed, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub updated_at: String,
    /// In the response to a change: the fields that were left out, since an API key may not change
    /// them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripped_fields: Option<Vec<Field>>,
}

/// The languages of a search.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct LanguageConfig {
    /// The language of the websites that are searched.
    pub search: String,
    /// The language of texts about companies.
    pub output: String,
}

/// A field that a change can name. The vendor's page on editing states who may change each.
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
    /// Every caller who may edit the search.
    Name,
    /// Every caller who may edit the search.
    IdealCustomerProfile,
    /// Admins and owners only; an API key is neither.
    GeoLocations,
    /// Admins and owners only; an API key is neither.
    SearchKeywords,
    /// No caller.
    LanguageConfig,
    /// No caller.
    CompanyExtractionCommands,
    /// No caller.
    ProspectExtractionCommands,
}

impl Field {
    /// Whether an API key may change it.
    pub fn is_open_to_api_keys(self) -> bool {
        matches!(self, Self::Name | Self::IdealCustomerProfile)
    }
}

/// The body that changes a prospect search. Fields that are missing stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct UpdateProspectSearch {
    /// The version that was read. If it is not the present one, the response is 409. No JSON number beyond
    /// 2⁵³ is exact everywhere.
    #[schemars(range(min = 1, max = 9_007_199_254_740_992_u64))]
    pub version: u64,
    /// The fields to change; without it, all fields of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Field>", length(max = 20))]
    pub update_mask: Option<Vec<Field>>,
    /// A name for humans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// A description of the companies that are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 10_000))]
    pub ideal_customer_profile: Option<String>,
    /// Where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(max = 100), inner(length(max = MAX_NAME)))]
    pub geo_locations: Option<Vec<String>>,
    /// The keywords that companies are found by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(max = 100), inner(length(max = MAX_NOTE)))]
    pub search_keywords: Option<Vec<String>>,
    /// Ignored: an API key cannot change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub language_config: Option<Value>,
    /// Ignored: an API key cannot change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub company_extraction_commands: Option<Value>,
    /// Ignored: an API key cannot change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value", extend("x-evidence" = "assumed"))]
    pub prospect_extraction_commands: Option<Value>,
}

impl UpdateProspectSearch {
    /// The fields that were sent, limited to those in the update mask if there is one.
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
