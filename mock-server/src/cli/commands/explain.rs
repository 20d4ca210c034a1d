//! `mock-server explain`: prints a server's decision on a request.

use std::{fmt::Write, net::Ipv4Addr, process::ExitCode};

use serde_json::Value;

use super::{ANSWER_TIME, Failure, ask};
use crate::{
    cli::{arguments::Explain, terminal},
    read_secret,
};

/// `mock-server explain`
pub(crate) fn explain(arguments: &Explain) -> Result<ExitCode, Failure> {
    let server = server(arguments)?;
    let file = arguments.control_token_file.as_ref();
    let token = file.map(read_secret).transpose()?;
    let token = token.as_deref().or(arguments.control_token.as_deref());
    let decision = decision(arguments, &server, token)
        .map_err(|error| Failure::Unexplained(server.clone(), error.to_string()))?;
    terminal::line(describe(&decision).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// A fault, and the inputs of its random choices.
fn fault(fault_value: &Value) -> String {
    let id = text(&fault_value["id"]);
    if fault_value["asked_by_request"] == true {
        return format!("{id}, requested by a header of the request");
    }
    let scenario = text(&fault_value["scenario"]);
    format!(
        "{id}, rule {} of {scenario}, request number {} of that rule (seed {})",
        fault_value["rule"], fault_value["count"], fault_value["seed"]
    )
}

/// The `HOST:PORT` of the server.
fn server(arguments: &Explain) -> Result<String, Failure> {
    let Some(url) = &arguments.url else {
        return Ok(format!("{}:{}", Ipv4Addr::LOCALHOST, arguments.port));
    };
    let host = url.host().filter(|_| url.scheme_str() != Some("https"));
    let host = host.ok_or_else(|| Failure::Address(url.clone()))?;
    Ok(format!("{host}:{}", url.port_u16().unwrap_or(80)))
}

fn decision(arguments: &Explain, server: &str, token: Option<&str>) -> Result<Value, ask::Error> {
    // The server reports invalid ids; here, the id must only fit into a path.
    let id: String = form_urlencoded::byte_serialize(arguments.id.trim().as_bytes()).collect();
    let path = format!("/_mock/explain/{id}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let response = ask::get(server, &path, token);
    let (status, body) = runtime
        .block_on(async { tokio::time::timeout(ANSWER_TIME, response).await })
        .map_err(|_| format!("no response within {} seconds", ANSWER_TIME.as_secs()))??;
    let body: Value = serde_json::from_slice(&body)
        .map_err(|_| format!("it returns {status}, but not in the format of a mock-server"))?;
    match body["message"].as_str() {
        Some(message) if !status.is_success() => Err(message.into()),
        _ => Ok(body),
    }
}

/// The decision as lines of a name and a text. Absent parts have no line.
fn describe(decision: &Value) -> String {
    let mut lines = String::new();
    for (name, text) in facts(decision).chain(rest(decision)) {
        if !text.is_empty() {
            writeln!(lines, "{name:<13} {}", terminal::harmless(&text))
                .expect("a string takes all text");
        }
    }
    lines
}

/// Facts that occur once: about the request, the response and the credential.
fn facts(decision: &Value) -> impl Iterator<Item = (&'static str, String)> {
    let (request, response) = (&decision["request"], &decision["answer"]);
    let (key, token) = (&decision["key"], &decision["token"]);
    let scopes = &decision["scopes"];
    let aborted = if response["aborted"] == true {
        "disconnected before the response was sent"
    } else {
        ""
    };
    let credential = |object: &Value, names: [&str; 2]| {
        let [first, second] = names.map(|name| &object[name]);
        let shared = ["tier", "state", "since"].map(|name| &object[name]);
        words(&[first, second, shared[0], shared[1], shared[2]])
    };
    [
        ("request", words(&[&request["method"], &request["target"]])),
        ("operation", words(&[&request["operation"]])),
        ("endpoint", words(&[&request["endpoint"]])),
        ("at", words(&[&decision["at"]])),
        ("organization", words(&[&decision["organization"]])),
        ("response", words(&[&response["status"], &response["code"]])),
        ("client", aborted.to_owned()),
        ("reason", words(&[&response["reason"]])),
        ("key", credential(key, ["key", "id"])),
        ("token", credential(token, ["subject", "client_id"])),
        ("scopes needed", list(&scopes["needed"], text)),
        ("held", list(&scopes["held"], text)),
        ("missing", list(&scopes["missing"], text)),
    ]
    .into_iter()
}

/// Facts that can occur several times, with one line each; and the steps.
fn rest(decision: &Value) -> impl Iterator<Item = (&'static str, String)> {
    let quotas = rows(&decision["rate_limit"]["policies"]).map(|policy| ("quota", quota(policy)));
    let faults = rows(&decision["faults"]).map(|fault_value| ("fault", fault(fault_value)));
    let errors = rows(&decision["validation_errors"]).map(|error| {
        let [field, why] = ["field", "error"].map(|name| text(&error[name]));
        ("invalid", format!("{field}: {why}"))
    });
    let near_misses = rows(&decision["near_misses"]).map(|near| {
        let shown = [&near["method"], &near["path"], &near["operation"]];
        ("near miss", words(&shown))
    });
    let steps = list(&decision["steps"], |step| {
        words(&[&step["step"], &step["decision"]])
    });
    quotas
        .chain(faults)
        .chain(errors)
        .chain(near_misses)
        .chain([("steps", steps)])
}

fn quota(policy: &Value) -> String {
    format!(
        "{} in {} s: {} left before, {} after, until {}",
        policy["limit"],
        policy["window_seconds"],
        policy["before"]["remaining"],
        policy["after"]["remaining"],
        text(&policy["after"]["reset"]),
    )
}

fn rows(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn list(value: &Value, shown: impl Fn(&Value) -> String) -> String {
    rows(value).map(shown).collect::<Vec<_>>().join(", ")
}

/// The values that are not null, separated by spaces.
fn words(values: &[&Value]) -> String {
    let there = values.iter().filter(|value| !value.is_null());
    there.map(|value| text(value)).collect::<Vec<_>>().join(" ")
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shows_only_what_affects_the_decision() {
        let decision = json!({
            "request": {"method": "GET", "target": "/api/v1/order", "operation": null},
            "at": "2026-01-15T09:00:00.000Z",
            "organization": null,
            "key": null,
            "scopes": {"needed": [], "held": null, "missing": null},
            "rate_limit": null,
            "near_misses": [{"method": "GET", "path": "/api/v1/orders", "operation": "list_orders"}],
            "validation_errors": [{"field": "\u{1b}[31m", "error": "is not known"}],
            "steps": [{"step": "framing", "decision": "well_formed"}, {"step": "route", "decision": "refused"}],
            "answer": {"status": 404, "code": "NOT_FOUND", "reason": "no operation has this path"},
        });
        insta::assert_snapshot!(describe(&decision), @r"
        request       GET /api/v1/order
        at            2026-01-15T09:00:00.000Z
        response      404 NOT_FOUND
        reason        no operation has this path
        invalid       �[31m: is not known
        near miss     GET /api/v1/orders list_orders
        steps         framing well_formed, route refused
        ");
    }
}
