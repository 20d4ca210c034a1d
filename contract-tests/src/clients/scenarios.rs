//! What programs are tried under. Each is a scenario of the sandbox, arranged so that also a program that
//! makes one call only meets it, with waits of a second or two: programs sleep for real.

/// A scenario that programs are tried under.
#[derive(Debug)]
pub struct Scenario {
    /// Its name; `OPENPROSPECT_SCENARIO` tells it to the program.
    pub name: &'static str,
    /// What happens, in a sentence.
    pub summary: &'static str,
    /// The scenario for the sandbox; none where all goes well.
    pub yaml: Option<&'static str>,
}

/// The one in which all goes well: where a program fails there, nothing can be said of the others.
pub const CONTROL: &str = "control";

/// The one in which a key is handed over to another.
pub(crate) const KEY_ROTATED: &str = "key-rotated";
/// The one whose address takes no connection.
pub(crate) const CONNECT_HANGS: &str = "connect-hangs";
/// The one whose first answer goes on for longer than a client should hear.
pub(crate) const ENDLESS_BODY: &str = "endless-body";

/// How long that is.
pub const ENDLESS_MIB: u64 = 256;

/// Makes the table from one list.
macro_rules! scenarios {
    ($($name:literal: $summary:literal => $what:expr;)+) => {
        /// Every scenario that programs are tried under, after the one in which all goes well.
        pub static SCENARIOS: &[Scenario] = &[
            Scenario { name: CONTROL, summary: "All goes well.", yaml: None },
            $(Scenario {
                name: $name,
                summary: $summary,
                yaml: Some(concat!("name: ", $name, "\nsummary: \"", $summary, "\"\n", $what)),
            },)+
        ];
    };
}

/// What happens where there are enough orders to keep some workers busy: these, and those that an organization has anyway.
macro_rules! with_orders {
    ($what:literal) => {
        concat!(
            "data: [&order {operation: create_order, body: {title: Hotels, features: [CONTACTS], ",
            "companies: [{company_name: Grand Hotel Berlin}]}}, *order, *order, *order, *order, *order, *order, ",
            "*order, *order, *order, *order, *order, *order, *order, *order, *order]\n",
            $what
        )
    };
}

scenarios! {
    "revoked-at-start": "No key works." =>
        "steps: [{after: {requests: 0}, do: [{revoke: {}}]}]";
    "revoked-mid-run": "After the first call, no key works any more." =>
        "steps: [{after: {requests: 1}, do: [{revoke: {}}]}]";
    "expired-mid-run": "After the first call, all keys are expired." =>
        "steps: [{after: {requests: 1}, do: [{expire: {}}]}]";
    "key-rotated": "At the second call, a new key is there, also in the key file, and six seconds later the old one works no more." =>
        "rules: [{when: {nth: 2}, do: [{latency: {of: 500ms}}]}, {when: {operation: [get_order], nth: 1-6, by: path}, do: [{json: {set: {/status: IN_PROGRESS}}}]}]";
    "missing-scope": "No key has a scope." =>
        "steps: [{after: {requests: 0}, do: [{set_scopes: {scopes: []}}]}]";
    "rate-limit-once": "The first call is answered with 429 and a second to wait." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: 1}}]}]";
    "rate-limit-twice": "The first two calls are answered with 429 and a second to wait." =>
        "rules: [{when: {nth: 1-2}, do: [{rate_limit: {retry_after: 1}}]}]";
    "rate-limit-forever": "Every call is answered with 429 and a second to wait." =>
        "rules: [{do: [{rate_limit: {retry_after: 1}}]}]";
    "rate-limit-post": "The first call that creates something is answered with 429 and a second to wait." =>
        "rules: [{when: {method: POST, nth: 1}, do: [{rate_limit: {retry_after: 1}}]}]";
    "rate-limit-date": "The first call is answered with 429 and a date in Retry-After." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: date}}]}]";
    "rate-limit-no-header": "The first two calls are answered with 429 without Retry-After." =>
        "rules: [{when: {nth: 1-2}, do: [{rate_limit: {retry_after: missing}}]}]";
    "rate-limit-garbage": "The first call is answered with 429 and a Retry-After that says nothing." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: garbage}}]}]";
    "rate-limit-negative": "The first call is answered with 429 and a negative Retry-After." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: negative}}]}]";
    "rate-limit-huge": "The first call is answered with 429 and a wait of centuries." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: huge}}]}]";
    "unavailable-once": "The first call is answered with 503 and a second to wait." =>
        "rules: [{when: {nth: 1}, do: [{error: {status: 503, retry_after: 1}}]}]";
    "unavailable-forever": "Every call is answered with 503." =>
        "rules: [{do: [{error: {status: 503}}]}]";
    "internal-error": "Every call is answered with 500." =>
        "rules: [{do: [{error: {status: 500}}]}]";
    "bad-gateway": "The first call is answered with 502 and a page of HTML." =>
        "rules: [{when: {nth: 1}, do: [{gateway: {status: 502}}]}]";
    "teapot": "Every call is answered with a status that nobody knows: 418." =>
        "rules: [{do: [{error: {status: 418}}]}]";
    "not-found": "Every call is answered with 404." =>
        "rules: [{do: [{error: {status: 404}}]}]";
    "invalid": "Every call is answered with 422." =>
        "rules: [{do: [{error: {status: 422}}]}]";
    "reset": "The first call meets a reset before its answer." =>
        "rules: [{when: {nth: 1}, do: [{reset: {after: 0}}]}]";
    "reset-post": "The first call that creates something is done, and its answer is lost." =>
        "rules: [{when: {method: POST, nth: 1}, do: [{reset: {after: 0}}]}]";
    "empty-reply": "The first call meets a closed connection before its answer." =>
        "rules: [{when: {nth: 1}, do: [{close: {after: 0}}]}]";
    "cut-body": "The first answer breaks off in the middle of its body." =>
        "rules: [{when: {nth: 1}, do: [{close: {after: 500}}]}]";
    "truncated": "Every answer ends in the middle of its JSON, and its length agrees." =>
        "rules: [{do: [{truncate: {after: 60}}]}]";
    "empty-200": "Every answer is 200 without a body." =>
        "rules: [{do: [{empty: {status: 200}}]}]";
    "html-200": "Every answer is 200 with a page of HTML." =>
        "rules: [{do: [{body: {is: html}}, {content_type: {is: html}}]}]";
    "error-200": "Every answer is 200 with an error in its body." =>
        "rules: [{do: [{body: {is: error_with_success}}]}]";
    "hang": "No call is ever answered." =>
        "rules: [{do: [{hang: {}}]}]";
    "connect-hangs": "No connection to the API ever comes about." =>
        "rules: [{do: [{reset: {after: 0}}]}]";
    "endless-body": "The first answer goes on for 256 MiB." =>
        "rules: [{when: {nth: 1}, do: [{big: {mib: 256}}]}]";
    "drip": "The first answer comes in drops, for some seconds." =>
        "rules: [{when: {nth: 1}, do: [{drip: {bytes: 64, every: 40ms}}]}]";
    "early-hints": "A 103 comes before each answer." =>
        "rules: [{do: [{early_hints: {}}]}]";
    "idle-close": "The connection is closed after the first answer, without a word of it." =>
        "rules: [{when: {nth: 1}, do: [{idle_close: {}}]}]";
    "extra-fields": "Answers have fields that nobody announced." =>
        "rules: [{do: [{json: {set: {/x_trace: {id: 7}, \"/orders/*/x_region\": eu, \"/items/*/x_region\": eu}}}]}]";
    "unknown-enum": "Orders have a status that nobody knows." =>
        "rules: [{do: [{json: {set: {\"/orders/*/status\": ON_HOLD}}}]}]";
    "redirect-host": "The first call is sent to another host." =>
        "rules: [{when: {nth: 1}, do: [{redirect: {to: other_host}}]}]";
    "redirect-port": "The first call is sent to another port." =>
        "rules: [{when: {nth: 1}, do: [{redirect: {to: other_port}}]}]";
    "redirect-loop": "Every call is sent to where it came from." =>
        "rules: [{do: [{redirect: {to: itself}}]}]";
    "quota-used-up": "The first answer says that the quota is used up, and that its reset is two seconds away." =>
        "rules: [{when: {nth: 1}, do: [{rate_headers: {are: used_up, reset_in: 2s}}]}]";
    "gateway-timeout": "The first call is answered with 504 and a second to wait." =>
        "rules: [{when: {nth: 1}, do: [{error: {status: 504, retry_after: 1}}]}]";
    "rate-limit-page": "The second page of a list is refused with 429 and a second to wait." =>
        "rules: [{when: {method: GET, nth: 2}, do: [{rate_limit: {retry_after: 1}}]}]";
    "rate-limit-kept": "The first call is answered with 429 and a second to wait, which says that it may be kept." =>
        "rules: [{when: {nth: 1}, do: [{rate_limit: {retry_after: 1}}, {cache: {is: public}}]}]";
    "slow-drip": "The first answer goes on in drops, for minutes." =>
        "rules: [{when: {nth: 1}, do: [{big: {mib: 1}}, {drip: {bytes: 1000, every: 400ms}}]}]";
    "says-close": "The first answer says that the connection is closed, and it is a second later." =>
        "rules: [{when: {nth: 1}, do: [{linger: {by: 1s}}]}]";
    "redirect-post": "The first call that creates something is sent to the path with a slash, by 307." =>
        "rules: [{when: {method: POST, nth: 1}, do: [{redirect: {to: slash, status: 307}}]}]";
    "see-other-post": "The first call that creates something is sent to the path with a slash, by 303." =>
        "rules: [{when: {method: POST, nth: 1}, do: [{redirect: {to: slash, status: 303}}]}]";
    "odd-id": "The id of an order that is created has characters that a path cannot have." =>
        "rules: [{when: {method: POST}, do: [{json: {set: {/id: \"a/b?c#d%41\"}}}]}]";
    "large-id": "The id of an order that is created is a number that a double cannot be." =>
        "rules: [{when: {method: POST}, do: [{json: {set: {/id: 9007199254740993}}}]}]";
    "optional-missing": "Fields that no document promises are missing." =>
        "rules: [{do: [{json: {remove: [/limit, /offset, /features, /created_at, \"/orders/*/features\", \"/orders/*/created_at\"]}}]}]";
    "optional-null": "Fields that no document promises are null." =>
        "rules: [{do: [{json: {set: {/limit: null, /offset: null, /features: null, /created_at: null, \"/orders/*/features\": null, \"/orders/*/created_at\": null}}}]}]";
    "gzip": "Every answer is compressed." =>
        "rules: [{do: [{encoding: {is: gzip}}]}]";
    "rows-in-items": "The rows of a list are in `items`." =>
        "rules: [{when: {operation: [list_orders]}, do: [{json: {patch: [{op: move, from: /orders, path: /items}]}}]}]";
    "scope-nested": "No key has a scope, and the error says so in `error`." =>
        "steps: [{after: {requests: 0}, do: [{set_scopes: {scopes: []}}]}]\nrules: [{do: [{error_shape: {is: nested}}]}]";
    "scope-in-details": "No key has a scope, and the error says so in `details`." =>
        "steps: [{after: {requests: 0}, do: [{set_scopes: {scopes: []}}]}]\nrules: [{do: [{error_shape: {is: details}}]}]";
    "unauthorized-code": "Every call is answered with 401 and the code UNAUTHORIZED." =>
        "rules: [{do: [{error: {status: 401, code: UNAUTHORIZED}}]}]";
    "rate-limit-code": "The first call is answered with 429, the code RATE_LIMIT_EXCEEDED and a second to wait." =>
        "rules: [{when: {nth: 1}, do: [{error: {status: 429, code: RATE_LIMIT_EXCEEDED, retry_after: 1}}]}]";
    "not-found-code": "Every call is answered with 404 and the code ORDER_NOT_FOUND." =>
        "rules: [{do: [{error: {status: 404, code: ORDER_NOT_FOUND}}]}]";
    "invalid-400": "Every call is answered with 400 and the code VALIDATION_ERROR." =>
        "rules: [{do: [{error: {status: 400, code: VALIDATION_ERROR}}]}]";
    "endless-pages": "Every page of a list says that there is one more." =>
        "rules: [{when: {method: GET}, do: [{paging: {how: loop}}, {json: {set: {/has_more: true, /total: 100000}}}]}]";
    "next-elsewhere": "Every page of a list says that the next one is on another host, in `next` and in Link." =>
        "rules: [{when: {operation: [list_orders]}, do: [{json: {set: {/next: \"http://{other_host}/api/v1/orders?limit=2&offset=2\"}}}, {headers: {set: {link: \"<http://{other_host}/api/v1/orders?limit=2&offset=2>; rel=next\"}}}]}]";
    "unavailable-each": "Whatever is read, the first call for it is answered with 503." =>
        with_orders!("rules: [{when: {method: GET, nth: 1, by: path}, do: [{error: {status: 503}}]}]");
    "rate-limit-one-of-many": "The fourth order that is read is answered with 429 and a second to wait, and the others take their time." =>
        with_orders!("rules: [{when: {path: \"/orders/*\", nth: 1-3}, do: [{latency: {of: 200ms}}]}, {when: {path: \"/orders/*\", nth: 4}, do: [{rate_limit: {retry_after: 1}}]}, {when: {path: \"/orders/*\", nth: 5-}, do: [{latency: {of: 150ms}}]}]");
    "outage": "Lists can be read; every other call is answered with 503." =>
        with_orders!("rules: [{when: {path: \"/orders/*\"}, do: [{error: {status: 503}}]}, {when: {method: POST}, do: [{error: {status: 503}}]}]");
}

/// The scenario of that name.
pub(crate) fn find(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_one_and_has_a_name_of_its_own() {
        for scenario in SCENARIOS {
            let read = scenario.yaml.map(scenarios::parse).transpose();
            assert!(read.is_ok(), "{}: {}", scenario.name, read.unwrap_err());
            assert!(std::ptr::eq(find(scenario.name).unwrap(), scenario));
        }
    }
}
