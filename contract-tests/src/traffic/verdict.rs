//! What was found in traffic, and how it is shown.

use std::fmt;

use schemas::{Evidence, Operation};
use serde::Serialize;

use super::{judge::Tally, requests::Broken};
use crate::{
    ExitCode,
    check::Verdict,
    secrets::{Clean, Secrets},
};

/// Findings that are told apart; more are only counted.
const MAX_FINDINGS: usize = 500;
/// Bytes of a text that are shown.
const SHOWN: usize = 400;

/// Whose mistake it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Side {
    /// That of who asks.
    Client,
    /// That of who answers.
    Server,
}

/// Something that is not as the contract says, however often it was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The rule.
    pub id: &'static str,
    /// Whose mistake it is.
    pub side: Side,
    /// What it weighs.
    pub verdict: Verdict,
    /// The operation, such as `list_orders`.
    pub operation: Option<&'static str>,
    /// Where.
    pub at: Clean,
    /// What is wrong.
    pub message: Clean,
    /// Where it was seen first.
    pub first: String,
    /// How often it was seen.
    pub count: usize,
}

impl Finding {
    /// In one line.
    pub fn line(&self) -> String {
        let Self {
            id,
            side,
            verdict,
            at,
            message,
            ..
        } = self;
        let operation = self.operation.unwrap_or("-");
        let line = format!("{verdict} {id} {side} {operation} {at}: {message}");
        line.replace(char::is_control, "?")
    }
}

/// How much of something was right.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Count {
    /// How often it was judged.
    pub judged: usize,
    /// How often it was right.
    pub right: usize,
}

impl Count {
    pub(super) fn add(&mut self, tally: Tally) {
        self.judged += 1;
        self.right += usize::from(tally == Tally::Kept);
    }
}

/// What came of all.
#[derive(Clone, Debug, Serialize)]
pub struct Traffic {
    /// Exchanges with the API.
    pub exchanges: usize,
    /// Exchanges with others, which are left out.
    pub others: usize,
    /// Requests that came to no answer.
    pub unanswered: usize,
    /// Answers whose headers or body the recording does not have.
    pub without_body: usize,
    /// Calls that the rules about what a client does over time could not take in.
    pub left_out: usize,
    /// Requests of operations.
    pub requests: Count,
    /// Their answers, as far as they could be judged.
    pub answers: Count,
    /// Rules about what a client does over time, for each key for which one was put to the test.
    pub rules: Count,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is wrong beyond those.
    pub more: usize,
    #[serde(skip)]
    strict: bool,
}

impl Traffic {
    pub(super) fn new(strict: bool) -> Self {
        Self {
            exchanges: 0,
            others: 0,
            unanswered: 0,
            without_body: 0,
            left_out: 0,
            requests: Count::default(),
            answers: Count::default(),
            rules: Count::default(),
            findings: Vec::new(),
            more: 0,
            strict,
        }
    }

    pub(super) fn tell(
        &mut self,
        side: Side,
        operation: Option<&Operation>,
        place: &str,
        broken: &Broken,
        secrets: &Secrets,
    ) -> Finding {
        let operation = operation.map(|operation| operation.id.as_str());
        let (at, message) = (secrets.text(&broken.at), secrets.text(&broken.message));
        let (at, message) = (at.cut(SHOWN), message.cut(SHOWN));
        let mut known = self.findings.iter_mut();
        let same = known.find(|one| {
            (one.id, one.operation, &one.at, &one.message) == (broken.id, operation, &at, &message)
        });
        if let Some(same) = same {
            same.count += 1;
            return same.clone();
        }
        let verdict = if self.strict || broken.evidence != Evidence::Assumed {
            Verdict::Fail
        } else {
            Verdict::Info
        };
        let finding = Finding {
            id: broken.id,
            side,
            verdict,
            operation,
            at,
            message,
            first: place.to_owned(),
            count: 1,
        };
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding.clone());
        } else {
            self.more += 1;
        }
        finding
    }

    /// The run in one number. What could not be told apart any more counts as a violation.
    pub fn exit_code(&self) -> ExitCode {
        let fails = self.findings.iter().any(|one| one.verdict == Verdict::Fail);
        if fails || self.more > 0 {
            ExitCode::Violated
        } else if self.requests.judged + self.answers.judged + self.rules.judged == 0 {
            ExitCode::NothingRan
        } else if self.unanswered > 0 && self.unanswered == self.requests.judged {
            // What nobody has answered proves neither side.
            ExitCode::Inconclusive
        } else {
            ExitCode::Passed
        }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("numbers and texts can be written") + "\n"
    }
}

/// For people.
impl fmt::Display for Traffic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.findings {
            let Finding {
                id,
                side,
                verdict,
                operation,
                at,
                message,
                first,
                count,
            } = one;
            writeln!(
                out,
                "{verdict:<12}  {id:<14} {side} {}",
                operation.unwrap_or_default()
            )?;
            writeln!(
                out,
                "  at      {at}\n  wrong   {message}\n  seen    {first}, {count} in all"
            )?;
        }
        if self.more > 0 {
            writeln!(out, "{} more are not shown", self.more)?;
        }
        if self.left_out > 0 {
            writeln!(
                out,
                "{} calls were too many for the rules over time",
                self.left_out
            )?;
        }
        let Self {
            exchanges,
            others,
            unanswered,
            without_body,
            requests,
            answers,
            rules,
            ..
        } = self;
        writeln!(
            out,
            "{exchanges} exchanges with the API, {others} with others left out; {unanswered} without an answer, \
             {without_body} answers without their body"
        )?;
        let code = self.exit_code();
        writeln!(
            out,
            "{}: {} of {} requests, {} of {} answers and {} of {} rules are right (exit code {})",
            code.verdict(),
            requests.right,
            requests.judged,
            answers.right,
            answers.judged,
            rules.right,
            rules.judged,
            code as u8,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_answered_is_not_green() {
        let mut traffic = Traffic::new(false);
        assert_eq!(traffic.exit_code(), ExitCode::NothingRan);
        for _ in 0..2 {
            traffic.requests.add(Tally::Kept);
        }
        traffic.unanswered = 2;
        assert_eq!(traffic.exit_code(), ExitCode::Inconclusive);
        traffic.unanswered = 1;
        traffic.answers.add(Tally::Kept);
        assert_eq!(traffic.exit_code(), ExitCode::Passed);
    }
}
