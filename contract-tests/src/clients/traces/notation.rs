//! Reads the notation of traces.

use std::time::Duration;

use super::super::{
    credential::{Credential, Grant},
    example::{exited, get, trial_with},
    process::{Output, Termination},
    process_monitor::{ConnectAttempt, Observations, StartedPrograms},
    scenarios,
    trace::{Exchange, Message, Origin, Outcome, Response},
    trial_record::{KeyRotation, TrialRecord},
    wiretap::CloseKind,
};

/// What the words in capitals stand for. Code verifier and challenge are those of RFC 7636, appendix B.
const WORDS: [(&str, &str); 8] = [
    ("LIVE-KEY", "lnc_live_FullAccessxxxxxxxxxxxxxxxxtraces"),
    ("NEW-KEY", "lnc_test_FullAccessxxxxxxxxxxxxxxrotated"),
    ("KEY", "lnc_test_FullAccessxxxxxxxxxxxxxxxxtraces"),
    (
        "ACCESS",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.signature-of-access-token",
    ),
    ("REFRESH", "ort_a-refresh-token"),
    ("CODE", "oac_an-authorization-code"),
    ("VERIFIER", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ("CHALLENGE", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
];
/// The address of the sandbox.
const IP: &str = "127.0.0.1";
/// The headers of a request, unless it names them itself.
const HEADERS: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:8000"),
    ("User-Agent", "client/1.0"),
    ("Authorization", "Bearer KEY"),
];

/// The trials with this trace: one under `scenario`, or one for each line `under NAME:`.
pub(super) fn read(trace: &[&str], scenario: &str, signs_in: bool) -> Vec<TrialRecord> {
    let trials = trace.chunk_by(|_, next| under(next).is_none());
    let trials = trials.map(|lines| match under(lines[0]) {
        Some(name) => trial(&lines[1..], name, signs_in),
        None => trial(lines, scenario, signs_in),
    });
    trials.collect()
}

/// The scenario of the trial that this line begins, if it begins one.
fn under(line: &str) -> Option<&str> {
    line.strip_prefix("under ")?.strip_suffix(':')
}

fn trial(lines: &[&str], scenario: &str, signs_in: bool) -> TrialRecord {
    let events: Vec<_> = lines.iter().flat_map(|line| events(line)).collect();
    let (mut exchanges, mut ends) = (Vec::new(), Vec::new());
    for event in &events {
        exchanges.extend(exchange(event));
        ends.extend(connection_end(event));
    }
    let mut trial = trial_with(credential(signs_in), exchanges);
    for (connection, end) in ends {
        let connection = &mut trial.trace.connections[connection];
        match end {
            End::Server(at) => connection.server_end = Some((at, CloseKind::Reset)),
            End::Client(at) => connection.client_end = Some((at, CloseKind::Closed)),
        }
    }
    trial.scenario = scenarios::find(scenario).expect("a known scenario");
    // The machine is as precise as the trace.
    trial.lateness = Some(Duration::ZERO);
    trial.rotation = events.iter().find_map(rotation);
    let stop = events.iter().find_map(stop);
    if let Some((at, _)) = stop {
        (trial.took, trial.out_of_time) = (at, true);
    }
    let exit = value(lines, "exits with ").map(|status| status.parse().expect("an exit status"));
    let output = match (stop, exit) {
        (Some((_, termination)), _) => Some(Output::without_streams(termination)),
        (None, exit) => exit.map(exited),
    };
    trial.output = output.map(|output| Output {
        stderr: with_words(value(lines, "prints ").unwrap_or_default()).into_bytes(),
        observations: observations(lines, &events),
        ..output
    });
    trial
}

/// A program that signs in gets its first refresh token, any other its key.
fn credential(signs_in: bool) -> Credential {
    if !signs_in {
        return Credential::Key(with_words("KEY"));
    }
    Credential::Grant(Grant {
        issuer: "http://127.0.0.1:8000".to_owned(),
        client_id: "dashboard",
        refresh_token: with_words("REFRESH-1"),
        login_hint: "admin@traces".to_owned(),
    })
}

/// A text with what its words in capitals stand for.
fn with_words(text: &str) -> String {
    let words = WORDS.iter();
    words.fold(text.to_owned(), |text, (word, value)| {
        text.replace(word, value)
    })
}

/// What a line that begins like this says.
fn value<'a>(lines: &[&'a str], begin: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(begin))
}

/// Something that happens, and when.
type Event = (Duration, String);

/// The events on a line that begins with a time: several, if it ends with `n = A to B, each T s later`.
fn events(line: &str) -> Vec<Event> {
    let Some((at, event)) = line.split_once(" s  ") else {
        return Vec::new();
    };
    let at = seconds(at);
    let Some((event, times)) = event.split_once("; n = ") else {
        return vec![(at, event.to_owned())];
    };
    let (numbers, each) = times.split_once(", each ").expect("how much later");
    let (from, to) = numbers.split_once(" to ").expect("two numbers");
    let [from, to] = [from, to].map(|number| number.parse::<u32>().expect("a number"));
    let each = seconds(each.strip_suffix(" s later").expect("seconds"));
    let numbers = (from..=to).zip(0..);
    let times = numbers.map(|(n, times)| (at + each * times, event.replace("{n}", &n.to_string())));
    times.collect()
}

fn seconds(text: &str) -> Duration {
    Duration::from_secs_f64(text.parse().expect("a time in seconds"))
}

/// When and how the judge ended the program, if the event says so.
fn stop((at, event): &Event) -> Option<(Duration, Termination)> {
    let termination = match &**event {
        "ends by SIGTERM" => Termination::Sigterm(Duration::ZERO),
        "ignores SIGTERM, and is killed" => Termination::Sigkill,
        "uses too much memory, and is killed" => Termination::MemoryLimit,
        _ => return None,
    };
    Some((*at, termination))
}

/// The new key of a program whose command names the key file, if the event says so.
fn rotation((at, event): &Event) -> Option<KeyRotation> {
    let key = event.strip_suffix(" is written to its key file")?;
    Some(KeyRotation {
        key: with_words(key),
        at: *at,
        reads_key_file: true,
    })
}

/// What the judge sees of the program besides its requests.
fn observations(lines: &[&str], events: &[Event]) -> Observations {
    let started = value(lines, "starts ").map(|command| {
        let program = command.split(' ').next().unwrap_or_default();
        if command.contains("KEY") {
            StartedPrograms::WithKey(program.to_owned())
        } else {
            StartedPrograms::WithoutKey
        }
    });
    let mib = value(lines, "uses up to ").and_then(|text| text.strip_suffix(" MiB"));
    Observations {
        started: started.unwrap_or_default(),
        memory: mib.map(|mib| mib.parse::<u64>().expect("a number") << 20),
        attempts: events.iter().filter_map(connect_attempt).collect(),
    }
}

fn connect_attempt((at, event): &Event) -> Option<ConnectAttempt> {
    let outcome = event.strip_prefix("connects -> ")?;
    let gives_up = outcome.strip_prefix("gives up after ");
    let took = gives_up.map(|took| seconds(took.strip_suffix(" s").expect("seconds")));
    let ended_at = *at + took.unwrap_or_default();
    Some(ConnectAttempt::seen(*at, ended_at, took.is_none()))
}

/// Who ended a connection, and when.
enum End {
    Server(Duration),
    Client(Duration),
}

/// The connection that ends with the outcome of a request, if one does.
fn connection_end(event: &Event) -> Option<(usize, End)> {
    let exchange = exchange(event)?;
    let (at, connection) = (exchange.at(), exchange.connection);
    if event.1.ends_with(" -> connection reset") {
        return Some((connection, End::Server(at)));
    }
    let (_, after) = event.1.split_once("; closed after ")?;
    let after = seconds(after.strip_suffix(" s").expect("seconds"));
    Some((connection, End::Client(at + after)))
}

/// The request of an event, if it is one. Its response comes at once, unless it says how long it takes.
fn exchange((at, event): &Event) -> Option<Exchange> {
    let (request, outcome) = event.split_once(" -> ")?;
    let at_ms = u64::try_from(at.as_millis()).expect("a short trace");
    let mut parts = request.split("; ");
    let (method, target) = parts.next()?.split_once(' ')?;
    let mut exchange = get(at_ms, &with_words(target), 0, None);
    exchange.request.method = method.to_owned();
    exchange.origin = origin(target);
    let message = exchange.request.message.clone();
    exchange.outcome = outcome_of(outcome, message);
    let to_api = exchange.origin != Origin::AuthorizationServer;
    let headers = HEADERS.iter();
    for (name, value) in headers.filter(|(name, _)| to_api || *name != "Authorization") {
        if !request.contains(&format!("; no {name}")) && !request.contains(&format!("; {name}: ")) {
            add(&mut exchange.request.message, &format!("{name}: {value}"));
        }
    }
    for part in parts.filter(|part| !part.starts_with("no ")) {
        match part.strip_prefix("connection ") {
            Some(number) => exchange.connection = number.parse().expect("a connection"),
            None => add(&mut exchange.request.message, part),
        }
    }
    Some(exchange)
}

/// Where a request goes: a target with a host goes elsewhere.
fn origin(target: &str) -> Origin {
    match target.strip_prefix("http://") {
        None => Origin::Api.of_path(target),
        Some(rest) if rest.starts_with(IP) => Origin::OtherPort,
        Some(_) => Origin::OtherHost,
    }
}

/// Adds a header or the body to a message.
fn add(message: &mut Message, part: &str) {
    if part.starts_with(['{', '<']) || part.starts_with("grant_type=") {
        message.body = with_words(part).into_bytes();
    } else {
        let (name, value) = part.split_once(": ").expect("a header or a body");
        let header = (name.to_owned(), with_words(value).into_bytes());
        message.headers.push(header);
    }
}

/// The outcome, with a response at the time of this message.
fn outcome_of(outcome: &str, message: Message) -> Outcome {
    let mut parts = outcome.split("; ");
    let status = parts.next().unwrap_or_default();
    if matches!(status, "connection reset" | "no response") {
        return Outcome::None;
    }
    let mut response = Response {
        status: status.parse().expect("a status"),
        message,
        ..Response::default()
    };
    for part in parts.filter(|part| !part.starts_with("closed after ")) {
        if matches!(part, "cut off" | "without end") {
            response.message.whole = false;
        } else if let Some(took) = part.strip_prefix("takes ") {
            let took = seconds(took.strip_suffix(" s").expect("seconds"));
            response.message.head_at += took;
            response.message.ended_at += took;
        } else if let Some(status) = part.strip_prefix("after ") {
            let status = status.parse().expect("an informational status");
            response.informational.push(status);
        } else {
            add(&mut response.message, part);
        }
    }
    Outcome::Response(response)
}
