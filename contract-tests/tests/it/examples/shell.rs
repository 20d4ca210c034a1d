//! The `sh` blocks of the README and the book, whose output the pages do not show.
//!
//! One is run before the commands that follow it, unless it needs what no test has. Of those that are not run, the syntax is checked, and
//! that our programs have the commands and flags.

use std::{
    collections::HashMap,
    fs,
    io::Write,
    process::{Command, Stdio},
};

use super::{blocks, pages, programs};

/// What the blocks contain that are not run, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo add", "it downloads packages"),
    ("cargo bench", "it takes minutes"),
    ("cargo build --release", "it takes minutes"),
    ("cargo run --quiet", "rust_tutorial.rs runs the program"),
    ("npm install", "it downloads packages"),
    ("npm test", "it is the reader's test suite"),
    ("pip install", "it downloads packages"),
    (
        "dotnet ",
        "CI has no .NET; tests/clients/run compiles and runs the program of the tutorial where an SDK can be installed",
    ),
    ("docker ", "CI has no Docker"),
    ("kubectl ", "CI has no Kubernetes"),
    ("./your-client", "it is the reader's program"),
    (
        "target/debug/prospects",
        "it takes minutes; rust_tutorial.rs runs the program",
    ),
    (
        "client.html -- python3 careful.py",
        "it takes minutes; the page runs the program under fewer scenarios",
    ),
    ("$REAL_API_URL", "it is the reader's server"),
    ("$SERVER_URL", "it is the reader's server"),
    ("\"$URL\"", "it is the reader's server"),
    ("/releases/download/", "it downloads a release"),
    ("https://staging.example.com", "it is the reader's server"),
    (
        "--cacert ca.pem",
        "it needs the server of the block above, which does not end",
    ),
    ("contract-tests proxy --to", "it does not end"),
    ("mock-server --tls", "it does not end"),
    (
        "mock-server\n",
        "it does not end; the tests start a server for each page",
    ),
];

/// Whether a block is run before the commands that follow it.
pub(super) fn is_run(block: &str) -> bool {
    !NOT_RUN.iter().any(|(part, _)| block.contains(part))
}

/// The `sh` blocks of all pages.
fn all() -> Vec<String> {
    let pages = pages()
        .into_iter()
        .map(|page| fs::read_to_string(page).unwrap());
    let blocks = pages.flat_map(|page| blocks(&page));
    blocks
        .filter(|(info, _)| info == "sh")
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn every_reason_not_to_run_a_block_is_needed() {
    let all = all();
    let unneeded = NOT_RUN
        .iter()
        .filter(|(part, _)| !all.iter().any(|block| block.contains(part)));
    let unneeded: Vec<_> = unneeded.collect();
    assert!(unneeded.is_empty(), "{unneeded:?}");
}

#[test]
fn syntax_of_every_block_is_valid() {
    for block in all() {
        let mut shell = Command::new("bash")
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        shell
            .stdin
            .take()
            .unwrap()
            .write_all(block.as_bytes())
            .unwrap();
        let output = shell.wait_with_output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{block}{output:?}"
        );
    }
}

/// The help of a command, such as `contract-tests client`.
fn help(program: &str, command: Option<&str>) -> String {
    let output = Command::new(programs().join(program))
        .args(command)
        .arg("--help")
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{program} {command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn our_programs_have_the_commands_and_flags_of_every_block() {
    let mut helps = HashMap::new();
    let mut flags = 0;
    for block in all() {
        for line in block.lines() {
            // What follows ` -- ` is another program's.
            let own = line.split(" -- ").next().unwrap();
            let mut words = own.split_whitespace().peekable();
            let Some(program @ ("contract-tests" | "mock-server")) = words.next() else {
                continue;
            };
            let command = words.next_if(|word| !word.starts_with('-'));
            let help = helps
                .entry((program.to_owned(), command.map(str::to_owned)))
                .or_insert_with(|| help(program, command));
            for flag in words.filter(|word| word.starts_with("--") && word.len() > 2) {
                let flag = flag.split('=').next().unwrap();
                let is_there = help
                    .split(|c: char| c.is_whitespace() || c == ',')
                    .any(|word| word == flag);
                assert!(is_there, "{program} {command:?} has no {flag}: {line}");
                flags += 1;
            }
        }
    }
    assert!(flags > 10, "only {flags} flags were found");
}
