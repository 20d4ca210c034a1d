//! The envelope of every list except the list of orders, which has its own.
//!
//! An older generation of the vendor's documentation uses it for all lists; the current one shows only that of `orders`.

use schemars::JsonSchema;
use serde::Serialize;

/// A page of a list, oldest first.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"), rename = "{T}List")]
pub struct Page<T> {
    /// The rows of the page.
    pub items: Vec<T>,
    /// Number of rows on all pages.
    pub total: usize,
    /// The `limit` that applied.
    pub limit: usize,
    /// The `offset` that applied.
    pub offset: usize,
    /// Whether more rows follow.
    pub has_more: bool,
}
