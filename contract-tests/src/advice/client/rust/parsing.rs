use serde::Deserialize;

/// Only what the contract promises is required; the rest may be null or missing, and serde ignores unknown fields.
#[derive(Deserialize)]
pub struct Order {
    pub id: String,
    pub title: String,
    pub status: Status,
    #[serde(default)]
    pub features: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Received,
    Accepted,
    InProgress,
    Completed,
    Cancelled,
    /// A new status is not an error: the order is not final yet.
    #[serde(other)]
    Unknown,
}
