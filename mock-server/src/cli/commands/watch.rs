//! Detects changes of a scenario file.
//!
//! It polls once per second, because some file systems do not report changes, such as a folder that a container
//! shares with its host.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{App, ScenarioSetting};

/// The polling interval.
const EVERY: Duration = Duration::from_secs(1);

/// Polls the file forever. If its scenario is invalid, the error is logged, and the earlier scenario stays active.
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

/// The content of the file. Modification times are less reliable: an editor or a copy may preserve them, and a
/// touch changes nothing else. Reading stops after the maximum length of a scenario.
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
