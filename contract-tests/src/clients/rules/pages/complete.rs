//! Whether a list is read completely, and not beyond its end.

use std::time::Duration;

use super::{
    super::{Judgement, Trials, http::rows, polls::follows_at_once, responses::succeeded},
    Pages, is_later_page, lists, offset,
};
use crate::clients::{scenarios::Scenario, trial_record::TrialRecord};

/// Number of times in a row that a program does not request the same page by chance.
const STUCK: u64 = 3;

pub(in super::super) fn is_read_to_its_end(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if trial.scenario.yaml.is_some() {
        return Judgement::NotExercised;
    }
    let mut judgement = Judgement::NotExercised;
    for (list, pages) in &lists(trial) {
        let next = if is_paged(pages) {
            judge(trial, trials, list, pages)
        } else {
            stuck_at_the_start(trial, list, pages)
                .map_or(Judgement::NotExercised, Judgement::Violation)
        };
        match next {
            Judgement::Violation(_) => return next,
            Judgement::Inconclusive(_) => judgement = next,
            Judgement::Pass if judgement == Judgement::NotExercised => judgement = next,
            Judgement::Pass | Judgement::NotExercised => {}
        }
    }
    judgement
}

fn is_paged(pages: &Pages<'_>) -> bool {
    pages.iter().any(|(exchange, _)| is_later_page(exchange))
}

fn judge(trial: &TrialRecord, trials: Trials<'_>, list: &str, pages: &Pages<'_>) -> Judgement {
    let beyond = pages_beyond_the_end(pages);
    if beyond > 1 {
        return Judgement::Violation(format!(
            "{beyond} pages of {list} were requested beyond its end"
        ));
    }
    let Some(reading) = Reading::of(pages) else {
        return Judgement::Pass;
    };
    if let Some((from, to)) = reading.gap {
        return Judgement::Violation(describe(list, from, to));
    }
    if reading.lacks_its_end() && succeeded(trial) == Some(true) {
        reading.judge_end(trial, trials, list)
    } else {
        Judgement::Pass
    }
}

fn describe(list: &str, from: u64, to: u64) -> String {
    match to - from {
        1 => format!("row {from} of {list} was never read"),
        _ => format!("rows {from} to {} of {list} were never read", to - 1),
    }
}

/// Number of pages beyond the end that were requested in one reading of a list, all but the first although one had shown the
/// end. The same page again is none: the list may have grown.
fn pages_beyond_the_end(pages: &Pages<'_>) -> usize {
    let mut end: Option<(Option<Duration>, u64)> = None;
    let (mut count, mut most) = (0, 0);
    for (exchange, body) in pages {
        let from = offset(exchange).unwrap_or_default();
        let is_beyond = rows(body).is_some_and(|(rows, total)| rows.is_empty() && from >= total);
        match end {
            _ if !is_beyond => (end, count) = (None, 0),
            None => (end, count) = (Some((exchange.head_received_at(), from)), 1),
            Some((shown_at, first)) => {
                count += usize::from(from != first && Some(exchange.started_at()) >= shown_at);
            }
        }
        most = most.max(count);
    }
    most
}

/// The rows of a list that were read.
struct Reading {
    /// The first rows between two pages that are missing.
    gap: Option<(u64, u64)>,
    /// The number of the row after the last one.
    read: u64,
    /// Number of rows of the list.
    total: u64,
    /// Number of rows of the longest page.
    longest: u64,
}

impl Reading {
    fn of(pages: &Pages<'_>) -> Option<Self> {
        let spans = pages.iter().filter_map(|(exchange, body)| {
            let (rows, total) = rows(body)?;
            let (from, count) = (offset(exchange).unwrap_or_default(), rows.len() as u64);
            Some((from, from + count, total))
        });
        let mut spans: Vec<_> = spans.collect();
        spans.sort_unstable();
        let mut reading = Self {
            gap: None,
            read: 0,
            total: 0,
            longest: spans.iter().map(|(from, to, _)| to - from).max()?,
        };
        for (from, to, total) in spans {
            let read = reading.read;
            if reading.may_be_lost(read, from) && from < total {
                reading.gap.get_or_insert((read, from));
            }
            (reading.read, reading.total) = (read.max(to), total);
        }
        Some(reading)
    }

    /// Whether rows are missing, but no more than one page: a client that leaves out more may not have wanted them.
    fn may_be_lost(&self, from: u64, to: u64) -> bool {
        from < to && to - from <= self.longest
    }

    fn lacks_its_end(&self) -> bool {
        self.may_be_lost(self.read, self.total)
    }

    /// Judges a program that has not read the last rows. It may want a fixed number; then it reads as many of a list of another
    /// length. Only scenarios with data of their own have one: other lists lie about their length.
    fn judge_end(&self, trial: &TrialRecord, trials: Trials<'_>, list: &str) -> Judgement {
        let others = trials.all.iter().filter(|other| {
            has_data(other.scenario)
                && succeeded(other) == Some(true)
                && !std::ptr::eq(*other, trial)
        });
        let others = others.filter_map(|other| Self::of(lists(other).get(list)?));
        let others: Vec<_> = others.filter(|other| other.total != self.total).collect();
        let missing = describe(list, self.read, self.total);
        if others.iter().any(|other| other.read == self.read) {
            Judgement::Pass
        } else if others.iter().any(Self::lacks_its_end) {
            Judgement::Violation(missing)
        } else if trials.elsewhere.iter().copied().any(has_data) {
            // They are all in one part, which decides it.
            Judgement::NotExercised
        } else {
            Judgement::Inconclusive(format!(
                "{missing}, and no list of another length shows whether it wants no more than {}",
                self.read
            ))
        }
    }
}

fn has_data(scenario: &Scenario) -> bool {
    let scenario = scenario.parsed();
    scenario.is_some_and(|scenario| !scenario.data.is_empty())
}

/// What was seen of a program that requests the first page again and again, as often as the list has pages.
fn stuck_at_the_start(trial: &TrialRecord, list: &str, pages: &Pages<'_>) -> Option<String> {
    let (first, body) = pages.first()?;
    let (rows, total) = rows(body)?;
    let count = rows.len() as u64;
    let times = total.div_ceil(count.max(1));
    let all: Vec<_> = trial.trace.api().collect();
    let place = all.iter().position(|other| std::ptr::eq(*other, *first))?;
    let repeats = all[place..].windows(2);
    let repeats =
        repeats.take_while(|pair| pair[1].repeats(pair[0]) && follows_at_once(pair[0], pair[1]));
    let is_stuck = count > 0 && times >= STUCK && repeats.count() as u64 + 1 == times;
    (is_stuck && succeeded(trial) == Some(true)).then(|| {
        format!("the same {count} rows of {list} were read {times} times in a row, and none of the other {}", total - count)
    })
}

/// Exercised by a page with fewer rows than its list, where nothing fails, of a program that succeeds. A single row may be all
/// that it wants.
pub(in super::super) fn reads_beyond_the_first_page(
    trial: &TrialRecord,
    _: Trials<'_>,
) -> Judgement {
    if trial.scenario.yaml.is_some() || succeeded(trial) != Some(true) {
        return Judgement::NotExercised;
    }
    let mut judgement = Judgement::NotExercised;
    for (list, pages) in lists(trial) {
        let sizes = pages.iter().filter_map(|(_, body)| rows(body));
        let sizes = sizes.map(|(rows, total)| (rows.len() as u64, total));
        let longest = sizes.max().unwrap_or_default();
        let (read, total) = longest;
        if read < 2 || read >= total {
            continue;
        }
        if !is_paged(&pages) {
            return Judgement::Violation(format!(
                "{list} has {total} rows, of which {read} were read, and no further page was requested"
            ));
        }
        judgement = Judgement::Pass;
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial, trials},
        scenarios,
        trace::{Exchange, Outcome},
    };

    /// A page of a list.
    fn page_of(total: usize, at_ms: u64, target: &str, rows: usize) -> Exchange {
        let mut page = get(at_ms, &format!("/api/v1{target}"), 200, None);
        if let Outcome::Response(response) = &mut page.outcome {
            let body = serde_json::json!({"orders": vec![0; rows], "total": total});
            response.message.body = body.to_string().into_bytes();
        }
        page
    }

    fn succeeds(pages: impl IntoIterator<Item = Exchange>) -> TrialRecord {
        TrialRecord {
            output: Some(exited(0)),
            ..trial(pages.into_iter().collect())
        }
    }

    /// A program that reads these pages of the list of five orders.
    fn first_page(pages: &[(&str, usize)]) -> TrialRecord {
        let pages = pages.iter().zip(0..);
        succeeds(
            pages
                .map(|((query, rows), at_ms)| page_of(5, at_ms, &format!("/orders{query}"), *rows)),
        )
    }

    fn read(pages: &[(&str, usize)]) -> Judgement {
        judged(is_read_to_its_end, &first_page(pages))
    }

    fn violation(seen: &str) -> Judgement {
        Judgement::Violation(seen.to_owned())
    }

    const UNTIL_EMPTY: [(&str, usize); 3] = [("", 3), ("?offset=3", 2), ("?offset=5", 0)];

    #[test]
    fn each_reading_of_a_list_may_end_with_an_empty_page() {
        assert_eq!(read(&UNTIL_EMPTY), Judgement::Pass);
        assert_eq!(read(&[UNTIL_EMPTY, UNTIL_EMPTY].concat()), Judgement::Pass);
        let again = [&UNTIL_EMPTY[..], &[("?offset=5", 0)]].concat();
        assert_eq!(read(&again), Judgement::Pass, "it may have grown");
        let beyond = [&UNTIL_EMPTY[..], &[("?offset=8", 0)]].concat();
        assert_eq!(
            read(&beyond),
            violation("2 pages of /api/v1/orders were requested beyond its end")
        );
    }

    #[test]
    fn list_with_another_filter_is_another_list() {
        let filtered = |search: &str, pages: &[(u64, usize)]| {
            let pages = pages.iter().map(|(offset, rows)| {
                let target = format!("/companies?limit=2&_=7&search={search}&offset={offset}");
                page_of(4, *offset, &target, *rows)
            });
            pages.collect::<Vec<_>>()
        };
        let judge = |b: &[(u64, usize)]| {
            let a = filtered("a", &[(0, 2), (2, 2), (4, 0)]);
            judged(
                is_read_to_its_end,
                &succeeds([a, filtered("b", b)].concat()),
            )
        };
        assert_eq!(judge(&[(0, 2), (2, 2), (4, 0)]), Judgement::Pass);
        assert_eq!(
            judge(&[(0, 2), (3, 1)]),
            violation("row 2 of /api/v1/companies?search=b was never read")
        );
    }

    #[test]
    fn list_of_another_length_shows_whether_the_rest_was_wanted() {
        let pages = |total: usize, count: usize| {
            let pages = (0..count).map(|page| (page * 2, (total - page * 2).min(2)));
            succeeds(pages.map(|(offset, rows)| {
                page_of(
                    total,
                    offset as u64,
                    &format!("/orders?offset={offset}"),
                    rows,
                )
            }))
        };
        let with_other = |name: &str, other: TrialRecord| {
            let other = TrialRecord {
                scenario: scenarios::find(name).unwrap(),
                ..other
            };
            is_read_to_its_end(&pages(5, 2), trials(&[other]))
        };
        let short = with_other("unavailable-each", pages(21, 10));
        assert_eq!(short, violation("row 4 of /api/v1/orders was never read"));
        let fixed = with_other("unavailable-each", pages(21, 2));
        assert_eq!(fixed, Judgement::Pass);
        // Neither lists of the same length nor those that lie about it say anything.
        for unknown in [
            with_other("unavailable-each", pages(5, 2)),
            with_other("endless-pages", pages(100, 2)),
            read(&[("", 2), ("?offset=2", 2)]),
        ] {
            assert!(matches!(unknown, Judgement::Inconclusive(_)), "{unknown:?}");
        }
        // Another part of the run has such lists, and decides it.
        let part = |name: &str| {
            let elsewhere = [scenarios::find(name).unwrap()];
            let trials = Trials {
                elsewhere: &elsewhere,
                ..trials(&[])
            };
            is_read_to_its_end(&pages(5, 2), trials)
        };
        assert_eq!(part("unavailable-each"), Judgement::NotExercised);
        let without = part("endless-pages");
        assert!(matches!(without, Judgement::Inconclusive(_)), "{without:?}");
    }

    #[test]
    fn list_is_not_its_first_page_as_often_as_it_has_pages() {
        let first = ("?limit=2", 2);
        assert_eq!(
            read(&[first; 3]),
            violation(
                "the same 2 rows of /api/v1/orders were read 3 times in a row, and none of the other 3"
            )
        );
        for other in [&[first; 2][..], &[first; 4], &[first, first, ("", 5)]] {
            assert_eq!(read(other), Judgement::NotExercised, "{other:?}");
        }
        let polled = (0..3).map(|n| page_of(5, n * 1_000, "/orders?limit=2", 2));
        assert_eq!(
            judged(is_read_to_its_end, &succeeds(polled)),
            Judgement::NotExercised
        );
    }

    #[test]
    fn first_page_is_not_the_whole_list() {
        let judged =
            |pages: &[(&str, usize)]| judged(reads_beyond_the_first_page, &first_page(pages));
        let seen =
            "/api/v1/orders has 5 rows, of which 2 were read, and no further page was requested";
        assert_eq!(
            judged(&[("?limit=2", 2)]),
            Judgement::Violation(seen.to_owned())
        );
        assert_eq!(
            judged(&[("?limit=2", 2), ("?limit=2&offset=2", 2)]),
            Judgement::Pass
        );
        // Its number of rows, its newest row, and the whole list.
        for pages in [
            &[("?limit=0", 0)][..],
            &[("?limit=1", 1)],
            &[("?limit=2", 2), ("", 5)],
        ] {
            assert_eq!(judged(pages), Judgement::NotExercised, "{pages:?}");
        }
    }

    #[test]
    fn program_that_was_disturbed_or_failed_may_read_less() {
        let fine = || first_page(&[("?limit=2", 2)]);
        let disturbed = TrialRecord {
            scenario: scenarios::find("reset").unwrap(),
            ..fine()
        };
        let failed = TrialRecord {
            output: Some(exited(1)),
            ..fine()
        };
        for trial in [disturbed, failed] {
            assert_eq!(
                judged(reads_beyond_the_first_page, &trial),
                Judgement::NotExercised
            );
        }
    }
}
