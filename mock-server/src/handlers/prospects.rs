//! The operations on prospects.

use schemas::OperationId;

use super::{CheckedRequest, Reply};
use crate::{
    handlers::ApiError,
    store::{ProspectFilter, Store},
};

pub(super) fn list(request: &mut CheckedRequest<'_>) -> Reply {
    let filter = ProspectFilter {
        company_id: request.query.company_id.take(),
        texts: request.query.search.take().into_iter().collect(),
    };
    let Store {
        prospects,
        companies,
        ..
    } = &*request.store;
    let (prospects, total) = prospects.page(&filter, request.query.page, companies);
    request.page(prospects, total)
}

pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let new = request.body()?;
    let Store {
        prospects,
        companies,
        ..
    } = request.store;
    let prospect = prospects.create(new, companies, request.now)?;
    Ok(Reply::created(
        &prospect,
        OperationId::GetProspect,
        &prospect.id,
    ))
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let store = &request.store;
    Ok(Reply::ok(
        &store.prospects.get(request.id, &store.companies)?,
    ))
}

pub(super) fn update(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let change = request.body()?;
    let Store {
        prospects,
        companies,
        ..
    } = request.store;
    let prospect = prospects.update(request.id, change, companies, request.now)?;
    Ok(Reply::ok(&prospect))
}
