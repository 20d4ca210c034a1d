// Requests to the control API. They use neither `fetch` nor timers, which tests may have replaced.
const { readFileSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");

/** The control API rejected a request. */
class ControlError extends Error {
  constructor(status, message) {
    super(`${message} (status ${status})`);
    this.name = "ControlError";
    this.status = status;
  }
}

class Control {
  #token;
  #options;
  #send;

  /** `token` is the control token, if the server has one; `caFile` has the certificates to trust if it uses TLS. */
  constructor(url, { token, caFile } = {}) {
    this.url = url;
    this.#token = token;
    const isSecure = url.startsWith("https:");
    this.#send = isSecure ? https.request : http.request;
    this.#options = { agent: false, ...(isSecure && caFile && { ca: readFileSync(caFile) }) };
  }

  /** Sends a request, and returns the JSON of the response. */
  async request(method, path, body) {
    if (!this.url) {
      throw new Error("the control API of this server is disabled");
    }
    const headers = { "content-type": "application/json", ...(this.#token && { "x-control-token": this.#token }) };
    const data = body === undefined ? "" : JSON.stringify(body);
    headers["content-length"] = Buffer.byteLength(data);
    const { status, text } = await new Promise((resolve, reject) => {
      const request = this.#send(this.url + path, { method, headers, ...this.#options }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      request.on("error", reject);
      request.end(data);
    });
    if (status >= 400) {
      throw new ControlError(status, message(text));
    }
    return text ? JSON.parse(text) : undefined;
  }
}

/** The control token that the environment has, as the server reads it. */
function tokenOfEnvironment() {
  const { MOCK_SERVER_CONTROL_TOKEN: token, MOCK_SERVER_CONTROL_TOKEN_FILE: file } = process.env;
  return token || (file ? readToken(file) : undefined);
}

/** The control token of a file. */
function readToken(file) {
  return readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
}

function message(text) {
  try {
    const error = JSON.parse(text);
    const invalid = error.detail?.validation_errors?.map(({ field, error }) => `${field}: ${error}`) ?? [];
    return invalid.join("; ") || error.message;
  } catch {
    return "the control API returned an error";
  }
}

module.exports = { Control, ControlError, readToken, tokenOfEnvironment };
