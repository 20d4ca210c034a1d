//! The operations on companies, and on what is known of them.

use schemas::{OperationId, companies::CreateCompany};

use super::{Call, Reply};
use crate::{handlers::ApiError, store::CompanyFilter};

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let query = &mut call.query;
    if query.review_status_list.is_empty() {
        query.review_status_list.extend(query.review_status);
    }
    let filter = CompanyFilter {
        prospect_search_id: query.prospect_search_id.take(),
        min_match_score: query.min_match_score,
        reviews: std::mem::take(&mut query.review_status_list),
        search: query.search.take(),
    };
    let (companies, total) = call.store.companies.page(&filter, call.query.page);
    call.page(companies, total)
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted: CreateCompany = call.body()?;
    let company = call.store.companies.create(&wanted, call.now)?;
    Ok(Reply::created(
        &company,
        OperationId::GetCompany,
        &company.id,
    ))
}

pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.companies.get(call.id)?))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let change = call.body()?;
    let companies = &mut call.store.companies;
    Ok(Reply::ok(&companies.update(call.id, change, call.now)?))
}

pub(super) fn list_jobs(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (jobs, total) = call.store.companies.jobs(call.id, call.query.page)?;
    Ok(call.page(jobs, total))
}

pub(super) fn get_webtech_intel(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.companies.webtech_intel(call.id)?))
}

pub(super) fn get_register_entry(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&call.store.companies.register_entry(call.id)?))
}
