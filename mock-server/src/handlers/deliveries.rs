//! The operations on deliveries.

use super::{CheckedRequest, Reply};
use crate::{handlers::ApiError, store::DeliveryFilter};

pub(super) fn list(request: &mut CheckedRequest<'_>) -> Reply {
    let filter = DeliveryFilter {
        order_id: request.query.order_id.take(),
        delivered_since: request.query.delivered_since,
    };
    let (deliveries, sources) = request.store.deliveries();
    let (items, total) = deliveries.page(&filter, request.query.page, sources);
    request.page(items, total)
}

pub(super) fn get(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let (deliveries, sources) = request.store.deliveries();
    Ok(Reply::ok(&deliveries.get(request.id, sources)?))
}

pub(super) fn set_feedback(request: &mut CheckedRequest<'_>) -> Result<Reply, ApiError> {
    let feedback = request.body()?;
    let (deliveries, sources) = request.store.deliveries();
    let delivery = deliveries.set_feedback(request.id, feedback, sources, request.now)?;
    Ok(Reply::ok(&delivery))
}
