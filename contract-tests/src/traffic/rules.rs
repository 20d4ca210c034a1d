//! The rules of clients that a recording can tell of: those about calls that are made again, and about the URL.

use std::collections::HashMap;

use schemas::key::ApiKey;

use super::{
    judge::Tally,
    recorded::{Answer, Recorded},
    requests::Broken,
};
use crate::clients::{
    self, Rule,
    rules::{Judgement, Trials},
    scenarios::{self, CONTROL},
    trace::{self, Message, Origin, Request, Response, Trace},
    trial::Evidence,
};

/// Rules that need no more than calls, answers and times. Others are about what no recording has: bytes, ends of
/// connections, output.
const RULES: [&str; 5] = [
    "CLI-AUTH-7",
    "CLI-AUTH-8",
    "CLI-RETRY-1",
    "CLI-RETRY-2",
    "CLI-RETRY-10",
];
/// Those that need the key itself, and not a mask of it.
const KEY_RULES: [&str; 1] = ["CLI-AUTH-3"];
/// Keys that are told apart.
pub(super) const MAX_KEYS: usize = 1_000;

/// Bytes of all calls that are kept, and what each takes besides its body.
const MAX_TRACED: usize = 512 * 1024 * 1024;
const PER_CALL: usize = 2 * 1024;

/// What each key was used for, and how many bytes that takes.
#[derive(Debug, Default)]
pub(super) struct Traces(HashMap<String, Trace>, usize);

impl Traces {
    /// Whether a key has not been seen so far.
    fn is_new(&self, key: &str) -> bool {
        !self.0.contains_key(key)
    }

    /// Notes a call with a key, if its time is known.
    pub(super) fn note(&mut self, key: &str, exchange: Recorded) {
        let Some(at) = exchange.at else { return };
        // Two calls whose bodies are not known may be two different ones.
        let bodiless = matches!(exchange.method.as_str(), "GET" | "HEAD" | "DELETE");
        if !bodiless && exchange.request.body.is_none() {
            return;
        }
        if self.0.len() == MAX_KEYS && self.is_new(key) {
            return;
        }
        let body = exchange.request.body.as_ref().map_or(0, Vec::len);
        self.1 += PER_CALL + body;
        if self.1 > MAX_TRACED {
            return;
        }
        let trace = self.0.entry(key.to_owned()).or_default();
        trace.exchanges.push(traced(exchange, at));
    }

    /// What the rules say.
    pub(super) fn judge(self) -> Vec<(Tally, Option<Broken>)> {
        let Some(scenario) = scenarios::find(CONTROL) else {
            return Vec::new();
        };
        let mut evidence = Vec::new();
        for (key, mut trace) in self.0 {
            trace.exchanges.sort_by_key(trace::Exchange::at);
            evidence.push(Evidence {
                scenario,
                key,
                trace,
                output: None,
                took: std::time::Duration::ZERO,
                out_of_time: false,
            });
        }
        evidence.sort_by(|one, other| one.key.cmp(&other.key));
        let mut verdicts = judge(&RULES, &evidence);
        evidence.retain(|one| ApiKey::parse(&one.key).is_ok());
        verdicts.extend(judge(&KEY_RULES, &evidence));
        verdicts
    }
}

fn judge(rules: &[&str], evidence: &[Evidence]) -> Vec<(Tally, Option<Broken>)> {
    let options = clients::Options::default();
    let trials = Trials {
        all: evidence,
        limits: options.limits,
        max_attempts: options.max_attempts,
    };
    let rules = rules.iter().filter_map(|id| clients::find(id));
    rules.flat_map(|rule| verdicts(rule, trials)).collect()
}

fn verdicts(rule: &'static Rule, trials: Trials<'_>) -> Vec<(Tally, Option<Broken>)> {
    let judged = rule.judge(trials).into_iter();
    judged
        .filter_map(|(_, judgement)| match judgement {
            Judgement::Kept => Some((Tally::Kept, None)),
            Judgement::Broken(seen) => {
                Some((Tally::Broken, Some(Broken::new(rule.id, "calls", seen))))
            }
            Judgement::NotArmed | Judgement::Unclear(_) => None,
        })
        .collect()
}

fn traced(exchange: Recorded, at: std::time::Duration) -> trace::Exchange {
    let ended_at = at + exchange.took;
    let message = |headers: Option<Vec<(String, String)>>, body, head_at, ended_at| Message {
        headers: headers
            .into_iter()
            .flatten()
            .map(|(name, value)| (name, value.into_bytes()))
            .collect(),
        body,
        head_at,
        ended_at,
        whole: true,
    };
    let url = &exchange.url;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let answer = match exchange.answer {
        None => trace::Answer::None,
        // No rule of these reads the body of an answer.
        Some(Answer { status, part, .. }) => trace::Answer::Response(Response {
            status,
            informational: Vec::new(),
            message: message(part.headers, Vec::new(), ended_at, ended_at),
        }),
    };
    let sent = exchange.request;
    trace::Exchange {
        origin: Origin::Api,
        connection: 0,
        request: Request {
            method: exchange.method,
            target,
            message: message(sent.headers, sent.body.unwrap_or_default(), at, at),
        },
        answer,
    }
}
