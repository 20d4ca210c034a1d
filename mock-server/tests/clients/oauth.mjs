// A user signs in, a program works for them until they sign out: with openid-client, as its documentation has it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { NODE_PACKAGES, OPENPROSPECT_OAUTH_ISSUER: issuer, OPENPROSPECT_ORGANIZATION: organization } = process.env;
const found = createRequire(`${NODE_PACKAGES}/`).resolve("openid-client/package.json");
const client = await import(new URL("build/index.js", pathToFileURL(found)));

const discovered = await client.discovery(new URL(issuer), "openprospect-dashboard", undefined, client.None(), {
  algorithm: "oauth2",
  execute: [client.allowInsecureRequests],
});

/** What the user does in a browser; returns where it ends up. */
async function signIn(url) {
  const page = await (await fetch(url)).text();
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  const unescaped = (text) => text.replaceAll("&amp;", "&");
  const form = new URLSearchParams(hidden.map(([, name, value]) => [name, unescaped(value)]));
  form.set("organization", organization);
  form.set("user", "admin");
  form.set("decision", "allow");
  const action = new URL(/action="([^"]*)"/.exec(page)[1], url);
  const response = await fetch(action, { method: "POST", body: form, redirect: "manual", headers: { Origin: issuer } });
  if (response.status !== 303) throw new Error(await response.text());
  return new URL(response.headers.get("location"));
}

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(discovered, {
  redirect_uri: "http://127.0.0.1:5000/callback",
  scope: "orders:read",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
});
let tokens = await client.authorizationCodeGrant(discovered, await signIn(url), {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
const orders = async () => {
  try {
    const url = new URL(`${issuer}/api/v1/orders`);
    return await client.fetchProtectedResource(discovered, tokens.access_token, url, "GET");
  } catch (error) {
    // A challenge in a response is an error of this library.
    if (error instanceof client.WWWAuthenticateChallengeError) return error.response;
    throw error;
  }
};
const seen = [`${tokens.scope}: ${(await (await orders()).json()).total} orders`];

await fetch(`${issuer}/_mock/organizations/${organization}/clock/advance`, {
  method: "POST",
  body: JSON.stringify({ by: "1h" }),
});
seen.push(`an hour later ${(await orders()).status}`);
const first = tokens.refresh_token;
tokens = await client.refreshTokenGrant(discovered, first);
const rotated = tokens.refresh_token === first ? "the same" : "another";
seen.push(`refreshed with ${rotated} refresh token ${(await orders()).status}`);

await client.tokenRevocation(discovered, tokens.refresh_token);
seen.push(`revoked 200, then ${(await orders()).status}`);
try {
  await client.refreshTokenGrant(discovered, tokens.refresh_token);
} catch (error) {
  seen.push(error.error);
}
console.log(seen.join("; "));
