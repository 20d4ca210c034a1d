//! What identifies a build: a report of a mistake is of use only with it.

use schemas::Profile;
use sha2::{Digest, Sha256};

/// The text that `--version` of a program prints: its version, the commit of the build, and the SHA-256 of what `mock-server openapi`
/// prints, by which two builds can be seen to have the same contract.
pub fn version(program: &str, commit: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let commit = commit.unwrap_or("unknown");
    let contract = hex::encode(Sha256::digest(schemas::openapi::text(Profile::Everything)));
    format!("{program} {version}\ncommit: {commit}\ncontract: sha256:{contract}")
}
