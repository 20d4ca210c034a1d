//! Redirects that lead nowhere, or somewhere else.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::json;

use super::{Behaviour, Context, Kind, answers};
use crate::answer::Answer;

/// A redirect.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// Where to.
    pub to: To,
    /// Its status; 307 where nothing is said.
    #[serde(default = "temporary")]
    pub status: u16,
}

/// Where a redirect leads.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// To where it comes from, again and again.
    Itself,
    /// To the same path on another host: `127.0.0.2`.
    OtherHost,
    /// To the same path on another port: the next one.
    OtherPort,
    /// The same, written as a path.
    Relative,
    /// Nowhere: there is no `Location`.
    Nowhere,
}

fn temporary() -> u16 {
    307
}

impl Behaviour for Redirect {
    const KIND: Kind = Kind::Front;

    fn check(&self) -> Result<(), String> {
        answers::status(self.status, 300..=399).map(drop)
    }

    fn answer(&self, context: Context<'_>) -> Option<Answer> {
        let status = StatusCode::from_u16(self.status).ok()?;
        let Context { host, target, .. } = context;
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let next = port.parse::<u16>().unwrap_or(80).wrapping_add(1).max(1);
        let location = match self.to {
            To::Itself => Some(format!("http://{host}{target}")),
            To::OtherHost => Some(format!("http://127.0.0.2:{port}{target}")),
            To::OtherPort => Some(format!("http://{name}:{next}{target}")),
            To::Relative => Some(target.to_owned()),
            To::Nowhere => None,
        };
        let mut answer = Answer::json(
            status,
            &json!({"code": "REDIRECT", "message": "Look elsewhere"}),
        );
        if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
            answer.headers.insert(header::LOCATION, location);
        }
        Some(answer)
    }
}
