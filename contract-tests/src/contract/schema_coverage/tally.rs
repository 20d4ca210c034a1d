//! Counts how much of a schema response bodies have covered: its places, and the keywords that values were checked against.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The type of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Type {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

const TYPES: usize = 6;

impl Type {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// A keyword at a place of a schema.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Keyword {
    pub(super) place: usize,
    pub(super) name: String,
    /// The type of the values that it applies to; `None` if it applies to all.
    of: Option<Type>,
}

impl Keyword {
    /// `None` if a value cannot violate the keyword. `properties` and `items` are not keywords here: they have their own
    /// places.
    pub(super) fn of(place: usize, name: &str) -> Option<Self> {
        let of = match name {
            "type" | "enum" | "const" | "anyOf" | "oneOf" | "not" => None,
            "minLength" | "maxLength" | "pattern" | "format" => Some(Type::String),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                Some(Type::Number)
            }
            "minItems" | "maxItems" | "uniqueItems" => Some(Type::Array),
            "required"
            | "additionalProperties"
            | "minProperties"
            | "maxProperties"
            | "dependentRequired" => Some(Type::Object),
            _ => return None,
        };
        let name = name.to_owned();
        Some(Self { place, name, of })
    }
}

/// How much of a schema bodies have covered.
#[derive(Clone, Debug)]
pub(crate) struct SchemaCoverage {
    /// For each place, the number of values by type.
    values: Vec<[usize; TYPES]>,
    /// For each keyword, the number of values that violate it.
    broken: Vec<usize>,
}

/// The coverage of the keywords of a schema.
#[derive(Clone, Debug, Default, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Keywords<Name: Ord = String> {
    /// The number in the schema, at all its places.
    pub of: usize,
    /// The number that a value was checked against.
    pub seen: usize,
    /// The number that a value satisfied.
    pub valid: usize,
    /// The number that a value broke.
    pub invalid: usize,
    /// The broken ones, such as `$.orders[*].status enum`.
    pub broken: BTreeMap<Name, KeywordCount>,
}

/// The number of values that were checked against a keyword.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[schemars(deny_unknown_fields)]
#[schemars(rename = "Held")]
pub struct KeywordCount {
    /// In all.
    pub seen: usize,
    /// Those that broke it.
    pub invalid: usize,
}

impl SchemaCoverage {
    pub(super) fn of(places: usize, keywords: usize) -> Self {
        Self {
            values: vec![[0; TYPES]; places],
            broken: vec![0; keywords],
        }
    }

    pub(super) fn count_value(&mut self, place: usize, value_type: Type) {
        self.values[place][value_type as usize] += 1;
    }

    pub(super) fn count_broken(&mut self, keyword: usize) {
        self.broken[keyword] += 1;
    }

    /// Adds the coverage of another body of the same schema.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            mine.iter_mut()
                .zip(theirs)
                .for_each(|(sum, one)| *sum += one);
        }
        let broken = self.broken.iter_mut().zip(&other.broken);
        broken.for_each(|(sum, one)| *sum += one);
    }

    /// Whether a place had a value other than `null`.
    pub(super) fn has(&self, place: usize) -> bool {
        let types = self.values[place].iter().enumerate();
        types.skip(Type::Bool as usize).any(|(_, count)| *count > 0)
    }

    pub(super) fn keywords(
        &self,
        keywords: &[Keyword],
        name: impl Fn(&Keyword) -> String,
    ) -> Keywords {
        let mut all = Keywords {
            of: keywords.len(),
            ..Keywords::default()
        };
        for (keyword, broken) in keywords.iter().zip(&self.broken) {
            let count = self.keyword_count(keyword, *broken);
            all.seen += usize::from(count.seen > 0);
            all.valid += usize::from(count.seen > count.invalid);
            all.invalid += usize::from(count.invalid > 0);
            if count.invalid > 0 {
                all.broken.insert(name(keyword), count);
            }
        }
        all
    }

    fn keyword_count(&self, keyword: &Keyword, invalid: usize) -> KeywordCount {
        let counts = &self.values[keyword.place];
        let seen = match keyword.of {
            None => counts.iter().sum(),
            Some(of) => counts[of as usize],
        };
        KeywordCount { seen, invalid }
    }
}
