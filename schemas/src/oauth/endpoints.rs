//! Every endpoint of the authorization server.

use http::Method;

use super::{
    Callers, EndpointCall,
    FieldValue::{ClientId, OneOf, Pattern, RedirectUri, Scopes, Text, User},
    FormField, Introspection, Metadata, Returns, SigningKeys, Tokens,
};
use crate::documents::inlined;

/// The metadata of the server (RFC 8414).
pub const METADATA: &str = "/.well-known/oauth-authorization-server";
/// The same, where OpenID Connect libraries look for it.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// The endpoint at which users sign in.
pub const AUTHORIZE: &str = "/oauth/authorize";
/// The endpoint that issues tokens.
pub const TOKEN: &str = "/oauth/token";
/// The endpoint that revokes tokens.
pub const REVOKE: &str = "/oauth/revoke";
/// The endpoint that returns the state of a token.
pub const INTROSPECT: &str = "/oauth/introspect";
/// The keys that verify access tokens.
pub const JWKS: &str = "/oauth/jwks.json";
/// The stylesheet of the sign-in page.
pub const STYLESHEET: &str = "/oauth/sign-in.css";

const CHALLENGE: &str = "^[A-Za-z0-9_-]{43}$";
const VERIFIER: &str = "^[A-Za-z0-9._~-]{43,128}$";

const fn required(name: &'static str, value: super::FieldValue, is: &'static str) -> FormField {
    FormField {
        name,
        value,
        required: true,
        is,
    }
}

const fn optional(name: &'static str, value: super::FieldValue, is: &'static str) -> FormField {
    FormField {
        required: false,
        ..required(name, value, is)
    }
}

const RESPONSE_TYPE: FormField = required(
    "response_type",
    OneOf(&["code"]),
    "Only the authorization code flow.",
);
const CLIENT: FormField = required(
    "client_id",
    ClientId,
    "The client, such as `openprospect-dashboard`.",
);
const REDIRECT_URI: FormField = required(
    "redirect_uri",
    RedirectUri,
    "The registered URI to which the user is redirected. A loopback address may have any port.",
);
const CHALLENGED: FormField = required(
    "code_challenge",
    Pattern(CHALLENGE),
    "The SHA-256 digest of the `code_verifier`, in base64url (RFC 7636).",
);
const CHALLENGE_METHOD: FormField =
    required("code_challenge_method", OneOf(&["S256"]), "Only S256.");
const STATE: FormField = optional(
    "state",
    Text,
    "Returned with the response, so that the client recognizes it as its own; at most 4096 bytes.",
);
const SCOPE: FormField = optional(
    "scope",
    Scopes,
    "The requested scopes, separated by spaces; by default all scopes.",
);
const RESPONSE_MODE: FormField = optional("response_mode", OneOf(&["query"]), "Only the query.");
const PROMPT: FormField = optional(
    "prompt",
    OneOf(&["none", "login", "consent", "select_account"]),
    "`none` signs in the user of `login_hint` without a page.",
);
const LOGIN_HINT: FormField = optional(
    "login_hint",
    User,
    "The user, such as `admin@demo01`: a name and an organization.",
);
const OPTIONAL_CLIENT: FormField = optional(
    "client_id",
    ClientId,
    "The client, unless it authenticates by the `Authorization` header.",
);
const SECRET: FormField = optional(
    "client_secret",
    Text,
    "The secret of a client that has one, unless it authenticates by the `Authorization` header.",
);
const ANY_TOKEN: FormField = required("token", Text, "The access or refresh token.");
const HINT: FormField = optional(
    "token_type_hint",
    Text,
    "Ignored: the kind of a token is recognized without it.",
);

/// Every operation of the authorization server, in the order in which a client uses them.
pub static ENDPOINT_CALLS: &[EndpointCall] = &[
    EndpointCall {
        id: "show_authorization_server",
        method: Method::GET,
        path: METADATA,
        takes: &[],
        callers: Callers::All,
        returns: Returns::Json(inlined::<Metadata>),
        does: "returns the metadata of the authorization server",
    },
    EndpointCall {
        id: "show_openid_configuration",
        method: Method::GET,
        path: OPENID_CONFIGURATION,
        takes: &[],
        callers: Callers::All,
        returns: Returns::Json(inlined::<Metadata>),
        does: "returns the same metadata at the path of OpenID Connect discovery",
    },
    EndpointCall {
        id: "authorize",
        method: Method::GET,
        path: AUTHORIZE,
        takes: &[
            RESPONSE_TYPE,
            CLIENT,
            REDIRECT_URI,
            CHALLENGED,
            CHALLENGE_METHOD,
            STATE,
            SCOPE,
            RESPONSE_MODE,
            PROMPT,
            LOGIN_HINT,
        ],
        callers: Callers::All,
        returns: Returns::PageOrRedirect,
        does: "shows the page where a user signs in and grants a client the requested scopes",
    },
    EndpointCall {
        id: "sign_in",
        method: Method::POST,
        path: AUTHORIZE,
        takes: &[
            RESPONSE_TYPE,
            CLIENT,
            REDIRECT_URI,
            CHALLENGED,
            CHALLENGE_METHOD,
            STATE,
            SCOPE,
            RESPONSE_MODE,
            PROMPT,
            LOGIN_HINT,
            optional(
                "organization",
                Text,
                "The organization that the user entered.",
            ),
            optional(
                "user",
                Text,
                "The user: `admin`, `member` or one of the settings file.",
            ),
            optional("password", Text, "The password, if the user has one."),
            optional(
                "decision",
                OneOf(&["allow", "deny"]),
                "Whether the user allows the request.",
            ),
        ],
        callers: Callers::All,
        returns: Returns::PageOrRedirect,
        does: "accepts the same request as a form, and the form of the sign-in page",
    },
    EndpointCall {
        id: "issue_tokens",
        method: Method::POST,
        path: TOKEN,
        takes: &[
            required(
                "grant_type",
                OneOf(&["authorization_code", "refresh_token"]),
                "What is exchanged for tokens.",
            ),
            optional(
                "code",
                Text,
                "For `authorization_code`: the code, which can be used once.",
            ),
            optional(
                "redirect_uri",
                RedirectUri,
                "For `authorization_code`: the same as in the authorization request.",
            ),
            optional(
                "code_verifier",
                Pattern(VERIFIER),
                "For `authorization_code`: the verifier of the `code_challenge`.",
            ),
            optional(
                "refresh_token",
                Text,
                "For `refresh_token`: the token, which can be used once. A second use revokes its grant.",
            ),
            optional(
                "scope",
                Scopes,
                "For `refresh_token`: a subset of the granted scopes for the access token.",
            ),
            OPTIONAL_CLIENT,
            SECRET,
        ],
        callers: Callers::Clients,
        returns: Returns::Json(inlined::<Tokens<'_>>),
        does: "issues an access token and a refresh token for a code or a refresh token",
    },
    EndpointCall {
        id: "revoke_token",
        method: Method::POST,
        path: REVOKE,
        takes: &[ANY_TOKEN, HINT, OPTIONAL_CLIENT, SECRET],
        callers: Callers::Clients,
        returns: Returns::Nothing,
        does: "revokes the grant of an access or refresh token; an unknown token, or one of another client, is not an error",
    },
    EndpointCall {
        id: "introspect_token",
        method: Method::POST,
        path: INTROSPECT,
        takes: &[ANY_TOKEN, HINT, OPTIONAL_CLIENT, SECRET],
        callers: Callers::Members,
        returns: Returns::Json(inlined::<Introspection>),
        does: "describes an access or refresh token: to a client with a secret, or to a caller with a key or access token of the same organization",
    },
    EndpointCall {
        id: "show_signing_keys",
        method: Method::GET,
        path: JWKS,
        takes: &[],
        callers: Callers::All,
        returns: Returns::Json(inlined::<SigningKeys>),
        does: "returns the keys that verify access tokens",
    },
    EndpointCall {
        id: "show_stylesheet",
        method: Method::GET,
        path: STYLESHEET,
        takes: &[],
        callers: Callers::All,
        returns: Returns::Stylesheet,
        does: "returns the stylesheet of the sign-in page",
    },
];
