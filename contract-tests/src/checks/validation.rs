//! What a request must look like.

use http::header;
use schemas::{ErrorCode, Operation, orders::MAX_COMPANIES};
use serde_json::{Value, json};

use crate::{
    check::Outcome,
    client::{Call, Exchange},
    session::{Session, enrichment},
};

/// The answer is a validation error that names the field. Whether its status is 422 or 400, the
/// documents do not agree on.
fn names_field(exchange: &Exchange, field: &str) -> Outcome {
    let status = exchange.status.as_u16();
    exchange.expect_that(
        [400, 422].contains(&status),
        "status",
        "422 or 400",
        json!(status),
    )?;
    exchange.expect(
        "$.code",
        &json!(ErrorCode::ValidationError),
        &exchange.at("/code"),
    )?;
    let errors = exchange.at("/detail/validation_errors");
    let named = errors
        .as_array()
        .into_iter()
        .flatten()
        .any(|error| error["field"] == field);
    exchange.expect_that(named, "$.detail.validation_errors[*].field", field, errors)
}

/// A valid order, with one field changed; `null` takes it away.
fn order_with(field: &str, value: Value) -> Value {
    let mut order = enrichment("Contract test: validation");
    let fields = order.as_object_mut().expect("an order is an object");
    if value.is_null() {
        fields.remove(field);
    } else {
        fields.insert(field.to_owned(), value);
    }
    order
}

pub(super) async fn bodies(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    tenant.may_write()?;
    let key = tenant.full_key().await?;
    let broken = [
        ("title", order_with("title", Value::Null)),
        ("title", order_with("title", json!(5))),
        ("title", order_with("title", json!(""))),
        ("features", order_with("features", Value::Null)),
        ("features", order_with("features", json!([]))),
        (
            "features[0]",
            order_with("features", json!(["NO_SUCH_FEATURE"])),
        ),
        (
            "order_type",
            order_with("order_type", json!("NO_SUCH_TYPE")),
        ),
        ("companies", order_with("companies", Value::Null)),
        ("companies", order_with("companies", json!([]))),
        (
            "companies[1].company_name",
            order_with(
                "companies",
                json!([{"company_name": "A"}, {"city": "Berlin"}]),
            ),
        ),
    ];
    for (field, body) in broken {
        names_field(
            &session
                .send(Call::to(operation).json(&body).key(&key))
                .await?,
            field,
        )?;
    }
    Ok(())
}

pub(super) async fn queries(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let call = tenant.sample(operation, &tenant.full_key().await?).await?;
    let broken = [
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("limit", "limit=ten"),
        ("offset", "offset=-1"),
    ];
    let known = broken
        .into_iter()
        .filter(|(name, _)| operation.query.iter().any(|known| known.as_str() == *name));
    for (parameter, query) in known.chain([("colour", "colour=red")]) {
        names_field(&session.send(call.clone().query(query)).await?, parameter)?;
    }
    Ok(())
}

pub(super) async fn broken_json(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    tenant.may_write()?;
    let key = tenant.full_key().await?;
    for body in [&b"{"[..], b"", b"{\"title\": \"\xff\"}", b"[1,]"] {
        let call = Call::to(operation)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        session
            .send(call.key(&key))
            .await?
            .expect_error(ErrorCode::InvalidJson)?;
    }
    Ok(())
}

pub(super) async fn media_type(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    tenant.may_write()?;
    let key = tenant.full_key().await?;
    let body = enrichment("Contract test: media type").to_string();
    let call = Call::to(operation).body(body.clone()).key(&key);
    let plain = call.clone().header(header::CONTENT_TYPE, "text/plain");
    session
        .send(plain)
        .await?
        .expect_error(ErrorCode::UnsupportedMediaType)?;
    let json = session
        .send(call.header(header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .await?;
    let status = json!(json.status.as_u16());
    json.expect_that(
        json.status.is_success(),
        "status",
        "success, for JSON with a charset",
        status,
    )
}

pub(super) async fn company_count(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    session.control()?;
    let key = tenant.full_key().await?;
    let companies = |count| {
        order_with(
            "companies",
            json!(vec![json!({"company_name": "Example Corp"}); count]),
        )
    };
    let most = session
        .send(
            Call::to(operation)
                .json(&companies(MAX_COMPANIES))
                .key(&key),
        )
        .await?;
    let status = json!(most.status.as_u16());
    most.expect_that(
        most.status.is_success(),
        "status",
        "success, for 10,000 companies",
        status,
    )?;
    let too_many = session
        .send(
            Call::to(operation)
                .json(&companies(MAX_COMPANIES + 1))
                .key(&key),
        )
        .await?;
    names_field(&too_many, "companies")?;
    let discovery = order_with("order_type", json!("DISCOVERY"));
    names_field(
        &session
            .send(Call::to(operation).json(&discovery).key(&key))
            .await?,
        "companies",
    )
}
