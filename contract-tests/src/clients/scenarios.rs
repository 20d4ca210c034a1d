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

/// Makes the table from one list.
macro_rules! scenarios {
    ($($name:literal: $summary:literal => $what:literal;)+) => {
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

scenarios! {
    "revoked-at-start": "No key works." =>
        "steps: [{after: {requests: 0}, do: [{revoke: {}}]}]";
    "revoked-mid-run": "After the first call, no key works any more." =>
        "steps: [{after: {requests: 1}, do: [{revoke: {}}]}]";
    "expired-mid-run": "After the first call, all keys are expired." =>
        "steps: [{after: {requests: 1}, do: [{expire: {}}]}]";
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
    "endless-pages": "Every page of a list says that there is one more." =>
        "rules: [{when: {method: GET}, do: [{paging: {how: loop}}, {json: {set: {/has_more: true, /total: 100000}}}]}]";
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
