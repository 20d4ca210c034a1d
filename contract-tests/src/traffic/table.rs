//! The rules that traffic is judged by: those of the contract that are for traffic only, and which of those of
//! servers and clients can be told from it.

use super::rules;
use crate::{clients, finding::Level, provider::checks};

/// A rule about what a recording shows.
#[derive(Debug)]
pub struct Rule {
    /// Names it for ever: `TRF-QUERY`.
    pub id: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What has to be seen before it can be judged.
    pub exercised_by: &'static str,
    /// What is let pass.
    pub tolerance: &'static str,
    /// How to keep it.
    pub advice: &'static str,
}

/// That an answer is as documented.
pub(super) const ANSWER: &str = "PRV-SCHEMA";
/// That it follows the authority where the documents contradict one another.
pub(super) const READING: &str = "PRV-READING";
/// That it has the headers that belong to it.
pub(super) const HEADERS: &str = "PRV-HEADERS";
/// That a call is one of an operation.
pub(super) const OPERATION: &str = "TRF-OPERATION";
/// That a query is one that the operation knows.
pub(super) const QUERY: &str = "TRF-QUERY";
/// That a body is one of its operation.
pub(super) const BODY: &str = "CLI-HTTP-2";
/// That a credential has its form.
pub(super) const CREDENTIAL: &str = "CLI-AUTH-1";

/// Those that one exchange can break.
const IDS: [&str; 7] = [ANSWER, READING, HEADERS, OPERATION, QUERY, BODY, CREDENTIAL];

/// Every rule that is for traffic only.
pub const RULES: &[Rule] = &[
    Rule {
        id: OPERATION,
        rule: "Every call is one of an operation of the contract.",
        source: "the table of operations",
        exercised_by: "a call to the API",
        tolerance: "HEAD and OPTIONS, of which the contract does not speak",
        advice: "Look method and path up in the contract; only the id in a path varies.",
    },
    Rule {
        id: QUERY,
        rule: "A query parameter of an operation says what the contract allows, and says it once unless it may be repeated.",
        source: "the table of query parameters",
        exercised_by: "a query parameter that the operation knows",
        tolerance: "parameters that the contract does not know; what is only assumed of one informs",
        advice: "Keep within the bounds and words of the parameter, and page with limit and offset.",
    },
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// What there is to say of a rule that traffic is judged by, from whichever table it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleInfo {
    /// Names it.
    pub(crate) id: &'static str,
    /// The rule, as a sentence.
    pub(crate) rule: &'static str,
    /// Who says so.
    pub(crate) source: &'static str,
    /// How much it weighs; of a rule of servers, its evidence says that.
    pub(crate) level: Option<Level>,
    /// What has to be seen before it can be judged.
    pub(crate) exercised_by: &'static str,
    /// What is let pass.
    pub(crate) tolerance: Option<&'static str>,
    /// How to keep it.
    pub(crate) advice: Option<&'static str>,
}

/// Every rule that traffic is judged by.
pub(crate) fn all() -> impl Iterator<Item = RuleInfo> {
    IDS.into_iter().chain(rules::ids()).filter_map(about)
}

/// All that the tables say of a rule.
pub(super) fn about(id: &str) -> Option<RuleInfo> {
    if let Some(rule) = find(id) {
        return Some(RuleInfo {
            id: rule.id,
            rule: rule.rule,
            source: rule.source,
            level: Some(Level::Must),
            exercised_by: rule.exercised_by,
            tolerance: Some(rule.tolerance),
            advice: Some(rule.advice),
        });
    }
    if let Some(rule) = clients::find(id) {
        return Some(RuleInfo {
            id: rule.id,
            rule: rule.rule,
            source: rule.source,
            level: Some(rule.level),
            exercised_by: rules::exercised_by(id).unwrap_or(rule.exercised_by),
            tolerance: Some(rule.tolerance),
            advice: Some(rule.advice),
        });
    }
    let check = checks::find(id)?;
    Some(RuleInfo {
        id: check.id,
        rule: check.rule,
        source: check.source,
        level: None,
        exercised_by: "an answer of an operation that was recorded with its body",
        tolerance: None,
        advice: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_one_of_the_tables() {
        let ids: Vec<_> = all().map(|about| about.id).collect();
        let all = IDS.into_iter();
        assert_eq!(ids, all.chain(rules::ids()).collect::<Vec<_>>());
    }
}
