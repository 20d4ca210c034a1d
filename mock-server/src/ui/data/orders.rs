//! Orders with their transitions, and what completed ones have found.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use schemas::orders::{OrderResult, OrderResults, OrderStatus};
use serde::Deserialize;
use serde_json::json;

use super::super::query::Query;
use super::{
    super::{
        clock::advance_to,
        components::{self, ControlRequest, counted},
        frame::{Frame, Nav},
        page::Failure,
        part::Part,
        place::Place,
    },
    Kind, empty, optional, page, sample_order,
    transitions::Transitions,
    unclaimed,
};
use crate::{
    app::App,
    store::{Store, StoreError},
    tenants::Organization,
};

/// An order, as the API returns it.
#[derive(Debug, Deserialize)]
struct Order {
    id: String,
    title: String,
    #[serde(rename = "order_type")]
    kind: String,
    features: Vec<String>,
    company_count: u64,
    quantity: Option<u32>,
    profile_name: Option<String>,
    prospect_search_id: Option<String>,
    blacklist_ids: Vec<String>,
}

/// A part of the list of orders.
struct ListView {
    orders: Vec<(Order, Transitions)>,
    total: usize,
}

impl ListView {
    /// The newest orders come first.
    fn read(store: &mut Store, part: &Part, now: Timestamp) -> Self {
        let total = store.orders.len();
        let page = store.orders.page(part.newest(total), now);
        let orders: Vec<_> = page.into_iter().rev().filter_map(parsed).collect();
        let with_transitions = |order: Order| {
            let transitions = store.orders.transitions(&order.id).ok()?;
            Some((order, Transitions::new(transitions)))
        };
        Self {
            orders: orders.into_iter().filter_map(with_transitions).collect(),
            total,
        }
    }
}

fn parsed(json: &serde_json::value::RawValue) -> Option<Order> {
    serde_json::from_str(json.get()).ok()
}

/// The organization's data, after all deliveries up to now.
async fn with_store<R>(
    app: &App,
    organization: &Arc<Organization>,
    read: impl FnOnce(&mut Store, Timestamp) -> R,
) -> R {
    app.deliver_all(organization).await;
    let mut state = organization.state();
    let now = state.clock.now(app.machine_now());
    read(&mut state.store, now)
}

/// The list.
pub(super) async fn list(
    State(app): State<App>,
    frame: Frame,
    Query(part): Query<Part>,
) -> Html<String> {
    let Some(rows) = part_of_list(&app, &frame, &part).await else {
        return unclaimed(&frame);
    };
    let refresh = format!("{}?{}", frame.place.path("data/orders"), part.query());
    let content = html! { div data-refresh=(refresh) { (rows) } };
    page(&frame, Kind::Orders, &content)
}

/// The rows of the list alone.
pub(super) async fn rows(
    State(app): State<App>,
    frame: Frame,
    Query(part): Query<Part>,
) -> Response {
    let Some(rows) = part_of_list(&app, &frame, &part).await else {
        return StatusCode::RESET_CONTENT.into_response();
    };
    Html(rows.into_string()).into_response()
}

/// A part of the list; `None` where no organization is chosen.
async fn part_of_list(app: &App, frame: &Frame, part: &Part) -> Option<Markup> {
    let Place::Organization(organization) = &frame.place else {
        return None;
    };
    let rows = with_store(app, organization, |store, now| {
        ListView::read(store, part, now).render(frame, part, now)
    });
    Some(rows.await)
}

impl ListView {
    fn render(&self, frame: &Frame, part: &Part, now: Timestamp) -> Markup {
        if self.total == 0 {
            return empty(
                frame,
                "There are no orders. Create one:",
                "/orders",
                &sample_order(),
            );
        }
        html! {
            ul.orders {
                @for (order, transitions) in &self.orders {
                    li {
                        div.words {
                            h2 { a href=(frame.place.path(&format!("data/orders/{}", order.id))) { (order.title) } }
                            p { (order.wish()) }
                            p.muted { code { (order.id) } }
                        }
                        (transitions.render(now, |_, _| None))
                    }
                }
            }
            (part.links(&Kind::Orders.path(frame), self.total))
        }
    }
}

impl Order {
    /// What it asks for: `ENRICHMENT of 3 companies`.
    fn wish(&self) -> String {
        let companies = |count: u64| match count {
            1 => "1 company".to_owned(),
            count => format!("{count} companies"),
        };
        match (&*self.kind, self.quantity) {
            ("DISCOVERY", Some(max)) => format!("DISCOVERY of up to {}", companies(max.into())),
            ("DISCOVERY", None) => "DISCOVERY".to_owned(),
            (kind, _) => format!("{kind} of {}", companies(self.company_count)),
        }
    }
}

/// An order, and what it has found.
struct OrderView {
    order: Order,
    transitions: Transitions,
    results: Result<OrderResults, StoreError>,
    now: Timestamp,
}

impl OrderView {
    fn read(store: &mut Store, id: &str, part: &Part, now: Timestamp) -> Option<Self> {
        let order = parsed(store.orders.get(id, now).ok()?)?;
        Some(Self {
            transitions: Transitions::new(store.orders.transitions(id).ok()?),
            results: store.order_results(id, part.page(), now),
            order,
            now,
        })
    }
}

/// One order.
pub(super) async fn one(
    State(app): State<App>,
    frame: Frame,
    Path((_, id)): Path<(String, String)>,
    Query(part): Query<Part>,
) -> Response {
    let view = read_one(&app, &frame, &id, &part);
    let Some(view) = view.await else {
        return Failure::not_found("The organization has no such order.").into_response();
    };
    let path = frame.place.path(&format!("data/orders/{}", view.order.id));
    let content = html! {
        p { a href=(Kind::Orders.path(&frame)) { "← All orders" } }
        (view.order.facts(&frame))
        div data-refresh={ (path) "/progress?" (part.query()) } { (view.progress(&frame, &path, &part)) }
    };
    let title = &view.order.title;
    frame
        .page(Nav::Data, title, &Markup::default(), &content)
        .into_response()
}

/// The progress of an order alone.
pub(super) async fn progress(
    State(app): State<App>,
    frame: Frame,
    Path((_, id)): Path<(String, String)>,
    Query(part): Query<Part>,
) -> Response {
    let view = read_one(&app, &frame, &id, &part);
    let Some(view) = view.await else {
        return StatusCode::RESET_CONTENT.into_response();
    };
    let path = frame.place.path(&format!("data/orders/{}", view.order.id));
    Html(view.progress(&frame, &path, &part).into_string()).into_response()
}

async fn read_one(app: &App, frame: &Frame, id: &str, part: &Part) -> Option<OrderView> {
    let Place::Organization(organization) = &frame.place else {
        return None;
    };
    let read = |store: &mut Store, now| OrderView::read(store, id, part, now);
    with_store(app, organization, read).await
}

impl Order {
    fn facts(&self, frame: &Frame) -> Markup {
        html! {
            dl.facts {
                dt { "Order" } dd { code { (self.id) } }
                dt { "Asks for" } dd { (self.wish()) ", " (self.features.join(", ")) }
                @if let Some(profile) = &self.profile_name { dt { "Profile" } dd { (profile) } }
                @if let Some(search) = &self.prospect_search_id {
                    dt { "Prospect search" } dd { a href=(Kind::ProspectSearches.path(frame)) { code { (search) } } }
                }
                @if !self.blacklist_ids.is_empty() {
                    dt { "Blacklists" }
                    dd { @for id in &self.blacklist_ids { a href={ (Kind::Blacklists.path(frame)) "/" (id) } { code { (id) } } " " } }
                }
            }
        }
    }
}

impl OrderView {
    /// What changes: the transitions, what moves the order, and its results.
    fn progress(&self, frame: &Frame, path: &str, part: &Part) -> Markup {
        let advance =
            |at: Timestamp, _| Some(advance_to(frame, at).button("Advance to here", None));
        let moves: Vec<_> = self
            .moves()
            .map(|to| (format!("Move to {to}"), self.transition(frame, to)))
            .collect();
        let planned = self.transitions.planned(self.now);
        let advances = planned.map(|(at, to)| (format!("Advance to {to}"), advance_to(frame, at)));
        let advances: Vec<_> = advances.collect();
        html! {
            section aria-label="Transitions" {
                (self.transitions.render(self.now, advance))
                @if !moves.is_empty() {
                    p.actions {
                        span { "Move the order now, whatever the time:" }
                        @for (label, request) in &moves { (request.button(label, None)) }
                    }
                    details.call {
                        summary { "Show API calls" }
                        @for (label, request) in advances.iter().chain(&moves) { p { (label) } (components::command(&request.curl())) }
                    }
                }
            }
            section.results aria-label="Results" {
                h2 { "Results" }
                @match &self.results {
                    Ok(found) => (results(found, path, part)),
                    Err(StoreError::NotCompleted { status, .. }) => p.muted {
                        "The order is " (status) "; its results are available once it is " (OrderStatus::Completed) "."
                    },
                    Err(StoreError::Cancelled { .. }) => p.muted { "The order was cancelled, so it has no results." },
                    Err(error) => p.muted { (error) "." },
                }
            }
        }
    }

    /// The statuses that the order can be moved to.
    fn moves(&self) -> impl Iterator<Item = OrderStatus> {
        let planned: Vec<_> = self.transitions.planned(self.now).collect();
        let can_move = !planned.is_empty();
        let planned = planned.into_iter().map(|(_, status)| status);
        planned.chain(can_move.then_some(OrderStatus::Cancelled))
    }

    fn transition<'a>(&self, frame: &'a Frame, to: OrderStatus) -> ControlRequest<'a> {
        ControlRequest {
            method: "POST",
            path: format!(
                "{}/orders/{}/transition",
                frame.place.control_path(),
                self.order.id
            ),
            body: Some(json!({ "to": to }).to_string()),
            server: &frame.server,
        }
    }
}

fn results(found: &OrderResults, path: &str, part: &Part) -> Markup {
    if found.total == 0 {
        return html! { p.muted { "The order has found no company." } };
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label="Results" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Company" } th scope="col" { "Your id" } th.number scope="col" { "Match" }
                        th scope="col" { "Contacts" } th scope="col" { "Technologies" } }
                }
                tbody { @for result in &found.results { (row(result)) } }
            }
        }
        (part.links(path, found.total))
    }
}

fn row(result: &OrderResult) -> Markup {
    let company = &result.company;
    html! {
        tr {
            td {
                strong { (company.name) }
                @if let Some(city) = &company.city { br; span.muted { (city) } }
            }
            td data-label="Your id" { (optional(result.source_id.as_deref())) }
            td.number data-label="Match" { (result.match_score) }
            td data-label="Contacts" {
                @match result.contacts.as_deref() {
                    None => (optional(None)),
                    Some([first, others @ ..]) => {
                        (first.name) br; span.muted { (first.role) @if !others.is_empty() { ", and " (counted(others.len() as u64, "other")) } }
                    }
                    Some([]) => "none",
                }
            }
            td data-label="Technologies" { (optional(result.technologies.as_ref().map(|all| all.join(", ")).as_deref())) }
        }
    }
}
