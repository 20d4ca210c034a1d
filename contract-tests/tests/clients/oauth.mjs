// Signs in as `explain --lang javascript` shows, or goes on with the refresh token that it is given, and lists orders.
import { Session, SessionEnded } from "../../src/advice/client/javascript/sessions.mjs";
import { SignIn } from "../../src/advice/client/javascript/sign_in.mjs";

const { OPENPROSPECT_API_URL: api, OPENPROSPECT_OAUTH_ISSUER: issuer, OPENPROSPECT_OAUTH_CLIENT_ID: client } = process.env;
const REDIRECT = "http://127.0.0.1/callback";

/** The refresh token of a session for the user who needs no sign-in page. */
async function signIn(metadata) {
  const signIn = new SignIn(metadata, client, REDIRECT);
  const query = new URLSearchParams({ prompt: "none", login_hint: process.env.OPENPROSPECT_OAUTH_LOGIN_HINT });
  const answer = await fetch(`${signIn.url()}&${query}`, { redirect: "manual" });
  return (await signIn.tokens(answer.headers.get("location"))).refresh_token;
}

try {
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
  const refreshToken = process.argv.includes("--sign-in") ? await signIn(metadata) : process.env.OPENPROSPECT_OAUTH_REFRESH_TOKEN;
  const session = new Session(metadata.token_endpoint, client, refreshToken);
  for (let round = 0; round < 4; round++) {
    const calls = Array.from({ length: 4 }, (_, offset) => session.get(`${api}/orders?limit=1&offset=${4 * round + offset}`));
    for (const answer of await Promise.all(calls)) {
      await answer.text();
      if (!answer.ok) throw new Error(`the API returned ${answer.status}`);
    }
  }
} catch (error) {
  const ended = error instanceof SessionEnded;
  console.error(ended ? "the session has ended: sign in again" : `failed: ${error.message}`);
  // The bodies of the other responses of a round may be unread, which would keep it running.
  process.exit(1);
}
