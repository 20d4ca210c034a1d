//! Programs that would read the same page forever.

use super::{
    super::{Judgement, Trials, http::rows, polls::follows_at_once},
    Pages, lists,
};
use crate::clients::{process::Termination, trial_record::TrialRecord};

/// Maximum number of identical pages in a row before a list must be given up.
const MAX_REPEATS: usize = 10;

pub(in super::super) fn are_abandoned(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let lists = lists(trial);
    let stuck = lists.values().filter_map(|pages| stuck(trial, pages));
    if let Some(seen) = { stuck }.next() {
        return Judgement::Violation(seen);
    }
    let longest = lists
        .values()
        .map(identical_pages)
        .max()
        .unwrap_or_default();
    if longest == 0 {
        return Judgement::NotExercised;
    }
    (longest > MAX_REPEATS)
        .then(|| format!("{} identical pages were read", longest + 1))
        .into()
}

/// The highest number of times in a row that the next page was the same as the one before.
fn identical_pages(pages: &Pages<'_>) -> usize {
    let (mut longest, mut run) = (0, 0);
    for pair in pages.windows(2) {
        let another = pair[0].0.request.target != pair[1].0.request.target;
        run = if another && pair[0].1 == pair[1].1 {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
    }
    longest
}

/// What was seen of a program that had requested a page again and again, at once and although it had not changed, when the
/// judge stopped it.
fn stuck(trial: &TrialRecord, pages: &Pages<'_>) -> Option<String> {
    let ended = trial.output.as_ref()?.termination;
    if !trial.out_of_time || matches!(ended, Termination::Exited(_)) {
        return None;
    }
    let pairs = pages.windows(2).rev();
    let again = pairs.take_while(|pair| {
        let [(before, page), (exchange, same)] = [&pair[0], &pair[1]];
        exchange.repeats(before) && same == page && follows_at_once(before, exchange)
    });
    let again = again.count();
    let (last, body) = pages.last()?;
    let (rows, _) = rows(body)?;
    (again > MAX_REPEATS).then(|| {
        format!(
            "{} was requested {} times in a row, returned the same {} rows each time, and the program did not stop",
            last.request.target,
            again + 1,
            rows.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial},
        process::Output,
        trace::Outcome,
    };

    /// A program that requests the page so often, at this interval, with this many rows each time, and how it ends.
    fn reads(interval_ms: u64, rows: &[usize], output: Output) -> Judgement {
        let pages = rows.iter().zip(0..).map(|(rows, n)| {
            let mut page = get(n * interval_ms, "/api/v1/orders?offset=4", 200, None);
            if let Outcome::Response(response) = &mut page.outcome {
                let body = serde_json::json!({"orders": vec![0; *rows], "total": 6});
                response.message.body = body.to_string().into_bytes();
            }
            page
        });
        let trial = TrialRecord {
            out_of_time: !matches!(output.termination, Termination::Exited(_)),
            output: Some(output),
            ..trial(pages.collect())
        };
        judged(are_abandoned, &trial)
    }

    #[test]
    fn program_does_not_request_a_page_forever_that_does_not_change() {
        let stopped = || Output::without_streams(Termination::Sigterm(Duration::ZERO));
        let seen = "/api/v1/orders?offset=4 was requested 12 times in a row, returned the same 0 rows each time, and the \
                    program did not stop";
        assert_eq!(
            reads(50, &[0; 12], stopped()),
            Judgement::Violation(seen.to_owned())
        );
        let grows: Vec<_> = (0..12).collect();
        for other in [
            reads(50, &[0; 12], exited(0)),
            reads(50, &[0; 11], stopped()),
            reads(1_000, &[0; 12], stopped()),
            reads(50, &grows, stopped()),
        ] {
            assert_eq!(other, Judgement::NotExercised);
        }
    }
}
