//! A media type that the body is not of.

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, Kind};
use crate::answer::Answer;

/// The media type is another, missing, or there twice.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContentType {
    /// How it is.
    pub is: Is,
}

/// How a media type is wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// It is not there.
    Missing,
    /// It is empty.
    Empty,
    /// `text/html`
    Html,
    /// `application/octet-stream`
    Bytes,
    /// JSON, in a character set that it is not in.
    Latin1,
    /// JSON, said twice.
    Twice,
}

impl Behaviour for ContentType {
    const KIND: Kind = Kind::Edit;
    const APPLIES: Applies = Applies::Bodies;

    fn edit(&self, answer: &mut Answer, _: Context<'_>) {
        let says = match self.is {
            Is::Missing => {
                answer.headers.remove(header::CONTENT_TYPE);
                return;
            }
            Is::Empty => "",
            Is::Html => "text/html",
            Is::Bytes => "application/octet-stream",
            Is::Latin1 => "application/json; charset=iso-8859-1",
            Is::Twice => "application/json",
        };
        let says = HeaderValue::from_static(says);
        if self.is == Is::Twice {
            answer.headers.append(header::CONTENT_TYPE, says);
        } else {
            answer.headers.insert(header::CONTENT_TYPE, says);
        }
    }
}
