//! The operations on orders.

use schemas::{OperationId, orders::OrderList};

use super::{Call, Reply};
use crate::error::ApiError;

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let page = call.query.page;
    let orders = &mut call.store.orders;
    let total = orders.len();
    Reply::ok(&OrderList {
        orders: orders.page(page, call.now),
        total,
        limit: page.limit,
        offset: page.offset,
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let request = call.body()?;
    let (id, order) = call.store.orders.create(request, call.now)?;
    Ok(Reply::created(order, OperationId::GetOrder, &id))
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(call.store.orders.get(call.id, call.now)?))
}

pub(super) fn results(call: &Call<'_>) -> Result<Reply, ApiError> {
    let results = call
        .store
        .orders
        .results(call.id, call.query.page, call.now)?;
    Ok(Reply::ok(&results))
}
