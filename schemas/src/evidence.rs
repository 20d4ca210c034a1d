//! Where a statement of the contract comes from, and how reliable it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// How well a statement of the contract is supported.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    Eq,
    Hash,
    IntoStaticStr,
    JsonSchema,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Evidence {
    /// On the vendor's authentication page, which takes precedence where pages disagree.
    Documented,
    /// On a sibling page of the same generation of the vendor's documentation.
    Guide,
    /// Assumed by this project: the documents are silent or contradict one another, and a server has to do something.
    Assumed,
}

impl Evidence {
    /// The weaker of the two: a statement about an operation is no better supported than the operation itself.
    #[must_use]
    pub fn weaker(self, other: Self) -> Self {
        self.max(other)
    }
}

/// The pages that statements are taken from.
///
/// The vendor's documentation has three generations. *Older* and *newer* are relative to the generation of the authentication
/// page.
pub mod source {
    /// Generates the constants and the list of all of them.
    macro_rules! sources {
        ($($(#[doc = $doc:literal])+ $name:ident = $page:literal;)+) => {
            $($(#[doc = $doc])+ pub const $name: &str = $page;)+

            /// Every source.
            pub const ALL: &[&str] = &[$($name),+];
        };
    }

    /// The evidence for what a page states.
    pub fn evidence(page: &str) -> super::Evidence {
        match page {
            AUTHENTICATION => super::Evidence::Documented,
            OVERVIEW | ERRORS | ENRICHMENT | DISCOVERY | BLACKLISTS | SEARCH_EDITING => {
                super::Evidence::Guide
            }
            _ => super::Evidence::Assumed,
        }
    }

    sources! {
        /// API Authentication; it takes precedence over all other pages.
        AUTHENTICATION = "https://dev.openprospect.io/api/authentication";
        /// API overview with the list of endpoints.
        OVERVIEW = "https://dev.openprospect.io/api";
        /// Error reference.
        ERRORS = "https://dev.openprospect.io/api/errors";
        /// Enrichment order guide.
        ENRICHMENT = "https://dev.openprospect.io/api/enrichment-order-guide";
        /// Discovery order guide.
        DISCOVERY = "https://dev.openprospect.io/api/discovery-order-guide";
        /// Blacklist guide.
        BLACKLISTS = "https://dev.openprospect.io/api/blacklist-guide";
        /// Prospect search editing: the only page that mentions a conflict.
        SEARCH_EDITING = "https://dev.openprospect.io/api/prospect-search-editing";
        /// Rate-limit figures and list envelopes of an older generation of the documentation.
        OLDER_OVERVIEW = "https://openprospect-docs.pages.dev/api/overview";
        /// Companies, in an older generation of the documentation.
        OLDER_COMPANIES = "https://openprospect-docs.pages.dev/api/companies";
        /// The push of deliveries, in an older generation of the documentation.
        OLDER_DELIVERIES = "https://dev.openprospect.io/api/delivery-integration";
        /// API overview, in a newer generation of the documentation.
        NEWER_OVERVIEW = "https://dev.openprospect.io/api/";
        /// Error reference, in a newer generation of the documentation.
        NEWER_ERRORS = "https://dev.openprospect.io/api/errors/";
        /// The pull of deliveries, in a newer generation of the documentation.
        NEWER_DELIVERIES = "https://dev.openprospect.io/api/delivery-integration/";
        /// Client integration guide, in a newer generation of the documentation.
        NEWER_CLIENTS = "https://dev.openprospect.io/api/client-integration-guide/";
        /// Orders, in a newer generation of the documentation.
        NEWER_ORDERS = "https://dev.openprospect.io/api/orders/";
        /// Search profiles, in a newer generation of the documentation.
        NEWER_PROFILES = "https://dev.openprospect.io/api/search-profile-creation/";
        /// RFC 9110, HTTP Semantics.
        HTTP = "https://www.rfc-editor.org/rfc/rfc9110";
        /// RFC 6750, Bearer Token Usage.
        BEARER = "https://www.rfc-editor.org/rfc/rfc6750";
        /// RFC 6749, the OAuth 2.0 authorization framework.
        OAUTH = "https://www.rfc-editor.org/rfc/rfc6749";
        /// RFC 8414, OAuth 2.0 authorization server metadata.
        OAUTH_METADATA = "https://www.rfc-editor.org/rfc/rfc8414";
        /// RFC 9068, JWT profile for OAuth 2.0 access tokens.
        ACCESS_TOKENS = "https://www.rfc-editor.org/rfc/rfc9068";
        /// RFC 9207, OAuth 2.0 authorization server issuer identification.
        OAUTH_ISSUER = "https://www.rfc-editor.org/rfc/rfc9207";
        /// RFC 9700, best current practice for OAuth 2.0 security.
        OAUTH_SECURITY = "https://www.rfc-editor.org/rfc/rfc9700";
        /// RFC 7009, OAuth 2.0 token revocation.
        REVOCATION = "https://www.rfc-editor.org/rfc/rfc7009";
        /// RFC 7662, OAuth 2.0 token introspection.
        INTROSPECTION = "https://www.rfc-editor.org/rfc/rfc7662";
        /// No page: a decision of this project.
        OURS = "this project";
    }
}
