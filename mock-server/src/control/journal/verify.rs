//! `…/journal/verify`: whether a client sent what is expected.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::Value;

use super::JournalOwner;
use crate::{
    app::App,
    control::{Body, ControlBody, ControlError},
    journal::{Count, Expectation, MatcherBody, MatcherError, Size, Verification},
};

/// Maximum number of bytes of all schemas together, since every body may be held to each of them.
const MAX_SCHEMAS: usize = 16 * 1024;

/// What is expected.
#[derive(Deserialize)]
pub(super) struct VerificationBody {
    #[serde(default)]
    expect: Vec<ExpectationBody>,
    #[serde(default)]
    in_order: bool,
    #[serde(default)]
    nothing_else: bool,
    #[serde(default)]
    after: u64,
}

/// How many requests of a kind are expected.
#[derive(Deserialize)]
struct ExpectationBody {
    #[serde(flatten)]
    matcher: MatcherBody,
    #[serde(flatten)]
    count: Count,
}

impl ControlBody for VerificationBody {
    const CALL: &str = "verify_requests";
}

impl VerificationBody {
    fn read(self) -> Result<Verification, ControlError> {
        let schemas = self
            .expect
            .iter()
            .map(|expected| expected.matcher.schema_size());
        if schemas.sum::<usize>() > MAX_SCHEMAS {
            let error = format!("the schemas have more than {MAX_SCHEMAS} bytes together");
            return Err(ControlError::invalid("expect", &error));
        }
        let mut size = Size::default();
        let expectations = self.expect.into_iter().enumerate();
        let expectations = expectations.map(|(index, expected)| {
            let invalid =
                |error: MatcherError| ControlError::invalid(&format!("expect[{index}]"), &error);
            Ok(Expectation {
                matcher: expected.matcher.read(&mut size).map_err(invalid)?,
                count: expected.count,
            })
        });
        Ok(Verification {
            expectations: expectations.collect::<Result<_, ControlError>>()?,
            in_order: self.in_order,
            nothing_else: self.nothing_else,
        })
    }
}

/// Verifies the requests in the journal.
pub(super) async fn verify(
    State(app): State<App>,
    owner: JournalOwner,
    Body(body): Body<VerificationBody>,
) -> Result<Json<Value>, ControlError> {
    let after = body.after;
    let recording = owner.with(&app, |journal| journal.recording(after));
    let verified = app.long_work.run(move || Ok(body.read()?.of(&recording)));
    verified.await.map(Json)
}
