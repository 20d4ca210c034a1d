//! Where a statement of the contract comes from, and how far it can be trusted.

use serde::Serialize;
use strum::{Display, IntoStaticStr};

/// How well a statement of the contract is founded.
#[derive(
    Clone, Copy, Debug, Display, Eq, Hash, IntoStaticStr, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Evidence {
    /// On the vendor's authentication page, the authority where pages disagree.
    Documented,
    /// On a sibling page of the same generation of the vendor's documentation.
    Guide,
    /// Ours: the documents are silent or contradict one another, and a server must do something.
    Assumed,
}

/// The pages that statements are taken from.
pub mod source {
    /// API Authentication, the authority.
    pub const AUTHENTICATION: &str = "https://dev.openprospect.io/api/authentication";
    /// API overview with the list of endpoints.
    pub const OVERVIEW: &str = "https://dev.openprospect.io/api";
    /// Error reference.
    pub const ERRORS: &str = "https://dev.openprospect.io/api/errors";
    /// Enrichment order guide.
    pub const ENRICHMENT: &str = "https://dev.openprospect.io/api/enrichment-order-guide";
    /// Discovery order guide.
    pub const DISCOVERY: &str = "https://dev.openprospect.io/api/discovery-order-guide";
    /// Prospect search editing: the only page that mentions a conflict.
    pub const SEARCH_EDITING: &str = "https://dev.openprospect.io/api/prospect-search-editing";
    /// Rate-limit figures of an older generation of the documentation.
    pub const OLDER_OVERVIEW: &str = "https://openprospect-docs.pages.dev/api/overview";
    /// Companies, in an older generation of the documentation.
    pub const OLDER_COMPANIES: &str = "https://openprospect-docs.pages.dev/api/companies";
    /// The pull of deliveries, in a newer generation of the documentation.
    pub const NEWER_DELIVERIES: &str = "https://dev.openprospect.io/api/delivery-integration/";
    /// RFC 9110, HTTP Semantics.
    pub const HTTP: &str = "https://www.rfc-editor.org/rfc/rfc9110";
    /// RFC 6750, Bearer Token Usage.
    pub const BEARER: &str = "https://www.rfc-editor.org/rfc/rfc6750";
    /// No page: a decision of this project, explained in `docs/architecture.md`.
    pub const OURS: &str = "this project";
}
