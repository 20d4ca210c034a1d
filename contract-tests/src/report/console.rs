//! Findings on a terminal, the same for every judge.

use anstyle::{AnsiColor, Style};

use super::{
    finding_text,
    model::{Entry, Report},
};
use crate::finding::Verdict;

/// How much the console shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Detail {
    /// Failures, and the verdict.
    Quiet,
    /// Also other results except passes: the first of each kind in full, and a line for each check or rule.
    #[default]
    Normal,
    /// Everything.
    Verbose,
}

/// Colours only repeat the text.
pub(crate) fn style(verdict: Verdict) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match verdict {
        Verdict::Pass => colour(AnsiColor::Green),
        Verdict::Fail => colour(AnsiColor::Red).bold(),
        Verdict::Known | Verdict::Warn | Verdict::Inconclusive => colour(AnsiColor::Yellow),
        Verdict::Info => colour(AnsiColor::Cyan),
        Verdict::Skip => Style::new().dimmed(),
    }
}

/// A line, or a block if there is more to show; `same` is the entry, and others with the same verdict.
pub(crate) fn lines(entry: &Entry, same: &[&Entry]) -> String {
    let (verdict, style) = (entry.verdict, style(entry.verdict));
    let head = format!("{style}{verdict:<12}{style:#}  {:<13}", entry.id);
    match verdict {
        Verdict::Pass => {
            let where_to = match same {
                [_] => entry.group().to_owned(),
                many if entry.seen.is_some() => format!("{} operations", many.len()),
                many => format!("{} trials", many.len()),
            };
            format!("{head}  {} ({where_to})\n", entry.rule)
        }
        Verdict::Skip => format!("{head}  {}\n", finding_text::sentence(entry)),
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info | Verdict::Inconclusive => {
            let others = finding_text::others(&same[1..]);
            let others = others.map(|others| format!("  also      {others}\n"));
            format!(
                "{style}{}{style:#}\n{}{}",
                finding_text::headline(entry),
                finding_text::details(entry),
                others.unwrap_or_default()
            )
        }
    }
}

/// The failures and the verdict.
pub fn overview(report: &Report) -> String {
    let failures = report.failures().into_iter().map(|(first, others)| {
        let same = [vec![first], others].concat();
        lines(first, &same) + "\n"
    });
    let closing = finding_text::closing(report).join("\n");
    format!("{}{closing}\n", failures.collect::<String>())
}
