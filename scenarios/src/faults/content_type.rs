//! A media type that does not match the body.

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// The media type is wrong, missing or given twice.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContentType {
    /// How it is wrong.
    pub is: ContentTypeFlaw,
}

/// How a media type is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentTypeFlaw {
    /// It is missing.
    Missing,
    /// It is empty.
    Empty,
    /// `text/html`
    Html,
    /// `application/octet-stream`
    Bytes,
    /// `application/json; charset=iso-8859-1`, although the body is in UTF-8.
    Latin1,
    /// `application/json`, sent a second time.
    Twice,
}

impl Behaviour for ContentType {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &["is=html"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let says = match self.is {
            ContentTypeFlaw::Missing => {
                response.headers.remove(header::CONTENT_TYPE);
                return;
            }
            ContentTypeFlaw::Empty => "",
            ContentTypeFlaw::Html => "text/html",
            ContentTypeFlaw::Bytes => "application/octet-stream",
            ContentTypeFlaw::Latin1 => "application/json; charset=iso-8859-1",
            ContentTypeFlaw::Twice => "application/json",
        };
        let says = HeaderValue::from_static(says);
        if self.is == ContentTypeFlaw::Twice {
            response.headers.append(header::CONTENT_TYPE, says);
        } else {
            response.headers.insert(header::CONTENT_TYPE, says);
        }
    }
}
