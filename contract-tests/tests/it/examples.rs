//! The examples of the README and of the book work as shown.
//!
//! The `console` blocks of a page are run unchanged, in one shell, against a new server. Their output must match the page, where
//! `…` stands for anything. A block with `file=NAME` after its language is the file that later commands use. [`shell`] says which `sh`
//! blocks are run, `rust_tutorial.rs` runs the Rust code. C# code is not run in CI, which has no .NET: `tests/clients/run` compiles and
//! runs it.

mod shell;

use std::{
    env,
    ffi::OsString,
    fmt::Write,
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    thread,
};

use mock_server::{App, Config, Settings};
use tempfile::TempDir;

/// The judge measures the time of some examples, so only some pages run at a time.
const PAGES_AT_A_TIME: usize = 4;
/// The address in the pages.
const DOCUMENTED: &str = "127.0.0.1:8000";

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

/// The README and the pages of the book.
pub(crate) fn pages() -> Vec<PathBuf> {
    let mut pages = vec![workspace().join("README.md")];
    let mut folders = vec![workspace().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// A fenced block: what follows the fence, and the lines within.
pub(crate) type Block = (String, String);

/// The fenced blocks of a page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

/// A command, and the output that the page shows.
struct Step {
    command: String,
    output: String,
}

/// The steps of a page: the commands of its `console` blocks, its `sh` blocks, and the commands that write its files.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (info, text) in blocks(page) {
        if info == "console" {
            commands(&text, &mut steps);
        } else if info == "sh" && shell::is_run(&text) {
            steps.push(Step {
                command: text,
                output: "…".to_owned(),
            });
        } else if let Some((_, name)) = info.split_once("file=") {
            steps.push(Step {
                command: format!("cat > {name} <<'END OF FILE'\n{text}END OF FILE"),
                output: String::new(),
            });
        }
    }
    steps
}

/// Adds the commands of a block.
fn commands(block: &str, steps: &mut Vec<Step>) {
    let first = steps.len();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                output: String::new(),
            });
        } else {
            assert!(
                steps.len() > first,
                "a console block begins with a command: {line}"
            );
            steps.last_mut().unwrap().output.extend([line, "\n"]);
        }
    }
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
pub(crate) fn programs() -> PathBuf {
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

/// Where commands are searched for: the programs, the machine's Node, the packages for Python and Node that `./check` installs.
fn search_path(node: &Path) -> OsString {
    let python = workspace().join("target/python/bin");
    let before = [programs(), node.to_owned(), python];
    let path = env::var_os("PATH").unwrap();
    env::join_paths(before.into_iter().chain(env::split_paths(&path))).unwrap()
}

/// A folder with the machine's Node alone, which is older than the one that `./check` installs, as that of many readers is.
fn folder_with_node() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = env::var_os("PATH").unwrap();
    if let Some(node) = env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|node| node.exists())
    {
        symlink(node, folder.path().join("node")).unwrap();
    }
    folder
}

/// The package for Node as if it were installed, and the commands of the packages that `./check` installs.
fn install_for_node(folder: &Path) {
    let modules = folder.join("node_modules");
    fs::create_dir(&modules).unwrap();
    for (name, original) in [
        ("openprospect-mock", "packages/node"),
        (".bin", "target/node/node_modules/.bin"),
    ] {
        symlink(workspace().join(original), modules.join(name)).unwrap();
    }
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

/// Runs commands in one shell; returns what each printed.
fn run(steps: &[Step], address: &str, folder: &Path) -> Result<Vec<String>, String> {
    const MARK: &str = "<<<next>>>";
    let mut script = String::new();
    for Step { command, .. } in steps {
        write!(script, "{command}\necho '{MARK}'\n").unwrap();
    }
    let node = folder_with_node();
    let output = Command::new("bash")
        .args(["-c", &script.replace(DOCUMENTED, address)])
        .env("PATH", search_path(node.path()))
        .env(
            "CONTRACT_TESTS_BASE_URL",
            format!("http://{address}/api/v1"),
        )
        // The packages, as if they were installed.
        .env("PYTHONPATH", workspace().join("packages/python/src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTEST_PLUGINS", "openprospect_mock.pytest_plugin")
        .env("OPENPROSPECT_MOCK_SERVER", programs().join("mock-server"))
        // No warnings about the machine's settings of npm.
        .env("NPM_CONFIG_LOGLEVEL", "error")
        .current_dir(folder)
        .output()
        .unwrap();
    if !output.stderr.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let printed = String::from_utf8(output.stdout)
        .unwrap()
        .replace(address, DOCUMENTED)
        .replace('\r', "");
    // A body ends without a line break; a shell shows its prompt after it.
    Ok(printed
        .split(&format!("{MARK}\n"))
        .map(|part| part.trim_end_matches('\n').to_owned())
        .collect())
}

/// Runs a page; returns the number of its commands, or where it differs.
fn try_page(page: &Path) -> Result<usize, String> {
    let steps = steps(&fs::read_to_string(page).unwrap());
    if steps.is_empty() {
        return Ok(0);
    }
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    install_for_node(folder.path());
    let name = page.strip_prefix(workspace()).unwrap().display();
    let printed = run(&steps, &server.1, folder.path())
        .map_err(|error| format!("{name}: on standard error:\n{error}"))?;
    // The last part is what follows the last mark.
    let (done, all) = (printed.len() - 1, steps.len());
    if done < all {
        return Err(format!(
            "{name}: the shell ended after {done} of {all} commands"
        ));
    }
    for (Step { command, output }, printed) in steps.iter().zip(&printed) {
        let expected = output.trim_end_matches('\n');
        if !matches(expected, printed) {
            return Err(format!(
                "{name}: $ {command}\n{printed}\n--- but the page shows\n{expected}"
            ));
        }
    }
    Ok(steps.len())
}

#[test]
fn every_example_prints_what_its_page_shows() {
    let pages = Mutex::new(pages());
    let tried = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PAGES_AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(page) = pages.lock().unwrap().pop() else {
                        break;
                    };
                    let result = try_page(&page);
                    tried.lock().unwrap().push(result);
                }
            });
        }
    });
    let (mut count, mut differing) = (0, Vec::new());
    for page in tried.into_inner().unwrap() {
        match page {
            Ok(commands) => count += commands,
            Err(difference) => differing.push(difference),
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    assert!(count > 100, "only {count} commands were found");
}

#[test]
fn settings_file_of_the_book_is_valid() {
    let page = fs::read_to_string(workspace().join("docs/reference/settings-file.md")).unwrap();
    let toml = blocks(&page).into_iter().filter(|(info, _)| info == "toml");
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), toml.map(|(_, text)| text).collect::<String>()).unwrap();
    let settings = Settings::read(&file.path().to_owned()).unwrap();
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
