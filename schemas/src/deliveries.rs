//! Deliveries on the wire: companies that a completed order delivered, and the feedback on them.
//!
//! The scopes are documented; operations and shapes are assumed, modelled on the pull interface of a newer page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, VariantArray};

use crate::{prospects::Prospect, text::MAX_NOTE};

/// A company that an order delivered.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Delivery {
    /// The id of the delivery.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The order.
    #[schemars(length(min = 1))]
    pub order_id: String,
    /// The company.
    #[schemars(length(min = 1))]
    pub company_id: String,
    /// The company's name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Contacts at the company, if the order asked for `CONTACTS`.
    pub prospects: Vec<Prospect>,
    /// When the order was completed, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub delivered_at: String,
    /// The feedback of the organization.
    pub feedback: Option<Feedback>,
}

/// Whether a delivered company is what was wanted.
#[derive(
    Clone, Copy, Debug, Deserialize, Display, Eq, JsonSchema, PartialEq, Serialize, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Rating {
    /// It is.
    Good,
    /// It is not.
    Bad,
}

/// An organization's feedback on a delivery.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct Feedback {
    /// Whether the company is what was wanted.
    pub rating: Rating,
    /// Why.
    pub comment: Option<String>,
    /// When the feedback was given, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub updated_at: String,
}

/// The body that sets the feedback on a delivery and replaces the previous one.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct SetFeedback {
    /// Whether the company is what was wanted.
    pub rating: Rating,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_NOTE))]
    pub comment: Option<String>,
}
