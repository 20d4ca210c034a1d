//! Shutdown: requests in progress get a response, and no client can delay the shutdown.

use std::{net::TcpStream, time::Duration};

use schemas::ErrorCode::NotFound;

use super::{WireServer, connection::Connection, head};
use crate::test_app::order;

/// The second that requests in progress get, and some time for a busy machine.
const SOON: Duration = Duration::from_secs(4);
/// Less than the time that requests in progress get.
const AT_ONCE: Duration = Duration::from_millis(900);

/// A connection that has served a request, so that it is certainly open.
#[track_caller]
fn in_use(server: &WireServer) -> Connection {
    let mut connection = server.connect();
    connection
        .send(head("GET /nothing") + "\r\n")
        .answer()
        .refused(NotFound);
    connection
}

#[test]
fn partial_request_does_not_delay_shutdown() {
    let mut server = WireServer::start();
    let mut connection = in_use(&server);
    connection.send("GET /api/v1/orders HTTP/1.1\r\nHost: a");
    server.tell_to_stop();
    assert!(server.ends_within(SOON));
}

#[test]
fn missing_body_does_not_delay_shutdown() {
    let mut server = WireServer::start();
    let mut connection = in_use(&server);
    connection.send(
        head("POST /api/v1/orders")
            + "Content-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    );
    assert_eq!(connection.head(), "HTTP/1.1 100 Continue");
    server.tell_to_stop();
    assert!(server.ends_within(SOON));
}

#[test]
fn idle_connections_close_at_once() {
    let mut server = WireServer::start();
    let (mut used, _unused) = (in_use(&server), server.connect());
    server.tell_to_stop();
    assert!(server.ends_within(AT_ONCE));
    assert!(used.is_ended());
}

#[test]
fn request_under_way_is_answered_before_the_connection_closes() {
    let mut server = WireServer::start();
    let mut connection = in_use(&server);
    let order = order(1).to_string();
    let length = format!(
        "Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        order.len()
    );
    connection.send(head("POST /api/v1/orders") + "Content-Type: application/json\r\n" + &length);
    assert_eq!(connection.head(), "HTTP/1.1 100 Continue");
    server.tell_to_stop();
    connection
        .send(order)
        .answer_to("POST", "/api/v1/orders")
        .ok();
    assert!(connection.is_ended());
    assert!(server.ends_within(SOON));
}

#[test]
fn shutdown_request_lets_other_requests_finish() {
    let server = WireServer::start();
    let (mut connection, mut control) = (in_use(&server), server.connect());
    let order = order(1).to_string();
    let length = format!(
        "Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        order.len()
    );
    connection.send(head("POST /api/v1/orders") + "Content-Type: application/json\r\n" + &length);
    assert_eq!(connection.head(), "HTTP/1.1 100 Continue");
    control
        .send(head("POST /_mock/shutdown") + "\r\n")
        .answer_to("POST", "/_mock/shutdown")
        .ok();
    connection
        .send(order)
        .answer_to("POST", "/api/v1/orders")
        .ok();
    assert!(connection.is_ended() && control.is_ended());
    assert!(server.ends_within(SOON));
}

#[test]
fn no_connection_is_accepted_after_shutdown() {
    let mut server = WireServer::start();
    in_use(&server);
    server.tell_to_stop();
    assert!(server.ends_within(SOON));
    assert!(TcpStream::connect(server.address).is_err());
}
