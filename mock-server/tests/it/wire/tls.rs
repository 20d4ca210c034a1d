//! A server that speaks TLS.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use http::{Request, Version};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::Value;
use tokio::runtime;
use tokio_rustls::TlsConnector;

use super::{KEY, WireServer, head};

/// How a connection ended.
#[derive(Debug, Eq, PartialEq)]
enum End {
    /// As TLS demands, with an alert.
    Notified,
    /// Without an alert, as if bytes were missing.
    Cut,
    Reset,
    Silent,
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

fn server() -> WireServer {
    WireServer::with("tls = true\ntls_names = ['api.example']")
}

/// A client that trusts these certificates, and offers these protocols.
fn client(trusted: &str, protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(trusted.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let mut client = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Arc::new(client)
}

fn connect(server: &WireServer, name: &'static str) -> Tls {
    let client = client(&server.trusted, &[b"http/1.1"]);
    let name = ServerName::try_from(name).unwrap();
    let connection = ClientConnection::new(client, name).unwrap();
    let stream = TcpStream::connect(server.address).unwrap();
    StreamOwned::new(connection, stream)
}

/// Sends a request, and reads until the connection ends or nothing arrives for a while.
fn exchange(stream: &mut Tls, request: &str) -> (String, End) {
    stream.write_all(request.as_bytes()).unwrap();
    let time = Some(Duration::from_millis(300));
    stream.sock.set_read_timeout(time).unwrap();
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    let end = loop {
        match stream.read(&mut part) {
            Ok(0) => break End::Notified,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break End::Cut,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break End::Silent,
            Err(error) => panic!("{error}"),
        }
    };
    (String::from_utf8(bytes).unwrap(), end)
}

/// A request for orders that requests a fault.
fn asking_for(fault: &str) -> String {
    head("GET /api/v1/orders?limit=2") + &format!("X-Mock-Fault: {fault}\r\n\r\n")
}

#[test]
fn serves_clients_that_trust_its_certificate_by_any_of_its_names() {
    let server = server();
    for name in ["localhost", "127.0.0.1", "::1", "api.example"] {
        let request = head("GET /api/v1/orders") + "Connection: close\r\n\r\n";
        let (text, end) = exchange(&mut connect(&server, name), &request);
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{name}: {text}");
        assert_eq!(end, End::Notified);
    }
    let mut other = connect(&server, "other.example");
    let error = other.write_all(b"GET").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
}

#[test]
fn client_chooses_the_version_of_http() {
    let server = server();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let connector = TlsConnector::from(client(&server.trusted, &[b"h2", b"http/1.1"]));
        let stream = tokio::net::TcpStream::connect(server.address)
            .await
            .unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (sender, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("https://localhost/api/v1/orders")
            .header("authorization", format!("Bearer {KEY}"));
        let mut sender = sender.ready().await.unwrap();
        let request = request.body(()).unwrap();
        let response = sender.send_request(request, true).unwrap().0.await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.version()),
            (200, Version::HTTP_2)
        );
    });
}

#[test]
fn plain_http_is_told_to_use_tls() {
    let server = server();
    let mut plain = server.connect();
    plain.send(head("GET /api/v1/orders") + "\r\n");
    let head = plain.head();
    assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
    let (_, length) = head.split_once("content-length: ").unwrap();
    let body = plain.take(length.parse().unwrap());
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["message"], "this server speaks TLS; use https://");
    assert!(plain.is_ended());
}

#[test]
fn response_ends_as_configured_before_encryption() {
    let server = server();
    for (fault, expected, most) in [
        ("latency;of=0s", End::Silent, usize::MAX),
        ("reset", End::Reset, 0),
        ("reset;after=120", End::Reset, 120),
        ("close", End::Cut, 0),
        ("close;after=120", End::Cut, 120),
        ("half_close", End::Notified, usize::MAX),
        ("stall;after=120", End::Silent, 120),
        ("content_length;is=too_long", End::Cut, usize::MAX),
        ("status_line;is=http09", End::Cut, usize::MAX),
        ("drip;bytes=200;every=1ms", End::Silent, usize::MAX),
    ] {
        let mut stream = connect(&server, "localhost");
        let (text, end) = exchange(&mut stream, &asking_for(fault));
        assert_eq!(end, expected, "{fault}: {text}");
        // A reset may discard bytes in transit.
        let is_exact = most != usize::MAX && end != End::Reset;
        assert!(text.len() <= most, "{fault}: {text}");
        assert!(!is_exact || text.len() == most, "{fault}: {text}");
    }
}

#[test]
fn connection_is_reset_between_two_requests() {
    let server = server();
    let mut stream = connect(&server, "localhost");
    let (text, end) = exchange(&mut stream, &asking_for("keep_alive_race"));
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && end == End::Silent,
        "{text}"
    );
    let (text, end) = exchange(&mut stream, &asking_for("latency;of=0s"));
    assert_eq!((&*text, end), ("", End::Reset));
}

#[test]
fn origins_of_the_server_have_the_scheme_https() {
    let server = server();
    let origin = |scheme| format!("{scheme}://localhost");
    let send = |line: &str, origin: &str| {
        let lines = format!("Origin: {origin}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        exchange(&mut connect(&server, "localhost"), &(head(line) + &lines)).0
    };
    let create = "POST /_mock/organizations";
    let created = send(create, &origin("https"));
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    let rejected = send(create, &origin("http"));
    assert!(rejected.starts_with("HTTP/1.1 401"), "{rejected}");
    let metadata = send("GET /.well-known/oauth-authorization-server", "x");
    assert!(
        metadata.contains(r#""issuer":"https://localhost""#),
        "{metadata}"
    );
}
