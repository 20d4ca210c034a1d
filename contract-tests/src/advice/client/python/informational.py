import http.client

from urllib3.connection import HTTPConnection


class FinalResponse(http.client.HTTPResponse):
    """http.client skips a 100 only, and takes a 103 for the response."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()
            if not 100 < status < 200 or status == 101:
                return version, status, reason
            http.client.parse_headers(self.fp)


# For all sessions of requests; those of httpx skip every 1xx themselves.
HTTPConnection.response_class = FinalResponse
