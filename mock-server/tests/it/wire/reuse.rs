//! Many requests on one connection, and bodies that are sent only after `100 Continue`.

use bytes::Bytes;
use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use schemas::ErrorCode::{
    AuthenticationError, AuthorizationError, EntityNotFound, NotFound, PayloadTooLarge,
    UnsupportedMediaType,
};

use tokio::{net::TcpStream, runtime};

use super::{KEY, WireServer, head};
use crate::{response::Response, test_app::order};

const LIST: &str = "/api/v1/orders";

#[test]
fn connection_serves_requests_one_after_the_other() {
    let server = WireServer::start();
    let mut connection = server.connect();
    for _ in 0..3 {
        connection
            .send(head("GET /api/v1/orders") + "\r\n")
            .answer_to("GET", LIST)
            .ok();
        connection
            .send(head("GET /nothing") + "\r\n")
            .answer()
            .refused(NotFound);
        let head = connection
            .send(head("HEAD /api/v1/orders") + "\r\n")
            .answer_to("HEAD", LIST);
        assert_eq!(head.status.as_u16(), 200);
        let options = connection.send(super::head("OPTIONS /api/v1/orders") + "\r\n");
        assert_eq!(options.answer_to("OPTIONS", LIST).status.as_u16(), 204);
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let order = order(1).to_string();
    let post = head("POST /api/v1/orders")
        + &format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{order}",
            order.len()
        );
    connection.send(
        [
            head("GET /nothing"),
            post,
            head("GET /api/v1/orders"),
            head("GET /api/v1/x"),
        ]
        .join("\r\n")
            + "\r\n",
    );
    connection.answer().refused(NotFound);
    let created = connection.answer_to("POST", LIST).ok();
    let list = connection.answer_to("GET", LIST).ok();
    assert_eq!(list["orders"].as_array().unwrap().last(), Some(&created));
    connection.answer().refused(NotFound);
}

#[test]
fn connection_close_is_honoured() {
    let server = WireServer::start();
    let mut connection = server.connect();
    connection
        .send(head("GET /api/v1/orders") + "Connection: close\r\n\r\n")
        .answer_to("GET", LIST)
        .ok();
    assert!(connection.is_ended());
}

#[test]
fn control_responses_have_a_date() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let answer = connection
        .send(head("GET /_mock/health") + "\r\n")
        .answer_to("GET", "/_mock/health");
    assert!(answer.date().is_some());
}

#[test]
fn does_not_ask_for_the_body_of_a_refused_request() {
    let server = WireServer::start();
    let length = "Content-Length: 100\r\nExpect: 100-continue\r\n";
    let (line, json) = (
        "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\n",
        "Content-Type: application/json\r\n",
    );
    let unfit = KEY.replace("FullAccessxx", "ReadOnlyxxxx");
    for (headers, code) in [
        (format!("{json}{length}"), AuthenticationError),
        (
            format!("Authorization: Bearer {unfit}\r\n{json}{length}"),
            AuthorizationError,
        ),
        (
            format!("Authorization: Bearer {KEY}\r\n{length}"),
            UnsupportedMediaType,
        ),
        (
            format!(
                "Authorization: Bearer {KEY}\r\n{json}Content-Length: 9000000\r\nExpect: 100-continue\r\n"
            ),
            PayloadTooLarge,
        ),
    ] {
        let mut connection = server.connect();
        connection
            .send(format!("{line}{headers}\r\n"))
            .answer()
            .refused(code);
    }
}

#[test]
fn connection_outlives_a_request_whose_body_nobody_read() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let (chunked, sized) = ("Transfer-Encoding: chunked", "Content-Length: 5");
    for (target, code) in [
        ("POST /api/v1/orders", UnsupportedMediaType),
        ("POST /nothing", NotFound),
        ("DELETE /_mock/organizations/nobody", EntityNotFound),
    ] {
        for (framing, body) in [(sized, "12345"), (chunked, "5\r\n12345\r\n0\r\n\r\n")] {
            let head = head(target) + framing + "\r\n\r\n";
            connection.send(head).answer().refused(code);
            connection.send(body);
            let get = super::head("GET /api/v1/orders") + "\r\n";
            connection.send(get).answer_to("GET", LIST).ok();
        }
    }
}

#[test]
fn says_that_the_connection_ends_before_a_body_that_is_too_long() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let response = connection
        .send(
            head("POST /api/v1/orders")
                + "Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n",
        )
        .answer();
    assert_eq!(response.header("connection"), Some("close"));
    response.refused(PayloadTooLarge);
}

#[test]
fn asks_for_a_needed_body() {
    let server = WireServer::start();
    let mut connection = server.connect();
    let order = order(1).to_string();
    let length = format!(
        "Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        order.len()
    );
    connection.send(head("POST /api/v1/orders") + "Content-Type: application/json\r\n" + &length);
    assert_eq!(connection.head(), "HTTP/1.1 100 Continue");
    connection.send(order).answer_to("POST", LIST).ok();
}

#[test]
fn serves_http_2_on_the_same_port() {
    let server = WireServer::start();
    for target in [LIST, "/_mock/organizations"] {
        over_http_2(&server, "GET", target).ok();
    }
}

#[test]
fn head_over_http_2_has_the_length_of_its_get_and_no_body() {
    let server = WireServer::start();
    let get = over_http_2(&server, "GET", LIST);
    let head = over_http_2(&server, "HEAD", LIST);
    assert_eq!(
        head.number("content-length"),
        i64::try_from(get.text().len()).unwrap()
    );
    assert_eq!((head.status, head.text()), (get.status, ""));
}

fn over_http_2(server: &WireServer, method: &str, target: &str) -> Response {
    let uri = format!("http://{}{target}", server.address);
    let request = Request::builder()
        .method(method)
        .uri(&uri)
        .header("authorization", format!("Bearer {KEY}"));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let (asked, _) = request.clone().into_parts();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let answer = runtime.unwrap().block_on(async {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.unwrap().into_parts();
        http::Response::from_parts(head, body.collect().await.unwrap().to_bytes())
    });
    assert_eq!(answer.version(), Version::HTTP_2);
    Response::checked(&asked, answer)
}
