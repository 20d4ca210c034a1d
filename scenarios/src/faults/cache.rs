//! Responses that claim to be cacheable, or stale.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// The response claims to come from a cache, or to be cacheable.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// What it claims.
    pub is: CacheFlaw,
}

/// What the headers of a response claim about caching.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheFlaw {
    /// It is a day old, and was fresh for one minute only: `Age: 86400`, `Cache-Control: max-age=60`.
    Stale,
    /// Any cache may store it for a year.
    Public,
    /// Its `ETag` is always the same, whatever the body is.
    SameEtag,
    /// It has no `Cache-Control`.
    Unsaid,
}

impl Behaviour for Cache {
    const KIND: FaultKind = FaultKind::Edit;
    const EXAMPLES: &[&str] = &["is=stale"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let headers = &mut response.headers;
        match self.is {
            CacheFlaw::Stale => {
                set(headers, header::AGE, "86400");
                set(headers, header::CACHE_CONTROL, "max-age=60");
            }
            CacheFlaw::Public => set(
                headers,
                header::CACHE_CONTROL,
                "public, max-age=31536000, immutable",
            ),
            CacheFlaw::SameEtag => {
                set(headers, header::ETAG, r#""1""#);
                set(headers, header::CACHE_CONTROL, "no-cache");
            }
            CacheFlaw::Unsaid => drop(headers.remove(header::CACHE_CONTROL)),
        }
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, says: &'static str) {
    headers.insert(name, HeaderValue::from_static(says));
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use super::{super::example, *};

    #[test]
    fn sets_the_given_cache_headers() {
        let says = |is: &str| {
            let mut response = FaultResponse::json(StatusCode::OK, &json!({}));
            set(&mut response.headers, header::CACHE_CONTROL, "no-store");
            let fault = example::fault(&format!("cache;is={is}"));
            fault.edit(&mut response, example::CONTEXT);
            let said = |name| {
                response
                    .headers
                    .get(name)
                    .map(|says| says.to_str().unwrap().to_owned())
            };
            [header::CACHE_CONTROL, header::AGE, header::ETAG].map(said)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(says("stale"), [some("max-age=60"), some("86400"), None]);
        assert_eq!(
            says("public"),
            [some("public, max-age=31536000, immutable"), None, None]
        );
        assert_eq!(says("same_etag"), [some("no-cache"), None, some(r#""1""#)]);
        assert_eq!(says("unsaid"), [None, None, None]);
    }
}
