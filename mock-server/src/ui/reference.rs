//! The page API reference: Swagger UI, which the program contains, so that it works offline.

use std::{collections::HashMap, io::Read, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header;
use maud::html;

use super::{
    UI, assets,
    frame::{Frame, Nav},
    page::Failure,
    place::Place,
};
use crate::app::App;

/// A file of Swagger UI that the build script has packed.
macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz"))
    };
}

/// The files of Swagger UI that the page needs: their names, media types and packed contents.
const FILES: [(&str, &str, &[u8]); 2] = [
    (
        "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        packed!("swagger-ui-bundle.js"),
    ),
    (
        "swagger-ui.css",
        "text/css; charset=utf-8",
        packed!("swagger-ui.css"),
    ),
];

/// The media types and contents of the files by their names, unpacked at the first visit.
static UNPACKED: LazyLock<HashMap<&'static str, (&'static str, Bytes)>> = LazyLock::new(|| {
    let files = FILES.into_iter();
    let unpacked = files.map(|(name, kind, packed)| (name, (kind, unpack(packed))));
    unpacked.collect()
});

fn unpack(packed: &[u8]) -> Bytes {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("the build script has packed it");
    bytes.into()
}

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

/// The routes of Swagger UI's files.
pub(super) fn files() -> Router<App> {
    Router::new().route("/{name}", get(file))
}

async fn file(Path(name): Path<String>) -> Response {
    match UNPACKED.get(&*name) {
        Some((kind, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, *kind),
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ];
            (headers, bytes.clone()).into_response()
        }
        None => Failure::not_found("The dashboard has no such file.").into_response(),
    }
}

async fn show(frame: Frame) -> Html<String> {
    let key = match &frame.place {
        Place::Organization(organization) => Some(format!(
            "lnc_test_FullAccessxxxxxxxxxxxxxxxx{}",
            organization.name()
        )),
        Place::Unclaimed => None,
    };
    let content = html! {
        @if let Some(key) = &key {
            p { "Requests that you try here are sent with " code { (key) } ", and appear in the list of requests." }
        }
        noscript { p { "Without JavaScript, read " a href="/openapi.json" { "the OpenAPI document" } "." } }
        link rel="stylesheet" href=(assets::path("reference.css"));
        div #reference data-document="/openapi.json" data-key=[key] {}
        script src={ (UI) "/swagger/swagger-ui-bundle.js" } {}
        script type="module" src=(assets::path("reference.js")) {}
    };
    frame.page(Nav::Reference, "API reference", &html! {}, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_all_files_of_swagger_ui() {
        assert_eq!(UNPACKED.len(), FILES.len());
        for (name, (_, bytes)) in &*UNPACKED {
            assert!(bytes.len() > 100_000, "{name}");
        }
    }
}
