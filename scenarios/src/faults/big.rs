//! A large body.

use http::header;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// Maximum size in MiB.
const MAX: u16 = 1024;

/// A given number of MiB of spaces follows the body. JSON allows them there.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Big {
    /// Number of MiB, at most 1024; 100 by default.
    #[serde(default = "hundred")]
    pub mib: u16,
    /// Whether the body is sent in chunks, so that its length is not known in advance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chunked: bool,
}

fn hundred() -> u16 {
    100
}

impl Behaviour for Big {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["mib=1", "mib=1;chunked=true"];

    fn check(&self) -> Result<(), String> {
        if self.mib > MAX {
            return Err(format!("mib is {}, more than {MAX}", self.mib));
        }
        Ok(())
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.spaces = u64::from(self.mib) << 20;
        if !self.chunked {
            let length = response.body.len() as u64 + response.spaces;
            response
                .headers
                .insert(header::CONTENT_LENGTH, length.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Fault, example};

    #[test]
    fn appends_and_counts_spaces() {
        let big = example::response_edited_by("big;mib=3", 200, &json!({}));
        assert_eq!((&*big.body, big.spaces), (&b"{}"[..], 3 << 20));
        assert_eq!(big.headers["content-length"], "3145730");
        let chunked = example::response_edited_by("big;mib=3;chunked=true", 200, &Value::Null);
        assert!(!chunked.headers.contains_key("content-length"));
        assert!(Fault::from_header("big;mib=1025").is_err());
    }
}
