//! A status that does not match the body.

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// The status is replaced; headers and body stay.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The status.
    pub is: u16,
}

impl Behaviour for Status {
    const KIND: FaultKind = FaultKind::Edit;
    const EXAMPLES: &[&str] = &["is=500"];

    fn check(&self) -> Result<(), String> {
        let status = responses::status(self.is, 200..=599)?;
        if matches!(status.as_u16(), 204 | 205 | 304) {
            return Err(format!(
                "a {status} has no body; the fault `body_where_none` sends one with it",
                status = self.is
            ));
        }
        Ok(())
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.status = StatusCode::from_u16(self.is).unwrap_or(response.status);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Fault, example};

    #[test]
    fn changes_the_status_only() {
        let response = example::response_edited_by("status;is=500", 201, &json!({"id": "1"}));
        assert_eq!(response.status.as_u16(), 500);
        assert_eq!(response.body, r#"{"id":"1"}"#);
        assert_eq!(
            Fault::from_header("status;is=204").unwrap_err(),
            "a 204 has no body; the fault `body_where_none` sends one with it"
        );
        assert_eq!(
            Fault::from_header("status;is=99").unwrap_err(),
            "status 99 is not from 200 to 599"
        );
    }
}
