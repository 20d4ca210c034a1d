//! The operations on prospect searches, and on the blacklists they have.

use schemas::blacklists::SetBlacklists;

use super::{Call, Reply};
use crate::handlers::ApiError;

pub(super) fn list(call: &Call<'_>) -> Reply {
    let searches = &call.store.prospect_searches;
    call.page(searches.page(call.query.page), searches.len())
}

pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.prospect_searches.get(call.id)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let change = call.body()?;
    let searches = &mut call.store.prospect_searches;
    Ok(Reply::ok(&searches.update(call.id, change, call.now)?))
}

pub(super) fn list_blacklists(call: &Call<'_>) -> Result<Reply, ApiError> {
    let searches = &call.store.prospect_searches;
    let numbers = searches.blacklists(searches.find(call.id)?);
    let lists = call.store.blacklists.some(numbers, call.query.page);
    Ok(call.page(lists, numbers.len()))
}

/// Each list counts once, where it was named first. The answer is the first page of them.
pub(super) fn set_blacklists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let SetBlacklists { blacklist_ids } = call.body()?;
    let search = call.store.prospect_searches.find(call.id)?;
    let mut numbers = Vec::with_capacity(blacklist_ids.len());
    for id in &blacklist_ids {
        let number = call.store.blacklists.find(id)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let lists = call.store.blacklists.some(&numbers, call.query.page);
    let total = numbers.len();
    call.store.prospect_searches.set_blacklists(search, numbers);
    Ok(call.page(lists, total))
}
