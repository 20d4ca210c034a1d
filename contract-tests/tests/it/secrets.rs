//! No report contains a key, however the server repeats it.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use contract_tests::{provider::checks::CHECKS, report::Format};
use serde_json::json;
use strum::VariantArray;

use crate::{
    command::{provider, text},
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_watched},
};

/// Number of keys that are searched for, out of all that the judge created.
const SOME: usize = 12;

/// A key in every form that the reports are searched for.
pub(crate) fn forms(key: &str) -> Vec<String> {
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    let each = |form: &dyn Fn(u8) -> String| key.bytes().map(form).collect::<Vec<_>>().concat();
    let other_case =
        |letter: u8| char::from(letter ^ (u8::from(letter.is_ascii_alphabetic()) << 5));
    let (first, second) = key.split_at(key.len() / 2);
    vec![
        key.to_owned(),
        reversed(key),
        key.to_ascii_lowercase(),
        key.to_ascii_uppercase(),
        key.bytes().map(other_case).collect(),
        reversed(first) + &reversed(second),
        format!("{second}{first}"),
        BASE64_STANDARD.encode(key),
        BASE64_STANDARD.encode(format!("Bearer {key}")),
        BASE64_URL_SAFE_NO_PAD.encode(format!("x{key}")),
        hex::encode(key),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("%25{byte:02x}")),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("{byte} ")),
        key.bytes().map(rotated).collect(),
        BASE64_STANDARD.encode(BASE64_STANDARD.encode(key)),
        split(key, "-"),
        split(key, " "),
    ]
}

/// The letter in ROT13.
fn rotated(letter: u8) -> char {
    char::from(match letter.to_ascii_lowercase() {
        b'a'..=b'm' => letter + 13,
        b'n'..=b'z' => letter - 13,
        _ => letter,
    })
}

/// The key in groups of four.
fn split(key: &str, between: &str) -> String {
    let groups = key.as_bytes().chunks(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(between)
}

/// Every response of the API repeats the key, in headers, names and values.
fn echo(request: &PatchedRequest, response: &mut PatchedResponse) {
    let Some(key) = request
        .authorization()
        .and_then(|value| value.strip_prefix("Bearer "))
        .filter(|_| request.is_api())
    else {
        return;
    };
    let forms = forms(key);
    response.set_header("x-echo", &forms.join(" "));
    response.set_header("location", &format!("/{key}"));
    response.set_header("retry-after", &forms[1]);
    let mut body =
        json!({"code": forms[1], "message": forms, "detail": {"required_scopes": forms}});
    for form in &forms {
        body[form] = json!(form);
    }
    response.body = body.to_string().into();
}

const ECHO: Bug = Bug {
    response: echo,
    ..FAITHFUL
};

/// As above, on a server that is not under our control.
const FOREIGN_ECHO: Bug = Bug {
    request: PatchedRequest::hide_control,
    ..ECHO
};

/// Asserts that no revealing number of consecutive characters of a secret is shown. The prefix of a key is not secret.
pub(crate) fn assert_hides(text: &str, key: &str, whence: &str) {
    let secret = &key["lnc_test_".len()..];
    let wholly = |form: &String| form.len() > 40;
    for form in forms(secret)
        .iter()
        .chain(forms(key).iter().filter(|form| wholly(form)))
    {
        for piece in form
            .as_bytes()
            .windows(if form.len() > 41 { 40 } else { 20 })
        {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!text.contains(piece), "{whence} has {piece} of {form}");
        }
    }
}

/// A word that only response bodies contain.
const WORD: &str = "Rumpelstilzchen";

#[tokio::test(flavor = "multi_thread")]
async fn no_bodies_hides_all_bodies() {
    let talkative = Bug {
        response: |request, answer| {
            if request.is_api() {
                answer.set_body(&json!({"orders": [WORD], "items": {"a": WORD}}));
            }
        },
        ..FAITHFUL
    };
    let address = start(talkative).await;
    let one = ["--check", "PRV-SUCCESS"];
    for (args, shown) in [(&one[..], true), (&["--no-bodies"], false)] {
        let reports = ["--verbose", "--report", "html=-"];
        let output = provider(address, &[&reports, args].concat()).await;
        assert_eq!(text(&output).contains(WORD), shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_contains_the_given_key() {
    let key = "lnc_test_b7Rk2XwQ9fLm4TzVh8Yc1NpGs6JdEa3U".to_owned();
    let address = start(FOREIGN_ECHO).await;
    let folder =
        std::env::temp_dir().join(format!("contract-tests-secrets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut args = vec!["--key".to_owned(), key.clone(), "--verbose".to_owned()];
    for format in Format::VARIANTS {
        args.extend([
            "--report".to_owned(),
            format!("{format}={}/{format}", folder.display()),
        ]);
    }
    args.extend([
        "--write-baseline".to_owned(),
        format!("{}/baseline", folder.display()),
    ]);
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let output = provider(address, &args).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("PRV-SECRET"));
    assert_hides(&text(&output), &key, "the console");
    let mut artifacts = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().path();
        let artifact = std::fs::read_to_string(&file).unwrap();
        assert!(artifact.len() > 500, "{}", file.display());
        assert_hides(&artifact, &key, &file.display().to_string());
        artifacts += 1;
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(artifacts, Format::VARIANTS.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_contains_a_key_that_the_judge_created() {
    fn remember(request: &PatchedRequest, response: &mut PatchedResponse) {
        if let Some(key) = request.bearer() {
            KEYS.lock().unwrap().push(key.to_owned());
        }
        echo(request, response);
    }
    static KEYS: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    let address = start(Bug {
        response: remember,
        ..FAITHFUL
    })
    .await;
    let output = provider(
        address,
        &["--operation", "list_orders", "--report", "json=-"],
    )
    .await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let keys = KEYS.lock().unwrap().clone();
    // The keys that the judge made up are recognized only by their pattern.
    let created: BTreeSet<_> = keys
        .iter()
        .filter(|key| key.len() == 41 && key.starts_with("lnc_test_") && !key.contains("Q7nV2kD9"))
        .collect();
    assert!(created.len() >= SOME, "{keys:?}");
    for key in created.into_iter().take(SOME) {
        assert_hides(&text(&output), key, "the report");
    }
}

/// Number of characters of a code, a token or a verifier that would reveal it.
const TELLING: usize = 20;

/// An authorization server that repeats what it receives, and whose tokens violate a rule.
fn echo_form(request: &PatchedRequest, response: &mut PatchedResponse) {
    if !request.path().starts_with("/oauth/") {
        return;
    }
    let form = url::form_urlencoded::parse(&request.body).into_owned();
    let secret = ["code", "code_verifier", "refresh_token", "token"];
    let sent = form.filter(|(name, _)| secret.contains(&&**name));
    let body = response.json();
    let received = ["access_token", "refresh_token"].map(|name| body[name].clone());
    let received = received.iter().filter_map(|text| text.as_str());
    let all = sent
        .map(|(_, text)| text)
        .chain(received.map(str::to_owned));
    request.with_memory(|memory| memory.texts.extend(all));
    response.edit(|body| {
        body["expires_in"] = json!(1);
        body["scope"] = json!("nothing");
        body["error"] = json!("another");
        body["echo"] = json!(String::from_utf8_lossy(&request.body));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_contains_a_code_token_or_verifier() {
    let (address, watched) = start_watched(Bug {
        response: echo_form,
        ..FAITHFUL
    })
    .await;
    let checks = CHECKS.iter().map(|check| check.id);
    let checks = checks.filter(|id| id.starts_with("PRV-OAUTH-"));
    let mut arguments: Vec<_> = checks.flat_map(|id| ["--check", id]).collect();
    arguments.extend(["--verbose", "--report", "json=-"]);
    let output = provider(address, &arguments).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report = text(&output);
    let secrets = watched.lock().texts.clone();
    let secrets: Vec<_> = secrets
        .iter()
        .filter(|text| text.len() > TELLING && !text.starts_with("no-such"))
        .collect();
    assert!(secrets.len() >= SOME, "{secrets:?}");
    for secret in secrets {
        for piece in secret.as_bytes().windows(TELLING) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!report.contains(piece), "{piece} of {secret}");
        }
    }
}
