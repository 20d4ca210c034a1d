//! The book at `/_mock/docs`. It says nothing about an organization, so it needs no session.

use std::io;

use axum::{Router, extract::Path, middleware, response::Html, routing::get};
use docs::{PARTS, Page};
use http::StatusCode;
use maud::{Markup, PreEscaped, html};

use super::{
    UI, access,
    page::{self, Failure},
};
use crate::app::App;

/// The path of the list of pages.
pub(super) const BOOK: &str = "/_mock/docs";

/// The routes of the book.
pub(super) fn routes(app: &App) -> Router<App> {
    let check = middleware::from_fn_with_state(app.clone(), access::check);
    let pages = Router::new()
        .route("/", get(list))
        .route("/{*topic}", get(show));
    pages.layer(check)
}

/// A sentence that leads to a page which helps where there is nothing to see.
pub(super) fn more(page: &Page) -> Markup {
    html! { p.muted { "Read more: " a href=(path(page)) { (page.title) } "." } }
}

fn path(page: &Page) -> String {
    format!("{BOOK}/{}", page.topic)
}

async fn list() -> Html<String> {
    let content = html! {
        h1 { "Documentation" }
        p { code { "mock-server docs TOPIC" } " prints a page in a terminal." }
        @for part in PARTS {
            h2 { (part.title) }
            ul { @for page in part.pages { li { a href=(path(page)) { (page.title) } " " code { (page.topic) } } } }
        }
    };
    framed("Documentation", &content)
}

/// The page on a topic, which may be the path of its file, as for the command `docs`.
async fn show(Path(topic): Path<String>) -> Result<Html<String>, Failure> {
    let page = docs::find(&topic).map_err(|unknown| {
        let hint = html! { p { a href=(BOOK) { "All pages" } } };
        Failure::not_found(format!("The book has no such page: {unknown}")).hint(hint)
    })?;
    let html = page.html(BOOK);
    let unreadable =
        |error: io::Error| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    // The pages come with the program, and what they contain of HTML is escaped.
    Ok(framed(page.title, &PreEscaped(html.map_err(unreadable)?)))
}

fn framed(title: &str, content: &Markup) -> Html<String> {
    let body = html! {
        body.bare.book {
            header.bar {
                a.product href=(UI) { "OpenProspect " span { "sandbox" } }
                a href=(BOOK) { "Documentation" }
            }
            main { (content) }
        }
    };
    page::document(title, &body)
}
