// Requests to the control API. They use neither `fetch` nor timers, which tests may have replaced.
import http from "node:http";

/** The control API rejected a request. */
export class ControlError extends Error {
  constructor(status, message) {
    super(`${message} (status ${status})`);
    this.name = "ControlError";
    this.status = status;
  }
}

export class Control {
  constructor(url) {
    this.url = url;
  }

  /** Sends a request, and returns the JSON of the response. */
  async request(method, path, body) {
    const headers = { "content-type": "application/json" };
    if (process.env.MOCK_SERVER_CONTROL_TOKEN) {
      headers["x-control-token"] = process.env.MOCK_SERVER_CONTROL_TOKEN;
    }
    const data = body === undefined ? "" : JSON.stringify(body);
    headers["content-length"] = Buffer.byteLength(data);
    const { status, text } = await new Promise((resolve, reject) => {
      const request = http.request(this.url + path, { method, headers, agent: false }, (response) => {
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

function message(text) {
  try {
    const error = JSON.parse(text);
    const invalid = error.detail?.validation_errors?.map(({ field, error }) => `${field}: ${error}`) ?? [];
    return invalid.join("; ") || error.message;
  } catch {
    return "the control API returned an error";
  }
}
