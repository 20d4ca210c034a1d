//! Signing in by OAuth, and renewing access tokens.

use super::Traces;

/// The first refresh, with the refresh token that the program was given.
const SIGNED_IN: &str = "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 200; {\"access_token\":\"ACCESS-1\",\"refresh_token\":\"REFRESH-2\"}";

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-OAUTH-1",
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "1 s  GET /api/v1/companies; Authorization: Bearer ACCESS-1 -> 401",
            "1.1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 200; {\"access_token\":\"ACCESS-2\",\"refresh_token\":\"REFRESH-3\"}",
            "1.2 s  GET /api/v1/orders; Authorization: Bearer ACCESS-2 -> 200",
        ],
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "1 s  GET /api/v1/companies; Authorization: Bearer ACCESS-1 -> 401",
            "1.1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 200; {\"access_token\":\"ACCESS-2\",\"refresh_token\":\"REFRESH-3\"}",
            "1.1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 400; {\"error\":\"invalid_grant\"}",
        ],
        "2 refreshes for one access token",
    )
    .under("token-expires-mid-run"),
    Traces::new(
        "CLI-OAUTH-2",
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "exits with 1",
        ],
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "1.1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 200; {\"access_token\":\"ACCESS-2\",\"refresh_token\":\"REFRESH-3\"}",
            "exits with 1",
        ],
        "1 more refresh attempt after the API had rejected the token that a refresh had just brought",
    ),
    Traces::new(
        "CLI-OAUTH-3",
        &[
            SIGNED_IN,
            "600 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 200; {\"access_token\":\"ACCESS-2\",\"refresh_token\":\"REFRESH-3\"}",
        ],
        &[
            SIGNED_IN,
            "600 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; {\"error\":\"invalid_grant\"}",
        ],
        "a refresh token was sent again after another had come in its place",
    ),
    Traces::new(
        "CLI-OAUTH-4",
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 200",
        ],
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer REFRESH-2 -> 401",
        ],
        "a refresh token, code or verifier was sent to the API",
    ),
    Traces::new(
        "CLI-OAUTH-5",
        &[
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; takes 0.1 s; {\"error\":\"invalid_grant\"}",
            "exits with 1",
        ],
        &[
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; takes 0.1 s; {\"error\":\"invalid_grant\"}",
            "1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; takes 0.1 s; {\"error\":\"invalid_grant\"}",
            "exits with 1",
        ],
        "1 more refresh attempt with a refresh token that is not valid",
    )
    .under("refresh-revoked"),
    Traces::new(
        "CLI-OAUTH-6",
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE&code_challenge_method=S256&state=7f3a -> 303; Location: http://127.0.0.1:7000/callback?code=CODE&state=c81e",
            "exits with 1",
        ],
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE&code_challenge_method=S256&state=7f3a -> 303; Location: http://127.0.0.1:7000/callback?code=CODE&state=c81e",
            "0.1 s  POST /oauth/token; grant_type=authorization_code&code=CODE&code_verifier=VERIFIER -> 200; {\"access_token\":\"ACCESS-1\"}",
        ],
        "a code was redeemed that came with a `state` that was not sent",
    )
    .under("oauth-wrong-state"),
    Traces::new(
        "CLI-OAUTH-7",
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE&iss=http://elsewhere.example",
            "exits with 1",
        ],
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE&iss=http://elsewhere.example",
            "0.1 s  POST /oauth/token; grant_type=authorization_code&code=CODE&code_verifier=VERIFIER -> 200; {\"access_token\":\"ACCESS-1\"}",
        ],
        "a code was redeemed that came with the `iss` of another server",
    )
    .under("oauth-wrong-issuer"),
    Traces::new(
        "CLI-OAUTH-8",
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
            "0.1 s  POST /oauth/token; grant_type=authorization_code&code=CODE&code_verifier=VERIFIER -> 200; {\"access_token\":\"ACCESS-1\"}",
        ],
        &[
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=VERIFIER&code_challenge_method=plain -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
            "0.1 s  POST /oauth/token; grant_type=authorization_code&code=CODE&code_verifier=VERIFIER -> 200; {\"access_token\":\"ACCESS-1\"}",
        ],
        "a `code_challenge_method` other than S256",
    ),
    Traces::new(
        "CLI-OAUTH-9",
        &[
            SIGNED_IN,
        ],
        &[
            "0 s  POST /oauth/token?grant_type=refresh_token&refresh_token=REFRESH-1 -> 200; {\"access_token\":\"ACCESS-1\"}",
        ],
        "a refresh token, code or verifier is in the URL of a request",
    ),
    Traces::new(
        "CLI-OAUTH-10",
        &[
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "3 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "exits with 1",
        ],
        &[
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "0.01 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "0.02 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "exits with 1",
        ],
        "the token endpoint was asked again 10 ms after it had failed",
    )
    .under("authorization-server-down"),
    Traces::new(
        "CLI-OAUTH-11",
        &[
            "under refresh-revoked:",
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; {\"error\":\"invalid_grant\"}",
            "prints sign in again",
            "exits with 3",
            "under authorization-server-down:",
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "prints the sign-in failed; try later",
            "exits with 1",
        ],
        &[
            "under refresh-revoked:",
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 400; {\"error\":\"invalid_grant\"}",
            "prints request failed",
            "exits with 1",
            "under authorization-server-down:",
            "0 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-1 -> 503",
            "prints request failed",
            "exits with 1",
        ],
        "exit status and output are the same for both",
    ),
    Traces::new(
        "CLI-OAUTH-12",
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 200",
            "3600 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "3600.1 s  POST /oauth/token; grant_type=refresh_token&refresh_token=REFRESH-2 -> 200; {\"access_token\":\"ACCESS-2\",\"refresh_token\":\"REFRESH-3\"}",
            "3600.2 s  GET /api/v1/orders; Authorization: Bearer ACCESS-2 -> 200",
        ],
        &[
            SIGNED_IN,
            "1 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 200",
            "3600 s  GET /api/v1/orders; Authorization: Bearer ACCESS-1 -> 401",
            "exits with 1",
        ],
        "an access token that had worked was rejected, and not renewed",
    )
    .under("token-expires-mid-run"),
    Traces::new(
        "CLI-OAUTH-13",
        &[
            "under control:",
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE-1&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
            "under token-expires-mid-run:",
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE-2&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
        ],
        &[
            "under control:",
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE-1&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
            "under token-expires-mid-run:",
            "0 s  GET /oauth/authorize?client_id=dashboard&code_challenge=CHALLENGE-1&code_challenge_method=S256 -> 303; Location: http://127.0.0.1:7000/callback?code=CODE",
        ],
        "two sign-ins had the same `code_challenge`",
    ),
];
