//! The rules of the contract that only recordings are judged by; all others are those of servers and of clients.

/// A rule about what a recording shows.
#[derive(Debug)]
pub struct Rule {
    /// Names it for ever: `TRF-QUERY`.
    pub id: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What is let pass.
    pub tolerance: &'static str,
    /// How to keep it.
    pub advice: &'static str,
}

/// That a call is one of an operation.
pub(super) const OPERATION: &str = "TRF-OPERATION";
/// That a query is one that the operation knows.
pub(super) const QUERY: &str = "TRF-QUERY";

/// Every such rule.
pub const RULES: &[Rule] = &[
    Rule {
        id: OPERATION,
        rule: "Every call is one of an operation of the contract.",
        source: "the table of operations",
        tolerance: "HEAD and OPTIONS, of which the contract does not speak",
        advice: "Look method and path up in the contract; only the id in a path varies.",
    },
    Rule {
        id: QUERY,
        rule: "A query parameter of an operation says what the contract allows, and says it once unless it may be repeated.",
        source: "the table of query parameters",
        tolerance: "parameters that the contract does not know; what is only assumed of one informs",
        advice: "Keep within the bounds and words of the parameter, and page with limit and offset.",
    },
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}
