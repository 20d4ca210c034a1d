//! Job searches on the wire. The scopes are documented; operations and shapes are assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::MAX_NAME;

/// A search for jobs that companies offer.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct JobSearch {
    /// The id of the search.
    #[schemars(length(min = 1))]
    pub id: String,
    /// Words of the title; one match is enough.
    #[schemars(length(min = 1))]
    pub keywords: Vec<String>,
    /// Only jobs in this city.
    pub city: Option<String>,
    /// Number of jobs that it found.
    pub total: usize,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
}

/// The body that creates a job search.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct CreateJobSearch {
    /// Words of the title; one match is enough.
    #[schemars(
        length(min = 1, max = 10),
        inner(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))
    )]
    pub keywords: Vec<String>,
    /// Only jobs in this city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_NAME), regex(pattern = r"\S"))]
    pub city: Option<String>,
}
