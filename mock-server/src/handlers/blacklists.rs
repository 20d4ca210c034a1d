//! The operations on blacklists and their entries.

use schemas::{
    OperationId,
    blacklists::{AddEntries, DeleteEntries, EntriesAdded},
};

use super::{Call, Reply};
use crate::handlers::ApiError;

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.body()?;
    let list = call.store.blacklists.create(wanted, call.now)?;
    Ok(Reply::created(&list, OperationId::GetBlacklist, &list.id))
}

pub(super) fn list(call: &Call<'_>) -> Reply {
    let lists = &call.store.blacklists;
    call.page(lists.page(call.query.page), lists.len())
}

pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.blacklists.get(call.id)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let change = call.body()?;
    let list = call.store.blacklists.update(call.id, change, call.now)?;
    Ok(Reply::ok(&list))
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    call.store.delete_blacklist(call.id)?;
    Ok(Reply::done())
}

pub(super) fn add_entries(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let AddEntries { entries } = call.body()?;
    let added = entries.len();
    let total = call.store.blacklists.add(call.id, entries, call.now)?;
    let added = EntriesAdded { added, total };
    Ok(Reply::created(
        &added,
        OperationId::ListBlacklistEntries,
        call.id,
    ))
}

pub(super) fn list_entries(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (entries, total) = call.store.blacklists.entries(call.id, call.query.page)?;
    Ok(call.page(entries, total))
}

pub(super) fn delete_entries(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let DeleteEntries { entry_ids } = call.body()?;
    call.store
        .blacklists
        .remove(call.id, &entry_ids, call.now)?;
    Ok(Reply::done())
}
