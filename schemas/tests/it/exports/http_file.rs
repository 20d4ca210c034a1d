//! The requests as a `.http` file, as the HTTP clients of editors read it.

use std::fmt::Write;

use schemas::Operation;

use super::requests;

const ABOVE: &str = "\
# Every operation of the OpenProspect API. The variables are those of a sandbox on this machine; change them for another server.
# `jwt` is an access token, which only the operations on API keys need. Ids are those of the lists' rows.
# Generated: UPDATE=1 cargo test -p schemas
";

pub(super) fn text() -> String {
    let mut text = String::from(ABOVE);
    let variables = [("base_url", requests::BASE_URL), ("api_key", requests::KEY)];
    for (name, value) in variables {
        writeln!(text, "@{name} = {value}").unwrap();
    }
    writeln!(text, "@jwt =").unwrap();
    for id in requests::ids() {
        writeln!(text, "@{id} =").unwrap();
    }
    for operation in requests::folders().into_iter().flat_map(|(_, all)| all) {
        text += &request(operation);
    }
    text
}

fn request(operation: &Operation) -> String {
    let (name, summary) = (operation.id, operation.summary);
    let (method, url) = (&operation.method, requests::url(operation));
    let query = if operation.is_list() { "?limit=10" } else { "" };
    let credential = requests::credential(operation);
    let mut text = format!(
        "\n### {summary}\n# @name {name}\n{method} {url}{query}\nAuthorization: Bearer {{{{{credential}}}}}\n"
    );
    if let Some(body) = requests::body(operation) {
        write!(text, "Content-Type: application/json\n\n{body:#}\n").unwrap();
    }
    text
}
