//! The envelope of every list but that of the orders, which has one of its own.
//!
//! It is the one that an older generation of the vendor's documentation gives to all lists; the
//! present one shows none but `orders`.

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
