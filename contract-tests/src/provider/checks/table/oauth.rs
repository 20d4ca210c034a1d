//! Checks of the authorization server. Its endpoints are assumed, and so are the rules about them; only PKCE and the token
//! lifetime of an hour are on a page of the vendor.

use schemas::{Evidence::Assumed, OperationId::ListOrders, source};

use crate::provider::{
    check::Check,
    checks::oauth::{self, pkce, redirect_uri},
    requirements::{NO_KEYS, SANDBOX},
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-OAUTH-METADATA", Assumed, source::OAUTH_METADATA,
        once oauth::metadata,
        NO_KEYS.reads(2),
        "The authorization server publishes its metadata, which names the issuer that it is \
         fetched from, endpoints of that issuer, the code flow and the S256 method alone; what it \
         publishes for libraries for OpenID Connect says the same.",
        because "Libraries configure themselves from the metadata: a wrong issuer stops the sign-in, and a wrong \
         endpoint sends codes and tokens elsewhere."),
    check!("PRV-OAUTH-TOKEN", Assumed, source::ACCESS_TOKENS,
        once oauth::token,
        SANDBOX.reads(3).writes(1).on(&[ListOrders]),
        "The access token for a code is a JWT of type at+jwt, signed by a key of the JWKS, \
         with the claims of RFC 9068 and the scopes of the response.",
        because "An API that verifies tokens by the standard rejects any other, and without the scopes a client does \
         not know what it may do."),
    check!("PRV-OAUTH-ERRORS", Assumed, source::OAUTH,
        once oauth::errors,
        SANDBOX.reads(1).writes(oauth::TOKEN_ERRORS),
        "The token endpoint rejects an invalid request with its error of RFC 6749, as JSON that \
         must not be stored.",
        because "Clients decide by the error code whether to refresh, to let the user sign in again, or to give up."),
    check!("PRV-OAUTH-LIFETIME", Assumed, source::AUTHENTICATION,
        once oauth::lifetime,
        SANDBOX.reads(5).writes(2).on(&[ListOrders]),
        "An access token is valid for one hour, and its refresh token is exchanged for another one.",
        because "Clients plan their refreshes for an hour: a token that expires earlier fails in the middle of their \
         work."),
    check!("PRV-OAUTH-PKCE", Assumed, source::AUTHENTICATION,
        once pkce::verifiers,
        SANDBOX.reads(1 + pkce::CODES + pkce::REFUSED).writes(pkce::CODES),
        "A code is issued for an S256 challenge only, and redeemed with its verifier only.",
        because "Otherwise whoever intercepts a code can redeem it."),
    check!("PRV-OAUTH-REDIRECT", Assumed, source::OAUTH_SECURITY,
        once redirect_uri::registered_only,
        NO_KEYS.reads(redirect_uri::MAX_REQUESTS),
        "The server redirects only to URIs that the client has registered, where only the port of a \
         loopback address may differ; otherwise it shows an error page.",
        because "Otherwise a prepared link to the sign-in page sends the user's code to an attacker."),
    check!("PRV-OAUTH-STATE", Assumed, source::OAUTH_ISSUER,
        once oauth::responses,
        SANDBOX.reads(7),
        "Every redirect to the client, with a code or an error, has the state that the client \
         sent, and the issuer.",
        because "By these two a client recognizes a response to a sign-in that it did not start, or from another \
         server."),
    check!("PRV-OAUTH-CODE", Assumed, source::OAUTH,
        once oauth::codes,
        SANDBOX.reads(7).writes(6).on(&[ListOrders]),
        "A code is redeemed once, by the client and for the redirect URI that it was issued to, \
         and within ten minutes; its replay revokes the tokens issued for it.",
        because "Codes pass through browsers, histories and logs; whoever finds one that still works gets access \
         tokens."),
    check!("PRV-OAUTH-REFRESH", Assumed, source::OAUTH_SECURITY,
        once oauth::refresh_tokens,
        SANDBOX.reads(4).writes(6).on(&[ListOrders]),
        "A refresh token is valid once, for its client only, and grants no wider scope; its reuse \
         revokes all tokens of its grant, and no others.",
        because "Whoever steals a refresh token would have access for weeks, and neither the user nor the server \
         would notice."),
    check!("PRV-OAUTH-REVOKE", Assumed, source::REVOCATION,
        once oauth::revocation,
        SANDBOX.reads(7).writes(6).on(&[ListOrders]),
        "A revoked access or refresh token is rejected from the next request on; revoking an \
         unknown token succeeds, too.",
        because "A user who signs out, or reports a stolen device, would in fact stay signed in."),
    check!("PRV-OAUTH-INTROSPECT", Assumed, source::INTROSPECTION,
        once oauth::introspection,
        SANDBOX.reads(1).writes(12),
        "Introspection needs authentication and describes a valid token; of an invalid one, or one of \
         another organization, it reports only that it is not active.",
        because "Otherwise anyone can find out which tokens are valid, and to whom they belong."),
];
