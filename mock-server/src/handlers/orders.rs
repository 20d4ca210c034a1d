//! The operations on orders.

use schemas::{OperationId, orders::OrderList};

use super::{Call, Reply};
use crate::handlers::ApiError;

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
    let number = call.store.create_order(request, call.now)?;
    let orders = &mut call.store.orders;
    let id = orders.id(number);
    let order = orders.json(number, call.now);
    Ok(Reply::created(order, OperationId::GetOrder, &id))
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::ok(call.store.orders.get(call.id, call.now)?))
}

pub(super) fn results(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.query.page;
    let results = call.store.order_results(call.id, page, call.now)?;
    Ok(Reply::ok(&results))
}
