//! The operations on blacklists and their entries.

use schemas::{
    OperationId,
    blacklists::{AddEntries, DeleteEntries, EntriesAdded},
};

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let new = request.body()?;
    let list = request.store.blacklists.create(new, request.now)?;
    Ok(Reply::created(&list, OperationId::GetBlacklist, &list.id))
}

pub(super) fn list(request: &CheckedRequest<'_>) -> Reply {
    let lists = &request.store.blacklists;
    request.page(lists.page(request.query.page), lists.len())
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&request.store.blacklists.get(request.id)?))
}

pub(super) fn update(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let change = request.body()?;
    let list = request
        .store
        .blacklists
        .update(request.id, change, request.now)?;
    Ok(Reply::ok(&list))
}

pub(super) fn delete(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    request.store.delete_blacklist(request.id)?;
    Ok(Reply::done())
}

pub(super) fn add_entries(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let AddEntries { entries } = request.body()?;
    let added = entries.len();
    let total = request
        .store
        .blacklists
        .add(request.id, entries, request.now)?;
    let added = EntriesAdded { added, total };
    Ok(Reply::created(
        &added,
        OperationId::ListBlacklistEntries,
        request.id,
    ))
}

pub(super) fn list_entries(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let (entries, total) = request
        .store
        .blacklists
        .entries(request.id, request.query.page)?;
    Ok(request.page(entries, total))
}

pub(super) fn delete_entries(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let DeleteEntries { entry_ids } = request.body()?;
    request
        .store
        .blacklists
        .remove(request.id, &entry_ids, request.now)?;
    Ok(Reply::done())
}
