//! The table of every HTTP operation.
//!
//! Routes, scope checks, the judge's checks, the OpenAPI document and the tables of the documentation are derived from it. A
//! path is written here and nowhere else. To add an operation, add its row; compile errors then show what else to change.

mod paths;

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

pub use self::paths::find;
use crate::{ErrorCode, Evidence, Parameter, Scope, ScopeSet, documents::Document, source};

/// A row of the table.
#[derive(Debug)]
pub struct Operation {
    /// Which operation it is.
    pub id: OperationId,
    /// One sentence for people.
    pub summary: &'static str,
    /// Its method. A `GET` operation also serves `HEAD`.
    pub method: Method,
    /// Its path after [`crate::API_PREFIX`], with `{id}` as the placeholder.
    pub path: &'static str,
    /// Every scope that a caller needs for it.
    pub scopes: ScopeSet,
    /// The query parameters it accepts.
    pub query: &'static [Parameter],
    /// The body it accepts.
    pub request: Option<Document>,
    /// The status of success.
    pub success: StatusCode,
    /// The body of success; a 204 has none.
    pub response: Option<Document>,
    /// Its specific errors, besides those that follow from what it accepts; see [`Self::all_errors`].
    pub errors: &'static [ErrorCode],
    /// How well method, path and scopes are supported by the vendor's documentation.
    pub evidence: Evidence,
    /// The page that documents it.
    pub source: &'static str,
}

/// Errors that every operation can return. Every operation rejects query parameters it does not know, so a validation error is
/// one of them.
pub const COMMON_ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidRequest,
    ErrorCode::AuthenticationError,
    ErrorCode::AuthorizationError,
    ErrorCode::ValidationError,
    ErrorCode::RateLimitExceeded,
    ErrorCode::InternalError,
    ErrorCode::ServiceUnavailable,
];

/// Errors of an operation that accepts a body.
const BODY_ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidJson,
    ErrorCode::RequestTimeout,
    ErrorCode::PayloadTooLarge,
    ErrorCode::UnsupportedMediaType,
];

/// Errors of an operation on one object.
const ID_ERRORS: &[ErrorCode] = &[ErrorCode::EntityNotFound];

/// Generates the enum and the table from one list. A row contains: method and path; scopes; accepted query parameters; accepted
/// body; status and body of success; specific errors; evidence and page.
macro_rules! operations {
    ($(
        #[doc = $summary:literal]
        $id:ident: $method:ident $path:literal [$($scope:ident),+]
            $(query [$($parameter:ident),+])?
            $(takes $request:ident)?
            => $success:ident $($response:ident)? $(or [$($error:ident),+])?;
            $evidence:ident $source:ident
    )+) => {
        /// An operation of the API. Its name in snake case is its id: `list_orders`.
        #[derive(
            Clone, Copy, Debug, Deserialize, Display, Eq, Hash, IntoStaticStr, JsonSchema, PartialEq, Serialize,
            VariantArray,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum OperationId {
            $(#[doc = $summary] $id,)+
        }

        static OPERATIONS: &[Operation] = &[$(Operation {
            id: OperationId::$id,
            summary: $summary.trim_ascii(),
            method: Method::$method,
            path: $path,
            scopes: ScopeSet::of(&[$(Scope::$scope),+]),
            query: &[$($(Parameter::$parameter),+)?],
            request: optional!($(Document::$request)?),
            success: StatusCode::$success,
            response: optional!($(Document::$response)?),
            errors: &[$($(ErrorCode::$error),+)?],
            evidence: Evidence::$evidence,
            source: source::$source,
        }),+];
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

operations! {
    /// List the orders of the caller's organization.
    ListOrders: GET "/orders" [OrdersRead]
        query [Limit, Offset]
        => OK OrderList;
        Documented AUTHENTICATION
    /// Create an enrichment or a discovery order.
    CreateOrder: POST "/orders" [OrdersWrite]
        takes CreateOrder
        => CREATED Order or [EntityNotFound, Conflict];
        Documented AUTHENTICATION
    /// Read one order.
    GetOrder: GET "/orders/{id}" [OrdersRead]
        => OK Order;
        Guide OVERVIEW
    /// Read what a completed order found.
    GetOrderResults: GET "/orders/{id}/results" [OrdersRead]
        query [Limit, Offset]
        => OK OrderResults or [Conflict];
        Guide OVERVIEW

    /// Create a blacklist.
    CreateBlacklist: POST "/blacklists" [BlacklistsWrite]
        takes CreateBlacklist
        => CREATED Blacklist or [Conflict];
        Guide OVERVIEW
    /// List the blacklists of the caller's organization.
    ListBlacklists: GET "/blacklists" [BlacklistsRead]
        query [Limit, Offset]
        => OK BlacklistList;
        Guide OVERVIEW
    /// Read one blacklist.
    GetBlacklist: GET "/blacklists/{id}" [BlacklistsRead]
        => OK Blacklist;
        Guide OVERVIEW
    /// Change a blacklist's name or description.
    UpdateBlacklist: PATCH "/blacklists/{id}" [BlacklistsWrite]
        takes UpdateBlacklist
        => OK Blacklist;
        Guide OVERVIEW
    /// Delete a blacklist with its entries.
    DeleteBlacklist: DELETE "/blacklists/{id}" [BlacklistsWrite]
        => NO_CONTENT;
        Guide OVERVIEW
    /// Add at most 10,000 entries to a blacklist.
    AddBlacklistEntries: POST "/blacklists/{id}/entries" [BlacklistsWrite]
        takes AddEntries
        => CREATED EntriesAdded or [Conflict];
        Guide OVERVIEW
    /// List the entries of a blacklist.
    ListBlacklistEntries: GET "/blacklists/{id}/entries" [BlacklistsRead]
        query [Limit, Offset]
        => OK BlacklistEntryList;
        Guide OVERVIEW
    /// Remove entries from a blacklist.
    DeleteBlacklistEntries: DELETE "/blacklists/{id}/entries" [BlacklistsWrite]
        takes DeleteEntries
        => NO_CONTENT;
        Guide OVERVIEW

    /// List the prospect searches of the caller's organization.
    ListProspectSearches: GET "/prospect-searches" [ProspectSearchesRead]
        query [Limit, Offset]
        => OK ProspectSearchList;
        Guide OVERVIEW
    /// Read one prospect search.
    GetProspectSearch: GET "/prospect-searches/{id}" [ProspectSearchesRead]
        => OK ProspectSearch;
        Guide OVERVIEW
    /// Change a prospect search, if it is still at the version that was read.
    UpdateProspectSearch: PATCH "/prospect-searches/{id}" [ProspectSearchesWrite]
        takes UpdateProspectSearch
        => OK ProspectSearch or [Conflict];
        Guide SEARCH_EDITING
    /// List the blacklists that a prospect search has.
    ListSearchBlacklists: GET "/prospect-searches/{id}/blacklists" [BlacklistsRead]
        query [Limit, Offset]
        => OK BlacklistList;
        Guide OVERVIEW
    /// Set the blacklists of a prospect search.
    SetSearchBlacklists: PUT "/prospect-searches/{id}/blacklists" [BlacklistsWrite]
        takes SetBlacklists
        => OK BlacklistList;
        Guide OVERVIEW

    /// List the companies of the caller's organization.
    ListCompanies: GET "/companies" [CompaniesRead]
        query [Limit, Offset, ProspectSearchId, MinMatchScore, ReviewStatus, ReviewStatusList, Search]
        => OK CompanyList;
        Guide OVERVIEW
    /// Create a company.
    CreateCompany: POST "/companies" [CompaniesWrite]
        takes CreateCompany
        => CREATED Company or [Conflict];
        Assumed OURS
    /// Read one company.
    GetCompany: GET "/companies/{id}" [CompaniesRead]
        => OK Company;
        Guide OVERVIEW
    /// Change a company's data or its review status.
    UpdateCompany: PATCH "/companies/{id}" [CompaniesWrite]
        takes UpdateCompany
        => OK Company or [Conflict];
        Assumed OURS
    /// List the jobs that a company offers.
    ListCompanyJobs: GET "/companies/{id}/jobs" [JobSearchRead]
        query [Limit, Offset]
        => OK JobList;
        Guide OVERVIEW
    /// Read what a company's website is built with.
    GetWebtechIntel: GET "/companies/{id}/webtech-intel" [WebtechIntelRead]
        => OK WebtechIntel;
        Guide OVERVIEW
    /// Read a company's entry in the commercial register.
    GetRegisterEntry: GET "/companies/{id}/handelsregister" [HandelsregisterRead]
        => OK RegisterEntry;
        Assumed OURS

    /// List the prospects of the caller's organization.
    ListProspects: GET "/prospects" [ProspectsRead]
        query [Limit, Offset, CompanyId, Search]
        => OK ProspectList;
        Guide OVERVIEW
    /// Create a prospect at a company.
    CreateProspect: POST "/prospects" [ProspectsWrite]
        takes CreateProspect
        => CREATED Prospect or [EntityNotFound, Conflict];
        Assumed OURS
    /// Read one prospect.
    GetProspect: GET "/prospects/{id}" [ProspectsRead]
        => OK Prospect;
        Guide OVERVIEW
    /// Change a prospect.
    UpdateProspect: PATCH "/prospects/{id}" [ProspectsWrite]
        takes UpdateProspect
        => OK Prospect or [Conflict];
        Assumed OURS

    /// List the deliveries of completed orders.
    ListDeliveries: GET "/deliveries" [DeliveryRead]
        query [Limit, Offset, DeliveredSince, OrderId]
        => OK DeliveryList;
        Assumed OURS
    /// Read one delivery.
    GetDelivery: GET "/deliveries/{id}" [DeliveryRead]
        => OK Delivery;
        Assumed OURS
    /// Give feedback on a delivered company.
    SetFeedback: PUT "/deliveries/{id}/feedback" [DeliveryWrite]
        takes SetFeedback
        => OK Delivery;
        Assumed OURS

    /// Create a job search.
    CreateJobSearch: POST "/job-searches" [JobSearchWrite]
        takes CreateJobSearch
        => CREATED JobSearch or [Conflict];
        Assumed OURS
    /// List the job searches of the caller's organization.
    ListJobSearches: GET "/job-searches" [JobSearchRead]
        query [Limit, Offset]
        => OK JobSearchList;
        Assumed OURS
    /// Read one job search.
    GetJobSearch: GET "/job-searches/{id}" [JobSearchRead]
        => OK JobSearch;
        Assumed OURS
    /// List the jobs that a job search found.
    ListJobSearchResults: GET "/job-searches/{id}/results" [JobSearchRead]
        query [Limit, Offset]
        => OK JobList;
        Assumed OURS

    /// Read the settings of the caller's organization.
    GetOrganization: GET "/organization" [OrganizationRead]
        => OK Organization;
        Assumed OURS
    /// Change the settings of the caller's organization.
    UpdateOrganization: PATCH "/organization" [OrganizationWrite]
        takes UpdateOrganization
        => OK Organization;
        Assumed OURS

    /// Create an API key. Only this response shows the key in full; it needs an access token.
    CreateApiKey: POST "/api-keys" [AdminWrite]
        takes CreateApiKey
        => CREATED CreatedApiKey or [Conflict];
        Assumed OURS
    /// List the API keys of the caller's organization, masked. It needs an access token.
    ListApiKeys: GET "/api-keys" [AdminRead]
        query [Limit, Offset]
        => OK ApiKeyList;
        Assumed OURS
    /// Read one API key, masked. It needs an access token.
    GetApiKey: GET "/api-keys/{id}" [AdminRead]
        => OK ApiKey;
        Assumed OURS
    /// Revoke an API key immediately and permanently. It needs an access token.
    RevokeApiKey: DELETE "/api-keys/{id}" [AdminWrite]
        => NO_CONTENT;
        Documented AUTHENTICATION
}

impl OperationId {
    /// Its row of the table.
    pub fn operation(self) -> &'static Operation {
        &OPERATIONS[self as usize]
    }

    /// Its id as text, such as `list_orders`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// All rows, in the order of the enum.
pub fn all() -> std::slice::Iter<'static, Operation> {
    OPERATIONS.iter()
}

impl Operation {
    /// Whether it returns a page of a list.
    pub fn is_list(&self) -> bool {
        self.query.contains(&Parameter::Offset)
    }

    /// Every error it can return.
    pub fn all_errors(&self) -> impl Iterator<Item = ErrorCode> {
        let when = |applies: bool, errors: &'static [ErrorCode]| {
            if applies { errors } else { &[] }
        };
        [
            COMMON_ERRORS,
            when(self.request.is_some(), BODY_ERRORS),
            when(self.has_id(), ID_ERRORS),
            self.errors,
        ]
        .into_iter()
        .flatten()
        .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_an_operation_is_listed_once() {
        for operation in all() {
            let mut errors: Vec<_> = operation.all_errors().map(ErrorCode::as_str).collect();
            errors.sort_unstable();
            let listed = errors.len();
            errors.dedup();
            assert_eq!(errors.len(), listed, "{}", operation.id);
        }
    }

    #[test]
    fn success_without_body_is_204() {
        for operation in all() {
            let empty = operation.success == StatusCode::NO_CONTENT;
            assert_eq!(operation.response.is_none(), empty, "{}", operation.id);
        }
    }
}
