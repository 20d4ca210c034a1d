//! The code that `explain --lang` prints is valid; the Rust code is compiled here.

use std::{collections::HashSet, path::Path, process::Command};

use contract_tests::clients::{advice, find};

#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/keys.rs"]
mod keys;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/links.rs"]
mod links;
#[expect(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "it is shown, and not used; and a client lives in the real time"
)]
#[path = "../../src/clients/advice/rust/pace.rs"]
mod pace;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/paths.rs"]
mod paths;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/redirects.rs"]
mod redirects;
#[expect(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "it is shown, and not used; and a client sleeps for real"
)]
#[path = "../../src/clients/advice/rust/retries.rs"]
mod retries;
#[expect(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "it is shown, and not used; and a client lives in the real time"
)]
#[path = "../../src/clients/advice/rust/sessions.rs"]
mod sessions;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/sign_in.rs"]
mod sign_in;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/sizes.rs"]
mod sizes;
#[expect(dead_code, unreachable_pub, reason = "it is shown, and not used")]
#[path = "../../src/clients/advice/rust/time_outs.rs"]
mod time_outs;

/// The files of a language.
fn files(language: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clients/advice");
    let files = folder.join(language).read_dir().unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn prints_example_code_for_each_language() {
    let reads = "import ast, sys; [ast.parse(open(file).read()) for file in sys.argv[1:]]";
    let python = Command::new("python3")
        .args(["-c", reads])
        .args(files("python"))
        .args(files("httpx"))
        .output()
        .unwrap();
    assert!(
        python.status.success(),
        "{}",
        String::from_utf8_lossy(&python.stderr)
    );
    for file in files("javascript") {
        let node = Command::new("node")
            .arg("--check")
            .arg(&file)
            .output()
            .unwrap();
        assert!(
            node.status.success(),
            "{}",
            String::from_utf8_lossy(&node.stderr)
        );
    }
}

#[test]
fn example_code_belongs_to_existing_rules() {
    let all: Vec<_> = advice::rules().collect();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    assert!(all.iter().all(|id| find(id).is_some()));
}
