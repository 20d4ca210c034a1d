//! The query of a page's address.

use axum::extract::FromRequestParts;
use http::{StatusCode, request};
use maud::html;
use serde::de::DeserializeOwned;

use super::page::Failure;
use crate::contract::echo;

/// The query of a page's address. If it is invalid, the page says so, as a page.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(head: &mut request::Parts, _: &S) -> Result<Self, Failure> {
        if let Ok(query) = axum::extract::Query::try_from_uri(&head.uri) {
            return Ok(Self(query.0));
        }
        let query = echo(head.uri.query().unwrap_or_default());
        if query.is_empty() {
            let reason = "This part of a page needs a query in its address.";
            return Err(Failure::new(StatusCode::BAD_REQUEST, reason));
        }
        let reason = format!("This page cannot have the query `{query}` in its address.");
        let hint = html! { p { a href="?" { "Open the page without it" } } };
        Err(Failure::new(StatusCode::BAD_REQUEST, reason).hint(hint))
    }
}
