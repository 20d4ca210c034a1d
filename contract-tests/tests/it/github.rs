//! Reports as GitHub shows them: annotations, the summary of a job, and alerts of code scanning.

use std::fs;

use serde_json::Value;

use crate::{
    baselines::Folder,
    client_reports::{LIST, client},
    command::text,
    reports::shell_with,
};

/// GitHub shows ten annotations of each level.
#[test]
fn each_rule_has_one_annotation() {
    let nameless = LIST.replace("curl", "curl -A ''");
    let args = [
        "--scenario=not-found",
        "--scenario=teapot",
        "--report=github=-",
    ];
    let output = client(&args, &nameless);
    let annotations = String::from_utf8(output.stdout).unwrap();
    let mut about = annotations
        .lines()
        .filter(|line| line.contains("=CLI-HTTP-1 "));
    let one = about.next().unwrap();
    assert!(
        one.starts_with("::warning title=CLI-HTTP-1 scenario control::"),
        "{one}"
    );
    assert!(
        one.ends_with("%0A2 more like this: not-found, teapot"),
        "{one}"
    );
    assert_eq!(about.next(), None);
}

/// What no rule says comes first, and the command can be copied.
#[test]
fn summary_begins_with_what_fails_the_run() {
    let output = client(
        &["--scenario=control", "--report=markdown=-"],
        "exit 4 # && x",
    );
    let summary = String::from_utf8(output.stdout).unwrap();
    let begin = "## contract-tests: nothing ran\n\n```text\nerror: it sent no request to ";
    assert!(summary.starts_with(begin), "{summary}");
    assert!(
        summary.contains("`sh -c 'exit 4 # && x'` is a client"),
        "{summary}"
    );
    assert_eq!(summary.matches("error: ").count(), 1, "{summary}");
    assert!(
        summary.ends_with("\nnothing ran (exit code 3)\n\n"),
        "{summary}"
    );
}

/// GitHub looks for a file below the root of the repository, and rejects findings without one.
#[test]
fn sarif_files_are_relative_to_the_repository() {
    let folder = Folder::new("sarif-repository");
    fs::create_dir_all(folder.file("client/src")).unwrap();
    fs::create_dir(folder.file(".git")).unwrap();
    fs::write(folder.file("client/package.json"), "{}").unwrap();
    let file = |within: &str, workflow: &str| {
        let line = format!(
            "cd {} && contract-tests client --scenario control --strict --report sarif=- -- curl -s {{base_url}}/orders",
            folder.file(within)
        );
        let output = shell_with(&line, &[("GITHUB_WORKFLOW_REF", workflow)]);
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        place["artifactLocation"]["uri"].clone()
    };
    let workflow = "owner/name/.github/workflows/client.yml@refs/heads/main";
    assert_eq!(file("client", workflow), "client/package.json");
    assert_eq!(file("client/src", workflow), ".github/workflows/client.yml");
    assert_eq!(file("client/src", ""), Value::Null);
}

/// Each step of a job adds its part.
#[test]
fn summary_of_a_job_is_added_to() {
    let folder = Folder::new("summary");
    let summary = folder.file("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let line = "contract-tests client --quiet --scenario control --report markdown=$GITHUB_STEP_SUMMARY -- true";
    for _ in 0..2 {
        let output = shell_with(line, &[("GITHUB_STEP_SUMMARY", &summary)]);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    }
    let written = fs::read_to_string(&summary).unwrap();
    assert!(
        written.starts_with("before\n## contract-tests: "),
        "{written}"
    );
    assert_eq!(written.matches("## contract-tests: nothing ran").count(), 2);
}
