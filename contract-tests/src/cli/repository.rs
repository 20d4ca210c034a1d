//! Files as code-scanning tools know them: by their path in the repository, wherever in it this program runs.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The first of these files that is in the repository. If there is none, the workflow that runs this program on GitHub, whose
/// code scanning rejects findings without a file.
pub(super) fn file_of(mut files: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    files
        .find_map(|file| in_repository(&file))
        .or_else(workflow)
}

/// The path relative to the root of the repository, or without one to the current directory, if the file is below it.
fn in_repository(file: &Path) -> Option<PathBuf> {
    let folder = env::current_dir().ok()?.canonicalize().ok()?;
    let root = folder
        .ancestors()
        .find(|folder| folder.join(".git").exists());
    let file = file.canonicalize().ok()?;
    let path = file.strip_prefix(root.unwrap_or(&folder)).ok()?;
    Some(path.to_owned())
}

/// `OWNER/NAME/.github/workflows/FILE@REF`, without what is around the path.
fn workflow() -> Option<PathBuf> {
    let variable = env::var_os("GITHUB_WORKFLOW_REF")?;
    let (path, _) = variable.to_str()?.split_once('@')?;
    path.splitn(3, '/').nth(2).map(PathBuf::from)
}
