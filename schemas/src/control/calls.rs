//! Every call of the control API.

use http::{Method, StatusCode};

use super::{ControlCall, Field, Kind, Rule, Takes};

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
    Rule::OneOf("preset", "scopes"),
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
const ADVANCE_RULES: &[Rule] = &[Rule::OneOf("by", "to")];
const SET: &[Field] = &[required("to", Kind::Time)];
const SCALE: &[Field] = &[required("factor", Kind::Factor)];
const PAGE: &[Field] = &[
    optional("after", Kind::Count),
    optional("limit", Kind::Count),
];

/// Every call of the control API, in the order in which they are told of.
pub static CALLS: &[ControlCall] = &[
    ControlCall {
        id: "show_health",
        method: Method::GET,
        path: "/health",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells that the server answers; `/_mock/ready` does the same",
    },
    ControlCall {
        id: "list_organizations",
        method: Method::GET,
        path: "/organizations",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "lists the organizations",
    },
    ControlCall {
        id: "make_organization",
        method: Method::POST,
        path: "/organizations",
        query: &[],
        takes: Takes::Fields(ORGANIZATION, &[]),
        success: StatusCode::CREATED,
        does: "makes an organization, if wanted with keys, which this reply alone shows",
    },
    ControlCall {
        id: "show_organization",
        method: Method::GET,
        path: "/organizations/{organization}",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells about an organization",
    },
    ControlCall {
        id: "forget_organization",
        method: Method::DELETE,
        path: "/organizations/{organization}",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::NO_CONTENT,
        does: "forgets an organization with its keys, but not one that the configuration names",
    },
    ControlCall {
        id: "reset_organization",
        method: Method::POST,
        path: "/organizations/{organization}/reset",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "makes an organization as new; its keys stay, unused, and those that were revoked work again",
    },
    ControlCall {
        id: "keep_organization",
        method: Method::GET,
        path: "/organizations/{organization}/snapshot",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells all that was changed of an organization, as JSON; no key is in it, only what it is recognised by",
    },
    ControlCall {
        id: "restore_organization",
        method: Method::PUT,
        path: "/organizations/{organization}/snapshot",
        query: &[],
        takes: Takes::Snapshot,
        success: StatusCode::OK,
        does: "makes an organization what a snapshot of up to 64 MiB says, keys included; only its journal goes on. Also on another server, but 409 unless name, `--seed`, `--companies` and `--order-duration` are the same",
    },
    ControlCall {
        id: "list_keys",
        method: Method::GET,
        path: "/organizations/{organization}/keys",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "lists the keys of an organization, masked, with what became of them",
    },
    ControlCall {
        id: "mint_key",
        method: Method::POST,
        path: "/organizations/{organization}/keys",
        query: &[],
        takes: Takes::Fields(KEY, KEY_RULES),
        success: StatusCode::CREATED,
        does: "mints a key; this reply alone shows it",
    },
    ControlCall {
        id: "change_key",
        method: Method::PATCH,
        path: "/organizations/{organization}/keys/{id}",
        query: &[],
        takes: Takes::Fields(CHANGE, CHANGE_RULES),
        success: StatusCode::OK,
        does: "changes a key, at once; what it has used stays used in each window that both tiers have",
    },
    ControlCall {
        id: "rotate_key",
        method: Method::POST,
        path: "/organizations/{organization}/keys/{id}/rotate",
        query: &[],
        takes: Takes::Fields(ROTATION, &[]),
        success: StatusCode::CREATED,
        does: "mints a key that may do what another may, for as long; this reply alone shows it. The old one goes on for the overlap, by default not at all",
    },
    ControlCall {
        id: "revoke_key",
        method: Method::POST,
        path: "/organizations/{organization}/keys/{id}/revoke",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "revokes a key, at once",
    },
    ControlCall {
        id: "move_order",
        method: Method::POST,
        path: "/organizations/{organization}/orders/{id}/transition",
        query: &[],
        takes: Takes::Fields(TRANSITION, &[]),
        success: StatusCode::OK,
        does: "moves an order on at the present time, to any later status through those between, or to `CANCELLED`; tells what it came to",
    },
    ControlCall {
        id: "show_clock",
        method: Method::GET,
        path: "/organizations/{organization}/clock",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells the time of an organization, and its pace",
    },
    ControlCall {
        id: "freeze_clock",
        method: Method::POST,
        path: "/organizations/{organization}/clock/freeze",
        query: &[],
        takes: Takes::Fields(FREEZE, &[]),
        success: StatusCode::OK,
        does: "stops the clock, where it stands or at a later time; tells, as all that turn it, what came due",
    },
    ControlCall {
        id: "advance_clock",
        method: Method::POST,
        path: "/organizations/{organization}/clock/advance",
        query: &[],
        takes: Takes::Fields(ADVANCE, ADVANCE_RULES),
        success: StatusCode::OK,
        does: "moves the clock on; it never goes back",
    },
    ControlCall {
        id: "set_clock",
        method: Method::POST,
        path: "/organizations/{organization}/clock/set",
        query: &[],
        takes: Takes::Fields(SET, &[]),
        success: StatusCode::OK,
        does: "moves the clock on to a time",
    },
    ControlCall {
        id: "scale_clock",
        method: Method::POST,
        path: "/organizations/{organization}/clock/scale",
        query: &[],
        takes: Takes::Fields(SCALE, &[]),
        success: StatusCode::OK,
        does: "lets time pass so many times as fast",
    },
    ControlCall {
        id: "resume_clock",
        method: Method::POST,
        path: "/organizations/{organization}/clock/resume",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "lets time pass as the machine's, from where it stands",
    },
    ControlCall {
        id: "list_requests",
        method: Method::GET,
        path: "/organizations/{organization}/journal",
        query: PAGE,
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells the last 1,000 requests of an organization, with the decision of every step",
    },
    ControlCall {
        id: "list_unclaimed_requests",
        method: Method::GET,
        path: "/journal",
        query: PAGE,
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells the last 1,000 requests without a known key",
    },
    ControlCall {
        id: "show_fidelity",
        method: Method::GET,
        path: "/fidelity",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::OK,
        does: "tells how near the server comes to the vendor's API, with the evidence for each statement",
    },
    ControlCall {
        id: "stop_server",
        method: Method::POST,
        path: "/shutdown",
        query: &[],
        takes: Takes::Nothing,
        success: StatusCode::ACCEPTED,
        does: "stops the server as SIGTERM does; requests under way, this one too, are answered",
    },
];
