//! Bugs, by topic: one line here for each topic, one entry in its file for each bug.

mod consistency;
mod credentials;
mod headers;
mod http_rules;
mod keys;
mod known;
mod limits;
mod lists;
mod near_keys;
mod oauth;
mod objects;
mod orders;
mod pages;
mod readings;
mod scopes;
mod searches;
mod validation;
mod wire;
mod writes;

use http::Method;
use schemas::OperationId::{
    self, AddBlacklistEntries, CreateOrder, DeleteBlacklist, DeleteBlacklistEntries, GetBlacklist,
    GetJobSearch, GetOrder, GetOrderResults, GetProspectSearch, GetWebtechIntel, ListBlacklists,
    ListCompanies, ListCompanyJobs, ListOrders, RevokeApiKey, SetFeedback, UpdateBlacklist,
};
use serde_json::Value;

use super::target::{Bug, PatchedRequest, PatchedResponse};

/// A server with one bug.
#[derive(Debug)]
pub struct Mutant {
    /// The bug, in words.
    pub bug: &'static str,
    /// The check that must catch it; `None` for a harmless change that the judge must not report.
    pub caught_by: Option<&'static str>,
    /// The checks that judge it, if not all of them: the others would wait for every single response, or for one another.
    pub judged_by: &'static [&'static str],
    /// How the bug is introduced.
    pub defect: Bug,
}

/// Bugs of one kind.
#[derive(Debug)]
pub struct Topic {
    /// Its title.
    pub title: &'static str,
    /// The operations that checks of single operations run on.
    pub operations: &'static [OperationId],
    /// The bugs.
    pub mutants: &'static [Mutant],
}

/// For bugs that do not concern the operations on orders.
const LIST: &[OperationId] = &[ListOrders];
/// A list with an envelope of its own, and one with the envelope of all others and more rows than a page has by default.
const LISTS: &[OperationId] = &[ListOrders, ListCompanies];
/// A list, and an operation that accepts a body.
const LIST_AND_CREATE: &[OperationId] = &[ListOrders, CreateOrder];
/// The operations on orders, to which every check applies except those for changing and deleting.
const ORDERS: &[OperationId] = &[ListOrders, CreateOrder, GetOrder, GetOrderResults];
/// The same, and a list that is not called `orders`.
const READINGS: &[OperationId] = &[
    ListOrders,
    CreateOrder,
    GetOrder,
    GetOrderResults,
    ListBlacklists,
];
/// The operations on orders, and some that change and delete.
const WRITES: &[OperationId] = &[
    ListOrders,
    CreateOrder,
    GetOrder,
    GetOrderResults,
    UpdateBlacklist,
    DeleteBlacklist,
];

/// Operations that write texts, replace, and delete several.
const WRITTEN: &[OperationId] = &[
    CreateOrder,
    UpdateBlacklist,
    SetFeedback,
    DeleteBlacklistEntries,
];

/// Operations that say something of other objects.
const RELATED: &[OperationId] = &[
    CreateOrder,
    GetBlacklist,
    AddBlacklistEntries,
    GetProspectSearch,
    ListCompanyJobs,
    GetWebtechIntel,
    GetJobSearch,
];

/// Every bug.
pub static TOPICS: &[Topic] = &[
    topic("Responses", WRITES, objects::MUTANTS),
    topic("Lists", WRITES, lists::MUTANTS),
    topic("What is written", WRITTEN, writes::MUTANTS),
    topic("Pages", LISTS, pages::MUTANTS),
    topic("Counts, relations and times", RELATED, consistency::MUTANTS),
    topic("Orders", ORDERS, orders::MUTANTS),
    topic("Prospect searches and filters", LIST, searches::MUTANTS),
    topic("Keys", ORDERS, keys::MUTANTS),
    topic("Scopes and secrets", ORDERS, scopes::MUTANTS),
    topic(
        "Parts of keys, and other spellings",
        ORDERS,
        near_keys::MUTANTS,
    ),
    topic(
        "Other organizations",
        &[CreateOrder, ListCompanies],
        near_keys::ORGANIZATIONS,
    ),
    topic(
        "Access tokens and key management",
        LIST,
        credentials::MUTANTS,
    ),
    topic(
        "Revocation of keys",
        &[RevokeApiKey],
        credentials::REVOCATION,
    ),
    topic("Metadata, tokens and errors", LIST, oauth::issuing::MUTANTS),
    topic("Authorization requests", LIST, oauth::authorizing::MUTANTS),
    topic("Grants", LIST, oauth::grants::MUTANTS),
    topic("Rate limits", LIST, limits::MUTANTS),
    topic("Headers", LIST_AND_CREATE, headers::MUTANTS),
    topic("HTTP", LIST_AND_CREATE, http_rules::MUTANTS),
    topic("Requests that break a rule", WRITES, validation::MUTANTS),
    topic("On the wire", ORDERS, wire::MUTANTS),
    topic("Readings of other pages", READINGS, readings::MUTANTS),
];

const fn topic(
    title: &'static str,
    operations: &'static [OperationId],
    mutants: &'static [Mutant],
) -> Topic {
    Topic {
        title,
        operations,
        mutants,
    }
}

impl Mutant {
    /// Its name: the bug, joined by hyphens.
    pub fn name(&self) -> String {
        let words = self
            .bug
            .split(|character: char| !character.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join("-").to_lowercase()
    }

    /// Limits the checks that judge it to these.
    const fn by(mut self, checks: &'static [&'static str]) -> Self {
        self.judged_by = checks;
        self
    }
}

const fn mutant(bug: &'static str, caught_by: Option<&'static str>, defect: Bug) -> Mutant {
    Mutant {
        bug,
        caught_by,
        judged_by: &[],
        defect,
    }
}

/// A mutant with a fault on every request to the API.
const fn with_fault(bug: &'static str, caught_by: &'static str, fault: &'static str) -> Mutant {
    mutant(bug, Some(caught_by), Bug::Fault(fault)).by(WIRE)
}

/// Checks for servers that break every response: the other checks would fail, too, or wait for each response.
const WIRE: &[&str] = &["PRV-SUCCESS", "PRV-SCHEMA", "PRV-WHOLE"];

/// A mutant that changes responses in a harmless way.
const fn harmless(
    bug: &'static str,
    response: fn(&PatchedRequest, &mut PatchedResponse),
) -> Mutant {
    let request = |_: &mut PatchedRequest| {};
    mutant(bug, None, Bug::Patch { request, response })
}

/// A mutant that changes requests before the server receives them.
const fn patch_request(
    bug: &'static str,
    caught_by: &'static str,
    request: fn(&mut PatchedRequest),
) -> Mutant {
    patch_both(bug, caught_by, request, |_, _| {})
}

/// A mutant that changes responses before the client receives them.
const fn patch_response(
    bug: &'static str,
    caught_by: &'static str,
    response: fn(&PatchedRequest, &mut PatchedResponse),
) -> Mutant {
    patch_both(bug, caught_by, |_| {}, response)
}

const fn patch_both(
    bug: &'static str,
    caught_by: &'static str,
    request: fn(&mut PatchedRequest),
    response: fn(&PatchedRequest, &mut PatchedResponse),
) -> Mutant {
    mutant(bug, Some(caught_by), Bug::Patch { request, response })
}

fn is_list(request: &PatchedRequest) -> bool {
    request.is(&Method::GET, "/orders")
}

fn is_create(request: &PatchedRequest) -> bool {
    request.is(&Method::POST, "/orders")
}

fn is_results(request: &PatchedRequest) -> bool {
    request.is(&Method::GET, "*/results")
}

/// The organization that a key names.
fn organization(request: &PatchedRequest) -> String {
    let key = request.bearer().unwrap_or_default();
    key[key.len().saturating_sub(6)..].to_owned()
}

/// Whether it is the control request that creates a key.
fn mints_key(request: &PatchedRequest) -> bool {
    request.head.method == Method::POST && request.path().ends_with("/keys")
}

/// Whether it is the control request that reads the settings.
fn reads_settings(request: &PatchedRequest) -> bool {
    request.head.method == Method::GET && request.path() == "/_mock/settings"
}

fn rename(object: &mut Value, old: &str, new: &str) {
    if let Some(value) = object.as_object_mut().and_then(|fields| fields.remove(old)) {
        object[new] = value;
    }
}

/// Removes all other fields of an object.
fn keep_fields(object: &mut Value, names: &[&str]) {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|name, _| names.contains(&name.as_str()));
    }
}

/// The rows of a list in a body.
fn rows<'a>(body: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    let rows = body.get_mut(name).and_then(Value::as_array_mut);
    rows.into_iter().flatten()
}

/// Keeps only some parameters of the query, if there is a query.
fn keep_parameters(request: &mut PatchedRequest, keep: impl Fn(&str) -> bool) {
    if request.query().is_empty() {
        return;
    }
    let pairs = url::form_urlencoded::parse(request.query().as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.filter(|(name, _)| keep(name)))
        .finish();
    let target = format!("{}?{query}", request.path());
    request.set_target(&target);
}

/// Removes a parameter from the query, if present.
fn ignore_parameter(request: &mut PatchedRequest, name: &str) {
    if request.parameter(name).is_some() {
        keep_parameters(request, |known| known != name);
    }
}

/// Replaces the value of a parameter.
fn set_parameter(request: &mut PatchedRequest, name: &str, value: &str) {
    keep_parameters(request, |known| known != name);
    let with = format!("{}?{}&{name}={value}", request.path(), request.query());
    request.set_target(&with);
}

/// Moves a page other than the first.
fn move_page(request: &mut PatchedRequest, by: i64) {
    let offset = request
        .parameter("offset")
        .and_then(|text| text.parse::<i64>().ok());
    if let Some(offset @ 1..) = offset {
        set_parameter(request, "offset", &(offset + by).to_string());
    }
}

/// Removes a field from the body, if present.
fn ignore_field(request: &mut PatchedRequest, name: &str) {
    request.edit(|body| drop(body.as_object_mut().and_then(|fields| fields.remove(name))));
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use schemas::Parameter;
    use strum::VariantArray as _;

    use crate::{
        provider::checks::{self, CHECKS},
        selftest::servers::mutants,
    };

    #[test]
    fn names_are_unique_and_checks_exist() {
        let mut names = HashSet::new();
        for mutant in mutants() {
            assert!(names.insert(mutant.name()), "{}", mutant.bug);
            for id in mutant.caught_by.iter().chain(mutant.judged_by) {
                assert!(checks::find(id).is_some(), "{}: {id}", mutant.bug);
            }
        }
    }

    /// A server that ignores a parameter returns rows that were not asked for.
    #[test]
    fn every_query_parameter_has_a_mutant_that_ignores_it() {
        for parameter in Parameter::VARIANTS {
            let bug = if *parameter == Parameter::OrderId {
                "every order lists the deliveries of all".to_owned()
            } else {
                format!("{parameter} is ignored")
            };
            assert!(mutants().any(|mutant| mutant.bug == bug), "{bug}");
        }
    }

    #[test]
    fn every_check_has_a_mutant() {
        let meant: BTreeSet<_> = mutants().filter_map(|mutant| mutant.caught_by).collect();
        let checks: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(checks, meant);
    }
}
