//! Orders on the wire.
//!
//! The vendor documents `orders` and `total` of the list, and `id`, `title` and `status` of an order. Everything marked
//! `assumed` is this project's choice, and clients must not rely on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Maximum number of companies in one enrichment order (discovery order guide).
pub const MAX_COMPANIES: usize = 10_000;

/// Maximum number of feature groups in one order. Assumed: there are far fewer, but every list needs a limit.
pub const MAX_FEATURES: usize = 50;

/// The status of an order (enrichment and discovery order guides).
///
/// `RECEIVED` → `ACCEPTED` → `IN_PROGRESS` → `COMPLETED`, no status is skipped or taken back;
/// `CANCELLED` can follow any of them but the last.
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
    VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// Created, waits for review.
    Received,
    /// Reviewed.
    Accepted,
    /// Being worked on.
    InProgress,
    /// Done; its results are there. Final.
    Completed,
    /// Given up. Final.
    Cancelled,
}

/// What an order asks for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OrderType {
    /// Learn more of the companies that are sent along.
    #[default]
    Enrichment,
    /// Find companies.
    Discovery,
}

/// A group of data that an order can ask for. The guide mentions more, without their names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Feature {
    /// The company's profile.
    CompanyData,
    /// Whom to talk to.
    Contacts,
    /// What its website is built with.
    Technologies,
}

/// An order.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "documented"))]
pub struct Order {
    /// The id of the order.
    #[schemars(length(min = 1))]
    pub id: String,
    /// As it was sent.
    #[schemars(length(min = 1))]
    pub title: String,
    /// The status of the order.
    pub status: OrderStatus,
    /// What it asks for.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub order_type: OrderType,
    /// The groups of data it asks for.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub features: Vec<Feature>,
    /// As it was sent.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub profile_name: Option<String>,
    /// As it was sent.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub prospect_search_id: Option<String>,
    /// As they were sent.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub blacklist_ids: Vec<String>,
    /// As it was sent.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub quantity: Option<u32>,
    /// Number of companies that were submitted.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub company_count: usize,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub created_at: String,
    /// When it reached its present status, RFC 3339 in UTC.
    #[schemars(extend("x-evidence" = "assumed", "format" = "date-time"))]
    pub updated_at: String,
}

/// A page of orders, oldest first.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "documented"), rename = "OrderList")]
pub struct OrderList<T = Order> {
    /// The page.
    pub orders: Vec<T>,
    /// Number of orders on all pages.
    pub total: usize,
    /// The `limit` that applied.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub limit: usize,
    /// The `offset` that applied.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub offset: usize,
}

/// The body that creates an order.
///
/// Fields that are not listed are ignored: the documents do not show them all.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "documented"), transform = separate_fields_by_type)]
pub struct CreateOrder {
    /// A name for humans.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"\S"))]
    pub title: String,
    /// The groups of data wanted.
    #[schemars(length(min = 1, max = MAX_FEATURES))]
    pub features: Vec<Feature>,
    /// What to do; `ENRICHMENT` by default.
    #[serde(default)]
    pub order_type: OrderType,
    /// The companies to enrich. A discovery order must not have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = MAX_COMPANIES))]
    pub companies: Vec<SubmittedCompany>,
    /// A name for the profile that is created with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub profile_name: Option<String>,
    /// The prospect search to find companies for; without it, any company may be found. Only a discovery
    /// order can have it. The guides speak of a profile, without the field's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100), extend("x-evidence" = "assumed"))]
    pub prospect_search_id: Option<String>,
    /// Blacklists that apply in addition to those of the prospect search. Only a discovery order can have them.
    /// The blacklist guide speaks of them, without the field's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 100)), extend("x-evidence" = "assumed"))]
    pub blacklist_ids: Vec<String>,
    /// Maximum number of companies to find. Only a discovery order can have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = MAX_COMPANIES), extend("x-evidence" = "assumed"))]
    pub quantity: Option<u32>,
}

/// A discovery order rejects `companies`. Any other order requires them, and rejects the fields that describe a search. The
/// schema states every rule that a schema can state, so that the server, the judge and readers share one source.
fn separate_fields_by_type(schema: &mut schemars::Schema) {
    schema.insert(
        "if".into(),
        serde_json::json!({
            "properties": {"order_type": {"const": "DISCOVERY"}},
            "required": ["order_type"],
        }),
    );
    schema.insert(
        "then".into(),
        serde_json::json!({"properties": {"companies": false}}),
    );
    schema.insert(
        "else".into(),
        serde_json::json!({
            "required": ["companies"],
            "properties": {
                // The type of this field allows `null` as an absent value.
                "prospect_search_id": {"type": "null"},
                "blacklist_ids": false,
                "quantity": false,
            },
        }),
    );
}

/// A company that is submitted for enrichment.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
pub struct SubmittedCompany {
    /// Its name.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"\S"))]
    pub company_name: String,
    /// The caller's own id for it; returned as `source_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub external_id: Option<String>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000))]
    pub website_url: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub city: Option<String>,
    /// Where it is, as a name such as `Germany`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub country: Option<String>,
}

/// A page of what an order found, in the order of its companies.
///
/// Documented is what a result holds in words and that it carries `source_id`; the shape around it
/// is assumed.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct OrderResults {
    /// The order.
    #[schemars(length(min = 1))]
    pub order_id: String,
    /// The page.
    pub results: Vec<OrderResult>,
    /// Number of results on all pages.
    pub total: usize,
    /// The `limit` that applied.
    pub limit: usize,
    /// The `offset` that applied.
    pub offset: usize,
}

/// What an order found about one company.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct OrderResult {
    /// The caller's `external_id` of the company; `null` for a company that was discovered.
    pub source_id: Option<String>,
    /// The company, among those of the organization.
    #[schemars(length(min = 1), extend("x-evidence" = "assumed"))]
    pub company_id: String,
    /// How well the company fits, 0 to 10.
    #[schemars(range(min = 0, max = 10), extend("x-evidence" = "assumed"))]
    pub match_score: f64,
    /// The profile, if `COMPANY_DATA` was asked for; otherwise only the name.
    #[schemars(extend("x-evidence" = "assumed"))]
    pub company: CompanyProfile,
    /// Contacts at the company, if `CONTACTS` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-evidence" = "assumed"))]
    pub contacts: Option<Vec<Contact>>,
    /// What its website is built with, if `TECHNOLOGIES` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-evidence" = "assumed"))]
    pub technologies: Option<Vec<String>>,
}

/// A company's profile.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct CompanyProfile {
    /// Its name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Where it is, as a name such as `Germany`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Number of employees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_count: Option<u32>,
}

/// A person at a company.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Contact {
    /// First and last name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// What the person does there.
    #[schemars(length(min = 1))]
    pub role: String,
    /// An address at the company's domain.
    #[schemars(regex(pattern = "^[^@ ]+@[^@ ]+$"))]
    pub email: String,
}
