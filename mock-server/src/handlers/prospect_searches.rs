//! The operations on prospect searches and their blacklists.

use schemas::blacklists::SetBlacklists;

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

pub(super) fn list(request: &CheckedRequest<'_>) -> Reply {
    let searches = &request.store.prospect_searches;
    request.page(searches.page(request.query.page), searches.len())
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&request.store.prospect_searches.get(request.id)?))
}

pub(super) fn update(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let change = request.body()?;
    let searches = &mut request.store.prospect_searches;
    Ok(Reply::ok(&searches.update(
        request.id,
        change,
        request.now,
    )?))
}

pub(super) fn list_blacklists(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let searches = &request.store.prospect_searches;
    let numbers = searches.blacklists(searches.find(request.id)?);
    let lists = request
        .store
        .blacklists
        .page_of(numbers, request.query.page);
    Ok(request.page(lists, numbers.len()))
}

/// Repeated ids count once, at their first position. The response is the first page of the blacklists.
pub(super) fn set_blacklists(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let SetBlacklists { blacklist_ids } = request.body()?;
    let search = request.store.prospect_searches.find(request.id)?;
    let mut numbers = Vec::with_capacity(blacklist_ids.len());
    for id in &blacklist_ids {
        let number = request.store.blacklists.find(id)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let lists = request
        .store
        .blacklists
        .page_of(&numbers, request.query.page);
    let total = numbers.len();
    request
        .store
        .prospect_searches
        .set_blacklists(search, numbers);
    Ok(request.page(lists, total))
}
