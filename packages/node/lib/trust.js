// The variables by which programs trust the certificate of the sandbox.

/** The variables of OpenSSL (which Python uses), curl, the Python library requests, and Node; none without a file. */
const VARIABLES = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

function trusting(caFile) {
  return caFile ? Object.fromEntries(VARIABLES.map((name) => [name, caFile])) : {};
}

module.exports = { trusting };
