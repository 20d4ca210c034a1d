//! The examples of the README and of the page on credentials work as shown.
//!
//! A `console` block is run unchanged, against a new server. Its output must match the block, where `…` stands for anything.
//! The `toml` block must be a valid configuration.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use mock_server::{App, Config, Settings};

const README: &str = include_str!("../../../README.md");
const CREDENTIALS: &str = include_str!("../../../docs/credentials.md");
/// The address in the README.
const DOCUMENTED: &str = "127.0.0.1:8000";

/// The blocks of a language on a page.
fn blocks(page: &'static str, language: &str) -> impl Iterator<Item = &'static str> {
    let fence = format!("```{language}\n");
    page.split("\n```").filter_map(move |part| {
        let part = part
            .strip_prefix(&fence[3..])
            .or_else(|| part.strip_prefix(&fence));
        part.map(str::trim_end)
    })
}

/// The commands of a block, each with the output it shows.
fn steps(block: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.extend([line, "\n"]),
            (None, None) => panic!("a console block begins with a command: {line}"),
        }
    }
    steps
}

/// Whether a text matches a pattern, where `…` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut open = false;
    for part in parts {
        match rest.find(part) {
            Some(found) => rest = &rest[found + part.len()..],
            None => return false,
        }
        open = part.is_empty();
    }
    open || rest.is_empty()
}

/// The folder with the commands; `cargo test` on the whole workspace builds both.
fn programs() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_contract-tests"))
        .parent()
        .unwrap()
        .to_owned();
    assert!(
        folder.join("mock-server").exists(),
        "cargo build -p mock-server first"
    );
    folder
}

/// The command `mock-server`, stopped when it is dropped.
struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let mut child = Command::new(programs().join("mock-server"))
            .args(["--port", "0", "--ready-json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = ready["url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .trim_end_matches("/api/v1");
        let address = address.to_owned();
        Self(child, address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Runs the commands of a block in one shell; returns what each printed.
fn run(commands: &[String], address: &str, folder: &Path) -> Vec<String> {
    const MARK: &str = "<<<next>>>";
    let script = commands.join(&format!(
        "
echo '{MARK}'
"
    ));
    let path = format!(
        "{}:{}",
        programs().display(),
        std::env::var_os("PATH").unwrap().display()
    );
    let output = Command::new("bash")
        .args(["-c", &script.replace(DOCUMENTED, address)])
        .env("PATH", path)
        .env(
            "CONTRACT_TESTS_BASE_URL",
            format!("http://{address}/api/v1"),
        )
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout)
        .unwrap()
        .replace(address, DOCUMENTED)
        .replace('\r', "");
    // A body ends without a line break; a shell shows its prompt after it.
    printed
        .split(&format!("{MARK}\n"))
        .map(|part| part.trim_end_matches('\n').to_owned())
        .collect()
}

/// Runs blocks, each in its own shell; returns the number of their commands.
#[track_caller]
fn run_all(name: &str, blocks: impl Iterator<Item = String>) -> usize {
    let server = Server::start();
    let folder = format!("openprospect-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    fs::create_dir_all(&folder).unwrap();
    let mut count = 0;
    for block in blocks {
        let (commands, expected): (Vec<_>, Vec<_>) = steps(&block).into_iter().unzip();
        let printed = run(&commands, &server.1, &folder);
        for ((command, expected), printed) in commands.iter().zip(&expected).zip(&printed) {
            let expected = expected.trim_end_matches('\n');
            assert!(
                matches(expected, printed),
                "$ {command}\n{printed}\n--- but the page shows\n{expected}"
            );
            count += 1;
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    count
}

#[test]
fn every_console_example_prints_what_the_readme_shows() {
    let count = run_all("readme", blocks(README, "console").map(ToOwned::to_owned));
    assert!(count > 15, "only {count} commands were found");
}

/// The blocks share a shell: the next block uses what the previous one sets.
#[test]
fn walkthroughs_with_credentials_print_what_their_page_shows() {
    let blocks: Vec<_> = blocks(CREDENTIALS, "console").collect();
    let count = run_all("credentials", std::iter::once(blocks.join("\n")));
    assert!(count > 25, "only {count} commands were found");
}

#[test]
fn configuration_example_is_valid() {
    let blocks: Vec<_> = blocks(README, "toml").collect();
    let file =
        std::env::temp_dir().join(format!("openprospect-readme-{}.toml", std::process::id()));
    fs::write(&file, blocks.join("\n")).unwrap();
    let settings = Settings::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(
        (settings.port, settings.keys.len(), settings.tiers.len()),
        (Some(8000), 1, 2)
    );
    App::new(Config::from(settings)).unwrap();
}

#[test]
fn patterns_match_exactly_what_they_describe() {
    assert!(
        matches("a…c", "abbbc")
            && matches("a\n…", "a\nb\nc")
            && matches("x", "x")
            && matches("…", "")
    );
    assert!(!matches("a…c", "abbbcd") && !matches("x", "xy") && !matches("a…b…c", "acb"));
}
