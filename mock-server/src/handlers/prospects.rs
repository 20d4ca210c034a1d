//! The operations on prospects.

use schemas::OperationId;

use super::{Call, Reply};
use crate::{
    handlers::ApiError,
    store::{ProspectFilter, Store},
};

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let filter = ProspectFilter {
        company_id: call.query.company_id.take(),
        search: call.query.search.take(),
    };
    let Store {
        prospects,
        companies,
        ..
    } = &*call.store;
    let (prospects, total) = prospects.page(&filter, call.query.page, companies);
    call.page(prospects, total)
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.body()?;
    let Store {
        prospects,
        companies,
        ..
    } = call.store;
    let prospect = prospects.create(wanted, companies, call.now)?;
    Ok(Reply::created(
        &prospect,
        OperationId::GetProspect,
        &prospect.id,
    ))
}

pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let store = &call.store;
    Ok(Reply::ok(&store.prospects.get(call.id, &store.companies)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let change = call.body()?;
    let Store {
        prospects,
        companies,
        ..
    } = call.store;
    let prospect = prospects.update(call.id, change, companies, call.now)?;
    Ok(Reply::ok(&prospect))
}
