//! Tests of the judge: it passes a faithful server, fails every bug that it is meant to catch, and reports what it could not
//! find out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod advice;
mod attached;
mod baselines;
mod client_errors;
mod client_keys;
mod client_oauth;
mod client_reports;
mod clients;
mod command;
mod connections;
mod documented_only;
mod drift;
mod examples;
mod foreign;
mod github;
mod gone;
mod hanging;
mod hostile;
mod learned;
mod leases;
mod merged;
mod never_seen;
mod nonsense;
mod own_recordings;
mod pages;
mod plans;
mod properties;
mod proxy;
mod proxy_http2;
mod proxy_memory;
mod proxy_stalls;
mod proxy_total;
mod proxy_trailers;
mod raw_http2;
mod real_clients;
mod recorded_answers;
mod recorded_credentials;
mod recorded_values;
mod recordings;
mod reference;
mod replays;
mod reports;
mod rust_tutorial;
mod safe;
mod same_requests;
mod sandbox_reports;
mod secrets;
mod selected_operations;
mod settings;
mod signals;
mod strict;
mod target;
mod tls;
mod traffic;
mod traffic_reports;
mod twin;
mod variables;

/// The allocator of the programs: runs of the judge allocate a lot, and take a tenth less time with it.
#[global_allocator]
static ALLOCATOR: mock_server::cli::Allocator = mock_server::cli::Allocator;
