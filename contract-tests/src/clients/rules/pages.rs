//! Reading lists page by page.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Judgement, Trials, auth, http::rows, responses::succeeded};
use crate::clients::{
    trace::{Exchange, Origin},
    trial_record::TrialRecord,
};

/// Maximum number of identical pages in a row before a list must be given up.
const MAX_REPEATS: usize = 10;

fn offset(exchange: &Exchange) -> Option<u64> {
    let (_, query) = exchange.request.target.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "offset")?.1.parse().ok()
}

/// Whether a request is for a page of a list other than the first.
pub(super) fn is_later_page(exchange: &Exchange) -> bool {
    offset(exchange).is_some_and(|offset| offset > 0)
}

/// The pages of lists in order, by path.
fn lists(trial: &TrialRecord) -> HashMap<&str, Vec<(&Exchange, Value)>> {
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    for exchange in trial
        .trace
        .api()
        .filter(|exchange| exchange.request.method == "GET")
    {
        let body = exchange
            .response()
            .and_then(|response| response.message.json());
        if let Some(body) = body.filter(|body| rows(body).is_some()) {
            lists
                .entry(exchange.path())
                .or_default()
                .push((exchange, body));
        }
    }
    lists
}

/// Pages other than the first that could not be read, although they have rows.
pub(super) fn refused(trial: &TrialRecord) -> impl Iterator<Item = &Exchange> {
    let has_rows = |page: &Exchange, from: u64| {
        let lists = lists(trial);
        let pages = lists.get(page.path()).into_iter().flatten();
        let mut totals = pages.filter_map(|(_, body)| Some(rows(body)?.1));
        totals.any(|total| from < total)
    };
    trial.trace.api().filter(move |page| {
        let is_refused = page.status().is_none_or(|status| status >= 400);
        let from = offset(page).filter(|from| *from > 0 && is_refused);
        page.request.method == "GET" && from.is_some_and(|from| has_rows(page, from))
    })
}

/// Whether the first row of a page was read later, on any page.
pub(super) fn is_read_after(trial: &TrialRecord, page: &Exchange) -> bool {
    let Some(from) = offset(page) else {
        return false;
    };
    let lists = lists(trial);
    let mut pages = lists.get(page.path()).into_iter().flatten();
    pages.any(|(exchange, body)| {
        let begins = offset(exchange).unwrap_or_default();
        let ends = begins + rows(body).map_or(0, |(rows, _)| rows.len() as u64);
        exchange.at() > page.at() && (begins..ends).contains(&from)
    })
}

pub(super) fn ends(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    if trial.scenario.yaml.is_some() {
        return Judgement::NotExercised;
    }
    let lists = lists(trial);
    let mut paged = lists
        .iter()
        .filter(|(_, pages)| pages.iter().any(|(exchange, _)| is_later_page(exchange)))
        .peekable();
    if paged.peek().is_none() {
        return Judgement::NotExercised;
    }
    let wrong = paged.find_map(|(path, pages)| {
        let empty = pages.iter().filter(|(exchange, body)| {
            let beyond = offset(exchange).unwrap_or_default();
            rows(body).is_some_and(|(rows, total)| rows.is_empty() && beyond >= total)
        });
        let empty = empty.count();
        let beyond =
            (empty > 1).then(|| format!("{empty} pages of {path} were requested beyond its end"));
        beyond.or_else(|| missing_rows(trial, path, pages))
    });
    wrong.into()
}

/// The rows that are missing between two pages or at the end of a list, if they are no more than one page: a client that leaves
/// out more may not have wanted them.
fn missing_rows(trial: &TrialRecord, path: &str, pages: &[(&Exchange, Value)]) -> Option<String> {
    let spans = pages.iter().filter_map(|(exchange, body)| {
        let (rows, total) = rows(body)?;
        let (from, count) = (offset(exchange).unwrap_or_default(), rows.len() as u64);
        Some((from, from + count, total))
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    let longest = spans.iter().map(|(from, to, _)| to - from).max()?;
    let is_missing = |from: u64, to: u64| from < to && to - from <= longest;
    let describe = |from: u64, to: u64| match to - from {
        1 => format!("row {from} of {path} was never read"),
        _ => format!("rows {from} to {} of {path} were never read", to - 1),
    };
    let (mut read, mut end) = (0, 0);
    for (from, to, total) in spans {
        if is_missing(read, from) && from < total {
            return Some(describe(read, from));
        }
        (read, end) = (read.max(to), total);
    }
    (is_missing(read, end) && succeeded(trial) == Some(true)).then(|| describe(read, end))
}

/// Exercised by a page with fewer rows than its list, where nothing fails, of a program that succeeds. A single row may be all
/// that it wants.
pub(super) fn reads_beyond_the_first_page(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    if trial.scenario.yaml.is_some() || succeeded(trial) != Some(true) {
        return Judgement::NotExercised;
    }
    let lists = lists(trial);
    let mut lists: Vec<_> = lists.iter().collect();
    lists.sort_unstable_by_key(|(path, _)| **path);
    let mut judgement = Judgement::NotExercised;
    for (path, pages) in lists {
        let sizes = pages.iter().filter_map(|(_, body)| rows(body));
        let sizes = sizes.map(|(rows, total)| (rows.len() as u64, total));
        let longest = sizes.max().unwrap_or_default();
        let (read, total) = longest;
        if read < 2 || read >= total {
            continue;
        }
        if !pages.iter().any(|(exchange, _)| is_later_page(exchange)) {
            return Judgement::Violation(format!(
                "{path} has {total} rows, of which {read} were read, and no further page was requested"
            ));
        }
        judgement = Judgement::Pass;
    }
    judgement
}

pub(super) fn ends_in_a_loop(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let lists = lists(trial);
    let same = |pages: &Vec<(&Exchange, Value)>| {
        let mut longest = 0;
        let mut run = 0;
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
    };
    let longest = lists.values().map(same).max().unwrap_or_default();
    if longest == 0 {
        return Judgement::NotExercised;
    }
    (longest > MAX_REPEATS)
        .then(|| format!("{} identical pages were read", longest + 1))
        .into()
}

/// After a page that was rejected, that page is requested first, and pages that were read are not requested again.
pub(super) fn resumes(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let on_list =
        |exchange: &&Exchange| exchange.request.method == "GET" && offset(exchange).is_some();
    let refused = trial.trace.api().filter(on_list).find(|exchange| {
        exchange.status() == Some(429) && offset(exchange).is_some_and(|offset| offset > 0)
    });
    let Some(refused) = refused else {
        return Judgement::NotExercised;
    };
    let mut read = HashSet::new();
    let mut after = false;
    for exchange in trial
        .trace
        .api()
        .filter(|exchange| exchange.path() == refused.path())
    {
        let target = &*exchange.request.target;
        if std::ptr::eq(exchange, refused) {
            after = true;
        } else if !after {
            read.insert(target);
        } else if target == refused.request.target {
            return Judgement::Pass;
        } else if read.contains(target) || Some(exchange.at()) >= refused.completed_at() {
            let refused = &refused.request.target;
            return Judgement::Violation(format!(
                "{refused} returned 429, and {target} was requested next"
            ));
        }
    }
    Judgement::NotExercised
}

/// Exercised by a response to a request with the key that links to a next page elsewhere.
pub(super) fn links_keep_the_key(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let answered = trial.trace.api().filter(|exchange| {
        exchange.status().is_some() && exchange.request.message.header("authorization").is_some()
    });
    let named = answered.flat_map(|exchange| {
        let named = next_pages(exchange).into_iter();
        named.filter_map(|url| auth::foreign_origin(exchange, &url))
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Judgement::NotExercised;
    }
    let mut places = [Origin::OtherHost, Origin::OtherPort].into_iter();
    places
        .find_map(|place| auth::leaked_to(trial, place).filter(|_| named.contains(&place)))
        .map(|leaked| format!("{leaked}, following a next-page link"))
        .into()
}

/// The URLs of the next page in a response: in its JSON, and in `Link`.
fn next_pages(exchange: &Exchange) -> Vec<String> {
    let Some(response) = exchange.response() else {
        return Vec::new();
    };
    let json = response.message.json();
    let in_json = json.and_then(|body| body["next"].as_str().map(ToOwned::to_owned));
    let headers = response.message.headers_named("link");
    let links = headers.filter_map(|value| str::from_utf8(value).ok());
    let links = links.flat_map(|value| value.split(','));
    let in_links = links.filter_map(|link| {
        let (url, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let mut parameters = parameters.split(';').map(str::trim);
        let is_next = |parameter: &str| matches!(parameter, "rel=next" | "rel=\"next\"");
        parameters.any(is_next).then(|| url.to_owned())
    });
    in_json.into_iter().chain(in_links).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, judged, trial},
        scenarios,
        trace::Outcome,
    };

    /// A page of the list of five orders.
    fn page(query: &str, rows: usize) -> Exchange {
        let mut page = get(0, &format!("/api/v1/orders{query}"), 200, None);
        if let Outcome::Response(response) = &mut page.outcome {
            let body = serde_json::json!({"orders": vec![0; rows], "total": 5});
            response.message.body = body.to_string().into_bytes();
        }
        page
    }

    fn first_page(pages: &[(&str, usize)]) -> TrialRecord {
        let pages = pages.iter().map(|(query, rows)| page(query, *rows));
        TrialRecord {
            output: Some(exited(0)),
            ..trial(pages.collect())
        }
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
