def head_and_body(method: str, status: int, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a response. A GET was handled for a HEAD, with all its steps; only here, its body is left out."""
    headers = dict(headers)
    if status == 204:
        headers.pop("Content-Length", None)
        body = b""
    else:
        # Of the bytes, not of the characters, and of what a GET would send.
        headers["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    # The space after the status belongs to the line, also without a reason.
    head = f"HTTP/1.1 {status} \r\n{lines}\r\n".encode("latin-1")
    return head if method == "HEAD" else head + body
