//! The client rules that a recording can exercise about repeated requests.

use std::collections::HashMap;

use super::{
    budget::REPEATED_REQUESTS,
    judge::Outcome,
    recorded::{RecordedExchange, RecordedResponse},
    requests::RuleViolation,
};
use crate::clients::{
    self, Rule,
    credential::Credential,
    rules::{Judgement, Trials},
    scenarios::{self, CONTROL},
    trace::{self, Message, Origin, Request, Response, Trace},
    trial_record::TrialRecord,
};

/// Rules that need only requests, responses and times. Others need what no recording contains: bytes, ends of connections,
/// output.
const RETRY_RULES: [&str; 3] = ["CLI-RETRY-1", "CLI-RETRY-2", "CLI-RETRY-10"];
/// Rules that also need every request, and whose requests have a response: one without may never have been sent.
const COMPLETE_RULES: [&str; 1] = ["CLI-RETRY-11"];
/// Rules that also need to know which requests have the same key.
const SAME_KEY_RULES: [&str; 2] = ["CLI-AUTH-7", "CLI-AUTH-8"];

pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    let others = RETRY_RULES.into_iter().chain(COMPLETE_RULES);
    SAME_KEY_RULES.into_iter().chain(others)
}

/// The headers that the rules look at, in requests and in responses. Others are not stored.
const HEADERS: [&str; 2] = ["access-control-request-method", "retry-after"];
/// Maximum size of all stored requests in bytes, the size of each, and that of a header besides its name and value.
const MAX_TRACED: usize = REPEATED_REQUESTS << 20;
const PER_CALL: usize = 1024;
const PER_HEADER: usize = 128;

/// The result of a rule that was exercised.
#[derive(Debug)]
pub(super) struct RuleVerdict {
    /// The rule.
    pub id: &'static str,
    /// The violation, if there is one.
    pub broken: Option<RuleViolation>,
}

impl RuleVerdict {
    pub(super) fn outcome(&self) -> Outcome {
        Outcome::passed_if(self.broken.is_none())
    }
}

/// The key of a request.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Identity {
    /// A key; empty if the request had none.
    Key(String),
    /// The recording does not contain it.
    Unknown,
}

/// The requests of each key.
#[derive(Debug)]
pub(super) struct Traces {
    by_key: HashMap<Identity, Trace>,
    /// Their size in bytes, and its maximum.
    size: usize,
    max_size: usize,
    /// Requests beyond the limit, or with an unknown body.
    pub(super) left_out: usize,
}

impl Default for Traces {
    fn default() -> Self {
        Self::with_limit(MAX_TRACED)
    }
}

impl Traces {
    fn with_limit(max_size: usize) -> Self {
        Self {
            by_key: HashMap::new(),
            size: 0,
            max_size,
            left_out: 0,
        }
    }

    /// Adds a request with a key, if its time is known.
    pub(super) fn note(&mut self, identity: Identity, exchange: RecordedExchange) {
        let Some(at) = exchange.at else { return };
        if exchange.request.body.is_none() {
            match exchange.method.as_str() {
                "GET" | "HEAD" | "DELETE" => {}
                // It may be the same as another one, or not.
                "POST" | "PUT" | "PATCH" => {
                    self.left_out += 1;
                    return;
                }
                // A browser sends `OPTIONS`, not the client.
                _ => return,
            }
        }
        let exchange = traced(exchange, at);
        let size = size(&exchange);
        if self.size + size > self.max_size {
            self.left_out += 1;
            return;
        }
        self.size += size;
        let trace = self.by_key.entry(identity).or_default();
        trace.exchanges.push(exchange);
    }

    /// The results of the rules. If requests were left out, only violations count.
    pub(super) fn judge(mut self) -> Vec<RuleVerdict> {
        let Some(scenario) = scenarios::find(CONTROL) else {
            return Vec::new();
        };
        // If keys are redacted, a request without one may have had any key.
        let anonymous = Identity::Key(String::new());
        if self.by_key.contains_key(&Identity::Unknown)
            && let Some(trace) = self.by_key.remove(&anonymous)
            && let Some(unknown) = self.by_key.get_mut(&Identity::Unknown)
        {
            unknown.exchanges.extend(trace.exchanges);
        }
        let (mut evidence, mut unknown) = (Vec::new(), Vec::new());
        for (identity, mut trace) in self.by_key {
            trace.exchanges.sort_by_key(trace::Exchange::at);
            // It is unknown which of them shared a connection, so each gets its own.
            for (number, exchange) in trace.exchanges.iter_mut().enumerate() {
                exchange.connection = number;
            }
            let (key, known) = match identity {
                Identity::Key(key) => (key, &mut evidence),
                Identity::Unknown => (String::new(), &mut unknown),
            };
            known.push(TrialRecord::new(scenario, Credential::Key(key), trace));
        }
        evidence.sort_by(|trial, other| trial.credential.secret().cmp(other.credential.secret()));
        let mut verdicts = judge(&SAME_KEY_RULES, &evidence);
        evidence.append(&mut unknown);
        verdicts.extend(judge(&RETRY_RULES, &evidence));
        if self.left_out == 0 {
            for trial in &mut evidence {
                let exchanges = &mut trial.trace.exchanges;
                exchanges.retain(|exchange| exchange.response().is_some());
            }
            verdicts.extend(judge(&COMPLETE_RULES, &evidence));
        }
        verdicts.retain(|verdict| self.left_out == 0 || verdict.outcome() == Outcome::Broken);
        verdicts
    }
}

/// The size in memory of a stored exchange, in bytes.
fn size(exchange: &trace::Exchange) -> usize {
    let request = &exchange.request;
    let response = exchange.response().map(|response| &response.message);
    let messages = response.into_iter().chain([&request.message]);
    let headers = messages.flat_map(|message| &message.headers);
    let headers = headers.map(|(name, value)| PER_HEADER + name.capacity() + value.capacity());
    let texts = request.method.capacity() + request.target.capacity();
    PER_CALL + texts + headers.sum::<usize>() + request.message.body.capacity()
}

fn judge(rules: &[&str], evidence: &[TrialRecord]) -> Vec<RuleVerdict> {
    let options = clients::Options::default();
    let trials = Trials {
        all: evidence,
        elsewhere: &[],
        limits: options.limits,
        max_attempts: options.max_attempts,
        max_memory: options.max_memory,
    };
    let rules = rules.iter().filter_map(|id| clients::find(id));
    rules.flat_map(|rule| verdicts(rule, trials)).collect()
}

fn verdicts(rule: &'static Rule, trials: Trials<'_>) -> Vec<RuleVerdict> {
    let judged = rule.judge(trials).into_iter();
    judged
        .filter_map(|(_, judgement)| {
            let violation = match judgement {
                Judgement::Pass => None,
                Judgement::Violation(seen) => Some(RuleViolation::new(rule.id, "calls", seen)),
                Judgement::NotExercised | Judgement::Inconclusive(_) => return None,
            };
            Some(RuleVerdict {
                id: rule.id,
                broken: violation,
            })
        })
        .collect()
}

fn is_kept(header: &str) -> bool {
    HEADERS.iter().any(|kept| header.eq_ignore_ascii_case(kept))
}

/// Converts a request for the client rules.
fn traced(exchange: RecordedExchange, at: std::time::Duration) -> trace::Exchange {
    let (ended_at, answered_at) = (at + exchange.took, at + exchange.head_after);
    let message = |headers: Option<Vec<(String, String)>>, body, head_at, ended_at| Message {
        headers: headers
            .into_iter()
            .flatten()
            .filter(|(name, _)| is_kept(name))
            .map(|(name, value)| (name, value.into_bytes()))
            .collect(),
        body,
        started_at: head_at,
        head_at,
        ended_at,
        whole: true,
    };
    let url = &exchange.url;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let response = match exchange.answer {
        None => trace::Outcome::None,
        // None of these rules depends on the body of a response.
        Some(RecordedResponse {
            status,
            message: recorded,
            ..
        }) => trace::Outcome::Response(Response {
            status,
            informational: Vec::new(),
            message: message(recorded.headers, Vec::new(), answered_at, ended_at),
        }),
    };
    let sent = exchange.request;
    trace::Exchange {
        origin: Origin::Api,
        connection: 0,
        open_from: at,
        request: Request {
            method: exchange.method,
            target,
            message: message(sent.headers, sent.body.unwrap_or_default(), at, at),
        },
        outcome: response,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::traffic::recorded::RecordedMessage;

    /// A request that is rejected permanently.
    fn refused(second: u64) -> RecordedExchange {
        RecordedExchange {
            at: Some(Duration::from_secs(second)),
            answer: Some(RecordedResponse {
                status: 401,
                code: None,
                message: RecordedMessage::default(),
            }),
            ..RecordedExchange::new("GET", "http://localhost/api/v1/orders".parse().unwrap())
        }
    }

    fn key(key: &str) -> Identity {
        Identity::Key(key.to_owned())
    }

    #[test]
    fn requests_with_unknown_keys_may_belong_to_two_clients() {
        let broken = |identity, other| {
            let mut traces = Traces::default();
            traces.note(identity, refused(0));
            traces.note(other, refused(1));
            let verdicts = traces.judge().into_iter();
            let broken = verdicts.filter(|verdict| verdict.outcome() == Outcome::Broken);
            broken.map(|verdict| verdict.id).collect::<Vec<_>>()
        };
        assert_eq!(broken(key("a"), key("a")), ["CLI-AUTH-7"]);
        assert_eq!(broken(Identity::Unknown, Identity::Unknown), [""; 0]);
        assert_eq!(broken(key(""), Identity::Unknown), [""; 0]);
    }

    #[test]
    fn refusal_before_the_next_request_is_final_despite_a_short_gap() {
        let judged = |gap: u64| {
            let mut traces = Traces::default();
            for number in 0..3_u64 {
                let mut exchange = refused(0);
                exchange.at = Some(Duration::from_millis(number * gap));
                exchange.took = Duration::from_millis(2);
                exchange.head_after = exchange.took;
                traces.note(key("one"), exchange);
            }
            let mut verdicts = traces.judge().into_iter();
            let about = verdicts.find(|verdict| verdict.id == "CLI-AUTH-7");
            about.map(|verdict| verdict.outcome())
        };
        assert_eq!(judged(20), Some(Outcome::Broken));
        assert_eq!(judged(1), None, "some were under way");
        assert_eq!(judged(0), Some(Outcome::Kept), "all were sent before");
    }

    #[test]
    fn post_that_failed_is_repeated_only_after_a_look_at_the_list() {
        let sent = |second: u64, method: &str, status: Option<u16>| {
            let mut sent = refused(second);
            sent.method = method.to_owned();
            sent.request.body = (method == "POST").then(|| b"{}".to_vec());
            sent.answer = sent
                .answer
                .zip(status)
                .map(|(answer, status)| RecordedResponse { status, ..answer });
            sent
        };
        let judged = |sent: Vec<RecordedExchange>| {
            let mut traces = Traces::default();
            for exchange in sent {
                traces.note(key("one"), exchange);
            }
            let mut verdicts = traces.judge().into_iter();
            let about = verdicts.find(|verdict| verdict.id == "CLI-RETRY-11");
            about.map(|verdict| verdict.outcome())
        };
        let failed = || sent(0, "POST", Some(502));
        let again = || sent(5, "POST", Some(201));
        assert_eq!(judged(vec![failed()]), Some(Outcome::Kept));
        assert_eq!(judged(vec![failed(), again()]), Some(Outcome::Broken));
        let looked = vec![failed(), sent(2, "GET", Some(200)), again()];
        assert_eq!(judged(looked), None);
        // It may have been blocked before it was sent.
        assert_eq!(judged(vec![sent(0, "POST", None), again()]), None);
        let mut unknown = sent(2, "POST", Some(201));
        unknown.request.body = None;
        assert_eq!(judged(vec![failed(), unknown, again()]), None);
    }

    #[test]
    fn leaves_out_requests_beyond_its_memory() {
        let exchange = || {
            let mut exchange = refused(0);
            let header = |name: &str| (name.to_owned(), "x".repeat(10_000));
            let headers = vec![header("x-long"), header("Retry-After")];
            exchange.answer.as_mut().unwrap().message.headers = Some(headers);
            exchange.request.body = Some(vec![b'x'; 10_000]);
            exchange
        };
        let size = size(&traced(exchange(), Duration::ZERO));
        assert!((20_000..30_000).contains(&size), "{size}");
        let mut traces = Traces::with_limit(3 * size);
        for _ in 0..5 {
            traces.note(key("one"), exchange());
        }
        assert_eq!(traces.left_out, 2);
    }

    #[test]
    fn does_not_pass_a_rule_if_the_body_of_a_request_is_missing() {
        let judged = |method: &str| {
            let mut traces = Traces::default();
            traces.note(key("one"), refused(0));
            let mut repeated = refused(1);
            repeated.method = method.to_owned();
            traces.note(key("one"), repeated);
            let left_out = traces.left_out;
            let verdicts = traces.judge();
            let is_kept = |verdict: &RuleVerdict| verdict.outcome() == Outcome::Kept;
            (left_out, verdicts.iter().any(is_kept))
        };
        assert_eq!(judged("POST"), (1, false));
        assert_eq!(judged("OPTIONS"), (0, true));
    }

    #[test]
    fn does_not_pass_a_rule_if_requests_are_missing() {
        let mut traces = Traces::default();
        traces.note(key("one"), refused(0));
        assert!(
            Traces::judge(traces)
                .iter()
                .any(|verdict| verdict.outcome() == Outcome::Kept)
        );
        let size = size(&traced(refused(0), Duration::ZERO));
        let mut traces = Traces::with_limit(3 * size);
        for (name, second) in [("one", 0), ("other", 0), ("one", 1), ("one", 2)] {
            traces.note(key(name), refused(second));
        }
        assert_eq!(traces.left_out, 1);
        let verdicts = traces.judge();
        let broken = |verdict: &RuleVerdict| verdict.outcome() == Outcome::Broken;
        assert!(!verdicts.is_empty() && verdicts.iter().all(broken));
    }
}
