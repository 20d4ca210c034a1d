//! The table of every HTTP operation.
//!
//! Routes, scope checks, the judge's checks and the tables of the documentation come from it. A
//! path is written here and nowhere else. To add an operation, add a variant and its row; what
//! does not compile then shows what is left to do.

use http::{Method, StatusCode};
use strum::{Display, IntoStaticStr, VariantArray};

use crate::{
    ErrorCode, Evidence, Scope, ScopeSet,
    documents::Document,
    evidence::{
        Evidence::{Documented, Guide},
        source,
    },
};

/// An operation of the API. Its name in snake case is its id: `list_orders`.
#[derive(Clone, Copy, Debug, Display, Eq, Hash, IntoStaticStr, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum OperationId {
    /// List the orders of the caller's organization.
    ListOrders,
    /// Create an enrichment or a discovery order.
    CreateOrder,
    /// Read one order.
    GetOrder,
    /// Read what a completed order found.
    GetOrderResults,
}

/// A row of the table.
#[derive(Debug)]
pub struct Operation {
    /// Which operation it is.
    pub id: OperationId,
    /// One sentence for people.
    pub summary: &'static str,
    /// Its method. A `GET` answers `HEAD` too.
    pub method: Method,
    /// Its path after [`crate::API_PREFIX`], with `{name}` for what varies.
    pub path: &'static str,
    /// Every scope a key needs for it.
    pub scopes: ScopeSet,
    /// The query parameters it knows.
    pub query: &'static [&'static str],
    /// The body it takes.
    pub request: Option<Document>,
    /// The status of success.
    pub success: StatusCode,
    /// The body of success.
    pub response: Document,
    /// Its errors, besides [`COMMON_ERRORS`].
    pub errors: &'static [ErrorCode],
    /// How well method, path and scopes are founded.
    pub evidence: Evidence,
    /// The page that says so.
    pub source: &'static str,
}

/// Errors that every operation can answer with.
pub const COMMON_ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidRequest,
    ErrorCode::AuthenticationError,
    ErrorCode::AuthorizationError,
    ErrorCode::RateLimitExceeded,
    ErrorCode::InternalError,
];

/// The query parameters of every list.
pub const PAGING: &[&str] = &["limit", "offset"];

/// Errors of an operation that takes a body.
const BODY_ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidJson,
    ErrorCode::RequestTimeout,
    ErrorCode::PayloadTooLarge,
    ErrorCode::UnsupportedMediaType,
    ErrorCode::ValidationError,
    ErrorCode::Conflict,
];

static LIST_ORDERS: Operation = Operation {
    id: OperationId::ListOrders,
    summary: "List the orders of the caller's organization.",
    method: Method::GET,
    path: "/orders",
    scopes: ScopeSet::of(&[Scope::OrdersRead]),
    query: PAGING,
    request: None,
    success: StatusCode::OK,
    response: Document::OrderList,
    errors: &[ErrorCode::ValidationError],
    evidence: Documented,
    source: source::AUTHENTICATION,
};

static CREATE_ORDER: Operation = Operation {
    id: OperationId::CreateOrder,
    summary: "Create an enrichment or a discovery order.",
    method: Method::POST,
    path: "/orders",
    scopes: ScopeSet::of(&[Scope::OrdersWrite]),
    query: &[],
    request: Some(Document::CreateOrder),
    success: StatusCode::CREATED,
    response: Document::Order,
    errors: BODY_ERRORS,
    evidence: Documented,
    source: source::AUTHENTICATION,
};

static GET_ORDER: Operation = Operation {
    id: OperationId::GetOrder,
    summary: "Read one order.",
    method: Method::GET,
    path: "/orders/{id}",
    scopes: ScopeSet::of(&[Scope::OrdersRead]),
    query: &[],
    request: None,
    success: StatusCode::OK,
    response: Document::Order,
    errors: &[ErrorCode::ValidationError, ErrorCode::EntityNotFound],
    evidence: Guide,
    source: source::OVERVIEW,
};

static GET_ORDER_RESULTS: Operation = Operation {
    id: OperationId::GetOrderResults,
    summary: "Read what a completed order found.",
    method: Method::GET,
    path: "/orders/{id}/results",
    scopes: ScopeSet::of(&[Scope::OrdersRead]),
    query: PAGING,
    request: None,
    success: StatusCode::OK,
    response: Document::OrderResults,
    errors: &[
        ErrorCode::ValidationError,
        ErrorCode::EntityNotFound,
        ErrorCode::Conflict,
    ],
    evidence: Guide,
    source: source::OVERVIEW,
};

impl OperationId {
    /// The row of the table.
    pub fn operation(self) -> &'static Operation {
        match self {
            Self::ListOrders => &LIST_ORDERS,
            Self::CreateOrder => &CREATE_ORDER,
            Self::GetOrder => &GET_ORDER,
            Self::GetOrderResults => &GET_ORDER_RESULTS,
        }
    }

    /// Its id in text, such as `list_orders`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// All rows, in the order of the enum.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    OperationId::VARIANTS.iter().map(|id| id.operation())
}

impl Operation {
    /// Every error it can answer with.
    pub fn all_errors(&self) -> impl Iterator<Item = ErrorCode> {
        COMMON_ERRORS.iter().chain(self.errors).copied()
    }

    /// Its path after [`crate::API_PREFIX`] with `id` in the place that varies.
    pub fn path_with(&self, id: &str) -> String {
        self.path.replace("{id}", id)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The contract's diff in review.
    #[test]
    fn the_table() {
        let mut table = String::new();
        for op in all() {
            let errors: Vec<_> = op.all_errors().map(ErrorCode::as_str).collect();
            writeln!(
                table,
                "{} {} {} [{}] {} {:?} -> {:?} ({}, {})\n  {}",
                op.id,
                op.method,
                op.path,
                op.scopes,
                op.success.as_u16(),
                op.request,
                op.response,
                op.evidence,
                op.source,
                errors.join(" "),
            )
            .unwrap();
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn every_row_stands_under_its_own_id() {
        for id in OperationId::VARIANTS {
            assert_eq!(id.operation().id, *id);
        }
    }
}
