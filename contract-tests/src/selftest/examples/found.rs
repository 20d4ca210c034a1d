//! What a check found, and the example that this makes.

use super::{
    shown::{Shown, received},
    stable::stable,
};
use crate::{
    finding::{ExchangeExcerpt, NotPassed},
    provider::{Run, session::Session},
    report::{finding_text, model::Entry},
};

/// The place of a violation that is about how long responses take.
const TIME: &str = "time";
/// Places of violations that are about several responses, any of which may be the one in the report.
const ABOUT_SEVERAL: [&str; 2] = [TIME, "admitted requests"];

/// What a check found on a server.
#[derive(Debug)]
pub(super) struct Found {
    exchange: Option<FoundExchange>,
    /// Where the response differs from the contract.
    at: String,
    /// How it differs, as a sentence.
    seen: String,
}

/// The exchange in which a check found a bug.
#[derive(Debug)]
struct FoundExchange {
    shown: Shown,
    /// Where it is in the run; `None` if it was not recorded.
    place: Option<Place>,
}

/// Where an exchange is in a run. The same check sends the same request to another server, unless it depends on the bug.
#[derive(Debug)]
struct Place {
    /// The check that it was for.
    check: String,
    /// How often this check had sent the same request before.
    before: usize,
}

impl Found {
    /// The first failure of a check in a run; `None` if it did not fail.
    pub(super) fn new(session: &Session, run: &Run, check: &str) -> Option<Self> {
        let finding = run.failure_of(check)?;
        let entry = Entry::new(session, finding);
        let exchange = match &finding.outcome {
            Err(NotPassed::Violated(violation)) => violation.exchange.as_ref(),
            Ok(()) | Err(NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => None,
        };
        let at = entry.at.as_deref().unwrap_or_default().to_owned();
        let exchange = exchange.filter(|_| !ABOUT_SEVERAL.contains(&&*at));
        let seen = if at == TIME {
            // How slow they are is different each time.
            entry.message.to_string()
        } else {
            finding_text::seen(&entry)
        };
        Some(Self {
            exchange: exchange.map(|exchange| FoundExchange::new(session, exchange)),
            at,
            seen: stable(&seen, session.target()),
        })
    }

    pub(super) fn has_exchange(&self) -> bool {
        self.exchange.is_some()
    }

    /// The exchange at the same place of another run.
    pub(super) fn counterpart(&self, session: &Session) -> Option<Shown> {
        let FoundExchange { shown, place } = self.exchange.as_ref()?;
        let place = place.as_ref()?;
        let exchanges = session.recording.as_ref()?.of(&place.check);
        let same = exchanges
            .iter()
            .filter(|exchange| shown.has_request_of(session, exchange));
        // A check may send it once more only because of the bug.
        let last = same.take(place.before + 1).last()?;
        Some(Shown::new(session, last))
    }

    /// The example: the request, its response by the faithful server if that is known, and what was found.
    pub(super) fn example(&self, bug: &str, good: Option<&Shown>) -> String {
        let mut lines = match &self.exchange {
            Some(FoundExchange { shown: bad, .. }) => self.exchange_lines(bug, bad, good),
            None => vec![format!("  bad server, where {bug}")],
        };
        lines.push(format!("    seen: {}", self.seen));
        lines.join("\n")
    }

    fn exchange_lines(&self, bug: &str, bad: &Shown, good: Option<&Shown>) -> Vec<String> {
        let mut lines = vec!["  request".to_owned()];
        lines.extend(bad.request_lines());
        let bad_title = format!("  bad response, where {bug}");
        let Some(good) = good else {
            lines.push(bad_title);
            lines.extend(received(&bad.response(&self.at)));
            return lines;
        };
        let of_good = good.difference(bad, &self.at);
        let of_bad = bad.difference(good, &self.at);
        if of_good == of_bad {
            lines.push("  response, good and bad".to_owned());
            lines.extend(received(&bad.response(&self.at)));
            lines.push(format!("  bad server, where {bug}"));
        } else {
            lines.push("  good response".to_owned());
            lines.extend(received(&of_good));
            lines.push(bad_title);
            lines.extend(received(&of_bad));
        }
        lines
    }
}

impl FoundExchange {
    fn new(session: &Session, excerpt: &ExchangeExcerpt) -> Self {
        let recording = session.recording.as_ref();
        let Some(recorded) = recording.and_then(|recording| recording.find(excerpt)) else {
            return Self {
                shown: Shown::new(session, excerpt),
                place: None,
            };
        };
        let shown = Shown::new(session, &recorded.exchange);
        let earlier = recorded.earlier.iter();
        let same = earlier.filter(|exchange| shown.has_request_of(session, exchange));
        let place = Place {
            before: same.count(),
            check: recorded.check,
        };
        Self {
            shown,
            place: Some(place),
        }
    }
}
