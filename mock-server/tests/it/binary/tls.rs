//! A server with TLS, and how programs come to trust it.

use std::{fs, path::PathBuf};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::process::{Ended, Running, command, run};

/// A path of a file that does not exist, or exists no more.
fn path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

/// A certificate and its key, in PEM.
fn identity() -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

#[test]
fn certificate_to_trust_is_written_into_a_file() {
    let file = path("ca.pem");
    let mut command = command(&["--port", "0", "--ready-json", "--host", "localhost"]);
    let server = Running::of(command.arg("--tls-write-ca").arg(&file));
    let url = server.ready["url"].as_str().unwrap();
    assert!(url.starts_with("https://localhost:"), "{url}");
    assert_eq!(server.ready["ca_file"], file.to_str().unwrap());
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written.matches("BEGIN CERTIFICATE").count(), 1);
    assert!(!written.contains("KEY"), "{written}");
    let port = url.split(':').nth(2).unwrap().split('/').next().unwrap();
    let healthy = run(&mut super::process::command(&[
        "healthcheck",
        "--port",
        port,
    ]));
    assert_eq!(healthy.code, Some(0), "{healthy:?}");
}

#[test]
fn program_that_starts_the_server_gets_a_file_to_trust() {
    let server = Running::of(&mut command(&["--port", "0", "--ready-json", "--tls"]));
    let file = PathBuf::from(server.ready["ca_file"].as_str().unwrap());
    let written = fs::read_to_string(&file).unwrap();
    assert!(
        written.ends_with("-----END CERTIFICATE-----\n"),
        "{written}"
    );
    server.stop("TERM");
    assert!(!file.exists(), "{}", file.display());
}

#[test]
fn greeting_says_how_to_trust_the_certificate() {
    let file = path("greeting-ca.pem");
    let mut made = command(&["--port", "0", "--tls-write-ca"]);
    let (_server, greeting) = Running::greeting(made.arg(&file));
    assert!(
        greeting.contains(&format!("curl --cacert '{}' ", file.display())),
        "{greeting}"
    );
    let (_server, greeting) = Running::greeting(&mut command(&["--port", "0", "--tls"]));
    assert!(greeting.contains("--tls-write-ca FILE"), "{greeting}");
}

#[test]
fn command_trusts_the_sandbox_and_what_it_trusts_otherwise() {
    let others = path("others.pem");
    fs::write(&others, "other certificates").unwrap();
    let print = r#"echo $OPENPROSPECT_API_URL; cat "$SSL_CERT_FILE"
        for other in "$CURL_CA_BUNDLE" "$REQUESTS_CA_BUNDLE" "$NODE_EXTRA_CA_CERTS"; do
            test "$SSL_CERT_FILE" = "$other" || exit 1
        done"#;
    let mut with_tls = command(&["run", "--tls", "--", "/bin/sh", "-c", print]);
    let Ended { code, stdout, .. } = run(with_tls
        .env("PATH", "/usr/bin:/bin")
        .env("SSL_CERT_FILE", others));
    assert_eq!(code, Some(0));
    let mut lines = stdout.lines();
    assert!(
        lines.next().unwrap().starts_with("https://127.0.0.1:"),
        "{stdout}"
    );
    assert_eq!(lines.next(), Some("other certificates"));
    assert_eq!(lines.next(), Some("-----BEGIN CERTIFICATE-----"));
    let print = "echo ${SSL_CERT_FILE-unset}";
    let without = run(&mut command(&["run", "--", "/bin/sh", "-c", print]));
    assert_eq!(without.stdout, "unset\n");
}

#[test]
fn given_certificate_is_used_and_its_key_is_not_shown() {
    let (certificate, key) = identity();
    let (cert_file, key_file, both, ca) = (
        path("cert.pem"),
        path("key.pem"),
        path("both.pem"),
        path("given-ca.pem"),
    );
    fs::write(&cert_file, &certificate).unwrap();
    fs::write(&key_file, &key).unwrap();
    fs::write(&both, format!("{key}{certificate}")).unwrap();
    let start = || command(&["--port", "0", "--ready-json"]);
    let (mut two, mut one) = (start(), start());
    two.arg("--tls-cert")
        .arg(&cert_file)
        .arg("--tls-key")
        .arg(&key_file);
    one.arg("--tls-cert").arg(&both);
    for command in [&mut two, &mut one] {
        let _server = Running::of(command.arg("--tls-write-ca").arg(&ca));
        assert_eq!(
            fs::read_to_string(&ca).unwrap(),
            certificate.replace("\r\n", "\n")
        );
    }
}

#[test]
fn unusable_certificate_exits_with_2_and_the_file() {
    let (certificate, key) = identity();
    let (cert_file, other_key, broken) = (path("a.pem"), path("b.pem"), path("c.pem"));
    fs::write(&cert_file, certificate).unwrap();
    fs::write(&other_key, identity().1).unwrap();
    let secret = key.lines().nth(1).unwrap();
    fs::write(
        &broken,
        format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----"),
    )
    .unwrap();
    let missing = path("nowhere.pem");
    for (certificate, key, error) in [
        (&missing, &missing, "nowhere.pem: No such file"),
        (
            &other_key,
            &other_key,
            "b.pem: contains no valid certificate in PEM",
        ),
        (
            &cert_file,
            &cert_file,
            "a.pem: contains no valid private key in PEM",
        ),
        (
            &cert_file,
            &broken,
            "c.pem: contains no valid private key in PEM",
        ),
        (
            &cert_file,
            &other_key,
            "the certificate and the key cannot be used: ",
        ),
    ] {
        let mut command = command(&["--port", "0", "--tls-cert"]);
        let ended = run(command.arg(certificate).arg("--tls-key").arg(key));
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.contains(error), "{}", ended.stderr);
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }
    let mut unwritable = command(&["--port", "0", "--tls-write-ca", "/nowhere/ca.pem"]);
    let ended = run(&mut unwritable);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .starts_with("error: cannot write /nowhere/ca.pem: "),
        "{ended:?}"
    );
}
