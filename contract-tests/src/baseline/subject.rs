//! What a baseline is about: findings of all judges.

use crate::{
    check::{Finding, Stop, Verdict},
    clients, traffic,
};

/// What a baseline can be about.
pub trait Subject {
    /// The check or the rule.
    fn id(&self) -> &'static str;
    /// The operation, if it is about one.
    fn operation(&self) -> Option<&str>;
    /// The scenario, if it is about one.
    fn scenario(&self) -> Option<&str>;
    /// Where something is wrong, if that is known.
    fn place(&self) -> Option<&str>;
    /// What the report says.
    fn verdict(&self) -> Verdict;
    /// From now on it is known, for this reason.
    fn accept(&mut self, reason: String);
}

impl Subject for Finding {
    fn id(&self) -> &'static str {
        self.id
    }

    fn operation(&self) -> Option<&str> {
        self.operation.map(|operation| operation.id.as_str())
    }

    fn scenario(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> Option<&str> {
        match &self.outcome {
            Err(Stop::Violated(violation)) => Some(&violation.at),
            Ok(()) | Err(Stop::Skipped(_) | Stop::Inconclusive(_)) => None,
        }
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}

impl Subject for clients::Finding {
    fn id(&self) -> &'static str {
        self.rule.id
    }

    fn operation(&self) -> Option<&str> {
        None
    }

    fn scenario(&self) -> Option<&str> {
        self.scenario.map(|scenario| scenario.name)
    }

    fn place(&self) -> Option<&str> {
        None
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}

impl Subject for traffic::Finding {
    fn id(&self) -> &'static str {
        self.id
    }

    fn operation(&self) -> Option<&str> {
        self.operation
    }

    fn scenario(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> Option<&str> {
        (self.verdict != Verdict::Pass).then_some(&*self.at)
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}
