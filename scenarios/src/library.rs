//! The scenarios that come along, as they stand in `scenarios/files/`.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use crate::{Scenario, parse};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/files");

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let files = FILES.files().map(|file| {
        let text = file.contents_utf8().unwrap_or_default();
        parse(text).unwrap_or_else(|error| panic!("{}: {error}", file.path().display()))
    });
    files.collect()
});

/// All of them, by name.
///
/// # Panics
///
/// Where a file is no scenario, which a test rules out.
pub fn all() -> &'static [Scenario] {
    &SCENARIOS
}

/// The one with that name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    all().iter().find(|scenario| scenario.name == name)
}

/// The text of the one with that name, as its file has it.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.get_file(format!("{name}.yaml"))?.contents_utf8()
}
