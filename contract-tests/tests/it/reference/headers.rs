//! The page on headers.

use std::collections::{BTreeMap, BTreeSet};

use mock_server::testing::MockServer;
use reqwest::header;
use schemas::{control::CONTROL_TOKEN, headers};
use serde_json::Value;

use super::{repository_file, rows};

/// The headers of a page's section, in lower case, each with the last cell of its row.
fn on_the_page(heading: &str) -> BTreeMap<String, String> {
    let page = repository_file("docs/reference/headers.md");
    let mut headers = BTreeMap::new();
    for row in rows(&page, heading) {
        for quoted in row[0].split('`').skip(1).step_by(2) {
            let name = quoted.split(':').next().unwrap().to_lowercase();
            headers.insert(name, (*row.last().unwrap()).to_owned());
        }
    }
    headers
}

/// The headers of responses in an OpenAPI document or a part of it, in lower case, each with its evidence.
fn described(document: &Value, part: &Value, headers: &mut BTreeMap<String, String>) {
    let responses = part["responses"].as_object().into_iter().flatten();
    for (_, response) in responses {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let reference = header["$ref"]
                .as_str()
                .map(|path| path.trim_start_matches('#'));
            let header = reference.map_or(header, |path| document.pointer(path).unwrap());
            let evidence = header["x-evidence"].as_str().unwrap_or_default();
            headers.insert(name.to_lowercase(), evidence.to_owned());
        }
    }
    for (_, part) in part.as_object().into_iter().flatten() {
        described(document, part, headers);
    }
}

#[test]
fn page_has_every_header_of_responses_and_its_evidence() {
    let document = serde_json::from_str(&repository_file("schemas/openapi.json")).unwrap();
    let mut expected = BTreeMap::new();
    described(&document, &document, &mut expected);
    for (name, evidence) in [
        (headers::IETF_RATE_LIMIT, "assumed"),
        (headers::IETF_RATE_POLICY, "assumed"),
        (headers::REQUEST_ID, "assumed"),
        ("cache-control", "assumed"),
        (headers::EVICTED, "sandbox only"),
        ("date", ""),
    ] {
        expected.insert(name.to_owned(), evidence.to_owned());
    }
    assert_eq!(on_the_page("Responses"), expected);
}

/// Each header of requests with a value, and the status of a request that has it besides its key.
const REQUESTS: &[(&str, &str, u16)] = &[
    ("content-type", "text/plain", 200),
    ("x-mock-fault", "error;status=503", 503),
    ("prefer", "code=429", 429),
    ("x-request-id", "chosen-by-the-client", 200),
    ("idempotency-key", "chosen-by-the-client", 200),
];

#[tokio::test]
async fn page_has_every_header_of_requests_and_each_does_what_it_says() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let named = on_the_page("Requests");
    let own = [
        header::AUTHORIZATION.as_str().to_owned(),
        CONTROL_TOKEN.to_lowercase(),
    ];
    let tried = REQUESTS.iter().map(|(name, ..)| (*name).to_owned());
    let expected: BTreeSet<_> = tried.chain(own).collect();
    assert_eq!(named.into_keys().collect::<BTreeSet<_>>(), expected);

    let server = MockServer::start().await;
    let organization = server.organization();
    let client = reqwest::Client::new();
    for (name, value, status) in REQUESTS {
        let request = client
            .get(format!("{}/orders", organization.api_url()))
            .header(*name, *value);
        let response = request
            .bearer_auth(organization.key())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), *status, "{name}: {value}");
        let id = response.headers().get(headers::REQUEST_ID);
        assert_ne!(id.unwrap(), "chosen-by-the-client", "{name} is ignored");
    }
}
