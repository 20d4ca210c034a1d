//! How an access token is refreshed: when, how often, and with which refresh token.

use std::{collections::BTreeSet, time::Duration};

use super::super::{
    Judgement, Trials, http::failed_unlike_control, millis, order::under_way, retries::NO_WAIT,
    stopped,
};
use crate::{
    clients::{
        oauth::{TokenRequest, token_requests},
        trace::Exchange,
        trial_record::TrialRecord,
    },
    finding::count,
};

/// The requests to the token endpoint of one trial.
#[derive(Debug)]
pub(in super::super) struct Refreshes<'a> {
    trial: &'a TrialRecord,
    requests: Vec<TokenRequest<'a>>,
}

/// When the head of the response was sent.
fn responded_at(request: &TokenRequest<'_>) -> Duration {
    request.exchange.head_received_at().unwrap_or(Duration::MAX)
}

impl<'a> Refreshes<'a> {
    pub(in super::super) fn new(trial: &'a TrialRecord) -> Self {
        Self {
            trial,
            requests: token_requests(&trial.trace).collect(),
        }
    }

    /// The refreshes, with their refresh tokens.
    fn refreshes(&self) -> impl Iterator<Item = (&TokenRequest<'a>, &str)> {
        let all = self.requests.iter();
        all.filter_map(|request| Some((request, request.refresh_token()?)))
    }

    /// The first refresh that was rejected with `invalid_grant`, and its refresh token.
    pub(in super::super) fn refused(&self) -> Option<(&TokenRequest<'a>, &str)> {
        let mut all = self.refreshes();
        all.find(|(request, _)| request.error().as_deref() == Some("invalid_grant"))
    }

    /// Whether the last response of the token endpoint before this time ended the session: nothing can be renewed then.
    fn session_has_ended(&self, before: Duration) -> bool {
        let earlier = self.requests.iter();
        let earlier = earlier.filter(|request| responded_at(request) < before);
        let last = earlier.max_by_key(|request| responded_at(request));
        last.and_then(TokenRequest::error).as_deref() == Some("invalid_grant")
    }

    /// Whether the authorization server was unavailable.
    pub(in super::super) fn has_failed(&self) -> bool {
        self.requests.iter().any(is_down)
    }

    /// The requests that were rejected with an access token.
    fn rejected<'b>(&self, token: &'b str) -> impl Iterator<Item = &'a Exchange> + use<'a, 'b> {
        let exchanges = self.trial.trace.api();
        exchanges.filter(move |exchange| {
            exchange.status() == Some(401) && exchange.bearer() == Some(token)
        })
    }

    /// When an access token was first rejected.
    fn rejected_at(&self, token: &str) -> Option<Duration> {
        let times = self.rejected(token).filter_map(Exchange::head_received_at);
        times.min()
    }

    /// Whether the API accepted an access token before this time.
    fn has_worked(&self, token: &str, before: Duration) -> bool {
        let mut exchanges = self.trial.trace.api();
        exchanges.any(|exchange| {
            exchange.bearer() == Some(token)
                && exchange.status().is_some_and(|status| status != 401)
                && exchange
                    .head_received_at()
                    .is_some_and(|received_at| received_at < before)
        })
    }
}

/// Whether a request to the token endpoint failed, and may succeed later.
fn is_down(request: &TokenRequest<'_>) -> bool {
    let status = request.exchange.response().map(|response| response.status);
    matches!(status, Some(429 | 500..))
}

/// The request to the token endpoint that ends the renewal of a rejected access token: the first that brings a new one, or the
/// last that does not; `None` if the program did not begin one at once. Until then, its other workers may use the old token.
pub(in super::super) fn end_of_renewal<'a>(
    trial: &'a TrialRecord,
    rejected: &Exchange,
) -> Option<&'a Exchange> {
    let rejected_at = rejected.head_received_at()?;
    let soon = rejected_at + under_way(trial);
    let requests = token_requests(&trial.trace);
    let mut requests = requests
        .filter(|request| {
            let ended_at = trial.trace.ended_at(request.exchange);
            ended_at.is_none_or(|ended_at| ended_at >= rejected_at)
        })
        .peekable();
    requests
        .peek()
        .filter(|first| first.exchange.started_at() <= soon)?;
    let mut last = None;
    for request in requests {
        last = Some(request.exchange);
        if request.issued().is_some() {
            break;
        }
    }
    last
}

pub(in super::super) fn one_at_a_time(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refreshes = Refreshes::new(trial);
    let all: Vec<_> = refreshes.refreshes().collect();
    for (index, (first, token)) in all.iter().enumerate() {
        let ended_at = trial
            .trace
            .ended_at(first.exchange)
            .unwrap_or(Duration::MAX);
        let mut later = all[index + 1..].iter();
        if later.any(|(other, same)| same == token && other.exchange.started_at() < ended_at) {
            return Judgement::Violation(
                "a refresh token was sent again before the response to its refresh".to_owned(),
            );
        }
    }
    let mut judgement = Judgement::NotExercised;
    for token in &trial.tokens.access {
        let Some(rejected) = refreshes.rejected_at(token) else {
            continue;
        };
        if refreshes.rejected(token).count() < 2 || all.is_empty() {
            continue;
        }
        // One refresh is enough until the API rejects another token.
        let others = trial.tokens.access.iter().filter(|other| *other != token);
        let next = others.filter_map(|other| refreshes.rejected_at(other));
        let until = next.filter(|at| *at > rejected).min();
        let until = until.unwrap_or(Duration::MAX);
        let attempts = all.iter().filter(|(request, _)| {
            let at = request.exchange.started_at();
            // A refresh without a response, or to an unavailable server, must be repeated.
            let has_ended = request.issued().is_some() || request.error().is_some();
            at >= rejected && at < until && has_ended
        });
        let ended = attempts.count();
        if ended > 1 {
            return Judgement::Violation(format!("{ended} refreshes for one access token"));
        }
        judgement = Judgement::Pass;
    }
    judgement
}

pub(in super::super) fn rejection_of_a_new_token_is_final(
    trial: &TrialRecord,
    _: Trials<'_>,
) -> Judgement {
    let refreshes = Refreshes::new(trial);
    let brought = refreshes.refreshes();
    let brought = brought.filter_map(|(request, _)| Some(request.issued()?.access_token));
    let rejected = brought.filter_map(|token| {
        let at = refreshes.rejected_at(&token)?;
        // Of several concurrent requests, one may be rejected before another succeeds.
        (!refreshes.has_worked(&token, Duration::MAX)).then_some(at)
    });
    let Some(rejected) = rejected.min() else {
        return Judgement::NotExercised;
    };
    let later = refreshes.refreshes();
    let later = later.filter(|(request, _)| request.exchange.started_at() >= rejected);
    let later = later.count();
    (later > 0)
        .then(|| {
            let more = count(later, "more refresh attempt");
            format!("{more} after the API had rejected the token that a refresh had just brought")
        })
        .into()
}

pub(in super::super) fn uses_the_new_refresh_token(
    trial: &TrialRecord,
    _: Trials<'_>,
) -> Judgement {
    let refreshes = Refreshes::new(trial);
    let mut replaced: Vec<(Duration, &str)> = Vec::new();
    let mut judgement = Judgement::NotExercised;
    for (request, token) in refreshes.refreshes() {
        let at = request.exchange.started_at();
        let mut before = replaced
            .iter()
            .filter(|(received_at, _)| *received_at <= at)
            .peekable();
        if before.peek().is_some() {
            judgement = Judgement::Pass;
        }
        if before.any(|(_, old)| *old == token) {
            return Judgement::Violation(
                "a refresh token was sent again after another had come in its place".to_owned(),
            );
        }
        let issued = request.issued().and_then(|issued| issued.refresh_token);
        if issued.is_some_and(|new| new != token) {
            let answered = request.exchange.completed_at();
            replaced.push((answered.unwrap_or(Duration::MAX), token));
        }
    }
    judgement
}

pub(in super::super) fn stops_on_invalid_grant(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refreshes = Refreshes::new(trial);
    let Some((refused, token)) = refreshes.refused() else {
        return Judgement::NotExercised;
    };
    let received_at = responded_at(refused);
    let again = refreshes.refreshes();
    let again = again
        .filter(|(request, same)| *same == token && request.exchange.started_at() >= received_at);
    let again = again.count();
    if again > 0 {
        let more = count(again, "more refresh attempt");
        return Judgement::Violation(format!("{more} with a refresh token that is not valid"));
    }
    // Tokens that a later sign-in issued belong to a new session.
    let new = refreshes.requests.iter();
    let new = new.filter(|request| request.exchange.started_at() >= received_at);
    let new: BTreeSet<_> = new
        .filter_map(TokenRequest::issued)
        .map(|issued| issued.access_token)
        .collect();
    let soon = received_at + under_way(trial);
    let dead = trial.trace.api().filter(|exchange| {
        let is_new = exchange.bearer().is_some_and(|token| new.contains(token));
        exchange.started_at() > soon && !is_new
    });
    let dead = dead.count();
    (dead > 0)
        .then(|| {
            let more = count(dead, "more request");
            format!("{more} to the API after `invalid_grant`, without a new sign-in")
        })
        .into()
}

pub(in super::super) fn backs_off(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let requests: Vec<_> = token_requests(&trial.trace).collect();
    let mut judgement = Judgement::NotExercised;
    for tries in requests.chunk_by(|token_request, other| is_down(token_request) && is_down(other))
    {
        let tries: Vec<_> = tries.iter().filter(|request| is_down(request)).collect();
        if tries.is_empty() {
            continue;
        }
        let attempts: Vec<_> = tries.iter().map(|request| request.exchange).collect();
        if attempts.len() > trials.max_attempts {
            let times = count(attempts.len(), "request");
            return Judgement::Violation(format!(
                "{times} in a row to a token endpoint that fails"
            ));
        }
        for pair in attempts.windows(2) {
            let ended_at = trial.trace.ended_at(pair[0]).unwrap_or(pair[0].at());
            let gap = pair[1].started_at().saturating_sub(ended_at);
            if gap < NO_WAIT {
                return Judgement::Violation(format!(
                    "the token endpoint was asked again {} after it had failed",
                    millis(gap)
                ));
            }
        }
        judgement = stopped::judge_stopped(trial, &attempts);
    }
    judgement
}

pub(in super::super) fn renews(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let refreshes = Refreshes::new(trial);
    let mut judgement = Judgement::NotExercised;
    for token in &trial.tokens.access {
        let Some(at) = refreshes.rejected_at(token) else {
            continue;
        };
        if !refreshes.has_worked(token, at) {
            continue;
        }
        let later = refreshes.requests.iter();
        let mut later = later
            .filter(|request| responded_at(request) >= at)
            .peekable();
        if later.peek().is_none() {
            let mut rejected = refreshes.rejected(token);
            let is_excused = rejected.all(|exchange| was_rejected_before(trial, exchange))
                || refreshes.session_has_ended(at);
            if is_excused {
                continue;
            }
            return Judgement::Violation(
                "an access token that had worked was rejected, and not renewed".to_owned(),
            );
        }
        let new = later.filter_map(TokenRequest::issued);
        let mut new = new.map(|issued| issued.access_token);
        if new.any(|token| refreshes.has_worked(&token, Duration::MAX)) {
            judgement = Judgement::Pass;
        }
    }
    if judgement == Judgement::Pass && failed_unlike_control(trial, trials) {
        let access = trial.tokens.access.iter();
        let mut rejected = access.flat_map(|token| refreshes.rejected(token));
        // A program cannot continue its work once its session has ended, as it may have when a refresh has no response.
        let mut requests = refreshes.requests.iter();
        let all_have_responses = requests.all(|request| request.exchange.response().is_some());
        let has_session = refreshes.refused().is_none() && all_have_responses;
        if !has_session || rejected.any(|exchange| was_rejected_before(trial, exchange)) {
            return Judgement::NotExercised;
        }
        return Judgement::Violation(
            "the new access token worked, but the program failed all the same".to_owned(),
        );
    }
    judgement
}

/// Whether the attempt before this one was rejected, too, with another access token: if this one has expired meanwhile, a program
/// that renews its token once for each request may give up.
fn was_rejected_before(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let mut earlier = trial.trace.api().rev();
    let before = earlier.find(|other| other.at() < exchange.at() && other.repeats(exchange));
    before
        .is_some_and(|before| before.status() == Some(401) && before.bearer() != exchange.bearer())
}
