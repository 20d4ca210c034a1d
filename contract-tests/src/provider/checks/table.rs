//! The table of every check: its id, evidence and source, how it runs, what it requires and sends, its rule, and why.

mod authentication;
mod credentials;
mod http_rules;
mod oauth;
mod objects;
mod orders;
mod rate_limit;
mod responses;
mod searches;
mod validation;

use crate::{
    finding::concat::{concat, length},
    provider::check::Check,
};

/// Checks that send nothing come last, after the responses that they judge.
const PARTS: &[&[Check]] = &[
    credentials::CHECKS,
    oauth::CHECKS,
    objects::CHECKS,
    orders::CHECKS,
    searches::CHECKS,
    authentication::CHECKS,
    rate_limit::CHECKS,
    http_rules::CHECKS,
    validation::CHECKS,
    responses::CHECKS,
];

/// Every check, in the order in which it is reported.
pub static CHECKS: &[Check] = &concat::<_, { length(PARTS) }>(PARTS);
