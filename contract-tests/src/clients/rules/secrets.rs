//! Where the key may appear.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use percent_encoding::percent_decode;
use schemas::key::Environment;

use super::{Judgement, Trials, hex_dump};
use crate::clients::{
    leak_scan::ScanResult, process_monitor::StartedPrograms, trace::Exchange,
    trial_record::TrialRecord,
};

/// Number of characters of a key that cannot match by chance.
pub(crate) const KEY_PART: usize = 12;

/// Every part of an API key that cannot match by chance, and the ends of its base64.
pub(crate) fn key_parts(key: &str) -> impl Iterator<Item = [u8; KEY_PART]> {
    let secret = key.as_bytes().get(Environment::Test.prefix().len()..);
    let plain = secret.unwrap_or_default().windows(KEY_PART);
    let plain = plain.filter_map(|part| part.try_into().ok());
    let encoded = encodings(key).into_iter();
    plain.chain(encoded.filter_map(|encoded| encoded.last_chunk().copied()))
}

/// Whether bytes contain a key or a part of it: plain, percent-encoded, in base64, or in hexadecimal digits.
pub(crate) fn holds(bytes: &[u8], key: &str) -> bool {
    let key = secret_part(key);
    if key.len() < KEY_PART {
        return false;
    }
    let secret = &key.as_bytes()[Environment::Test.prefix().len().min(key.len())..];
    let decoded: Vec<u8> = percent_decode(bytes).collect();
    let plain = |bytes: &[u8]| {
        let mut parts = secret.windows(KEY_PART);
        bytes.len() >= KEY_PART && parts.any(|part| contains(bytes, part))
    };
    let dumped = || {
        let digits = hex_dump::encode(secret);
        let parts = digits.windows(2 * KEY_PART).step_by(2);
        let dumps = hex_dump::digits(bytes);
        let mut dumps = dumps.iter().filter(|dump| dump.len() >= 2 * KEY_PART);
        dumps.any(|dump| parts.clone().any(|part| contains(dump, part)))
    };
    plain(bytes)
        || plain(&decoded)
        || encodings(key).iter().any(|one| contains(bytes, one))
        || dumped()
}

/// The part that cannot be guessed: the signature of a JWT, since many share their start; otherwise the whole text.
fn secret_part(key: &str) -> &str {
    let jwt = key.strip_prefix("eyJ").and_then(|jwt| jwt.rsplit_once('.'));
    jwt.map_or(key, |(_, signature)| signature)
}

/// The base64 of a key at any offset in a text: without its ends, which depend on the neighbouring bytes.
fn encodings(key: &str) -> [Vec<u8>; 3] {
    [0, 1, 2].map(|shift| {
        let text = [&[0; 2][..shift], key.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(text).into_bytes();
        encoded[4..encoded.len() - 4].to_vec()
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// The places of a request, besides its Authorization header, that contain a key.
fn places_of_key(exchange: &Exchange, trial: &TrialRecord) -> Vec<String> {
    let request = &exchange.request;
    let headers = request.message.headers.iter();
    let headers = headers
        .filter(|(name, value)| !name.eq_ignore_ascii_case("authorization") && trial.holds(value))
        .map(|(name, _)| format!("the {} header", name.to_ascii_lowercase()));
    let target = trial
        .holds(request.target.as_bytes())
        .then(|| "the URL".to_owned());
    let body = trial
        .holds(&request.message.body)
        .then(|| "the body".to_owned());
    headers.chain(target).chain(body).collect()
}

pub(super) fn one_method(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut exchanges = trial
        .trace
        .api()
        .filter(|exchange| exchange.request.message.header("authorization").is_some())
        .peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let twice = exchanges
        .map(|exchange| places_of_key(exchange, trial))
        .find(|places| !places.is_empty());
    twice
        .map(|places| format!("the key is also in {}", places.join(" and in ")))
        .into()
}

pub(super) fn not_in_urls(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut exchanges = trial.trace.exchanges.iter().peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let leaked = exchanges.find_map(|exchange| {
        let referer = exchange
            .request
            .message
            .headers_named("referer")
            .any(|value| trial.holds(value));
        let target = trial.holds(exchange.request.target.as_bytes());
        match (target, referer) {
            (true, _) => Some("the key is in the URL of a request".to_owned()),
            (false, true) => Some("the key is in a Referer header".to_owned()),
            (false, false) => None,
        }
    });
    leaked.into()
}

pub(super) fn no_live_key(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let live = Environment::Live.prefix().as_bytes();
    let mut exchanges = trial
        .trace
        .exchanges
        .iter()
        .filter(|exchange| exchange.request.message.header("authorization").is_some())
        .peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let sent = exchanges.any(|exchange| {
        let mut headers = exchange.request.message.headers.iter();
        headers.any(|(_, value)| contains(value, live))
    });
    sent.then(|| "a live key was sent to the sandbox".to_owned())
        .into()
}

pub(super) fn not_printed(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let Some(output) = trial
        .output
        .as_ref()
        .filter(|_| trial.trace.api().next().is_some())
    else {
        return Judgement::NotExercised;
    };
    let outputs = [
        ("standard output", &output.stdout),
        ("standard error", &output.stderr),
    ];
    let printed = outputs.into_iter().find(|(_, bytes)| trial.holds(bytes));
    if let Some((name, _)) = printed {
        return Judgement::Violation(format!("the key, or a part of it, is on its {name}"));
    }
    match &output.leak_scan {
        Some(ScanResult::KeyIn(file)) => {
            Judgement::Violation(format!("the key, or a part of it, is in the file {file}"))
        }
        Some(ScanResult::Incomplete) => {
            Judgement::Inconclusive("it has written more than can be searched".to_owned())
        }
        Some(ScanResult::NoKey) | None => Judgement::Pass,
    }
}

/// Judged over all trials together: short-lived processes are seen only in some of them.
pub(super) fn not_on_command_lines(trials: Trials<'_>) -> Judgement {
    let outputs = trials.all.iter().filter_map(|trial| trial.output.as_ref());
    let started: Vec<_> = outputs.map(|output| &output.observations.started).collect();
    let leaks = started.iter().find_map(|started| match started {
        StartedPrograms::WithKey(program) => Some(program),
        StartedPrograms::Nothing | StartedPrograms::WithoutKey => None,
    });
    if let Some(program) = leaks {
        return Judgement::Violation(format!(
            "the key, or a part of it, is on the command line of {program}"
        ));
    }
    if started.contains(&&StartedPrograms::WithoutKey) {
        Judgement::Pass
    } else {
        Judgement::NotExercised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6demo01";

    #[test]
    fn finds_tokens_by_their_signature() {
        let signature = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA";
        let token = |claims: &str| format!("eyJhbGciOiJFUzI1NiJ9.{claims}.{signature}");
        assert!(holds(
            token("eyJvdGhlciI6MX0").as_bytes(),
            &token("eyJhIjoxfQ")
        ));
        let another = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.YW5vdGhlciBzaWduYXR1cmUgYnkgdGhl";
        assert!(!holds(another.as_bytes(), &token("eyJhIjoxfQ")));
    }

    #[test]
    fn finds_keys_in_every_encoding_without_false_alarms() {
        let encoded = STANDARD_NO_PAD.encode(format!("user:{KEY}"));
        for text in [
            KEY.to_owned(),
            format!("?key={KEY}&x=1"),
            "xA3mK9pX2vL8hx".to_owned(),
            percent_encoding::percent_encode(KEY.as_bytes(), percent_encoding::NON_ALPHANUMERIC)
                .to_string(),
            encoded,
        ] {
            assert!(holds(text.as_bytes(), KEY), "{text}");
        }
        assert!(!holds(b"any text", "short"));
        let hex = hex_dump::encode(format!("Bearer {KEY}").as_bytes());
        let pairs: Vec<_> = hex
            .chunks(2)
            .map(|pair| str::from_utf8(pair).unwrap())
            .collect();
        let lines = |width, separator: &str| {
            let lines = pairs.chunks(width).zip(0..);
            let lines = lines.map(|(pairs, line)| {
                format!(
                    "{:08x}: {}  ..text..\n",
                    line * width,
                    pairs.join(separator)
                )
            });
            lines.collect::<String>()
        };
        for text in [
            pairs.join(""),
            pairs.join(" "),
            pairs.join(":").to_uppercase(),
            format!("0x{}", pairs.join(", 0x")),
            pairs.join("\n"),
            lines(16, " "),
            lines(8, " "),
            lines(5, ""),
        ] {
            assert!(holds(text.as_bytes(), KEY), "{text}");
        }
        let part = |count| holds(pairs[16..16 + count].join(" ").as_bytes(), KEY);
        assert_eq!([part(KEY_PART), part(KEY_PART - 1)], [true, false]);
        for text in [
            "",
            "lnc_test_A3mK…mo01",
            "lnc_test_",
            "Bearer",
            "A3mK9pX2vL8",
        ] {
            assert!(!holds(text.as_bytes(), KEY), "{text}");
        }
    }
}
