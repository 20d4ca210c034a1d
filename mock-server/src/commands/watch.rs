//! Notices when the file of a scenario changes.
//!
//! It looks once a second: what the system could tell does not come through from every file system, such
//! as a folder that a container shares with its host.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use mock_server::{App, ScenarioSetting};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);

/// What tells one version of a file from the next.
type Version = Option<(SystemTime, u64)>;

/// Looks at the file for ever. One that is no scenario is told of, and the one before stays.
pub(super) async fn file(app: App, file: PathBuf) {
    let mut known = version(&file);
    loop {
        pause().await;
        let now = version(&file);
        if now == known {
            continue;
        }
        known = now;
        let shown = file.display();
        match ScenarioSetting::read(&file) {
            Ok(scenario) => {
                tracing::info!(file = %shown, scenario = scenario.name, "the scenario is read anew");
                app.reload(scenario);
            }
            Err(error) => tracing::warn!(%error, "the scenario stays as it was"),
        }
    }
}

fn version(file: &Path) -> Version {
    let facts = std::fs::metadata(file).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "files change in real time, whatever an organization's clock says"
)]
async fn pause() {
    tokio::time::sleep(EVERY).await;
}
