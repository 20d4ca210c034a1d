//! Prospects, as a table.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use schemas::prospects::Prospect;

use super::super::query::Query;
use super::{
    super::{frame::Frame, part::Part, place::Place},
    Kind, optional, searchable, unclaimed,
};
use crate::{app::App, store::ProspectFilter};

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
    let filter = ProspectFilter {
        texts: part.words(),
        ..ProspectFilter::default()
    };
    let (prospects, total) = {
        let store = &organization.state().store;
        store.prospects.page(&filter, part.page(), &store.companies)
    };
    searchable(
        &frame,
        Kind::Prospects,
        &part,
        "Purchasing GmbH",
        total,
        &table(&prospects),
    )
}

fn table(prospects: &[Prospect]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Prospects" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "Company" }
                        th scope="col" { "Email" } th scope="col" { "Telephone" } th scope="col" { "Id" } }
                }
                tbody { @for prospect in prospects { (row(prospect)) } }
            }
        }
    }
}

fn row(prospect: &Prospect) -> Markup {
    let titles = [&prospect.salutation, &prospect.title];
    html! {
        tr {
            td { @for title in titles.into_iter().flatten() { (title) " " } strong { (prospect.first_name) " " (prospect.last_name) } }
            td { (optional(prospect.role.as_deref())) }
            td { (prospect.company_name) }
            td { (optional(prospect.email.as_deref())) }
            td { (optional(prospect.phone.as_deref())) }
            td { code { (prospect.id) } }
        }
    }
}
