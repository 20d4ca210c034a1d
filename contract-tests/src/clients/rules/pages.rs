//! Reading lists page by page.

mod complete;
mod loops;
mod resumes;

use std::collections::BTreeMap;

use schemas::query::Parameter;
use serde_json::Value;
use url::form_urlencoded;

pub(super) use self::{
    complete::{is_read_to_its_end, reads_beyond_the_first_page},
    loops::are_abandoned,
    resumes::resumes,
};
use super::{
    Judgement, Trials, auth,
    http::{operation_of, rows},
};
use crate::clients::{
    trace::{Exchange, Origin},
    trial_record::TrialRecord,
};

/// The pages of a list that were read, in order.
type Pages<'a> = Vec<(&'a Exchange, Value)>;

fn query(exchange: &Exchange) -> form_urlencoded::Parse<'_> {
    let target = &exchange.request.target;
    let query = target.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
}

fn offset(exchange: &Exchange) -> Option<u64> {
    let offset = Parameter::Offset.as_str();
    query(exchange)
        .find(|(name, _)| name == offset)?
        .1
        .parse()
        .ok()
}

/// Whether a request is for a page of a list other than the first.
pub(super) fn is_later_page(exchange: &Exchange) -> bool {
    offset(exchange).is_some_and(|offset| offset > 0)
}

/// The list that a request reads a page of: its path, with the filters that the operation knows. With another filter it is
/// another list.
fn list_of(exchange: &Exchange) -> String {
    let known = operation_of(exchange).map_or(&[][..], |operation| operation.query);
    let is_filter = |name: &str| {
        let mut known = known.iter();
        known.any(|known| {
            !matches!(known, Parameter::Limit | Parameter::Offset) && known.as_str() == name
        })
    };
    let mut filters: Vec<_> = query(exchange)
        .filter(|(name, _)| is_filter(name))
        .collect();
    filters.sort_unstable();
    let path = exchange.path().trim_end_matches('/');
    if filters.is_empty() {
        return path.to_owned();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(filters).finish())
}

/// The pages of each list that were read.
fn lists(trial: &TrialRecord) -> BTreeMap<String, Pages<'_>> {
    let mut lists: BTreeMap<_, Pages<'_>> = BTreeMap::new();
    let reads = trial.trace.api();
    for exchange in reads.filter(|exchange| exchange.request.method == "GET") {
        let response = exchange.response();
        let body = response.and_then(|response| response.message.json());
        if let Some(body) = body.filter(|body| rows(body).is_some()) {
            let pages = lists.entry(list_of(exchange)).or_default();
            pages.push((exchange, body));
        }
    }
    lists
}

/// Pages other than the first that could not be read, although they have rows.
pub(super) fn refused(trial: &TrialRecord) -> impl Iterator<Item = &Exchange> {
    let lists = lists(trial);
    let has_rows = move |page: &Exchange, from: u64| {
        let pages = lists.get(&list_of(page)).into_iter().flatten();
        let mut totals = pages.filter_map(|(_, body)| Some(rows(body)?.1));
        totals.any(|total| from < total)
    };
    trial.trace.api().filter(move |page| {
        let is_refused = page.status().is_none_or(|status| status >= 400);
        let from = offset(page).filter(|from| *from > 0 && is_refused);
        page.request.method == "GET" && from.is_some_and(|from| has_rows(page, from))
    })
}

/// Whether the first row of a page was read later, on any page.
pub(super) fn is_read_after(trial: &TrialRecord, page: &Exchange) -> bool {
    let Some(from) = offset(page) else {
        return false;
    };
    let lists = lists(trial);
    let mut pages = lists.get(&list_of(page)).into_iter().flatten();
    pages.any(|(exchange, body)| {
        let begins = offset(exchange).unwrap_or_default();
        let ends = begins + rows(body).map_or(0, |(rows, _)| rows.len() as u64);
        exchange.at() > page.at() && (begins..ends).contains(&from)
    })
}

/// Exercised by a response to a request with the key that links to a next page elsewhere.
pub(super) fn links_keep_the_key(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let answered = trial.trace.api().filter(|exchange| {
        exchange.status().is_some() && exchange.request.message.header("authorization").is_some()
    });
    let named = answered.flat_map(|exchange| {
        let named = next_pages(exchange).into_iter();
        named.filter_map(|url| auth::foreign_origin(exchange, &url))
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Judgement::NotExercised;
    }
    let mut places = [Origin::OtherHost, Origin::OtherPort].into_iter();
    places
        .find_map(|place| auth::leaked_to(trial, place).filter(|_| named.contains(&place)))
        .map(|leaked| format!("{leaked}, following a next-page link"))
        .into()
}

/// The URLs of the next page in a response: in its JSON, and in `Link`.
fn next_pages(exchange: &Exchange) -> Vec<String> {
    let Some(response) = exchange.response() else {
        return Vec::new();
    };
    let json = response.message.json();
    let in_json = json.and_then(|body| body["next"].as_str().map(ToOwned::to_owned));
    let headers = response.message.headers_named("link");
    let links = headers.filter_map(|value| str::from_utf8(value).ok());
    let links = links.flat_map(|value| value.split(','));
    let in_links = links.filter_map(|link| {
        let (url, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let mut parameters = parameters.split(';').map(str::trim);
        let is_next = |parameter: &str| matches!(parameter, "rel=next" | "rel=\"next\"");
        parameters.any(is_next).then(|| url.to_owned())
    });
    in_json.into_iter().chain(in_links).collect()
}
