//! Bytes of HTTP/2 (RFC 9113), for clients and servers that a library does not permit.

use tokio::{io::AsyncReadExt, net::TcpStream};

/// The first bytes of a client.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types of frames.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const WINDOW_UPDATE: u8 = 8;
/// The flag of a response to `SETTINGS` or `PING`.
pub(crate) const ACK: u8 = 1;
/// The flag of a block that is not continued.
pub(crate) const END_HEADERS: u8 = 4;
/// The flags of a block that ends its stream, such as a head that is a whole request.
pub(crate) const WHOLE_REQUEST: u8 = 1 | END_HEADERS;
/// A setting: no byte of a body may be sent.
pub(crate) const NO_WINDOW: &[u8] = &[0, 4, 0, 0, 0, 0];

/// A frame that was received.
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

/// The next frame, without its payload; `None` if the connection has ended.
pub(crate) async fn next_frame(connection: &mut TcpStream) -> Option<Frame> {
    let mut head = [0; 9];
    connection.read_exact(&mut head).await.ok()?;
    let [a, b, c, kind, flags, stream @ ..] = head;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    connection.read_exact(&mut payload).await.ok()?;
    let stream = u32::from_be_bytes(stream);
    Some(Frame {
        kind,
        flags,
        stream,
    })
}

/// Appends a frame (section 4.1).
pub(crate) fn frame(to: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap();
    to.extend(&length.to_be_bytes()[1..]);
    to.extend([kind, flags]);
    to.extend(stream.to_be_bytes());
    to.extend(payload);
}

/// A block of headers, as literals without indexing (RFC 7541, section 6.2.2).
pub(crate) fn block(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in headers {
        block.push(0);
        literal(&mut block, name);
        literal(&mut block, value);
    }
    block
}

/// Appends a text that is not compressed (RFC 7541, section 5.2).
fn literal(to: &mut Vec<u8>, text: &str) {
    match text.len().checked_sub(127) {
        None => to.push(u8::try_from(text.len()).unwrap()),
        Some(mut rest) => {
            to.push(127);
            while rest >= 128 {
                to.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            to.push(u8::try_from(rest).unwrap());
        }
    }
    to.extend(text.as_bytes());
}
