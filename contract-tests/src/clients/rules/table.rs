//! The table of all rules: text, reason, source, what exercises each rule, and how to follow it.

/// A row of the table.
macro_rules! rule {
    (
        $id:literal $level:ident $kind:ident $judge:path,
        $rule:literal,
        because $why:literal,
        source $source:literal,
        exercised by $exercised:literal,
        tolerance $tolerance:literal,
        advice $advice:literal,
    ) => {
        Rule {
            id: $id,
            level: Level::$level,
            rule: $rule,
            why: $why,
            source: $source,
            exercised_by: $exercised,
            tolerance: $tolerance,
            advice: $advice,
            judge: Judge::$kind($judge),
        }
    };
}

mod keys;
mod oauth;
mod requests;
mod responses;
mod retries;

use super::Rule;
use crate::finding::concat::{concat, length};

const PARTS: &[&[Rule]] = &[
    keys::RULES,
    oauth::RULES,
    retries::RULES,
    responses::RULES,
    requests::RULES,
];

/// Every rule, in the order of reports.
pub static RULES: &[Rule] = &concat::<_, { length(PARTS) }>(PARTS);
