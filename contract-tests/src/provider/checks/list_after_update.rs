//! The row of an object in its list, after the object was changed.

use http::Method;
use schemas::{Operation, operations};

use super::{
    lists::{expect_same_row, name, read_operation},
    writes::with_unique_text,
};
use crate::{
    finding::{ApiRequest, NotPassed, Outcome},
    provider::session::Session,
};

/// Rows of the page that has the object: new objects come last.
const ROWS: u64 = 100;

/// The list of the objects that an operation changes.
fn list_of(update: &Operation) -> Option<&'static Operation> {
    let lists =
        |list: &&Operation| list.is_list() && update.path.strip_suffix("/{id}") == Some(list.path);
    operations::all().find(lists)
}

/// Whether it changes an object that is read alone and in a list.
pub(super) fn updates_row(operation: &Operation) -> bool {
    operation.method == Method::PATCH
        && list_of(operation).is_some_and(|list| read_operation(list).is_some())
}

pub(super) async fn row_after_update(session: &Session, operation: &'static Operation) -> Outcome {
    let (Some(list), tenant) = (list_of(operation), session.tenant().await?) else {
        return Ok(());
    };
    let Some(reader) = read_operation(list) else {
        return Ok(());
    };
    let key = tenant.credential(operation).await?;
    let update = with_unique_text(session, tenant.valid_request(operation, &key).await?);
    let id = update.id().to_owned();
    let list = ApiRequest::to(list).key(&key);
    let first = session.send(list.clone().query("limit=1")).await?;
    let offset = first.number_at("/total")?.saturating_sub(ROWS);
    // The same page is read before, so that a cache has it.
    let list = list.query(format!("limit={ROWS}&offset={offset}"));
    let before = session.send(list.clone()).await?;
    if !before.rows().iter().any(|row| name(row) == Some(&id)) {
        let reason = format!("needs the changed object among the last {ROWS} rows of its list");
        return Err(NotPassed::Skipped(reason));
    }
    session.send(update).await?.expect_success()?;
    let after = session.send(list).await?;
    let read = session.send(ApiRequest::on(reader, &id).key(&key)).await?;
    expect_same_row(&after, &id, &read)
}
