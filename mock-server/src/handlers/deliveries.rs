//! The operations on deliveries.

use super::{Call, Reply};
use crate::{handlers::ApiError, store::DeliveryFilter};

pub(super) fn list(call: &mut Call<'_>) -> Reply {
    let filter = DeliveryFilter {
        order_id: call.query.order_id.take(),
        delivered_since: call.query.delivered_since,
    };
    let (deliveries, sources) = call.store.deliveries();
    let (items, total) = deliveries.page(&filter, call.query.page, sources);
    call.page(items, total)
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (deliveries, sources) = call.store.deliveries();
    Ok(Reply::ok(&deliveries.get(call.id, sources)?))
}

pub(super) fn set_feedback(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let said = call.body()?;
    let (deliveries, sources) = call.store.deliveries();
    let delivery = deliveries.set_feedback(call.id, said, sources, call.now)?;
    Ok(Reply::ok(&delivery))
}
