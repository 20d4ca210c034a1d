const ATTEMPTS = 3;

/** Tell the user to sign in again. */
export class SessionEnded extends Error {}

/** Tell the user that the sign-in failed, and to try later. The session may still be valid. */
export class SignInUnavailable extends Error {}

export async function refresh(tokenEndpoint, clientId, refreshToken) {
  const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: clientId };
  let status;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) {
      const wait = 1000 * 2 ** attempt * (1 + Math.random() / 2);
      await new Promise((done) => setTimeout(done, wait));
    }
    const body = new URLSearchParams(form);
    const response = await fetch(tokenEndpoint, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
    ({ status } = response);
    if (status === 200) return response.json();
    if (status === 400 && (await response.json()).error === "invalid_grant") throw new SessionEnded();
    if (status !== 429 && status < 500) break;
    await response.body?.cancel();
  }
  throw new SignInUnavailable(`the sign-in returned ${status}`);
}
