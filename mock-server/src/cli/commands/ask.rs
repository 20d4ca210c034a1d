//! Sends one request to a running server.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Why there is no response.
pub(super) type Error = Box<dyn std::error::Error>;

/// Sends a `GET` to the server at `HOST:PORT`, with a control token if there is one.
pub(super) async fn get(
    server: &str,
    path: &str,
    token: Option<&str>,
) -> Result<(StatusCode, Bytes), Error> {
    let stream = TcpStream::connect(server).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::get(path).header(header::HOST, server);
    if let Some(token) = token {
        request = request.header("x-control-token", token);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new())?);
    let (head, body) = response.await?.into_parts();
    Ok((head.status, body.collect().await?.to_bytes()))
}
