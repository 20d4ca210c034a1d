// A report of the judge, shortened: a client that did not wait as long as it was asked to.

const request = (at_ms, connection, status, asked_ms = null) => ({
  at_ms, answered_ms: at_ms + 120, connection, method: "GET", target: "/api/v1/orders", status, whole: true, asked_ms,
});
export const REPORT = {
  tool: "contract-tests",
  mode: "client",
  target: "python client.py",
  about: "a client tested under 2 scenarios",
  verdict: "fail",
  counts: { pass: 14, fail: 1, skip: 3 },
  checks: [
    {
      id: "CLI-RETRY-AFTER",
      verdict: "FAIL",
      operation: null,
      scenario: "rate-limit-once",
      message: "The client sent the request again 0.4 s after a 429 that asked it to wait 1 s.",
      fix: "Wait for Retry-After before you send the request again.",
      replay: "contract-tests client --scenario rate-limit-once -- python client.py",
    },
  ],
  trials: [
    { scenario: "control", summary: "Nothing fails.", calls: [request(60, 0, 200), request(300, 0, 200)] },
    {
      scenario: "rate-limit-once",
      summary: "The first request gets a 429.",
      calls: [request(50, 0, 429, 1000), request(570, 0, 429, 1000), request(900, 1, 200), request(1700, 0, 200)],
    },
  ],
};
