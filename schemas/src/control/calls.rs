//! Every call of the control API.

use http::{Method, StatusCode};

use super::{ControlCall, Field, Kind, Rule, SandboxSettings, Takes, schema_of};

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
    optional("key", Kind::Text),
    optional("path", Kind::Text),
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
    optional("key", Kind::Text),
    optional("path", Kind::Text),
    optional("since", Kind::Time),
    optional("until", Kind::Time),
];
const COUNT: &[Field] = &[
    optional("after", Kind::Count),
    optional("status", Kind::Answered),
    optional("code", Kind::ErrorCode),
    optional("operation", Kind::Operation),
    optional("key", Kind::Text),
    optional("path", Kind::Text),
    optional("since", Kind::Time),
    optional("until", Kind::Time),
];
const ADDRESS: &[Field] = &[required("fault", Kind::BrokenAddress)];
const SCENARIO: &[Field] = &[
    optional("name", Kind::Text),
    optional("yaml", Kind::Text),
    optional("scenario", Kind::Scenario),
];
const SCENARIO_RULES: &[Rule] = &[Rule::OneOf(&["name", "yaml", "scenario"])];

/// Makes the table from one list. A row reads: method and path; the query parameters it knows; the body it
/// takes; status of success, its media type where that is not JSON, its body, and what it does.
macro_rules! calls {
    ($(
        $id:ident: $method:ident $path:literal
            $(query $query:ident)?
            $(takes $takes:expr)?
            => $success:ident $(($media_type:literal))? $($returns:ident)? $does:literal;
    )+) => {
        /// Every call of the control API, in the order in which they are told of.
        pub static CALLS: &[ControlCall] = &[$(ControlCall {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            query: or!($($query)?, &[]),
            takes: or!($($takes)?, Takes::Nothing),
            success: StatusCode::$success,
            returns: or!($(Some(schema_of::<$returns>))?, None),
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
        => OK "tells that the server answers; `/_mock/ready` does the same";
    show_settings: GET "/settings"
        => OK SandboxSettings "returns the settings that show in responses; `contract-tests` judges by them";
    list_organizations: GET "/organizations"
        => OK "lists the organizations";
    make_organization: POST "/organizations"
        takes Takes::Fields(ORGANIZATION, &[])
        => CREATED "makes an organization, if wanted with keys, which this reply alone shows";
    show_organization: GET "/organizations/{organization}"
        => OK "tells about an organization";
    forget_organization: DELETE "/organizations/{organization}"
        => NO_CONTENT "forgets an organization with its keys, but not one that the configuration names";
    reset_organization: POST "/organizations/{organization}/reset"
        => OK "makes an organization as new; its keys stay, unused, and those that were revoked work again";
    keep_organization: GET "/organizations/{organization}/snapshot"
        => OK "tells all that was changed of an organization, as JSON; no key is in it, only what it is recognised by";
    restore_organization: PUT "/organizations/{organization}/snapshot"
        takes Takes::Snapshot
        => OK "makes an organization what a snapshot of up to 64 MiB says, keys included; only its journal and its scenario go on. Also on another server, but 409 unless name, `--seed`, `--companies` and `--order-duration` are the same";
    list_keys: GET "/organizations/{organization}/keys"
        => OK "lists the keys of an organization, masked, with what became of them";
    mint_key: POST "/organizations/{organization}/keys"
        takes Takes::Fields(KEY, KEY_RULES)
        => CREATED "mints a key; this reply alone shows it";
    change_key: PATCH "/organizations/{organization}/keys/{id}"
        takes Takes::Fields(CHANGE, CHANGE_RULES)
        => OK "changes a key, at once; what it has used stays used in each window that both tiers have";
    rotate_key: POST "/organizations/{organization}/keys/{id}/rotate"
        takes Takes::Fields(ROTATION, &[])
        => CREATED "mints a key that may do what another may, for as long; this reply alone shows it. The old one goes on for the overlap, by default not at all";
    revoke_key: POST "/organizations/{organization}/keys/{id}/revoke"
        => OK "revokes a key, at once";
    move_order: POST "/organizations/{organization}/orders/{id}/transition"
        takes Takes::Fields(TRANSITION, &[])
        => OK "moves an order on at the present time, to any later status through those between, or to `CANCELLED`; tells what it came to";
    show_clock: GET "/organizations/{organization}/clock"
        => OK "tells the time of an organization, and its pace";
    freeze_clock: POST "/organizations/{organization}/clock/freeze"
        takes Takes::Fields(FREEZE, &[])
        => OK "stops the clock, where it stands or at a later time; tells, as all that turn it, what came due";
    advance_clock: POST "/organizations/{organization}/clock/advance"
        takes Takes::Fields(ADVANCE, ADVANCE_RULES)
        => OK "moves the clock on; it never goes back";
    set_clock: POST "/organizations/{organization}/clock/set"
        takes Takes::Fields(SET, &[])
        => OK "moves the clock on to a time";
    scale_clock: POST "/organizations/{organization}/clock/scale"
        takes Takes::Fields(SCALE, &[])
        => OK "lets time pass so many times as fast";
    resume_clock: POST "/organizations/{organization}/clock/resume"
        => OK "lets time pass as the machine's, from where it stands";
    list_requests: GET "/organizations/{organization}/journal" query PAGE
        => OK "tells the last 1,000 requests of an organization, with the decision of every step";
    wait_for_requests: GET "/organizations/{organization}/journal/wait" query WAIT
        => OK "waits until so many requests are there, for 60 seconds at the most";
    follow_requests: GET "/organizations/{organization}/journal/live" query COUNT
        => OK ("text/event-stream") "tells the requests as they happen, as server-sent events";
    forget_requests: DELETE "/organizations/{organization}/journal"
        => NO_CONTENT "forgets the requests of an organization";
    count_requests: GET "/organizations/{organization}/journal/count" query COUNT
        => OK "tells how many of the requests there are";
    export_har: GET "/organizations/{organization}/journal/har" query PAGE
        => OK "gives the requests as an HTTP archive, without bodies";
    export_ndjson: GET "/organizations/{organization}/journal/ndjson" query PAGE
        => OK ("application/x-ndjson") "gives the requests as lines of JSON";
    report_least_privilege: GET "/organizations/{organization}/report/least-privilege"
        => OK "tells by key which scopes it holds, has used and never used, and the smallest preset and tier that would have done";
    report_tiers: GET "/organizations/{organization}/report/tiers"
        => OK "tells what the requests would have met on every tier: 429s, and the time it takes to wait for every `Retry-After`";
    show_scenario: GET "/organizations/{organization}/scenario"
        => OK "tells which scenario is on, and how far it has come";
    arm_scenario: POST "/organizations/{organization}/scenario"
        takes Takes::Fields(SCENARIO, SCENARIO_RULES)
        => OK "switches a scenario on: one that comes along, or the text of a file. This reply alone shows the keys that it brings along";
    disarm_scenario: DELETE "/organizations/{organization}/scenario"
        => NO_CONTENT "switches the scenario off";
    list_unclaimed_requests: GET "/journal" query PAGE
        => OK "tells the last 1,000 requests without a known key; below it is what there is below an organization's journal";
    forget_unclaimed_requests: DELETE "/journal"
        => NO_CONTENT "forgets the requests without a known key";
    list_scenarios: GET "/scenarios"
        => OK "lists the scenarios that come along";
    list_addresses: GET "/addresses"
        => OK "lists the broken addresses";
    open_address: POST "/addresses"
        takes Takes::Fields(ADDRESS, &[])
        => CREATED "opens a broken address, on a loopback port of its own: `refused` has nobody who listens, `silent` accepts and never reads, `backlog_full` never accepts, so connecting times out, `reset_on_accept` resets, `empty_reply` reads the request and hangs up, `one_connection` is this server for one connection at a time, `one_stream` for one request at a time on a connection of HTTP/2";
    close_address: DELETE "/addresses/{id}"
        => NO_CONTENT "lets go of a broken address";
    explain_request: GET "/explain/{id}"
        => OK "tells the whole decision on the request that was answered with this `X-Request-Id`; `mock-server explain` prints it";
    show_metrics: GET "/metrics"
        => OK ("text/plain") "tells how often what was answered, and how much there is of everything, for Prometheus";
    show_fidelity: GET "/fidelity"
        => OK "tells how near the server comes to the vendor's API, with the evidence for each statement";
    stop_server: POST "/shutdown"
        => ACCEPTED "stops the server as SIGTERM does; requests under way, this one too, are answered";
}
