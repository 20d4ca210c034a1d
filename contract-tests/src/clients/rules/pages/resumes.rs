//! Whether a list continues at the page that was rejected.

use std::collections::HashSet;

use super::{
    super::{Judgement, Trials, order::Order},
    is_later_page, list_of,
};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// After a page that was rejected, that page is requested again, before any that was read. Pages that were not read may come
/// first: a program may read several at once.
pub(in super::super) fn resumes(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let is_refused = |exchange: &&Exchange| {
        exchange.request.method == "GET"
            && exchange.status() == Some(429)
            && is_later_page(exchange)
    };
    let Some(refused) = trial.trace.api().find(is_refused) else {
        return Judgement::NotExercised;
    };
    let list = list_of(refused);
    let pages = trial.trace.api().filter(|exchange| {
        exchange.request.method == refused.request.method && list_of(exchange) == list
    });
    let order = Order::of(trial, trials);
    let known_at = refused.head_received_at();
    let read = pages.clone().filter(|page| {
        let is_read = page.status().is_some_and(|status| status < 300);
        is_read && page.head_received_at() <= known_at
    });
    let read: HashSet<_> = read.map(|page| &*page.request.target).collect();
    let mut skipped = None;
    for page in order.later(refused, pages).after {
        let target = &*page.request.target;
        if target == refused.request.target {
            return Judgement::Pass;
        }
        if read.contains(target) {
            return continued_at(refused, page);
        }
        skipped = skipped.or(Some(page));
    }
    skipped.map_or(Judgement::NotExercised, |page| continued_at(refused, page))
}

fn continued_at(refused: &Exchange, page: &Exchange) -> Judgement {
    let [refused, next] = [refused, page].map(|page| &page.request.target);
    Judgement::Violation(format!(
        "{refused} returned 429, and {next} was requested next"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{judged, took, trial};

    /// Pages with this offset: when they were requested, on which connection, and with which outcome.
    fn pages(pages: &[(u64, usize, u64, u16)]) -> Judgement {
        let pages = pages
            .iter()
            .map(|(at_ms, connection, offset, status)| Exchange {
                connection: *connection,
                ..took(
                    10,
                    *at_ms,
                    &format!("/api/v1/orders?offset={offset}"),
                    *status,
                    None,
                )
            });
        judged(resumes, &trial(pages.collect()))
    }

    #[test]
    fn pages_that_are_read_side_by_side_are_retried_in_any_order() {
        let both = [(0, 0, 0, 200), (20, 0, 2, 429), (21, 1, 4, 429)];
        let retried = [(1_030, 0, 4, 200), (1_031, 1, 2, 200)];
        assert_eq!(pages(&[&both[..], &retried].concat()), Judgement::Pass);
        let again = pages(&[&both[..], &[(1_030, 0, 0, 200)]].concat());
        assert!(matches!(again, Judgement::Violation(_)), "{again:?}");
    }

    #[test]
    fn rejected_page_is_requested_again() {
        let refused = [(0, 0, 0, 200), (20, 0, 2, 429)];
        let next = |offset| pages(&[&refused[..], &[(1_030, 0, offset, 200)]].concat());
        let later = [(1_030, 0, 4, 200), (1_050, 0, 2, 200)];
        assert_eq!(pages(&[&refused[..], &later].concat()), Judgement::Pass);
        assert_eq!(next(2), Judgement::Pass);
        for offset in [0, 4] {
            let other = next(offset);
            assert!(matches!(other, Judgement::Violation(_)), "{other:?}");
        }
    }
}
