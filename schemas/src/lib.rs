//! The OpenProspect contract, as data that the server and the judge share.
//!
//! Read it in this order:
//!
//! 1. [`operations`]: one row for every HTTP operation;
//! 2. [`error`]: one row for every error code, and the bodies that carry them;
//! 3. [`scope`], [`tier`], [`key`]: what an API key is and what it may do;
//! 4. [`query`]: the parameters of lists;
//! 5. [`orders`] and similar modules: the wire types of a resource;
//! 6. [`documents`]: the JSON Schemas generated from them, committed under `schemas/json/`;
//! 7. [`examples`]: bodies that the schemas must accept;
//! 8. [`openapi`]: all of it as one document, for tools;
//! 9. [`fidelity`]: how close the sandbox is to the vendor's API, and where the documents disagree;
//! 10. [`oauth`]: the endpoints of the authorization server;
//! 11. [`control`]: the sandbox's own operations, which the vendor does not have;
//! 12. [`assumptions`]: facts observed of a server, for the sandbox to adopt.
//!
//! Every statement carries its [`Evidence`]; a server can leave out what is only assumed ([`Profile`]). Nothing here does I/O
//! or depends on a web framework.

#![warn(missing_docs)]

pub mod api_keys;
pub mod assumptions;
pub mod blacklists;
pub mod companies;
pub mod control;
pub mod deliveries;
mod documented;
pub mod documents;
mod entity;
pub mod error;
mod evidence;
pub mod examples;
pub mod fidelity;
pub mod headers;
pub mod job_searches;
pub mod key;
pub mod oauth;
pub mod openapi;
pub mod operations;
pub mod orders;
pub mod organization;
pub mod page;
mod profile;
pub mod prospect_searches;
pub mod prospects;
pub mod query;
pub mod scope;
pub mod text;
pub mod tier;
mod time;
mod validator;

pub use documented::Documented;
pub use entity::Entity;
pub use error::ErrorCode;
pub use evidence::{Evidence, source};
pub use operations::{Operation, OperationId};
pub use profile::Profile;
pub use query::Parameter;
pub use scope::{Preset, Scope, ScopeSet};
pub use tier::Tier;
pub use validator::Validator;

/// Prefix of every documented path, after the origin.
///
/// A base URL, such as the one a client reads from `OPENPROSPECT_API_URL`, includes it.
pub const API_PREFIX: &str = "/api/v1";
