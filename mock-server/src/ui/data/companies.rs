//! Companies, as a table.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use schemas::companies::Company;

use super::super::query::Query;
use super::{
    super::{frame::Frame, part::Part, place::Place},
    Kind, optional, searchable, unclaimed,
};
use crate::{app::App, store::CompanyFilter};

/// The list.
pub(super) async fn list(
    State(app): State<App>,
    frame: Frame,
    Query(part): Query<Part>,
) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        return unclaimed(&frame);
    };
    app.deliver_all(organization).await;
    let filter = CompanyFilter {
        texts: part.words(),
        ..CompanyFilter::default()
    };
    let (companies, total) = organization
        .state()
        .store
        .companies
        .page(&filter, part.page());
    searchable(
        &frame,
        Kind::Companies,
        &part,
        "Hotel Berlin",
        total,
        &table(&companies),
    )
}

fn table(companies: &[Company]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Companies" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Name" } th scope="col" { "Business" } th scope="col" { "City" }
                        th.number scope="col" { "Employees" } th.number scope="col" { "Match" } th scope="col" { "Review" }
                        th scope="col" { "Your id" } th scope="col" { "Id" } }
                }
                tbody { @for company in companies { (row(company)) } }
            }
        }
    }
}

/// The website is not a link: whoever created the company chose where it leads.
fn row(company: &Company) -> Markup {
    html! {
        tr {
            td { strong { (company.name) } br; span.muted { (company.website) } }
            td { (company.business_type) }
            td { (optional(company.city.as_deref())) }
            td.number data-label="Employees" { (company.employee_count) }
            td.number data-label="Match" { (company.match_score) }
            td data-label="Review" { (company.review_status) }
            td data-label="Your id" { (optional(company.source_id.as_deref())) }
            td { code { (company.id) } }
        }
    }
}
