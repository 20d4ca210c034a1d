//! Sends the same cases to two servers, such as the sandbox and the real API, and reports where they diverge.
//!
//! Each case is sent to one server, then to the other. The comparison covers facts: status, code, media type, headers, and the
//! shape of bodies; never ids, dates, counts or other values.

mod cases;
mod comparison_report;
mod facts;
mod learned;
mod plan;

use std::{collections::BTreeMap, fmt};

use schemas::{Evidence, assumptions::Assumptions};

use self::cases::cases;
pub use self::comparison_report::{ComparisonReport, DivergenceView, Skipped, schema_text};
use self::{
    cases::{Case, CaseKind},
    facts::Facts,
    learned::Observations,
};
use crate::{
    finding::{ApiRequest, Exchange, ExitCode, NotPassed, Verdict, count},
    provider::session::Session,
};

/// Maximum number of cases listed for a divergence; the others are counted.
const MAX_NAMED_CASES: usize = 3;
/// Maximum number of stored divergences; a server might invent fields without end.
const MAX_DIVERGENCES: usize = 1_000;

/// The result of comparing two servers.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Cases with a response from both servers.
    pub compared: usize,
    /// Where they diverge, each fact once.
    pub divergences: Vec<Divergence>,
    /// Number of divergences beyond the limit.
    pub left_out: usize,
    /// Whether they diverge in a fact that is more than assumed, listed or not.
    violated: bool,
    /// Cases without a response from one of them, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// Behaviour of the right server that the sandbox can adopt.
    pub learned: Assumptions,
    /// Facts that it did not show, with the reason.
    pub unlearned: Vec<(&'static str, String)>,
}

/// A fact that differs between the servers.
#[derive(Debug)]
pub struct Divergence {
    /// The fact: a JSON path, or `header <name>`, or `status`.
    pub at: String,
    /// Its value on the left server.
    pub left: String,
    /// Its value on the right server.
    pub right: String,
    /// The evidence for what the contract says about it; the strongest of all cases.
    pub evidence: Evidence,
    /// The cases in which it differs.
    pub cases: Vec<String>,
}

/// The two servers, as the command line names them.
const SIDES: [&str; 2] = ["left", "right"];

/// Compares two servers, one request at a time to both.
pub async fn run(left: &Session, right: &Session) -> Comparison {
    let mut comparison = Comparison::default();
    let mut observations = Observations::default();
    for operation in schemas::operations::all() {
        let samples = [
            prepare_request(left, operation).await,
            prepare_request(right, operation).await,
        ];
        if let Some(reason) = one_sided(&samples) {
            comparison.skip(format!("{}: {reason}", operation.id));
            continue;
        }
        for kind in cases::CASE_KINDS
            .iter()
            .filter(|kind| (kind.applies_to)(operation))
        {
            let case = Case { kind, operation };
            if let Some(missing) = missing_keys([left, right], kind) {
                comparison.skip(missing);
                continue;
            }
            match send_to_both([left, right], &case, &samples).await {
                Ok([one, other]) => {
                    observations.observe(kind, &case.to_string(), &one, &other);
                    comparison.compare(left, &case, &one, &other);
                    if kind.name == cases::PLAIN && one.status != other.status {
                        // One of them does not have this operation; there is nothing else to see.
                        break;
                    }
                }
                Err(NotPassed::Violated(violation)) => comparison.skip(violation.message),
                Err(NotPassed::Skipped(reason) | NotPassed::Inconclusive(reason)) => {
                    comparison.skip(reason);
                }
            }
        }
    }
    comparison.unlearned = observations.unlearned();
    comparison.learned = observations.into();
    comparison
}

/// Why an operation cannot be compared, if only one of the servers has a valid request for it.
fn one_sided(samples: &[Result<ApiRequest, String>; 2]) -> Option<String> {
    let (without, reason) = match samples {
        [Ok(_), Err(reason)] => (1, reason),
        [Err(reason), Ok(_)] => (0, reason),
        [Ok(_), Ok(_)] | [Err(_), Err(_)] => return None,
    };
    let (with, without) = (SIDES[1 - without], SIDES[without]);
    Some(format!(
        "only the {with} server has data for it; {without}: {reason}"
    ))
}

/// Why a kind of case cannot be sent, if a server lacks a key for it.
fn missing_keys(sessions: [&Session; 2], kind: &CaseKind) -> Option<String> {
    let roles = kind.requirements.keys;
    let missing = sessions.map(|session| session.permissions().missing_key(roles));
    let missing: Vec<_> = missing.into_iter().flatten().collect();
    (!missing.is_empty()).then(|| format!("needs a key: {}", missing.join(" and ")))
}

/// A valid request, prepared once for all cases, or the reason why there is none.
async fn prepare_request(
    session: &Session,
    operation: &'static schemas::Operation,
) -> Result<ApiRequest, String> {
    let reason = |not_passed| match not_passed {
        NotPassed::Skipped(reason) | NotPassed::Inconclusive(reason) => reason,
        NotPassed::Violated(violation) => violation.message,
    };
    let valid_request = async {
        if operation.method != http::Method::GET {
            return Err(NotPassed::Skipped(format!(
                "{} is not prepared",
                operation.id
            )));
        }
        let tenant = session.tenant().await?;
        tenant
            .valid_request(operation, &tenant.full_key().await?)
            .await
    };
    valid_request.await.map_err(reason)
}

/// Sends a case to one server, then to the other.
async fn send_to_both(
    sessions: [&Session; 2],
    case: &Case,
    samples: &[Result<ApiRequest, String>; 2],
) -> Result<[Exchange; 2], NotPassed> {
    let send = async |side: usize| {
        let tenant = sessions[side].tenant().await?;
        let valid_request = samples[side].clone();
        let request = (case.kind.request)(&tenant, case.operation, valid_request).await?;
        sessions[side].send(request).await
    };
    Ok([send(0).await?, send(1).await?])
}

impl Comparison {
    fn skip(&mut self, reason: String) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    fn compare(&mut self, session: &Session, case: &Case, left: &Exchange, right: &Exchange) {
        self.compared += 1;
        let status = case.kind.evidence(case.operation);
        let facts = |exchange| Facts::from_exchange(session, status, exchange);
        for mut fact in facts::divergences(&facts(left), &facts(right)) {
            fact.evidence = fact.evidence.weaker(case.operation.evidence);
            self.violated |= fact.verdict() == Verdict::Fail;
            let full = self.divergences.len() >= MAX_DIVERGENCES;
            let known = self.divergences.iter_mut().find(|divergence| {
                divergence.at == fact.at
                    && divergence.left == fact.left
                    && divergence.right == fact.right
            });
            match known {
                Some(divergence) => {
                    divergence.cases.push(case.to_string());
                    divergence.evidence = stronger(divergence.evidence, fact.evidence);
                }
                None if full => self.left_out += 1,
                None => self.divergences.push(Divergence {
                    cases: vec![case.to_string()],
                    ..fact
                }),
            }
        }
    }

    /// Fails if the servers diverge in a documented or guide fact, or if nothing could be compared.
    pub fn exit_code(&self) -> ExitCode {
        if self.violated {
            ExitCode::Violated
        } else if self.compared == 0 {
            ExitCode::NothingRan
        } else {
            ExitCode::Passed
        }
    }

    /// The learned behaviour, as a file that `mock-server --assumptions` reads.
    pub fn file(&self, right: &url::Url) -> String {
        let facts = toml::to_string(&self.learned).expect("tables of plain values are TOML");
        let unlearned = self.unlearned_lines();
        let unlearned: Vec<_> = unlearned.map(|line| format!("# {line}\n")).collect();
        let unlearned = unlearned.concat();
        format!(
            "# Behaviour of {right}, recorded by `contract-tests twin` for `mock-server --assumptions`.\n{unlearned}\n{facts}"
        )
    }

    /// What the file of learned behaviour lacks, and why.
    pub fn unlearned_lines(&self) -> impl Iterator<Item = String> {
        let unlearned = self.unlearned.iter();
        unlearned.map(|(fact, reason)| format!("{fact} was not learned: {reason}"))
    }
}

fn stronger(evidence: Evidence, other: Evidence) -> Evidence {
    match (evidence, other) {
        (Evidence::Documented, _) | (_, Evidence::Documented) => Evidence::Documented,
        (Evidence::Guide, _) | (_, Evidence::Guide) => Evidence::Guide,
        (Evidence::Assumed, Evidence::Assumed) => Evidence::Assumed,
    }
}

impl Divergence {
    /// A difference in an assumed fact is only reported.
    fn verdict(&self) -> Verdict {
        match self.evidence {
            Evidence::Documented | Evidence::Guide => Verdict::Fail,
            Evidence::Assumed => Verdict::Info,
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}  {:<28}  left {}, right {}  ({}; {})",
            self.verdict(),
            self.at,
            self.left,
            self.right,
            self.evidence,
            first_cases(&self.cases)
        )
    }
}

/// The names of the first cases, and the number of further ones.
fn first_cases(cases: &[String]) -> String {
    let named = cases
        .iter()
        .take(MAX_NAMED_CASES)
        .cloned()
        .collect::<Vec<_>>();
    let more = match cases.len().saturating_sub(MAX_NAMED_CASES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", named.join(", "))
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for divergence in &self.divergences {
            writeln!(formatter, "{divergence}")?;
        }
        for (reason, cases) in &self.skipped {
            writeln!(
                formatter,
                "SKIP  {cases} x  {}",
                schemas::key::redact(reason)
            )?;
        }
        writeln!(
            formatter,
            "{} compared; divergences: {} (exit code {})",
            count(self.compared, "case"),
            self.divergences.len() + self.left_out,
            self.exit_code() as u8
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparing_nothing_does_not_pass() {
        assert_eq!(Comparison::default().exit_code(), ExitCode::NothingRan);
    }

    #[test]
    fn every_kind_of_case_applies_to_some_operation() {
        for kind in cases::CASE_KINDS {
            assert!(
                schemas::operations::all().any(kind.applies_to),
                "{}",
                kind.name
            );
        }
    }
}
