use docs::generated::assert_says;
use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn book_has_the_lengths_of_masked_parts() {
    for length in [
        format!("any part of {PIECE} characters or more, are masked"),
        format!("Parts of {SCATTERED_PIECE} characters are also recognized"),
    ] {
        assert_says("reference/reports.md", &length);
    }
}

fn secrets_with(secret: &str) -> Secrets {
    let secrets = Secrets::default();
    secrets.add(secret);
    secrets
}

/// Whether a text contains a piece of a secret.
fn reveals(text: &str, secret: &str) -> bool {
    secret.as_bytes().windows(PIECE).any(|piece| {
        let piece = std::str::from_utf8(piece).unwrap();
        text.contains(piece)
    })
}

proptest! {
    #[test]
    fn no_encoding_reveals_a_key(secret in "[0-9A-Za-z]{32}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
        let secrets = secrets_with(&format!("lnc_test_{secret}"));
        let reversed: String = secret.chars().rev().collect();
        for form in [&secret, &reversed] {
            for encoded in spellings(form) {
                for encoded in [encoded.to_ascii_lowercase(), encoded.to_ascii_uppercase(), encoded] {
                    let shown = secrets.redact(&format!("{before}{encoded}{after}"));
                    prop_assert!(!reveals(&shown, &encoded), "{encoded} is in {shown}");
                }
            }
            let encoded = BASE64_STANDARD_NO_PAD.encode(format!("{before}{form}{after}"));
            let shown = secrets.redact(&encoded);
            prop_assert!(shown.len() < 40, "{encoded} became {shown}");
        }
    }

    #[test]
    fn text_without_secrets_is_unchanged(text in "[ -~äöü€]{0,200}") {
        prop_assert_eq!(&*secrets_with("lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9").redact(&text), text.as_str());
    }
}

const SECRET: &str = "A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";

/// Ways in which a server may write `SECRET`.
fn transformed() -> [(&'static str, String); 20] {
    let key = SECRET;
    let each = |format: fn(u8) -> String| key.bytes().map(format).collect::<String>();
    let rotated = "N3zX9cK2iY8uD5aE7mG1jL4wO6pR0qS9".to_owned();
    let split = |between: &str| {
        let parts = key.as_bytes().chunks(4).map(String::from_utf8_lossy);
        parts.collect::<Vec<_>>().join(between)
    };
    let once = BASE64_STANDARD_NO_PAD.encode(key);
    let codes = |between: &str| {
        let codes: Vec<_> = key.bytes().map(|byte| byte.to_string()).collect();
        codes.join(between)
    };
    [
        ("ROT13", rotated),
        ("dashes", split("-")),
        ("spaces", split(" ")),
        ("decimal entities", each(|byte| format!("&#{byte};"))),
        ("hexadecimal entities", each(|byte| format!("&#x{byte:X};"))),
        ("entities without an end", each(|byte| format!("&#{byte} "))),
        ("JSON three times", each(|byte| format!(r"\\\\u{byte:04x}"))),
        ("hexadecimal escapes", each(|byte| format!("\\x{byte:02x}"))),
        (
            "hexadecimal numbers",
            each(|byte| format!("0x{byte:02x}, ")),
        ),
        ("entities twice", each(|byte| format!("&amp;#{byte};"))),
        ("percent twice", each(|byte| format!("%25{byte:02X}"))),
        (
            "percent three times",
            each(|byte| format!("%2525{byte:02x}")),
        ),
        (
            "hexadecimal with spaces",
            each(|byte| format!("{byte:02x} ")),
        ),
        ("decimal", codes(" ")),
        ("decimal list", codes(", ")),
        ("base 64 twice", BASE64_STANDARD_NO_PAD.encode(&once)),
        (
            "base 32",
            "IEZW2SZZOBMDE5SMHBUFCNLOKI3XUVBRO5MTI2SCGZRUKMDEIY4Q====".to_owned(),
        ),
        (
            "base 85",
            r"K{IVjIdE7qc1$>EQ8jK-H+obtcUd%QLN;SXFl0tK".to_owned(),
        ),
        (
            "Z85",
            r"k@ivJiDe7QC1:(eq8Jk?h*OBTCuD+qln&sxfL0Tk".to_owned(),
        ),
        (
            "Ascii85",
            r#"5r3@N3H/(UG"al/;)N5h2gSFXG?Hb;68i=B0P!X5"#.to_owned(),
        ),
    ]
}

#[test]
fn every_listed_transformation_is_undone() {
    for (name, form) in transformed() {
        for text in [
            &form,
            &format!("x{form}"),
            &format!("the key {form} is wrong"),
            &format!("http://localhost/orders?key={form}"),
            &format!("curl -sSi -d {form} http://localhost/orders"),
        ] {
            let shown = secrets_with(&format!("lnc_test_{SECRET}")).redact(text);
            let left = form.as_bytes().windows(12).filter(|piece| {
                let piece = std::str::from_utf8(piece).unwrap();
                shown.contains(piece)
            });
            assert_eq!(left.count(), 0, "{name}: {text} became {shown}");
        }
    }
}

#[test]
fn masks_halves_in_any_order_and_keeps_masks() {
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let secrets = secrets_with(key);
    assert_eq!(&*secrets.redact("a mK9pX2vL8hQ5nR7z b"), "a … b");
    assert_eq!(&*secrets.redact("R7zT1wY4jB6cE0dF9A3mK9pX2vL8hQ5n"), "…");
    assert_eq!(&*secrets.redact(key), "lnc_test_A3mK…0dF9");
    assert_eq!(&*secrets.redact("lnc_test_A3mK…0dF9"), "lnc_test_A3mK…0dF9");
    let value = json!({"mK9pX2vL8hQ5nR7z": ["xA3mK9pX2vL8hQ", 1, null]});
    assert_eq!(*secrets.redact_value(&value), json!({"…": ["x…", 1, null]}));
}

#[test]
fn secret_in_pieces_masks_the_whole_value() {
    let secrets = secrets_with(&format!("lnc_test_{SECRET}"));
    let parts = |length| {
        let parts = SECRET.as_bytes().chunks(length);
        let parts = parts.map(|part| json!(std::str::from_utf8(part).unwrap()));
        parts.collect::<Vec<_>>()
    };
    let codes: Vec<_> = SECRET.bytes().map(Value::from).collect();
    let hex: Vec<_> = SECRET
        .bytes()
        .map(|byte| json!(format!("{byte:02x}")))
        .collect();
    for items in [parts(1), parts(2), parts(8), codes, hex] {
        let value = json!({"total": {"seen": items}});
        let shown = secrets.redact_value(&value);
        let text = shown.as_str().expect("the masked text of the value");
        assert!(text.contains(MASK) && text.len() < 60, "{text}");
    }
    let harmless = json!({"rows": [[65, 51, 109], ["A", "3"]], "total": 5});
    assert_eq!(*secrets.redact_value(&harmless), harmless);
}

#[test]
fn masks_access_tokens() {
    assert_eq!(
        &*secrets_with("sesame-1").redact("open sesame-1!"),
        "open …!"
    );
    assert_eq!(&*secrets_with("a").redact("a word"), "a word");
    assert_eq!(format!("{:?}", secrets_with("sesame-1")), "Secrets { .. }");
}

#[test]
fn command_names_the_variable_of_the_key_role() {
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let secrets = Secrets::default();
    secrets.add_key(&ApiKey::parse(key).unwrap(), "REVOKED_KEY".to_owned());
    let other = key.replace("A3m", "A4m");
    for (text, word) in [
        (
            format!("authorization: bearer {key}"),
            "\"authorization: bearer $REVOKED_KEY\"",
        ),
        (format!("a: Bearer {other}"), "\"a: Bearer $MADE_UP_KEY\""),
        (
            format!("http://x/?k={key}&a=1"),
            "'http://x/?k='\"$REVOKED_KEY\"'&a=1'",
        ),
        (
            format!("a: Bearer {key}x"),
            &*quoted(&format!("a: Bearer {key}x")),
        ),
        ("a: Basic b".to_owned(), "'a: Basic b'"),
    ] {
        assert_eq!(secrets.shell_word(&text), word);
    }
}

#[test]
fn truncated_text_is_marked() {
    let text = Secrets::default().redact("abcäöü");
    assert_eq!(&*text.clone().truncated(4), "abc…");
    assert_eq!(&*text.truncated(9), "abcäöü");
}
