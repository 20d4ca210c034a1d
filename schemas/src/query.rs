//! The query parameters of the lists, and what each may say.

use serde_json::{Value, json};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{
    Evidence::{self, Assumed, Documented},
    source,
};

/// Rows of a page where nothing is said.
pub const DEFAULT_LIMIT: usize = 50;
/// Rows of a page at the most.
pub const MAX_LIMIT: usize = 100;
/// Rows before a page at the most.
pub const MAX_OFFSET: usize = 1_000_000_000;

/// A query parameter. Its name in snake case is the one on the wire.
#[derive(
    Clone, Copy, Debug, Display, EnumString, Eq, Hash, IntoStaticStr, PartialEq, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Parameter {
    /// Rows of the page at the most.
    Limit,
    /// Rows before the page.
    Offset,
}

/// What is known of a query parameter.
#[derive(Clone, Copy, Debug)]
pub struct ParameterFacts {
    /// One sentence for people.
    pub summary: &'static str,
    /// What it may say.
    pub rule: Rule,
    /// How well it is founded.
    pub evidence: Evidence,
    /// The page that says so.
    pub source: &'static str,
}

/// What a query parameter may say.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// A whole number from one to another, without a sign.
    Whole {
        /// The least.
        min: usize,
        /// The most.
        max: usize,
        /// What holds where nothing is said.
        default: usize,
    },
}

impl Parameter {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The row of the table.
    pub const fn facts(self) -> ParameterFacts {
        let (summary, rule, evidence, source) = match self {
            Self::Limit => (
                "Rows of the page at the most.",
                Rule::Whole {
                    min: 1,
                    max: MAX_LIMIT,
                    default: DEFAULT_LIMIT,
                },
                Documented,
                source::AUTHENTICATION,
            ),
            Self::Offset => (
                "Rows before the page.",
                Rule::Whole {
                    min: 0,
                    max: MAX_OFFSET,
                    default: 0,
                },
                Assumed,
                source::OLDER_COMPANIES,
            ),
        };
        ParameterFacts {
            summary,
            rule,
            evidence,
            source,
        }
    }
}

impl Rule {
    /// The rule as a JSON Schema.
    pub fn schema(self) -> Value {
        match self {
            Self::Whole { min, max, default } => {
                json!({"type": "integer", "minimum": min, "maximum": max, "default": default})
            }
        }
    }
}
