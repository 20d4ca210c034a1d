//! The tables of the book's page on limits, with the numbers of the code.

use std::time::Duration;

use docs::generated::{assert_table, table};

use crate::{
    config::{CAPTURES_PART, Config, Settings, limits},
    contract::MAX_FIELD_ERRORS,
};

/// What is limited, the limit, and what happens beyond it.
type Row = [String; 3];

fn row(what: &str, limit: impl Into<String>, beyond: impl Into<String>) -> Row {
    [what.to_owned(), limit.into(), beyond.into()]
}

/// A number with separators: `10,000`.
fn count(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// A number and what is counted: `1,000 requests`.
fn counted(number: usize, what: &str) -> String {
    format!("{} {what}", count(number))
}

/// A size in the largest unit: `8 MiB`.
fn size(bytes: usize) -> String {
    match bytes {
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", count(bytes >> 20)),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", count(bytes >> 10)),
        _ => format!("{} bytes", count(bytes)),
    }
}

fn seconds(time: Duration) -> String {
    format!("{} seconds", time.as_secs())
}

fn of_an_organization(config: &Config) -> Vec<Row> {
    let orders = count(limits::MAX_ORDERS);
    let companies = count(limits::MAX_ORDER_COMPANIES);
    let blacklists = count(limits::MAX_BLACKLISTS);
    let entries = count(limits::MAX_BLACKLIST_ENTRIES);
    let captured = size(config.capture.max_per_journal);
    let body = size(limits::MAX_CAPTURED_BODY);
    vec![
        row(
            "orders",
            format!("{orders}, with {companies} companies in all"),
            "409",
        ),
        row(
            "companies, and prospects, that callers have created",
            counted(limits::MAX_CREATED, "each"),
            "409",
        ),
        row(
            "companies, and prospects, that callers have changed",
            counted(limits::MAX_CHANGED, "each"),
            "409",
        ),
        row("job searches", count(limits::MAX_JOB_SEARCHES), "409"),
        row(
            "blacklists",
            format!("{blacklists}, with {entries} entries in all"),
            "409",
        ),
        row(
            "keys",
            count(limits::MAX_KEYS),
            "409; a self-describing key that is new gets 401",
        ),
        row(
            "OAuth grants",
            count(limits::MAX_GRANTS),
            "one that has ended makes room, or else the one unused for longest",
        ),
        row(
            "authorization codes",
            count(limits::MAX_CODES),
            "the oldest makes room",
        ),
        journal(),
        row(
            "captured headers and bodies",
            format!("{captured} (`--max-captures-each`), {body} a body"),
            "the oldest are dropped; their entries stay",
        ),
        row(
            "memory for its data",
            size(limits::MAX_ORGANIZATION_MEMORY),
            "409",
        ),
    ]
}

fn journal() -> Row {
    let (kept, max) = (
        counted(limits::JOURNAL, "requests"),
        count(limits::MAX_JOURNAL),
    );
    let limit = format!("{kept} (`--max-journal`, up to {max})");
    row("journal", limit, "the oldest make room")
}

fn of_the_server(config: &Config) -> Vec<Row> {
    let organizations = count(config.max_organizations);
    let small = size(limits::SMALL_BODY);
    let share = limits::SHARE_OF_CONNECTIONS;
    let connection = size(limits::SMALL_CONNECTION);
    let captured = size(config.capture.max);
    vec![
        row(
            "organizations",
            format!("{organizations} (`--max-organizations`)"),
            "the one idle longest is evicted, of those created on first use; one that the control API created is evicted \
             only for another such one. If none can be evicted, keys of a new organization get 503",
        ),
        row(
            "memory",
            format!("{} (`--max-memory`)", size(config.max_memory)),
            format!(
                "503; bodies of up to {small} are still received, and journals keep fewer requests, and the authorization \
                 server fewer grants"
            ),
        ),
        row(
            "memory of connections: requests over HTTP/2 in progress, and responses that clients have not read",
            format!("1/{share} of `--max-memory`"),
            format!(
                "the connection that uses most is closed. Until it has released its memory, requests over HTTP/2 are \
                 refused (`REFUSED_STREAM`), except of connections that use up to {connection}. An open connection needs \
                 some 25 KiB besides, and over HTTP/2 up to 225 KiB while requests arrive, which is not counted"
            ),
        ),
        row(
            "captured headers and bodies",
            format!(
                "{captured} (`--max-captures`), by default at most 1/{CAPTURES_PART} of `--max-memory`"
            ),
            "those of the organization idle longest are dropped",
        ),
        row(
            "registered OAuth clients",
            count(limits::MAX_REGISTERED_CLIENTS),
            "409",
        ),
        row(
            "requests that wait for or follow journals",
            count(limits::MAX_WATCHERS),
            "409",
        ),
        row("broken addresses", count(limits::MAX_ADDRESSES), "409"),
        row(
            "sessions of the dashboard",
            count(limits::MAX_SESSIONS),
            "the oldest ends",
        ),
    ]
}

fn of_a_request() -> Vec<Row> {
    let scenario = size(scenarios::MAX_BYTES);
    let parts = scenarios::scenario::MAX_PARTS;
    let name = scenarios::scenario::MAX_NAME;
    let head = size(limits::MAX_HEAD);
    let list = size(limits::MAX_HEADER_LIST);
    let lines = limits::MAX_HEADERS;
    vec![
        row("body", size(limits::MAX_BODY), "413"),
        row(
            "body of a control request",
            size(limits::MAX_CONTROL_BODY),
            "413",
        ),
        row(
            "form for the authorization server",
            size(limits::MAX_FORM),
            "413",
        ),
        row("snapshot", size(limits::MAX_SNAPSHOT), "413"),
        row("report of the judge", size(limits::MAX_JUDGE_REPORT), "413"),
        row(
            "texts and lists in a body, parameters in a query",
            "by the schema of the body, and by the operation",
            format!("422; validation stops after {MAX_FIELD_ERRORS} errors"),
        ),
        row(
            "headers",
            format!("{head} and {lines} lines; over HTTP/2 {list}, with 32 bytes for each line"),
            "431",
        ),
        row("host, with its port", size(limits::MAX_HOST), "400"),
        row(
            "scenario",
            format!(
                "{scenario}, {name} characters a name, and {parts} keys, data, rules and steps each"
            ),
            "422",
        ),
        row(
            "faults that a request names",
            count(limits::MAX_ASKED_FAULTS),
            "400",
        ),
    ]
}

fn of_a_connection(config: &Config) -> Vec<Row> {
    let deadlines = config.deadlines;
    let connections = count(config.max_connections);
    let frames = count(limits::MAX_CONTROL_FRAMES as usize);
    let window = seconds(limits::CONTROL_FRAME_WINDOW);
    vec![
        row(
            "connections to the API",
            format!("{connections} (`--max-connections`)"),
            "the next one takes the place of one that a fault holds beyond the share of its organization; if there is none, \
             of the one idle longest, first of those that have had no response yet",
        ),
        row(
            "connections of one address",
            "none (`--max-connections-per-client`)",
            "the same, among the connections of this address",
        ),
        row(
            "connections whose last request was a control request",
            counted(limits::MAX_GUESTS, "more"),
            "the next one takes the place of the one idle longest of them",
        ),
        row(
            "time without a first byte",
            seconds(deadlines.first_byte),
            "closed",
        ),
        row(
            "time with an incomplete head",
            seconds(deadlines.head),
            "closed",
        ),
        row(
            "time until a body is complete",
            seconds(deadlines.body),
            "408",
        ),
        row(
            "time in which the client reads nothing of a response",
            seconds(deadlines.write),
            "closed",
        ),
        row(
            "time without another request",
            seconds(deadlines.idle),
            "closed",
        ),
        row(
            "control frames of HTTP/2",
            format!("{frames} within {window}"),
            "closed",
        ),
    ]
}

#[test]
fn tables_of_the_book_have_these_limits() {
    let config = Config::from(Settings::default());
    assert_eq!(config.max_connections_per_client, None);
    for (name, rows) in [
        ("organization", of_an_organization(&config)),
        ("server", of_the_server(&config)),
        ("request", of_a_request()),
        ("connection", of_a_connection(&config)),
    ] {
        assert_table(
            "reference/limits.md",
            name,
            "cargo test -p mock-server --lib limits",
            &table(["what", "limit", "beyond it"], rows),
        );
    }
}
