//! Valid settings files, and the errors of invalid ones.

use schemas::Tier;

use super::*;

const KEY: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";

fn error(text: &str) -> String {
    Settings::from_toml(text).unwrap_err().to_string()
}

#[test]
fn file_sets_all_that_flags_set_and_keys() {
    let settings = Settings::from_toml(&format!(
        "port = 9000\nclock = 'scale=60'\nrate_headers = 'both'\nvalidation_status = 400\norder_duration = '1m'\n\
         [tiers]\nfree = '10/1s,100/1h'\n\
         [[keys]]\nkey = '{KEY}'\norganization = 'acme01'\nscopes = ['orders:read']\ntier = 'pro'"
    ))
    .unwrap();
    assert_eq!(settings.port, Some(9000));
    assert_eq!(settings.tiers[0].policies.as_slice().len(), 2);
    assert_eq!(settings.keys[0].tier, Tier::Pro);
}

#[test]
fn flag_overrides_the_file_and_tiers_add_up() {
    let flags = Settings {
        port: Some(1),
        tiers: vec!["free=1/1s".parse().unwrap()],
        ..Settings::default()
    };
    let file = toml::from_str("port = 2\nseed = 3\n[tiers]\nfree = '2/1s'").unwrap();
    let both = flags.over(file);
    assert_eq!((both.port, both.seed), (Some(1), Some(3)));
    assert_eq!(
        both.tiers.last().unwrap().policies.as_slice()[0]
            .limit
            .get(),
        1
    );
}

#[test]
fn learned_settings_rank_below_the_file_and_unknown_names_are_rejected() {
    let path = std::env::temp_dir().join(format!("learned-{}.toml", std::process::id()));
    let learned = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Settings::learned(&path).map_err(|error| error.to_string())
    };
    let fact = |name: &str, value: &str| format!("[{name}]\nvalue = {value}\nevidence = 'seen'\n");
    let both = fact("validation_status", "400") + &fact("rate_headers", "'ietf'");
    let file: Settings = ::toml::from_str("validation_status = 422").unwrap();
    let settings = file.over(learned(&both).unwrap());
    assert_eq!(settings.validation_status, Some(422));
    assert_eq!(settings.rate_headers, Some(RateHeaders::Ietf));
    let error = learned(&fact("colour", "'red'")).unwrap_err();
    assert!(
        error.contains(":1:2: unknown name `colour`; use one of challenges, clamp_limits, "),
        "{error}"
    );
    let second = fact("head", "true") + &fact("validation_status", "418");
    let error = learned(&second).unwrap_err();
    let valid = ":4:1: validation_status: `418` is not 422 or 400";
    assert!(error.ends_with(valid), "{error}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn errors_name_the_line() {
    let line = |text: &str| {
        let path = std::env::temp_dir().join(format!("wrong-{}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let error = Settings::read(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        match error {
            SettingsError::Invalid { line, .. } => line,
            SettingsError::Unreadable { source, .. } => panic!("{source}"),
            error @ SettingsError::NoSecret { .. } => panic!("{error}"),
        }
    };
    assert_eq!(line("port = 1\nprot = 2"), 2);
    assert_eq!(line("[tiers]\nfree = '1/1s'\npro = 'soon'"), 3);
    assert_eq!(line("[tiers]\nfree = '1/1s'\ngold = '1/1s'"), 3);
    let key = |key: &str, organization: &str| {
        format!("[[keys]]\nkey = '{key}'\norganization = '{organization}'\npreset = 'orders'\n")
    };
    let first = key(KEY, "acme01");
    assert_eq!(line(&(first.clone() + &key(KEY, "acme"))), 7);
    assert_eq!(
        line(&(first.clone() + &key(&KEY.replace("test", "live"), "acme01"))),
        6
    );
    assert_eq!(line(&(first.clone() + &key(&KEY[..40], "acme01"))), 6);
    let mut other = key(&KEY.replace('A', "B"), "acme01");
    other.truncate(other.find("preset").unwrap());
    assert_eq!(line(&(first.clone() + &other + &key("x", "acme01"))), 5);
    assert_eq!(line(&(first.clone() + &first)), 5);
    let many: String = (0..=MAX_KEYS)
        .map(|number| key(&format!("{}{number:04}", &KEY[..37]), "acme01"))
        .collect();
    assert_eq!(line(&many), 4 * MAX_KEYS as u64 + 1);
}

/// The names that the error of an unknown name lists.
fn known(text: &str) -> Vec<String> {
    let error = error(text);
    let (_, known) = error.split_once("use one of ").unwrap();
    known.split(", ").map(ToOwned::to_owned).collect()
}

#[test]
fn values_of_a_wrong_type_are_rejected_with_field_and_line() {
    let kinds = ["'@x'", "-7", "2.5", "true", "[]", "{}", "2026-01-15"];
    let mut places = vec![];
    places.extend(
        known("zz = 1")
            .into_iter()
            .map(|name| (String::new(), name)),
    );
    for table in [
        "[[keys]]\n",
        "[oauth]\n",
        "[[oauth.clients]]\n",
        "[[oauth.users]]\n",
    ] {
        let names = known(&format!("{table}zz = 1"));
        places.extend(names.into_iter().map(|name| (table.to_owned(), name)));
    }
    places.push(("[tiers]\n".to_owned(), "free".to_owned()));
    for (before, name) in places {
        let mut refused = 0;
        for kind in kinds {
            let text = format!("\n{before}{name} = {kind}\n");
            let Err(mistake) = Settings::from_toml(&text) else {
                continue;
            };
            let message = mistake.to_string();
            for foreign in [
                "invalid type",
                "invalid value",
                "expected",
                "field `",
                "variant",
                "struct",
                "did not match",
            ] {
                assert!(!message.contains(foreign), "{text}: {message}");
            }
            if message.contains("` is missing") {
                // The value was valid for this field, so the error is about another field.
                continue;
            }
            refused += 1;
            let line = text.lines().count() as u64;
            assert_eq!(mistake.place().unwrap().0, line, "{text}: {message}");
            assert!(message.contains(&name), "{text}: {message}");
        }
        assert!(refused >= 4, "{before}{name}: {refused}");
    }
}

#[test]
fn errors_name_valid_values_and_never_show_a_key() {
    assert!(
        error("prot = 1").starts_with("unknown name `prot`; did you mean `port`? use one of host")
    );
    assert_eq!(
        error("validation_status = 418"),
        "validation_status: `418` is not 422 or 400"
    );
    assert_eq!(
        error("tiers.gold = '1/1s'"),
        "tiers: unknown name `gold`; use one of free, pro, enterprise"
    );
    let secret = error("control_token = 123456");
    assert_eq!(
        secret,
        "control_token: must be text, not a number or a truth value"
    );
    assert_eq!(
        error("order_duration = 'soon'"),
        "order_duration: `soon` is not a duration such as 90s, 1h, 7d or PT1H"
    );
    let key = |key: &str, rest: &str| error(&format!("[[keys]]\nkey = '{key}'\n{rest}"));
    assert_eq!(
        key(&KEY[..40], "organization = 'acme01'"),
        "keys[0].key: after its prefix a key has 32 characters, this one has 31"
    );
    assert_eq!(
        key(KEY, "organization = 'acme'\npreset = 'orders'"),
        "keys[0].organization: organization `acme` is not six letters or digits"
    );
    assert_eq!(
        key(KEY, "organization = 'acme01'"),
        "keys[0]: lnc_test_A3mK…0dF9: set exactly one of `preset` and `scopes`"
    );
    let live = KEY.replace("test", "live");
    assert!(
        key(&live, "organization = 'acme01'\npreset = 'orders'")
            .contains("live keys are never accepted")
    );
}

#[test]
fn errors_in_users_and_clients_name_valid_values() {
    assert_eq!(
        error("[[oauth.users]]\nname = 'a b'\nrole = 'admin'"),
        "oauth.users[0].name: `a b` is not 1 to 40 letters, digits, dots, hyphens or underscores"
    );
    assert_eq!(
        error("[[oauth.users]]\nname = 'a'\nrole = 'boss'"),
        "oauth.users[0].role: unknown name `boss`; use one of admin, member"
    );
    assert_eq!(
        error("[[oauth.clients]]\nclient_id = 'a'\nredirect_uris = ['javascript:x']"),
        "oauth.clients[0].redirect_uris[0]: `javascript:x` is not a redirect URI such as \
         http://127.0.0.1/callback, without a fragment"
    );
    let scope = error("[[oauth.clients]]\nclient_id = 'a'\nscopes = ['orders:all']");
    let valid = "oauth.clients[0].scopes: unknown scope `orders:all`; use one of companies:read, ";
    assert!(scope.starts_with(valid), "{scope}");
    assert_eq!(
        error("issuer = 'localhost'"),
        "issuer: `localhost` is not an origin such as http://localhost:8000"
    );
    assert_eq!(
        error("[oauth]\npassword = ''"),
        "oauth.password: a secret cannot be empty"
    );
}

#[test]
fn schema_knows_every_setting() {
    let schema = Settings::schema();
    let at = |path: &str, names: Vec<String>| {
        let known = &schema.pointer(path).unwrap()["properties"];
        let mut known: Vec<_> = known.as_object().unwrap().keys().cloned().collect();
        let mut names = names;
        known.sort();
        names.sort();
        assert_eq!(known, names, "{path}");
    };
    at("", known("zz = 1"));
    at("/properties/keys/items", known("[[keys]]\nzz = 1"));
    at("/properties/oauth", known("[oauth]\nzz = 1"));
    at(
        "/properties/oauth/properties/users/items",
        known("[[oauth.users]]\nzz = 1"),
    );
    at(
        "/properties/oauth/properties/clients/items",
        known("[[oauth.clients]]\nzz = 1"),
    );
    let text = schema.to_string();
    assert!(!text.contains("null") && !text.contains("$ref"), "{text}");
}

#[test]
fn schema_accepts_valid_files_and_rejects_invalid_ones() {
    let schema = jsonschema::validator_for(&Settings::schema()).unwrap();
    let is_valid = |text: &str| {
        let file: toml::Table = text.parse().unwrap();
        schema.is_valid(&serde_json::to_value(file).unwrap())
    };
    let key = format!("[[keys]]\nkey = '{KEY}'\norganization = 'acme01'\n");
    let files = [
        "",
        "host = 'localhost'\nport = 9000\nclock = 'scale=60'\nlog_level = 'debug'",
        "rate_headers = 'x-ratelimit'\nvalidation_status = 400\ncors = ['*']",
        "[tiers]\nfree = '10/1s,100/1h'",
        &format!("{key}preset = 'orders'\ntier = 'pro'"),
        &format!("{key}scopes = ['orders:read']\nexpires_at = '2026-01-15T09:00:00Z'"),
        "[oauth]\npassword = 'x'\n[[oauth.users]]\nname = 'a'\nrole = 'admin'",
        "[[oauth.clients]]\nclient_id = 'a'\nredirect_uris = ['http://127.0.0.1/callback']",
    ];
    for text in files {
        Settings::from_toml(text).unwrap();
        assert!(is_valid(text), "{text}");
    }
    for text in [
        "prot = 1",
        "port = 65536",
        "seed = -1",
        "validation_status = 418",
        "companies = 0",
        "max_journal = 0",
        "max_journal = 10001",
        "log_level = 'loud'",
        "tiers = {gold = '1/1s'}",
        &key,
        &format!("{key}preset = 'orders'\nscopes = ['orders:read']"),
        &format!("{key}preset = 'gold'"),
        &key.replace("test", "live"),
        "[[oauth.users]]\nname = 'a'\nrole = 'boss'",
    ] {
        assert!(Settings::from_toml(text).is_err(), "{text}");
        assert!(!is_valid(text), "{text}");
    }
}
