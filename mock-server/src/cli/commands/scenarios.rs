//! `mock-server scenarios`: lists, shows and checks scenarios and faults.

use std::process::ExitCode;

use scenarios::{
    Scenario,
    faults::{self, FaultFacts},
    library,
};

use super::Failure;
use crate::{
    ScenarioSetting,
    cli::{
        arguments::Scenarios,
        terminal::{self, OutputError},
    },
};

/// `mock-server scenarios …`
pub(crate) fn run(command: &Scenarios) -> Result<ExitCode, Failure> {
    match command {
        Scenarios::List => list()?,
        Scenarios::Show { name } => {
            let text =
                library::text(name).ok_or_else(|| Failure::UnknownScenario(unknown(name)))?;
            terminal::line(text.trim_end())?;
        }
        Scenarios::Check { files } => {
            for file in files {
                let scenario = ScenarioSetting::read(file).map_err(Failure::Scenario)?;
                terminal::line(format_args!(
                    "{}: {}, {}",
                    file.display(),
                    scenario.name,
                    parts(&scenario)
                ))?;
            }
        }
        Scenarios::Faults => list_faults()?,
        Scenarios::Schema => terminal::line(scenarios::schema_text())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list() -> Result<(), OutputError> {
    let width = library::all().iter().map(|one| one.name.len()).max();
    let width = width.unwrap_or_default();
    for scenario in library::all() {
        terminal::line(format_args!(
            "{:<width$}  {}",
            scenario.name, scenario.summary
        ))?;
    }
    Ok(())
}

fn list_faults() -> Result<(), OutputError> {
    let width =
        |text: fn(&FaultFacts) -> String| faults::all().map(|fault| text(&fault).len()).max();
    let ids = width(|fault| fault.id.to_owned()).unwrap_or_default();
    let places = width(|fault| fault.applies.to_string()).unwrap_or_default();
    for fault in faults::all() {
        let (id, applies) = (fault.id, fault.applies.to_string());
        terminal::line(format_args!(
            "{id:<ids$}  {applies:<places$}  {}",
            fault.definition
        ))?;
    }
    Ok(())
}

fn unknown(name: &str) -> String {
    format!("unknown scenario `{name}`; `mock-server scenarios list` lists the bundled ones")
}

fn parts(scenario: &Scenario) -> String {
    let count = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    let (rules, steps) = (scenario.rules.len(), scenario.steps.len());
    format!("{} and {}", count(rules, "rule"), count(steps, "step"))
}
