//! Servers behind TLS: one whose CA is unknown cannot be reached, and the error explains what to do. With its CA, it is judged
//! like any other.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use contract_tests::{
    finding::ExitCode,
    http::Trust,
    traffic::{Options, Proxy, ProxyOptions},
};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::{
    baselines::Folder,
    command::{contract_tests, text},
    target::start_faithful,
};

/// A server that speaks TLS, and the certificate of its CA.
pub(crate) struct Secured {
    pub(crate) base_url: String,
    pub(crate) ca: String,
}

/// A faithful server behind TLS.
async fn secured(folder: &Folder) -> Secured {
    secure(folder, start_faithful().await).await
}

/// A server behind TLS, with a certificate of an unknown CA.
pub(crate) async fn secure(folder: &Folder, plain: SocketAddr) -> Secured {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let file = folder.file("ca.pem");
    fs::write(&file, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let server = server.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    serve(&server, &key, file, plain).await
}

/// A faithful server behind TLS, with a certificate for one host that is its own CA, as `openssl req -x509` creates it.
async fn self_signed(folder: &Folder, host: &str, expires: i32) -> Secured {
    let key = KeyPair::generate().unwrap();
    let mut own = CertificateParams::new([host.to_owned()]).unwrap();
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    own.not_after = date_time_ymd(expires, 1, 1);
    let own = own.self_signed(&key).unwrap();
    let file = folder.file(&format!("{host}-{expires}.pem"));
    fs::write(&file, own.pem()).unwrap();
    serve(&own, &key, file, start_faithful().await).await
}

/// Serves with a certificate; `file`: the CA file for clients.
async fn serve(own: &Certificate, key: &KeyPair, file: String, plain: SocketAddr) -> Secured {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}/api/v1", listener.local_addr().unwrap());
    tokio::spawn(terminate(listener, Arc::new(config).into(), plain));
    Secured { base_url, ca: file }
}

/// Forwards the decrypted bytes.
async fn terminate(listener: TcpListener, tls: TlsAcceptor, plain: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate disconnects.
            if let Ok(mut outer) = tls.accept(stream).await {
                let mut inner = TcpStream::connect(plain).await.unwrap();
                let _ = copy_bidirectional(&mut outer, &mut inner).await;
            }
        });
    }
}

/// Runs the command beside the server.
async fn run(args: &[&str]) -> (Option<i32>, String) {
    let args: Vec<_> = args.iter().map(|&arg| arg.to_owned()).collect();
    let output = tokio::task::spawn_blocking(move || {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        contract_tests(&args)
    });
    let output = output.await.unwrap();
    (output.status.code(), text(&output))
}

/// The arguments of each command for a server.
fn calls(base_url: &str) -> [Vec<&str>; 3] {
    [
        vec![
            "provider",
            "--base-url",
            base_url,
            "--check",
            "PRV-401-SAME",
        ],
        vec![
            "proxy",
            "--upstream",
            base_url,
            "--listen",
            "127.0.0.1:0",
            "--for",
            "1",
        ],
        vec!["twin", "--left", base_url, "--right", base_url],
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn untrusted_certificate_is_reported_with_advice() {
    let folder = Folder::new("tls-unknown");
    let server = secured(&folder).await;
    for args in calls(&server.base_url) {
        let (code, output) = run(&args).await;
        assert_eq!(code, Some(4), "{args:?}: {output}");
        assert!(
            output.contains(&server.base_url) && output.contains("--ca-cert FILE"),
            "{args:?}: {output}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn server_without_tls_is_reported() {
    let base_url = format!("https://{}/api/v1", start_faithful().await);
    for args in calls(&base_url) {
        let (code, output) = run(&args).await;
        assert_eq!(code, Some(4), "{args:?}: {output}");
        assert!(
            output.contains("try a base URL with http://"),
            "{args:?}: {output}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reference_client_trusts_the_certificates_that_it_is_given() {
    let folder = Folder::new("tls-reference-client");
    let Secured { base_url, ca } = secured(&folder).await;
    let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxtlsrc1";
    let mut args = vec![
        "reference-client",
        "--base-url",
        &*base_url,
        "--api-key",
        key,
    ];
    let (code, output) = run(&args).await;
    assert_ne!(code, Some(0), "{output}");
    args.extend(["--ca-cert", &*ca]);
    let (code, output) = run(&args).await;
    assert_eq!(code, Some(0), "{output}");
}

#[tokio::test(flavor = "multi_thread")]
async fn judges_a_server_with_its_ca() {
    let folder = Folder::new("tls-known");
    let server = secured(&folder).await;
    let [mut provider, _, twin] = calls(&server.base_url);
    // Checks on the bytes of a connection work through TLS, too.
    provider.extend(["--check", "PRV-HEAD-EMPTY", "--check", "PRV-204-EMPTY"]);
    for mut args in [provider, twin] {
        args.extend(["--ca-cert", &server.ca]);
        let (code, output) = run(&args).await;
        assert_eq!(code, Some(0), "{args:?}: {output}");
        let skipped = args[0] == "provider" && output.contains(" skip");
        assert!(!skipped, "{output}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn judges_a_self_signed_server_if_its_certificate_is_trusted() {
    let folder = Folder::new("tls-self-signed");
    let server = self_signed(&folder, "127.0.0.1", 2999).await;
    let [provider, _, twin] = calls(&server.base_url);
    for mut args in [provider, twin] {
        let (code, output) = run(&args).await;
        assert_eq!(code, Some(4), "{args:?}: {output}");
        let advice = output.contains("self-signed") && output.contains("--ca-cert FILE");
        assert!(advice, "{args:?}: {output}");
        args.extend(["--ca-cert", &server.ca]);
        let (code, output) = run(&args).await;
        assert_eq!(code, Some(0), "{args:?}: {output}");
    }
    // Not trusted: the certificate of another server, one for another host, and an expired one.
    let other = self_signed(&folder, "127.0.0.1", 2998).await;
    let elsewhere = self_signed(&folder, "server.example", 2999).await;
    let expired = self_signed(&folder, "127.0.0.1", 2001).await;
    for (server, trusted, reason) in [
        (&server, &other, "self-signed"),
        (&elsewhere, &elsewhere, "not valid for name"),
        (&expired, &expired, "expired"),
    ] {
        let [mut provider, ..] = calls(&server.base_url);
        provider.extend(["--ca-cert", &trusted.ca]);
        let (code, output) = run(&provider).await;
        assert_eq!(code, Some(4), "{output}");
        assert!(output.contains(reason), "{output}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proxy_forwards_to_a_server_with_tls() {
    let folder = Folder::new("tls-proxy");
    let server = secured(&folder).await;
    let options = Options {
        trust: Trust::with_ca_file(Path::new(&server.ca)).unwrap(),
        ..Options::default()
    };
    let free = "127.0.0.1:0".parse().unwrap();
    let to = server.base_url.parse().unwrap();
    let proxy = Proxy::open(free, to, options, ProxyOptions::default(), Box::new(|_| {}));
    let proxy = proxy.await.unwrap();
    let url = format!("{}/orders", proxy.base_url().unwrap());
    let call = async {
        let _ = ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxtlstls";
        let response = client.get(url).bearer_auth(key).send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    };
    let traffic = proxy.run(call).await;
    assert_eq!(
        traffic.exit_code(),
        ExitCode::Passed,
        "{:?}",
        traffic.findings
    );
    assert_eq!(traffic.counts.answers.right, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn file_without_ca_certificate_is_a_usage_error() {
    let folder = Folder::new("tls-files");
    let [missing, empty, broken] = ["missing", "empty", "broken"].map(|name| folder.file(name));
    fs::write(
        &empty,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    )
    .unwrap();
    let none = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(&broken, none).unwrap();
    for mut args in calls("https://127.0.0.1:1/api/v1") {
        for (file, reason) in [
            (&missing, "cannot be read"),
            (&empty, "contains no certificate; pass a PEM file"),
            (&broken, "certificate 1 is invalid"),
        ] {
            let known = args.len();
            args.extend(["--ca-cert", file]);
            let (code, output) = run(&args).await;
            args.truncate(known);
            assert_eq!(code, Some(2), "{output}");
            assert!(
                output.contains(file.as_str()) && output.contains(reason),
                "{output}"
            );
        }
    }
}
