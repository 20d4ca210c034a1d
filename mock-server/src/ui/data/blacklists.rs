//! Blacklists, and the companies on each.

use axum::{
    extract::Path,
    response::{Html, IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use schemas::blacklists::{Blacklist, BlacklistEntry};
use serde_json::json;

use super::super::query::Query;
use super::{
    super::{
        components,
        frame::{Frame, Nav},
        page::Failure,
        part::Part,
        place::Place,
    },
    Kind, empty, optional, page, unclaimed,
};

/// The list.
pub(super) async fn list(frame: Frame, Query(part): Query<Part>) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        return unclaimed(&frame);
    };
    let (lists, total) = {
        let lists = &organization.state().store.blacklists;
        (lists.page(part.page()), lists.len())
    };
    let content = html! {
        @if total == 0 {
            (empty(&frame, "There are no blacklists. Create one:", "/blacklists", &json!({"name": "Customers"})))
        } @else {
            (table(&frame, &lists))
        }
        (part.links(&Kind::Blacklists.path(&frame), total))
    };
    page(&frame, Kind::Blacklists, &content)
}

fn table(frame: &Frame, lists: &[Blacklist]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Blacklists" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Name" } th scope="col" { "Description" } th.number scope="col" { "Entries" }
                        th scope="col" { "Changed" } th scope="col" { "Id" } }
                }
                tbody {
                    @for list in lists {
                        tr {
                            td { a href={ (Kind::Blacklists.path(frame)) "/" (list.id) } { (list.name) } }
                            td { (optional(list.description.as_deref())) }
                            td.number data-label="Entries" { (list.entry_count) }
                            td data-label="Changed" { (ago(&list.updated_at, frame.now)) }
                            td { code { (list.id) } }
                        }
                    }
                }
            }
        }
    }
}

/// The entries of one blacklist.
pub(super) async fn one(
    frame: Frame,
    Path((_, id)): Path<(String, String)>,
    Query(part): Query<Part>,
) -> Response {
    let read = || {
        let Place::Organization(organization) = &frame.place else {
            return None;
        };
        let lists = &organization.state().store.blacklists;
        Some((lists.get(&id).ok()?, lists.entries(&id, part.page()).ok()?))
    };
    let Some((list, (entries, total))) = read() else {
        return Failure::not_found("The organization has no such blacklist.").into_response();
    };
    let path = format!("{}/{}", Kind::Blacklists.path(&frame), list.id);
    let content = html! {
        p { a href=(Kind::Blacklists.path(&frame)) { "← All blacklists" } }
        @if let Some(description) = &list.description { p { (description) } }
        @if total == 0 {
            (empty(&frame, "The blacklist has no entries. Add one:", &format!("/blacklists/{}/entries", list.id),
                &json!({"entries": [{"company_name": "Grand Hotel Berlin"}]})))
        } @else {
            (entries_table(&entries, frame.now))
        }
        (part.links(&path, total))
    };
    frame
        .page(Nav::Data, &list.name, &Markup::default(), &content)
        .into_response()
}

fn entries_table(entries: &[BlacklistEntry], now: Timestamp) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Entries" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Company" } th scope="col" { "City" } th scope="col" { "Website" }
                        th scope="col" { "Your id" } th scope="col" { "Added" } }
                }
                tbody {
                    @for entry in entries {
                        tr {
                            td { (optional(entry.company_name.as_deref())) }
                            td { (optional(entry.city.as_deref())) }
                            td { (optional(entry.website_url.as_deref())) }
                            td data-label="Your id" { (optional(entry.external_id.as_deref())) }
                            td data-label="Added" { (ago(&entry.created_at, now)) }
                        }
                    }
                }
            }
        }
    }
}

/// A time of the API.
pub(super) fn ago(at: &str, now: Timestamp) -> Markup {
    html! {
        @match at.parse() { Ok(at) => (components::time(at, now)), Err(_) => (at) }
    }
}
