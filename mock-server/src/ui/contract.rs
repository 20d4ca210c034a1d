//! The page Contract: which operations and statuses the organization's requests have exercised, what the judge has
//! found, and how close the sandbox is to the vendor's API.

mod coverage;
mod fidelity;
mod judged;
mod timeline;

use axum::{Router, extract::State, response::Html, routing::get};
use maud::html;

use self::coverage::Coverage;
use super::frame::{Frame, Nav};
use crate::app::App;

/// The routes of the page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

async fn show(State(app): State<App>, frame: Frame) -> Html<String> {
    let coverage = Coverage::read(&app, &frame.place);
    let last = app.judge_reports.last();
    let content = html! {
        ul.chips aria-label="On this page" {
            @for (id, label) in [("coverage", "Coverage"), ("judge", "Judge"), ("fidelity", "Fidelity")] {
                li { a.chip href={ "#" (id) } { (label) } }
            }
        }
        (coverage.render(&frame))
        (judged::render(&frame, last.as_deref(), app.machine_now()))
        (fidelity::render())
    };
    frame.page(Nav::Contract, "Contract", &html! {}, &content)
}
