/** What every later step asks, whether the request has a key or an access token: organization, scopes and whose quota counts. */
export function callerOfKey({ id, organization, scopes }) {
  return { organization, scopes: new Set(scopes), quota: `key:${id}` };
}

/** The scopes of the token, as far as its user still has them; the organization of the token; a quota that all tokens of a user share. */
export function callerOfToken(claims, scopesOfUser) {
  const scopes = claims.scope.split(" ").filter((scope) => scopesOfUser.has(scope));
  return { organization: claims.organization, scopes: new Set(scopes), quota: `user:${claims.sub}` };
}
