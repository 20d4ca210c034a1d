//! `/_mock/judge-report`: takes a report of `contract-tests`, which the dashboard shows.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use schemas::ErrorCode;

use super::{ControlError, RawBody};
use crate::{
    app::{App, judge_report::JudgeReportError},
    config::limits::MAX_JUDGE_REPORT,
    pipeline::body::not_json,
};

/// Keeps the report, instead of the last one.
pub(super) async fn keep(
    State(app): State<App>,
    RawBody(received): RawBody<MAX_JUDGE_REPORT>,
) -> Result<StatusCode, ControlError> {
    let length = received.bytes.len();
    let handle = app.clone();
    let kept = app.long_work.on(length, move || {
        let memory = Arc::clone(&handle.tenants.shared_data.memory);
        let kept = handle
            .judge_reports
            .keep(&received.bytes, handle.machine_now(), &memory);
        kept.map_err(|error| match error {
            JudgeReportError::Json(cause) if !cause.is_data() => {
                not_json(&received.bytes, &cause).into()
            }
            JudgeReportError::Json(cause) => ControlError::invalid("", &cause),
            JudgeReportError::Tool => ControlError::invalid("tool", &error),
            JudgeReportError::OverBudget(_) => {
                ControlError::plain(ErrorCode::ServiceUnavailable, error.to_string())
            }
        })
    });
    kept.await.map(|()| StatusCode::NO_CONTENT)
}
