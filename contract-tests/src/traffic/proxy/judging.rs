//! Judges exchanges in a thread of its own, one after the other. Traffic never waits for a judgement: a small compressed body can
//! take long.

use std::{
    io, mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, SendError},
    },
    thread,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::oneshot, time::timeout};

use super::{
    OnFinding,
    body::{self, KeptBody},
    memory::ExchangeMemory,
};
use crate::{
    finding::{count, memory::Held},
    traffic::{
        Finding, base::Base, budget::WAITING, judge::Judge, left_out::LeftOut,
        recorded::RecordedExchange,
    },
};

/// An exchange that has ended.
#[derive(Debug)]
pub(super) struct EndedExchange {
    /// What was recorded of it besides its bodies.
    pub(super) exchange: RecordedExchange,
    pub(super) request_body: Option<KeptBody>,
    /// As it was sent, with its content coding.
    pub(super) response_body: Option<KeptBody>,
}

/// Resolves when an exchange has been judged, or fails if it will not be.
pub(super) type Findings = oneshot::Receiver<Vec<Finding>>;

enum Step {
    Judge(Box<Waiting>),
    End,
}

/// An exchange that waits for the judge.
struct Waiting {
    ended: EndedExchange,
    found: oneshot::Sender<Vec<Finding>>,
    _memory: Held,
}

/// What was not judged.
#[derive(Debug)]
struct Unjudged {
    /// The base URL of the API. Others are never judged.
    base: Base,
    /// Exchanges that the judge has not been told about yet.
    left_out: Mutex<LeftOut>,
    /// Number of exchanges that there was no memory for.
    beyond_memory: AtomicUsize,
    /// Whether the judge must not judge more.
    is_over: AtomicBool,
}

/// The exchanges that wait for the judge.
#[derive(Debug)]
pub(super) struct JudgeQueue {
    steps: mpsc::Sender<Step>,
    memory: Arc<ExchangeMemory>,
    unjudged: Arc<Unjudged>,
}

/// The end of judging.
#[derive(Debug)]
pub(super) struct JudgeEnd {
    steps: mpsc::Sender<Step>,
    unjudged: Arc<Unjudged>,
    judged: oneshot::Receiver<(Judge, usize)>,
}

/// Starts a thread that judges until its end, or until nobody can add exchanges.
pub(super) fn start(
    judge: Judge,
    base: Base,
    memory: Arc<ExchangeMemory>,
    on_finding: OnFinding,
) -> io::Result<(JudgeQueue, JudgeEnd)> {
    let (steps, queue) = mpsc::channel();
    let (done, judged) = oneshot::channel();
    let unjudged = Arc::new(Unjudged {
        base,
        left_out: Mutex::default(),
        beyond_memory: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    });
    let seen = Arc::clone(&unjudged);
    thread::Builder::new()
        .name("judge".to_owned())
        .spawn(move || {
            let judged = judge_all(judge, &queue, &seen, &on_finding);
            drop(on_finding);
            // The proxy may have ended without a result.
            let _ = done.send(judged);
        })?;
    let end = JudgeEnd {
        steps: steps.clone(),
        unjudged: Arc::clone(&unjudged),
        judged,
    };
    let queue = JudgeQueue {
        steps,
        memory,
        unjudged,
    };
    Ok((queue, end))
}

/// Judges all exchanges up to the end; also returns the number of those for which there was no time.
fn judge_all(
    mut judge: Judge,
    queue: &mpsc::Receiver<Step>,
    unjudged: &Unjudged,
    on_finding: &OnFinding,
) -> (Judge, usize) {
    let mut too_late = 0;
    while let Ok(Step::Judge(waiting)) = queue.recv() {
        let Waiting {
            ended,
            found,
            _memory,
        } = *waiting;
        if unjudged.is_over.load(Ordering::Relaxed) {
            too_late += usize::from(unjudged.add(&ended.exchange));
            continue;
        }
        // The server may repeat the key of an exchange that was left out.
        judge.leave_out(unjudged.take());
        let (exchange, _memory) = ended.decoded();
        let findings = judge.judge(exchange);
        findings.iter().for_each(on_finding);
        // Only a response with its violations in its head waits for them.
        let _ = found.send(findings);
    }
    // Requests that were in flight may have ended meanwhile.
    for step in queue.try_iter() {
        if let Step::Judge(waiting) = step {
            too_late += usize::from(unjudged.add(&waiting.ended.exchange));
        }
    }
    (judge, too_late)
}

impl Unjudged {
    /// Adds an exchange; returns whether it is one with the API.
    fn add(&self, exchange: &RecordedExchange) -> bool {
        let is_of_api = self.base.path_of(&exchange.url).is_some();
        if is_of_api {
            self.left_out.lock().add(exchange);
        }
        is_of_api
    }

    fn take(&self) -> LeftOut {
        mem::take(&mut self.left_out.lock())
    }
}

impl EndedExchange {
    /// The exchange with its bodies, and the memory of these. Decompressing one needs the memory of judging, which is for one
    /// exchange at a time.
    fn decoded(self) -> (RecordedExchange, impl Drop) {
        let Self {
            mut exchange,
            request_body,
            response_body,
        } = self;
        let mut memory = Vec::new();
        let mut bytes = |body: KeptBody| {
            memory.push(body.memory);
            body.bytes
        };
        exchange.request.body = request_body.map(&mut bytes).map(Into::into);
        let response_body = response_body.map(&mut bytes);
        if let Some(response) = &mut exchange.answer {
            let message = &mut response.message;
            message.body = response_body.and_then(|body| body::decoded(message, body));
        }
        (exchange, memory)
    }
}

impl JudgeQueue {
    /// Adds an exchange. If too many wait already, it is not judged.
    pub(super) fn add(&self, ended: EndedExchange) -> Findings {
        let (found, findings) = oneshot::channel();
        let Ok(memory) = self.memory.wait(&ended.exchange) else {
            let count = usize::from(self.unjudged.add(&ended.exchange));
            self.unjudged
                .beyond_memory
                .fetch_add(count, Ordering::Relaxed);
            return findings;
        };
        let waiting = Waiting {
            ended,
            found,
            _memory: memory,
        };
        if let Err(SendError(Step::Judge(waiting))) =
            self.steps.send(Step::Judge(Box::new(waiting)))
        {
            // The judge has ended.
            self.unjudged.add(&waiting.ended.exchange);
        }
        findings
    }
}

impl JudgeEnd {
    /// Waits until everything that was added has been judged, but not for long. Returns the judge with warnings about the rest.
    pub(super) async fn end(mut self, patience: Duration) -> Judge {
        let _ = self.steps.send(Step::End);
        let judged = if let Ok(judged) = timeout(patience, &mut self.judged).await {
            judged
        } else {
            self.unjudged.is_over.store(true, Ordering::Relaxed);
            self.judged.await
        };
        let (mut judge, too_late) = judged.expect("the judge does not panic");
        judge.leave_out(self.unjudged.take());
        let beyond_memory = self.unjudged.beyond_memory.load(Ordering::Relaxed);
        judge.warn(warnings(beyond_memory, too_late, patience));
        judge
    }
}

/// What to report about exchanges that were not judged.
fn warnings(beyond_memory: usize, too_late: usize, patience: Duration) -> Vec<String> {
    let beyond_memory = (beyond_memory > 0).then(|| {
        let exchanges = count(beyond_memory, "exchange");
        format!("{exchanges} forwarded, but not judged: at most {WAITING} MiB wait for the judge")
    });
    let too_late = (too_late > 0).then(|| {
        let (exchanges, limit) = (count(too_late, "exchange"), patience.as_secs());
        format!("{exchanges} not judged: the end waits for the judge for at most {limit} s")
    });
    beyond_memory.into_iter().chain(too_late).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::{Options, TrafficResult, recorded::RecordedMessage};

    const LIMIT: Duration = Duration::from_secs(3);
    const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6left01";

    /// A judge that has begun with an exchange, and waits until the sender is dropped.
    struct Started {
        queue: JudgeQueue,
        end: JudgeEnd,
        release: mpsc::Sender<()>,
    }

    fn started() -> Started {
        let base = Base::new(&"http://localhost/api/v1".parse().unwrap());
        let judge = Judge::new(&Options::default(), Some(base.clone())).unwrap();
        let (begin, begun) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let released = Mutex::new(released);
        let wait = move |_: &Finding| {
            let _ = begin.send(());
            let _ = released.lock().recv();
        };
        let (queue, end) = start(judge, base, Arc::default(), Box::new(wait)).unwrap();
        queue.add(ended(("x-first", "")));
        begun.recv().unwrap();
        Started {
            queue,
            end,
            release,
        }
    }

    /// An exchange with a finding.
    fn ended(header: (&str, &str)) -> EndedExchange {
        let url = "http://localhost/api/v1/nowhere".parse().unwrap();
        let (name, value) = header;
        let headers = Some(vec![(name.to_owned(), value.to_owned())]);
        let exchange = RecordedExchange {
            is_live: true,
            at: Some(Duration::ZERO),
            request: RecordedMessage {
                headers,
                body: None,
            },
            ..RecordedExchange::new("GET", url)
        };
        EndedExchange {
            exchange,
            request_body: None,
            response_body: None,
        }
    }

    fn has_warning(traffic: &TrafficResult, expected: &str) -> bool {
        let warnings = &traffic.counts.warnings;
        warnings.iter().any(|warning| warning.contains(expected))
    }

    #[tokio::test(start_paused = true)]
    async fn end_does_not_wait_long_for_the_judge() {
        let Started {
            queue,
            end,
            release,
        } = started();
        let bearer = format!("Bearer {KEY}");
        queue.add(ended(("authorization", &bearer)));
        let mut elsewhere = ended(("x-elsewhere", ""));
        elsewhere.exchange.url.set_path("/");
        queue.add(elsewhere);
        let last = queue.add(ended(("x-last", "")));
        let mut end = Box::pin(end.end(LIMIT));
        // The clock moves while everybody waits.
        timeout(LIMIT + Duration::from_millis(1), &mut end)
            .await
            .unwrap_err();
        // A request that was in flight ends.
        let late = queue.add(ended(("x-late", "")));
        drop(release);
        let traffic = end.await.end();
        last.await.unwrap_err();
        late.await.unwrap_err();
        assert_eq!((traffic.counts.exchanges, traffic.counts.left_out), (4, 3));
        assert_eq!(traffic.findings[0].count, 1);
        assert!(traffic.is_partial);
        let expected = "3 exchanges not judged: the end waits for the judge for at most 3 s";
        assert!(
            has_warning(&traffic, expected),
            "{:?}",
            traffic.counts.warnings
        );
        assert!(!traffic.secrets.redact(KEY).contains(KEY));
    }

    #[tokio::test]
    async fn exchanges_wait_for_the_judge_while_there_is_memory() {
        let Started {
            queue,
            end,
            release,
        } = started();
        let long = "x".repeat(1 << 20);
        let mut waiting = Vec::new();
        let rejected = loop {
            let mut findings = queue.add(ended(("x-long", &long)));
            match findings.try_recv() {
                Err(oneshot::error::TryRecvError::Empty) => waiting.push(findings),
                result => break result,
            }
            assert!(waiting.len() <= WAITING, "{}", waiting.len());
        };
        rejected.unwrap_err();
        assert!(waiting.len() > WAITING / 2, "{}", waiting.len());
        let bearer = format!("Bearer {KEY}");
        // Its key is known nevertheless.
        let mut with_key = ended(("authorization", &bearer));
        with_key.exchange.method = long;
        queue.add(with_key).await.unwrap_err();
        drop(release);
        for findings in waiting {
            findings.await.unwrap();
        }
        queue
            .add(ended(("x-last", "")))
            .await
            .expect("there is memory again");
        let traffic = end.end(LIMIT).await.end();
        assert!(traffic.is_partial);
        let expected = "2 exchanges forwarded, but not judged: at most 16 MiB wait for the judge";
        assert!(
            has_warning(&traffic, expected),
            "{:?}",
            traffic.counts.warnings
        );
        assert!(!traffic.secrets.redact(KEY).contains(KEY));
    }
}
