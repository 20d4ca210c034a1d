//! The operations on orders.

use std::sync::Arc;

use schemas::{OperationId, orders::OrderList};

use super::{CheckedRequest, Reply};
use crate::handlers::ApiError;

pub(super) fn list(request: &mut CheckedRequest<'_>) -> Reply {
    let page = request.query.page;
    let orders = &mut request.store.orders;
    let total = orders.len();
    Reply::ok(&OrderList {
        orders: orders.page(page, request.now),
        total,
        limit: page.limit,
        offset: page.offset,
    })
}

pub(super) fn create(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let order = Arc::new(request.body()?);
    let number = request.store.create_order(order, request.now)?;
    let orders = &mut request.store.orders;
    let id = orders.id(number);
    let order = orders.json(number, request.now);
    Ok(Reply::created(order, OperationId::GetOrder, &id))
}

pub(super) fn get(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(
        request.store.orders.get(request.id, request.now)?,
    ))
}

pub(super) fn results(request: &CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let page = request.query.page;
    let results = request.store.order_results(request.id, page, request.now)?;
    Ok(Reply::ok(&results))
}
