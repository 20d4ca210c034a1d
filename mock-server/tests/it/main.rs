//! Tests the server from the outside: requests in, responses out.
//!
//! `test_app` sends requests without sockets; `response` checks every response before a test sees it. The other modules are
//! the topics; only `wire` and `binary` open sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod call;
mod captures;
mod response;
mod test_app;

mod accepted;
mod access_tokens;
mod api_keys;
mod auth;
mod binary;
mod blacklists;
mod bodies;
mod companies;
mod control;
mod cors;
mod credential_walks;
mod determinism;
mod discovery;
mod documented_only;
mod fidelity;
mod http;
mod job_searches;
mod journal;
mod lists;
mod long_work;
mod memory;
mod oauth;
mod openapi;
mod orders;
mod organization;
mod prospect_searches;
mod prospects;
mod rate_limit;
mod rate_limit_laws;
mod request_ids;
mod results;
mod scenarios;
mod scopes;
mod secrets;
mod testing;
mod ui;
mod valid_request;
mod validation;
mod wire;
