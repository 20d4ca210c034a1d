use std::io::{self, Write};

/// A GET was handled for a HEAD, with all its steps; only here, its body is left out. `head` has the status line and the headers but
/// for Content-Length.
pub fn send(
    connection: &mut impl Write,
    method: &str,
    status: u16,
    head: &str,
    body: &[u8],
) -> io::Result<()> {
    connection.write_all(head.as_bytes())?;
    if status == 204 {
        connection.write_all(b"\r\n")?;
    } else {
        // Of the bytes, not of the characters, and of what a GET would send.
        write!(connection, "Content-Length: {}\r\n\r\n", body.len())?;
        if method != "HEAD" {
            connection.write_all(body)?;
        }
    }
    connection.flush()
}
