//! The operations on companies and their data.

use schemas::{OperationId, companies::CreateCompany};

use super::{CheckedRequest, Reply};
use crate::{handlers::ApiError, store::CompanyFilter};

pub(super) fn list(request: &mut CheckedRequest<'_>) -> Reply {
    let query = &mut request.query;
    if query.review_status_list.is_empty() {
        query.review_status_list.extend(query.review_status);
    }
    let filter = CompanyFilter {
        prospect_search_id: query.prospect_search_id.take(),
        min_match_score: query.min_match_score,
        reviews: std::mem::take(&mut query.review_status_list),
        texts: query.search.take().into_iter().collect(),
    };
    let (companies, total) = request.store.companies.page(&filter, request.query.page);
    request.page(companies, total)
}

pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let wanted: CreateCompany = request.body()?;
    let company = request.store.companies.create(&wanted, request.now)?;
    Ok(Reply::created(
        &company,
        OperationId::GetCompany,
        &company.id,
    ))
}

pub(super) fn get(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&request.store.companies.get(request.id)?))
}

pub(super) fn update(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let change = request.body()?;
    let companies = &mut request.store.companies;
    Ok(Reply::ok(&companies.update(
        request.id,
        change,
        request.now,
    )?))
}

pub(super) fn list_jobs(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let (jobs, total) = request
        .store
        .companies
        .jobs(request.id, request.query.page)?;
    Ok(request.page(jobs, total))
}

pub(super) fn get_webtech_intel(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(
        &request.store.companies.webtech_intel(request.id)?,
    ))
}

pub(super) fn get_register_entry(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(
        &request.store.companies.register_entry(request.id)?,
    ))
}
