//! The operations on job searches.

use schemas::OperationId;

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let new = request.body()?;
    let search = request.store.job_searches.create(new, request.now)?;
    Ok(Reply::created(
        &search,
        OperationId::GetJobSearch,
        &search.id,
    ))
}

pub(super) fn list(request: &CheckedRequest<'_>) -> Reply {
    let searches = &request.store.job_searches;
    request.page(searches.page(request.query.page), searches.len())
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&request.store.job_searches.get(request.id)?))
}

pub(super) fn results(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let store = &request.store;
    let page = request.query.page;
    let (jobs, total) = store
        .job_searches
        .results(request.id, page, &store.companies)?;
    Ok(request.page(jobs, total))
}
