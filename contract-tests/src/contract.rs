//! Checks responses against the contract, body and headers, and records how much of the contract was seen.

pub(crate) mod ambiguities;
pub(crate) mod challenges;
pub(crate) mod consistency;
pub(crate) mod correspondence;
pub(crate) mod coverage;
pub(crate) mod duplicates;
mod echo;
mod expected;
mod ietf_quota;
mod key_role;
mod list_page;
pub(crate) mod response_headers;
mod schema_coverage;
mod unseen;
mod validate;

pub use self::{
    coverage::CoverageLog,
    key_role::{KeyRole, KeysError, RoleKey, read as read_keys},
    validate::InvalidContract,
};
pub(crate) use self::{
    coverage::{Aspect, CoverageRow, NO_RESPONSE, NO_RESPONSE_TO_A_KEY},
    echo::EchoDetector,
    expected::{Expected, QuotaField},
    ietf_quota::{parameter, reported},
    key_role::variable_of,
    list_page::{expect_own_statements, expect_within_limit},
    schema_coverage::{KeywordCount, Keywords, alternatives},
    unseen::UNKNOWN_ID,
    validate::{Contract, FieldSchema, Unlike, declared_evidence, resolve},
};
