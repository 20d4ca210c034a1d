//! The operations on job searches.

use schemas::OperationId;

use super::{Call, Reply};
use crate::handlers::ApiError;

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.body()?;
    let search = call.store.job_searches.create(wanted, call.now)?;
    Ok(Reply::created(
        &search,
        OperationId::GetJobSearch,
        &search.id,
    ))
}

pub(super) fn list(call: &Call<'_>) -> Reply {
    let searches = &call.store.job_searches;
    call.page(searches.page(call.query.page), searches.len())
}

pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.job_searches.get(call.id)?))
}

pub(super) fn results(call: &Call<'_>) -> Result<Reply, ApiError> {
    let store = &call.store;
    let page = call.query.page;
    let (jobs, total) = store
        .job_searches
        .results(call.id, page, &store.companies)?;
    Ok(call.page(jobs, total))
}
