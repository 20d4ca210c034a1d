//! The tables of the book, as Markdown.

use strum::{Display, EnumMessage, VariantArray};

use super::{BEHAVIOURS, CONTRADICTIONS, Nearness};
use crate::{
    ErrorCode, Evidence, Operation, Preset, Scope, ScopeSet, Tier,
    control::{CALLS, CONTROL_PREFIX, ControlCall, Field, Rule, Takes},
    operations, source,
};

/// A table of the book. Its name appears in the comments that enclose it.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Table {
    /// Every operation.
    Operations,
    /// Behaviours beyond the operation table.
    Behaviours,
    /// Where the documents contradict one another.
    Contradictions,
    /// Every operation of the control API.
    Control,
    /// Every error code.
    Errors,
    /// Every scope.
    Scopes,
    /// Every preset.
    Presets,
    /// Every rate-limit tier.
    Tiers,
}

impl Table {
    /// The page that has it, as a path under `docs/`.
    pub fn page(self) -> &'static str {
        match self {
            Self::Operations => "reference/operations.md",
            Self::Behaviours => "reference/behaviours.md",
            Self::Contradictions => "explanation/contradictions.md",
            Self::Control => "reference/control.md",
            Self::Errors => "reference/errors.md",
            Self::Scopes | Self::Presets => "reference/scopes.md",
            Self::Tiers => "reference/tiers.md",
        }
    }

    /// The table as Markdown, each line with its line ending.
    pub fn markdown(self) -> String {
        match self {
            Self::Operations => all_operations(),
            Self::Behaviours => behaviours(),
            Self::Contradictions => contradictions(),
            Self::Control => control(),
            Self::Errors => errors(),
            Self::Scopes => scopes(),
            Self::Presets => presets(),
            Self::Tiers => tiers(),
        }
    }
}

fn all_operations() -> String {
    table(
        ["operation", "name", "scope", "what it does", "evidence"],
        operations::all().map(|operation| {
            [
                format!("`{}`", endpoint(operation)),
                format!("`{}`", operation.id),
                format!("`{}`", operation.scopes),
                operation.summary.trim_end_matches('.').to_owned(),
                evidence_and_page(operation.evidence, operation.source),
            ]
        }),
    )
}

fn behaviours() -> String {
    table(
        ["about", "what a client meets", "how near", "evidence"],
        BEHAVIOURS.iter().map(|behaviour| {
            [
                behaviour.topic.to_owned(),
                behaviour.statement.to_owned(),
                nearness(behaviour.nearness),
                evidence_and_page(behaviour.evidence, behaviour.source),
            ]
        }),
    )
}

fn contradictions() -> String {
    table(
        ["about", "what the documents say", "the sandbox"],
        CONTRADICTIONS.iter().map(|contradiction| {
            let readings = contradiction.readings.iter();
            let readings: Vec<_> = readings
                .map(|reading| format!("[{}]({})", reading.says, reading.source))
                .collect();
            [
                contradiction.about.to_owned(),
                readings.join("; "),
                contradiction.side.to_owned(),
            ]
        }),
    )
}

fn control() -> String {
    table(
        ["request", "takes", "does"],
        CALLS.iter().map(|control_call| {
            [
                format!("`{} {}`", control_call.method, short(control_call.path)),
                accepted_body(control_call),
                control_call.does.to_owned(),
            ]
        }),
    )
}

fn errors() -> String {
    table(
        ["status", "code", "when", "evidence"],
        codes_by_status().map(|code| {
            let facts = code.facts();
            [
                facts.status.to_string(),
                format!("`{code}`"),
                documentation(&code),
                evidence_and_page(facts.evidence, facts.source),
            ]
        }),
    )
}

fn scopes() -> String {
    table(
        ["scope", "permits", "opens", "presets"],
        Scope::VARIANTS.iter().map(|scope| {
            let set = ScopeSet::of(&[*scope]);
            let opened = operations::all().filter(|one| one.scopes.contains_all(set));
            let presets = Preset::VARIANTS.iter();
            let presets = presets.filter(|preset| preset.scopes().contains_all(set));
            [
                format!("`{scope}`"),
                documentation(scope),
                list(opened.map(endpoint)),
                list(presets),
            ]
        }),
    )
}

fn presets() -> String {
    table(
        ["preset", "purpose", "scopes"],
        Preset::VARIANTS.iter().map(|preset| {
            [
                format!("`{preset}`"),
                documentation(preset),
                list(preset.scopes().iter()),
            ]
        }),
    )
}

fn tiers() -> String {
    table(
        ["tier", "quota"],
        Tier::VARIANTS
            .iter()
            .map(|tier| [format!("`{tier}`"), documentation(tier)]),
    )
}

/// The error codes, by status.
fn codes_by_status() -> impl Iterator<Item = ErrorCode> {
    let mut codes = ErrorCode::VARIANTS.to_vec();
    codes.sort_by_key(|code| code.facts().status);
    codes.into_iter()
}

/// What the documentation of a variant says, without the period at its end.
fn documentation(of: &impl EnumMessage) -> String {
    let text = of.get_documentation().unwrap_or_default();
    text.trim_end_matches('.').to_owned()
}

fn endpoint(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Each item in backticks, separated by commas.
fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<_> = items
        .map(|item| format!("`{}`", item.to_string()))
        .collect();
    items.join(", ")
}

/// The path of a control operation. Most share a prefix, so the prefix is shown only where nothing follows it.
fn short(path: &str) -> String {
    const ORGANIZATION: &str = "/organizations/{organization}";
    match path.strip_prefix(ORGANIZATION) {
        None | Some("") => format!("{CONTROL_PREFIX}{path}"),
        Some(rest) => format!("…/{{organization}}{rest}"),
    }
}

/// The fields of a body or the parameters of a query, with an `or` between those that exclude one another.
fn accepted_body(control_call: &ControlCall) -> String {
    let rules = match control_call.takes {
        Takes::Snapshot => return "a snapshot".to_owned(),
        Takes::JudgeReport => return "a report".to_owned(),
        Takes::Nothing => &[],
        Takes::Fields(_, rules) => rules,
    };
    let is_other = |field: &Field| {
        rules.iter().any(|rule| match rule {
            Rule::OneOf(names) => names.iter().skip(1).any(|other| field.name == *other),
            Rule::NotBoth(_, other) => field.name == *other,
            Rule::Some => false,
        })
    };
    let mut text = String::new();
    for field in control_call.query.iter().chain(control_call.fields()) {
        if !text.is_empty() {
            text.push_str(if is_other(field) { " or " } else { ", " });
        }
        text.extend(["`", field.name, "`"]);
    }
    text
}

fn table<const CELLS: usize>(
    head: [&str; CELLS],
    rows: impl Iterator<Item = [String; CELLS]>,
) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&head.map(ToOwned::to_owned));
    let rule = format!("{}|\n", "|---".repeat(CELLS));
    [head, rule]
        .into_iter()
        .chain(rows.map(|row| line(&row)))
        .collect()
}

fn nearness(nearness: Nearness) -> String {
    match nearness {
        Nearness::Exact => "exact".to_owned(),
        Nearness::Approximate(why) => format!("approximate: {why}"),
        Nearness::Absent(what) => format!("absent: {what}"),
    }
}

/// The evidence, linked to the page if there is one.
fn evidence_and_page(evidence: Evidence, page: &str) -> String {
    if page == source::OURS {
        evidence.to_string()
    } else {
        format!("[{evidence}]({page})")
    }
}
