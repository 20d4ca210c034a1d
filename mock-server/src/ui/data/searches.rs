//! Prospect searches and job searches, as tables.

use axum::response::Html;
use maud::{Markup, html};
use schemas::{
    job_searches::JobSearch,
    prospect_searches::{ProspectSearch, SearchStatus},
};
use serde_json::json;

use super::super::query::Query;
use super::{
    super::{frame::Frame, part::Part, place::Place},
    Kind,
    blacklists::ago,
    empty, optional, page, unclaimed,
};

/// The prospect searches.
pub(super) async fn prospect_searches(frame: Frame, Query(part): Query<Part>) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        return unclaimed(&frame);
    };
    let (searches, total) = {
        let searches = &organization.state().store.prospect_searches;
        (searches.page(part.page()), searches.len())
    };
    let content = html! {
        div.scroll tabindex="0" role="region" aria-label="Prospect searches" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Name" } th scope="col" { "Ideal customer" } th scope="col" { "Where, by which words" }
                        th.number scope="col" { "Companies" } th.number scope="col" { "Version" } th scope="col" { "Id" } }
                }
                tbody { @for search in &searches { (prospect_search(search)) } }
            }
        }
        (part.links(&Kind::ProspectSearches.path(&frame), total))
    };
    page(&frame, Kind::ProspectSearches, &content)
}

fn prospect_search(search: &ProspectSearch) -> Markup {
    html! {
        tr {
            td {
                strong { (search.name) } br;
                span.muted { @match search.status { SearchStatus::Active => "active", SearchStatus::Paused => "paused" } }
            }
            td { (search.ideal_customer_profile) }
            td { (search.geo_locations.join(", ")) br; span.muted { (search.search_keywords.join(", ")) } }
            td.number data-label="Companies" { (search.company_count) }
            td.number data-label="Version" { (search.version) }
            td { code { (search.id) } }
        }
    }
}

/// The job searches.
pub(super) async fn job_searches(frame: Frame, Query(part): Query<Part>) -> Html<String> {
    let Place::Organization(organization) = &frame.place else {
        return unclaimed(&frame);
    };
    let (searches, total) = {
        let searches = &organization.state().store.job_searches;
        (searches.page(part.page()), searches.len())
    };
    let content = html! {
        @if total == 0 {
            (empty(&frame, "There are no job searches. Create one:", "/job-searches", &json!({"keywords": ["Koch", "Vertrieb"]})))
        } @else {
            (job_table(&frame, &searches))
        }
        (part.links(&Kind::JobSearches.path(&frame), total))
    };
    page(&frame, Kind::JobSearches, &content)
}

fn job_table(frame: &Frame, searches: &[JobSearch]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Job searches" {
            table.plain.data {
                thead {
                    tr { th scope="col" { "Keywords" } th scope="col" { "City" } th.number scope="col" { "Jobs" }
                        th scope="col" { "Created" } th scope="col" { "Id" } }
                }
                tbody {
                    @for search in searches {
                        tr {
                            td { (search.keywords.join(", ")) }
                            td { (optional(search.city.as_deref())) }
                            td.number data-label="Jobs" { (search.total) }
                            td data-label="Created" { (ago(&search.created_at, frame.now)) }
                            td { code { (search.id) } }
                        }
                    }
                }
            }
        }
    }
}
