//! The query parameters of the lists, and the values that each accepts.

use serde_json::{Value, json};
use strum::{Display, EnumString, IntoStaticStr, VariantArray, VariantNames as _};

use crate::{
    Evidence::{self, Assumed, Documented},
    companies::ReviewStatus,
    source,
    text::MAX_NAME,
};

/// Rows of a page if the request has no `limit`.
pub const DEFAULT_LIMIT: usize = 50;
/// Maximum number of rows of a page.
pub const MAX_LIMIT: usize = 100;
/// Maximum offset of a page.
pub const MAX_OFFSET: usize = 1_000_000_000;

/// A query parameter. Its name in snake case is the name on the wire.
#[derive(
    Clone, Copy, Debug, Display, EnumString, Eq, Hash, IntoStaticStr, PartialEq, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Parameter {
    /// Maximum number of rows of the page.
    Limit,
    /// Number of rows before the page.
    Offset,
    /// Only rows of this prospect search.
    ProspectSearchId,
    /// Only companies with at least this match score.
    MinMatchScore,
    /// Only companies with this review status.
    ReviewStatus,
    /// Only companies with one of these review statuses.
    ReviewStatusList,
    /// Only rows that contain this text in one of their fields.
    Search,
    /// Only rows of this company.
    CompanyId,
    /// Only deliveries of this order.
    OrderId,
    /// Only deliveries after this time.
    DeliveredSince,
}

/// The facts about a query parameter.
#[derive(Clone, Copy, Debug)]
pub struct ParameterFacts {
    /// One sentence for people.
    pub summary: &'static str,
    /// The values it accepts.
    pub rule: Rule,
    /// How well it is supported by the vendor's documentation.
    pub evidence: Evidence,
    /// The page that documents it.
    pub source: &'static str,
}

/// The values that a query parameter accepts.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// A whole number within bounds, without a sign.
    Whole {
        /// The minimum.
        min: usize,
        /// The maximum.
        max: usize,
        /// The value if the parameter is not sent.
        default: usize,
    },
    /// A number within bounds.
    Number {
        /// The minimum.
        min: f64,
        /// The maximum.
        max: f64,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any of these words: the parameter repeated, or one value separated by commas.
    Words(&'static [&'static str]),
    /// A text of at most this many characters.
    Text(usize),
    /// An RFC 3339 time with its offset.
    Time,
}

impl Parameter {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The facts about it.
    pub const fn facts(self) -> ParameterFacts {
        let (evidence, source) = match self {
            Self::Limit => (Documented, source::AUTHENTICATION),
            Self::Offset
            | Self::ProspectSearchId
            | Self::MinMatchScore
            | Self::ReviewStatus
            | Self::ReviewStatusList
            | Self::Search => (Assumed, source::OLDER_COMPANIES),
            Self::CompanyId | Self::OrderId => (Assumed, source::OURS),
            Self::DeliveredSince => (Assumed, source::NEWER_DELIVERIES),
        };
        ParameterFacts {
            summary: self.summary(),
            rule: self.rule(),
            evidence,
            source,
        }
    }

    const fn summary(self) -> &'static str {
        match self {
            Self::Limit => "Maximum number of rows of the page.",
            Self::Offset => "Number of rows before the page.",
            Self::ProspectSearchId => "Only companies of this prospect search.",
            Self::MinMatchScore => "Only companies with at least this match score.",
            Self::ReviewStatus => {
                "Only companies with this review status; review_status_list takes precedence."
            }
            Self::ReviewStatusList => "Only companies with one of these review statuses.",
            Self::Search => {
                "Only rows that contain this text, in any letter case: a company in its name, city, business type or \
                 the name of a prospect; a prospect in name, role or company."
            }
            Self::CompanyId => "Only prospects of this company.",
            Self::OrderId => "Only deliveries of this order.",
            Self::DeliveredSince => "Only deliveries after this time.",
        }
    }

    const fn rule(self) -> Rule {
        match self {
            Self::Limit => Rule::Whole {
                min: 1,
                max: MAX_LIMIT,
                default: DEFAULT_LIMIT,
            },
            Self::Offset => Rule::Whole {
                min: 0,
                max: MAX_OFFSET,
                default: 0,
            },
            Self::MinMatchScore => Rule::Number {
                min: 0.0,
                max: 10.0,
            },
            Self::ReviewStatus => Rule::Word(ReviewStatus::VARIANTS),
            Self::ReviewStatusList => Rule::Words(ReviewStatus::VARIANTS),
            Self::ProspectSearchId | Self::Search | Self::CompanyId | Self::OrderId => {
                Rule::Text(MAX_NAME)
            }
            Self::DeliveredSince => Rule::Time,
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
            Self::Number { min, max } => json!({"type": "number", "minimum": min, "maximum": max}),
            Self::Word(words) => json!({"type": "string", "enum": words}),
            Self::Words(words) => {
                json!({"type": "array", "items": {"type": "string", "enum": words}, "minItems": 1})
            }
            Self::Text(most) => json!({"type": "string", "minLength": 1, "maxLength": most}),
            Self::Time => json!({"type": "string", "format": "date-time"}),
        }
    }

    /// Whether the parameter may appear more than once.
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Words(_))
    }
}
