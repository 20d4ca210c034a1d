//! The bundled scenarios, read from `scenarios/files/`.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use crate::{Scenario, document, parse};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/files");

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let files = FILES.files().map(|file| {
        let text = file.contents_utf8().unwrap_or_default();
        parse(text).unwrap_or_else(|error| panic!("{}: {error}", file.path().display()))
    });
    files.collect()
});

/// All bundled scenarios, by name.
///
/// # Panics
///
/// If a file is not a valid scenario; a test rules that out.
pub fn all() -> &'static [Scenario] {
    &SCENARIOS
}

/// The scenario with this name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    all().iter().find(|scenario| scenario.name == name)
}

/// The name that was probably meant by an unknown one.
pub fn similar(unknown: &str) -> Option<&'static str> {
    let names = all().iter().map(|scenario| &*scenario.name);
    document::similar(unknown, names).first().copied()
}

/// The text of the scenario with this name, exactly as in its file.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.get_file(format!("{name}.yaml"))?.contents_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_the_name_of_its_scenario_and_an_expectation() {
        assert!(all().len() >= 30);
        for scenario in all() {
            assert!(text(&scenario.name).is_some(), "{}", scenario.name);
            assert_eq!(find(&scenario.name), Some(scenario));
            assert!(!scenario.expect.is_empty(), "{}", scenario.name);
            let mut sentences = scenario.expect.iter().chain([&scenario.summary]);
            assert!(
                sentences.all(|sentence| sentence.ends_with('.')),
                "{}",
                scenario.name
            );
        }
    }

    #[test]
    fn scenarios_survive_a_round_trip() {
        for scenario in all() {
            let text = serde_json::to_string(scenario).unwrap();
            assert_eq!(parse(&text).unwrap(), *scenario, "{}", scenario.name);
        }
    }
}
