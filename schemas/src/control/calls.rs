//! Every operation of the control API.

use http::{Method, StatusCode};

use super::{ControlCall, Field, Kind, Rule, SandboxSettings, Takes};
use crate::documents::inlined;

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
    }
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
    }
}

const ORGANIZATION: &[Field] = &[
    optional("name", Kind::Organization),
    optional("clock", Kind::Clock),
    optional("lease", Kind::Duration),
    optional("keys", Kind::Keys),
];
pub(super) const KEY: &[Field] = &[
    optional("name", Kind::Name),
    optional("preset", Kind::Preset),
    optional("scopes", Kind::Scopes),
    optional("tier", Kind::Tier),
    optional("expires_in", Kind::Duration),
    optional("expires_at", Kind::Time),
];
pub(super) const KEY_RULES: &[Rule] = &[
    Rule::OneOf(&["preset", "scopes"]),
    Rule::NotBoth("expires_in", "expires_at"),
];
const CHANGE: &[Field] = &[
    optional("preset", Kind::Preset),
    optional("scopes", Kind::Scopes),
    optional("tier", Kind::Tier),
    optional("expires_in", Kind::Duration),
    optional("expires_at", Kind::Time),
];
const CHANGE_RULES: &[Rule] = &[
    Rule::Some,
    Rule::NotBoth("preset", "scopes"),
    Rule::NotBoth("expires_in", "expires_at"),
];
const TOKENS: &[Field] = &[
    optional("user", Kind::Text),
    optional("client_id", Kind::Text),
    optional("scopes", Kind::TokenScopes),
    optional("expires_in", Kind::Duration),
    optional("refresh_token", Kind::Bool),
    optional("claims", Kind::Claims),
    optional("typ", Kind::Text),
];
const CLIENT: &[Field] = &[
    required("client_id", Kind::ClientId),
    optional("redirect_uris", Kind::RedirectUris),
    optional("client_secret", Kind::ClientSecret),
    optional("scopes", Kind::TokenScopes),
];
const ROTATION: &[Field] = &[optional("overlap", Kind::Duration)];
const TRANSITION: &[Field] = &[required("to", Kind::Status)];
const FREEZE: &[Field] = &[optional("at", Kind::Time)];
const ADVANCE: &[Field] = &[optional("by", Kind::Duration), optional("to", Kind::Time)];
const ADVANCE_RULES: &[Rule] = &[Rule::OneOf(&["by", "to"])];
const SET: &[Field] = &[required("to", Kind::Time)];
const SCALE: &[Field] = &[required("factor", Kind::Factor)];
const PAGE: &[Field] = &[
    optional("after", Kind::Count),
    optional("limit", Kind::Count),
    optional("status", Kind::Answered),
    optional("code", Kind::ErrorCode),
    optional("operation", Kind::Operation),
    optional("endpoint", Kind::Endpoint),
    optional("key", Kind::Text),
    optional("method", Kind::Text),
    optional("path", Kind::Text),
    optional("fault", Kind::Text),
    optional("text", Kind::Text),
    optional("header", Kind::HeaderCondition),
    optional("json", Kind::JsonCondition),
    optional("since", Kind::Time),
    optional("until", Kind::Time),
];
const WAIT: &[Field] = &[
    optional("after", Kind::Count),
    optional("limit", Kind::Count),
    optional("count", Kind::Count),
    optional("timeout", Kind::Wait),
    optional("status", Kind::Answered),
    optional("code", Kind::ErrorCode),
    optional("operation", Kind::Operation),
    optional("endpoint", Kind::Endpoint),
    optional("key", Kind::Text),
    optional("method", Kind::Text),
    optional("path", Kind::Text),
    optional("fault", Kind::Text),
    optional("text", Kind::Text),
    optional("header", Kind::HeaderCondition),
    optional("json", Kind::JsonCondition),
    optional("since", Kind::Time),
    optional("until", Kind::Time),
];
const COUNT: &[Field] = &[
    optional("after", Kind::Count),
    optional("status", Kind::Answered),
    optional("code", Kind::ErrorCode),
    optional("operation", Kind::Operation),
    optional("endpoint", Kind::Endpoint),
    optional("key", Kind::Text),
    optional("method", Kind::Text),
    optional("path", Kind::Text),
    optional("fault", Kind::Text),
    optional("text", Kind::Text),
    optional("header", Kind::HeaderCondition),
    optional("json", Kind::JsonCondition),
    optional("since", Kind::Time),
    optional("until", Kind::Time),
];
const VERIFICATION: &[Field] = &[
    optional("expect", Kind::Expectations),
    optional("in_order", Kind::Bool),
    optional("nothing_else", Kind::Bool),
    optional("after", Kind::Count),
];
pub(super) const EXPECTATION: &[Field] = &[
    optional("operation", Kind::Operation),
    optional("endpoint", Kind::Endpoint),
    optional("method", Kind::Text),
    optional("path", Kind::Text),
    optional("query", Kind::Parameters),
    optional("headers", Kind::Headers),
    optional("json", Kind::Json),
    optional("pointers", Kind::Pointers),
    optional("schema", Kind::JsonSchema),
    optional("key", Kind::Text),
    optional("status", Kind::AnsweredOrStatus),
    optional("code", Kind::ErrorCode),
    optional("fault", Kind::Text),
    optional("text", Kind::Text),
    optional("exactly", Kind::Count),
    optional("at_least", Kind::Count),
    optional("at_most", Kind::Count),
];
pub(super) const EXPECTATION_RULES: &[Rule] = &[
    Rule::NotBoth("exactly", "at_least"),
    Rule::NotBoth("exactly", "at_most"),
];
const ADDRESS: &[Field] = &[required("fault", Kind::ListenerFault)];
const SCENARIO: &[Field] = &[
    optional("name", Kind::Text),
    optional("yaml", Kind::Text),
    optional("scenario", Kind::Scenario),
];
const SCENARIO_RULES: &[Rule] = &[Rule::OneOf(&["name", "yaml", "scenario"])];

/// Generates the table from one list. A row contains: method and path; accepted query parameters; accepted body; status of
/// success, its media type if that is not JSON, its body, and what the operation does.
macro_rules! calls {
    ($(
        $id:ident: $method:ident $path:literal
            $(query $query:ident)?
            $(takes $takes:expr)?
            => $success:ident $(($media_type:literal))? $($returns:ident)? $does:literal;
    )+) => {
        /// Every operation of the control API, in the order of the documentation.
        pub static CALLS: &[ControlCall] = &[$(ControlCall {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            query: or!($($query)?, &[]),
            takes: or!($($takes)?, Takes::Nothing),
            success: StatusCode::$success,
            returns: or!($(Some(inlined::<$returns>))?, None),
            media_type: or!($($media_type)?, "application/json"),
            does: $does,
        }),+];
    };
}

macro_rules! or {
    (, $default:expr) => {
        $default
    };
    ($value:expr, $default:expr) => {
        $value
    };
}

calls! {
    show_health: GET "/health"
        => OK "reports that the server is up; `/_mock/ready` does the same";
    show_settings: GET "/settings"
        => OK SandboxSettings "returns the settings that affect responses; `contract-tests` judges by them";
    list_organizations: GET "/organizations"
        => OK "lists the organizations";
    make_organization: POST "/organizations"
        takes Takes::Fields(ORGANIZATION, &[])
        => CREATED "creates an organization, optionally with keys; only this response shows them. With a `lease`, it is deleted once no request to it, API or control, has begun for that long in real time";
    show_organization: GET "/organizations/{organization}"
        => OK "returns an organization";
    forget_organization: DELETE "/organizations/{organization}"
        => NO_CONTENT "deletes an organization with its keys, unless the configuration names it";
    reset_organization: POST "/organizations/{organization}/reset"
        => OK "resets an organization to its initial state; its keys and OAuth grants stay, with unused quotas, and revoked keys are valid again";
    keep_organization: GET "/organizations/{organization}/snapshot"
        => OK "returns all changes to an organization as JSON; keys are in it as hashes only";
    restore_organization: PUT "/organizations/{organization}/snapshot"
        takes Takes::Snapshot
        => OK "restores an organization from a snapshot of at most 64 MiB, keys included; its journal, its scenario and its OAuth grants stay. Works on another server, too; 409 unless name, `--seed`, `--companies` and `--order-duration` are the same";
    list_keys: GET "/organizations/{organization}/keys"
        => OK "lists the keys of an organization, masked, with their state";
    mint_key: POST "/organizations/{organization}/keys"
        takes Takes::Fields(KEY, KEY_RULES)
        => CREATED "creates a key; only this response shows it";
    change_key: PATCH "/organizations/{organization}/keys/{id}"
        takes Takes::Fields(CHANGE, CHANGE_RULES)
        => OK "changes a key immediately; in each window that both tiers have, its usage is kept";
    rotate_key: POST "/organizations/{organization}/keys/{id}/rotate"
        takes Takes::Fields(ROTATION, &[])
        => CREATED "replaces a key by a new one with the same scopes, tier and lifetime; only this response shows it. The old key stays valid for the overlap, by default not at all";
    revoke_key: POST "/organizations/{organization}/keys/{id}/revoke"
        => OK "revokes a key immediately";
    mint_tokens: POST "/organizations/{organization}/tokens"
        takes Takes::Fields(TOKENS, &[])
        => CREATED "issues an access token and a refresh token, by default for `admin` with all scopes; only this response shows them. `claims` and `typ` replace those of the access token, to make an invalid one";
    move_order: POST "/organizations/{organization}/orders/{id}/transition"
        takes Takes::Fields(TRANSITION, &[])
        => OK "moves an order to a later status at the present time, through those between, or to `CANCELLED`; returns the order";
    show_clock: GET "/organizations/{organization}/clock"
        => OK "returns the time of an organization and how fast it passes";
    freeze_clock: POST "/organizations/{organization}/clock/freeze"
        takes Takes::Fields(FREEZE, &[])
        => OK "stops the clock, at the present or a later time; like all requests that change it, returns what came due";
    advance_clock: POST "/organizations/{organization}/clock/advance"
        takes Takes::Fields(ADVANCE, ADVANCE_RULES)
        => OK "moves the clock forward; it never goes back";
    set_clock: POST "/organizations/{organization}/clock/set"
        takes Takes::Fields(SET, &[])
        => OK "moves the clock forward to a time";
    scale_clock: POST "/organizations/{organization}/clock/scale"
        takes Takes::Fields(SCALE, &[])
        => OK "lets time pass faster, by a factor";
    resume_clock: POST "/organizations/{organization}/clock/resume"
        => OK "lets time pass at normal speed from the present time on";
    list_requests: GET "/organizations/{organization}/journal" query PAGE
        => OK "lists the last 1,000 requests of an organization (`--max-journal`) to the API and to the authorization server, with the decision of every step";
    wait_for_requests: GET "/organizations/{organization}/journal/wait" query WAIT
        => OK "waits, for at most 60 seconds, until a given number of requests have arrived";
    follow_requests: GET "/organizations/{organization}/journal/live" query COUNT
        => OK ("text/event-stream") "streams the requests as they happen, as server-sent events";
    forget_requests: DELETE "/organizations/{organization}/journal"
        => NO_CONTENT "deletes the requests of an organization";
    count_requests: GET "/organizations/{organization}/journal/count" query COUNT
        => OK "returns the number of requests";
    verify_requests: POST "/organizations/{organization}/journal/verify"
        takes Takes::Fields(VERIFICATION, &[])
        => OK "verifies that each of `expect` was sent as often as it says, by default at least once, and with `nothing_else` that nothing else was; for each failure, it returns the closest request and what differs";
    show_request: GET "/organizations/{organization}/journal/{id}"
        => OK "returns all that is known of the request whose response had this `X-Request-Id`: the whole decision, headers and bodies with credentials masked, and what was on the wire where a fault changed the response";
    export_har: GET "/organizations/{organization}/journal/har" query PAGE
        => OK "exports the requests as an HTTP Archive, with headers and bodies";
    export_ndjson: GET "/organizations/{organization}/journal/ndjson" query PAGE
        => OK ("application/x-ndjson") "exports the requests as JSON, one a line";
    report_least_privilege: GET "/organizations/{organization}/report/least-privilege"
        => OK "reports for each key which scopes it holds, has used and has never used, and the smallest preset and tier that would have been enough";
    report_tiers: GET "/organizations/{organization}/report/tiers"
        => OK "reports for each tier what would have happened to the requests: the number of 429s, and the time spent waiting for every `Retry-After`";
    show_scenario: GET "/organizations/{organization}/scenario"
        => OK "returns the active scenario and how far it has come";
    arm_scenario: POST "/organizations/{organization}/scenario"
        takes Takes::Fields(SCENARIO, SCENARIO_RULES)
        => OK "activates a scenario: a bundled one, or the text of a file. Only this response shows the keys that come with it";
    disarm_scenario: DELETE "/organizations/{organization}/scenario"
        => NO_CONTENT "deactivates the scenario";
    list_unclaimed_requests: GET "/journal" query PAGE
        => OK "lists the last 1,000 requests (`--max-journal`) that name no known organization; the paths below an organization's journal exist here, too";
    forget_unclaimed_requests: DELETE "/journal"
        => NO_CONTENT "deletes the requests that name no known organization";
    list_scenarios: GET "/scenarios"
        => OK "lists the bundled scenarios";
    list_addresses: GET "/addresses"
        => OK "lists the broken addresses";
    open_address: POST "/addresses"
        takes Takes::Fields(ADDRESS, &[])
        => CREATED "opens a broken address on a loopback port of its own: `refused` refuses connections, `silent` accepts and never reads, `backlog_full` never accepts, so connecting times out, `reset_on_accept` resets, `empty_reply` reads the request and closes, `one_connection` serves one connection at a time, `one_stream` one request at a time on an HTTP/2 connection";
    close_address: DELETE "/addresses/{id}"
        => NO_CONTENT "closes a broken address";
    explain_request: GET "/explain/{id}"
        => OK "returns the whole decision on the request whose response had this `X-Request-Id`; `mock-server explain` prints it";
    replay_request: POST "/replay/{id}"
        => OK "sends the API request whose response had this `X-Request-Id` again, with the same key or token, and returns the id and the status of the new one. 409 if its headers and body are not in the journal, or only in part";
    keep_judge_report: PUT "/judge-report"
        takes Takes::JudgeReport
        => NO_CONTENT "keeps a JSON report of `contract-tests`, of at most 8 MiB, for the page Contract of the dashboard, instead of the last one; `contract-tests … --report mock=URL` sends it";
    show_metrics: GET "/metrics"
        => OK ("text/plain") "returns metrics for Prometheus: responses by kind, and the number of objects";
    show_fidelity: GET "/fidelity"
        => OK "returns how close the server comes to the vendor's API, with the evidence for each statement";
    list_clients: GET "/oauth/clients"
        => OK "lists the clients of the authorization server, without their secrets";
    register_client: POST "/oauth/clients"
        takes Takes::Fields(CLIENT, &[])
        => CREATED "registers a client of the authorization server for as long as the server runs, at most 100; one with a secret has to authenticate. 409 if it exists";
    delete_client: DELETE "/oauth/clients/{id}"
        => NO_CONTENT "deletes a client that was registered: it can neither sign users in nor refresh tokens any more, while its access tokens stay valid; 409 for a client from the settings";
    rotate_signing_key: POST "/oauth/rotate-signing-key"
        => OK "signs access tokens with a new key, and returns the public keys; tokens of the previous key stay valid, those of older keys do not";
    stop_server: POST "/shutdown"
        => ACCEPTED "stops the server as SIGTERM does; requests in flight, including this one, get their responses";
}
