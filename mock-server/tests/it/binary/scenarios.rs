//! `mock-server scenarios`, and a scenario file that changes while the server runs.

use std::{fs, path::PathBuf};

use super::{
    KEY,
    process::{Running, command, run},
};

/// A file with this text.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A scenario in which every response has this status.
fn always(status: u16) -> String {
    format!("name: always\nsummary: Always.\nrules: [{{do: [{{error: {{status: {status}}}}}]}}]\n")
}

/// The status of the response to a request.
#[track_caller]
fn status(server: &Running) -> u16 {
    let mut connection = server.connect();
    let call = format!(
        "GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n"
    );
    connection.send(call).head()[9..12].parse().unwrap()
}

#[test]
fn lists_shows_and_checks_scenarios() {
    let listed = run(&mut command(&["scenarios", "list"]));
    assert_eq!(
        listed.stdout.lines().count(),
        scenarios::library::all().len()
    );
    assert!(
        listed
            .stdout
            .contains("After the first request, all keys are revoked;")
    );
    let faults = run(&mut command(&["scenarios", "faults"]));
    assert_eq!(
        faults.stdout.lines().count(),
        scenarios::faults::all().count()
    );
    let paging = faults
        .stdout
        .lines()
        .find(|line| line.starts_with("paging "));
    assert!(paging.unwrap().contains("  lists "), "{}", faults.stdout);
    let shown = run(&mut command(&["scenarios", "show", "revoked-mid-run"]));
    assert_eq!(
        scenarios::parse(&shown.stdout).unwrap().name,
        "revoked-mid-run"
    );
    let unknown = run(&mut command(&["scenarios", "show", "revoked"]));
    assert_eq!(
        (unknown.code, &*unknown.stderr),
        (
            Some(2),
            "error: unknown scenario `revoked`; `mock-server scenarios list` lists the bundled ones\n"
        )
    );
    let good = file("good.yaml", &always(503));
    let checked = run(command(&["scenarios", "check"]).arg(&good));
    assert_eq!(
        checked.stdout,
        format!("{}: always, 1 rule and 0 steps\n", good.display())
    );
    let bad = file(
        "bad.yaml",
        "name: bad\nsummary: Bad.\nrules:\n- do: [{latncy: {}}]\n",
    );
    let checked = run(command(&["scenarios", "check"]).arg(&good).arg(&bad));
    assert_eq!(checked.code, Some(2));
    let begin = format!(
        "error: {}:4:9: rules[0].do[0]: unknown name `latncy`; did you mean `latency`? use one of ",
        bad.display()
    );
    assert!(checked.stderr.starts_with(&begin), "{}", checked.stderr);
    assert_eq!(checked.stderr.matches("bad.yaml").count(), 1);
    let schema = run(&mut command(&["scenarios", "schema"]));
    serde_json::from_str::<serde_json::Value>(&schema.stdout).unwrap();
}

#[test]
fn scenario_is_given_by_name_or_by_file() {
    let path = file("changing.yaml", &always(503));
    // The server is asked again and again until it has read the file, which no quota may end.
    let scenario = path.to_str().unwrap();
    let server = Running::start(&["--tier", "enterprise=1000000/1h", "--scenario", scenario]);
    assert_eq!(status(&server), 503);
    let started = fs::metadata(&path).unwrap().modified().unwrap();
    // An invalid file changes nothing.
    fs::write(&path, "name: no").unwrap();
    fs::write(&path, always(500)).unwrap();
    // Neither its length nor its modification time shows that it has changed.
    let written = fs::File::options().write(true).open(&path).unwrap();
    written.set_modified(started).unwrap();
    while status(&server) == 503 {}
    assert_eq!(status(&server), 500);
    let named = Running::start(&["--scenario", "flapping"]);
    let statuses = [(); 3].map(|()| status(&named));
    assert_eq!(statuses, [200, 502, 200]);
    for (name, advice) in [
        ("nonsense", "`mock-server scenarios list` lists all"),
        (
            "flaping",
            "did you mean `flapping`? `mock-server scenarios list` lists all",
        ),
    ] {
        let refused = run(&mut command(&["--scenario", name]));
        assert_eq!(refused.code, Some(2));
        let error = format!("`{name}` is neither a file nor a known scenario; {advice}");
        assert!(refused.stderr.contains(&error), "{}", refused.stderr);
        assert!(refused.stderr.len() < 400, "{}", refused.stderr);
    }
}
