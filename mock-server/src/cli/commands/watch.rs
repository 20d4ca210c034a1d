//! Notices when the file of a scenario changes.
//!
//! It looks once a second: what the system could tell does not come through from every file system, such
//! as a folder that a container shares with its host.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use mock_server::{App, ScenarioSetting};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);

/// Looks at the file for ever. One that is no scenario is told of, and the one before stays.
pub(super) async fn file(app: App, file: PathBuf) {
    let mut known = content(&file);
    loop {
        pause().await;
        let now = content(&file);
        if now == known {
            continue;
        }
        known = now;
        let shown = file.display();
        match ScenarioSetting::read(&file) {
            Ok(scenario) => {
                tracing::info!(file = %shown, scenario = scenario.name, "the scenario was reloaded");
                app.reload(scenario);
            }
            Err(error) => tracing::warn!(%error, "the previous scenario stays active"),
        }
    }
}

/// The file as it is. Times tell less: an editor or a copy may keep them, and a touch changes nothing else. What no
/// scenario has room for is not read to its end.
fn content(file: &Path) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let beyond = u64::try_from(scenarios::MAX_BYTES).ok()? + 1;
    File::open(file)
        .ok()?
        .take(beyond)
        .read_to_end(&mut content)
        .ok()?;
    Some(content)
}

#[expect(
    clippy::disallowed_methods,
    reason = "files change in real time, whatever an organization's clock says"
)]
async fn pause() {
    tokio::time::sleep(EVERY).await;
}
