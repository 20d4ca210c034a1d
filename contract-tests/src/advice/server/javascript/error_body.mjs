/** One table, in the words of the page that takes precedence. */
const STATUS = {
  INVALID_JSON: 400,
  INVALID_REQUEST: 400,
  AUTHENTICATION_ERROR: 401,
  AUTHORIZATION_ERROR: 403,
  ENTITY_NOT_FOUND: 404,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION_ERROR: 422,
  rate_limit_exceeded: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  SERVICE_UNAVAILABLE: 503,
};

/** Every error is made here: flat, with `code` and `message`; further fields, such as `detail`, for some codes. */
export function error(code, message, fields = {}) {
  return { status: STATUS[code], body: JSON.stringify({ code, message, ...fields }) };
}
