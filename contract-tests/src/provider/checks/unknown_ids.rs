//! Ids of objects that do not exist.

use schemas::{ErrorCode, Operation};
use serde_json::json;

use super::evidence::assumed;
use crate::{
    contract::{UNKNOWN_ID, correspondence::expect_missing},
    finding::Outcome,
    provider::session::Session,
};

pub(super) async fn unknown_id(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    for id in [UNKNOWN_ID, "ps_abc123"] {
        let exchange = session.send(request.clone().with_id(id)).await?;
        exchange.expect_error(ErrorCode::EntityNotFound)?;
        expect_missing(&exchange, id, operation.entity())?;
    }
    // What is in front of a server may reject such a path, so it need not be a response of the API.
    let path = operation.path_with(&format!("{}%00", "a".repeat(LONG)));
    let exchange = session.send(request.with_raw_path(&path)).await?;
    let (rejected, status) = (
        exchange.status.is_client_error(),
        json!(exchange.status.as_u16()),
    );
    assumed(exchange.expect_that(rejected, "status", "4xx", status))
}

/// More characters than most databases reserve for an id.
const LONG: usize = 300;
