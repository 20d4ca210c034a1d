//! Valid requests of every operation.

use schemas::{
    Entity, Operation,
    documents::Document,
    examples::{self, LiveValue},
};
use serde_json::{Value, json};

use crate::test_app::{Call, Caller, Organization};

impl Organization {
    /// The id of an object that the operation can use, however often this is called.
    #[track_caller]
    pub(crate) fn target(&self, operation: &Operation) -> String {
        let owner = self.spelled("FullAccess");
        match operation.entity() {
            None => String::new(),
            Some(Entity::Order) => owner.first("/orders"),
            Some(Entity::Blacklist) => owner.create_blacklist(),
            Some(Entity::ProspectSearch) => owner.first("/prospect-searches"),
            Some(Entity::Company) => owner.first("/companies"),
            Some(Entity::Prospect) => owner.first("/prospects"),
            Some(Entity::Delivery) => owner.first("/deliveries"),
            Some(Entity::JobSearch) => owner.first("/job-searches"),
            Some(Entity::ApiKey) => "key_1".to_owned(),
            Some(Entity::BlacklistEntry | Entity::RegisterEntry) => {
                unreachable!("no path has one")
            }
        }
    }

    /// A request for the operation that succeeds if the caller is authorized.
    #[track_caller]
    pub(crate) fn sample(&self, operation: &Operation, caller: &Caller) -> Call {
        let id = self.target(operation);
        let call = caller.call(operation.method.clone(), &operation.path_with(&id));
        match operation.request {
            None => call,
            Some(document) => call.json(&self.body(document, &id)),
        }
    }

    fn body(&self, document: Document, id: &str) -> Value {
        let owner = self.spelled("FullAccess");
        let mut body = examples::body(document);
        if let Some(field) = examples::live_field(document) {
            body[field.name] = match field.value {
                LiveValue::EntryIds => json!([owner.first(&format!("/blacklists/{id}/entries"))]),
                LiveValue::BlacklistIds => json!([owner.create_blacklist()]),
                LiveValue::SearchVersion => {
                    let search = owner.get(&format!("/prospect-searches/{id}"));
                    search.ok()["version"].take()
                }
                LiveValue::CompanyId => json!(owner.first("/companies")),
            };
        }
        body
    }
}
