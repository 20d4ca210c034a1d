//! The operations on orders.

use schemas::{
    ErrorCode, OperationId,
    documents::Document,
    error::FieldError,
    orders::{CreateOrder, OrderList, OrderResults, OrderStatus},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Call, Reply};
use crate::{contract, error::ApiError, pipeline::query::Query};

pub(super) fn list(call: Call<'_>) -> Reply {
    let Call {
        orders,
        now,
        query: Query { page },
        ..
    } = call;
    let total = orders.len();
    Reply::ok(&OrderList {
        orders: orders.page(page, now),
        total,
        limit: page.limit,
        offset: page.offset,
    })
}

pub(super) fn create(call: Call<'_>) -> Result<Reply, ApiError> {
    let Call {
        orders, now, body, ..
    } = call;
    let request = parse(body.unwrap_or_default())?;
    let timeline = orders.timeline();
    let order = orders
        .create(request, now)
        .map_err(|full| ApiError::plain(ErrorCode::Conflict, full.to_string()))?;
    let path = OperationId::GetOrder
        .operation()
        .path_with(&order.id().to_string());
    Ok(Reply::created(&order.json(timeline, now), &path))
}

pub(super) fn get(call: Call<'_>) -> Result<Reply, ApiError> {
    let Call {
        orders, now, id, ..
    } = call;
    let order = id.and_then(parse_id).and_then(|id| orders.json(id, now));
    order
        .map(|order| Reply::ok(&order))
        .ok_or_else(|| not_found(id))
}

pub(super) fn results(call: Call<'_>) -> Result<Reply, ApiError> {
    let Call {
        orders,
        now,
        id,
        query: Query { page },
        ..
    } = call;
    let order = id
        .and_then(parse_id)
        .and_then(|id| orders.get(id))
        .ok_or_else(|| not_found(id))?;
    let status = orders.status(order, now);
    if status != OrderStatus::Completed {
        let message = format!(
            "order {} is {status}; its results are there once it is {}",
            order.id(),
            OrderStatus::Completed
        );
        return Err(ApiError::plain(ErrorCode::Conflict, message));
    }
    Ok(Reply::ok(&OrderResults {
        order_id: order.id().to_string(),
        results: orders.results(order, page),
        total: orders.result_count(order),
        limit: page.limit,
        offset: page.offset,
    }))
}

/// An id that is no UUID is nobody's.
fn parse_id(id: &str) -> Option<Uuid> {
    Uuid::try_parse(id).ok()
}

fn not_found(id: Option<&str>) -> ApiError {
    ApiError::not_found("order", id.unwrap_or_default())
}

fn parse(body: Value) -> Result<CreateOrder, ApiError> {
    let errors = contract::field_errors(Document::CreateOrder, &body);
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    serde_json::from_value(body).map_err(|error| {
        ApiError::Invalid(vec![FieldError {
            field: String::new(),
            error: error.to_string(),
            provided: Value::Null,
        }])
    })
}
