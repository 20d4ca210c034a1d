//! Query strings. Only the operation's own parameters are valid, each at most once and within its limits.

use std::str::FromStr;

use jiff::Timestamp;
use schemas::{
    Operation, Parameter, Profile,
    companies::ReviewStatus,
    error::FieldError,
    query::{DEFAULT_LIMIT, Rule},
};
use serde_json::Value;

use crate::{
    config::Config,
    contract::{MAX_FIELD_ERRORS, echo, echo_parameter},
    handlers::ApiError,
    store::Page,
};

/// The query parameters of a request, with defaults for those that are absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    /// The requested part of the list.
    pub page: Page,
    /// [`Parameter::ProspectSearchId`]
    pub prospect_search_id: Option<String>,
    /// [`Parameter::MinMatchScore`]
    pub min_match_score: Option<f64>,
    /// [`Parameter::ReviewStatus`]
    pub review_status: Option<ReviewStatus>,
    /// [`Parameter::ReviewStatusList`]
    pub review_status_list: Vec<ReviewStatus>,
    /// [`Parameter::Search`]
    pub search: Option<String>,
    /// [`Parameter::CompanyId`]
    pub company_id: Option<String>,
    /// [`Parameter::OrderId`]
    pub order_id: Option<String>,
    /// [`Parameter::DeliveredSince`]
    pub delivered_since: Option<Timestamp>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            page: Page {
                limit: DEFAULT_LIMIT,
                offset: 0,
            },
            prospect_search_id: None,
            min_match_score: None,
            review_status: None,
            review_status_list: Vec::new(),
            search: None,
            company_id: None,
            order_id: None,
            delivered_since: None,
        }
    }
}

impl Query {
    /// Stores a valid value, or returns what would be valid.
    fn set(&mut self, config: &Config, parameter: Parameter, value: &str) -> Result<(), String> {
        let rule = parameter.facts().rule;
        match parameter {
            Parameter::Limit if config.lenient.limits => self.page.limit = clamped(rule, value)?,
            Parameter::Limit => self.page.limit = parsed(rule, value)?,
            Parameter::Offset => self.page.offset = parsed(rule, value)?,
            Parameter::ProspectSearchId => self.prospect_search_id = Some(parsed(rule, value)?),
            Parameter::MinMatchScore => self.min_match_score = Some(parsed(rule, value)?),
            Parameter::ReviewStatus => self.review_status = Some(parsed(rule, value)?),
            Parameter::ReviewStatusList => {
                for word in value.split(',') {
                    let status = parsed(rule, word)?;
                    // Each is compared with every row, and the words can be many.
                    if !self.review_status_list.contains(&status) {
                        self.review_status_list.push(status);
                    }
                }
            }
            Parameter::Search => self.search = Some(parsed(rule, value)?),
            Parameter::CompanyId => self.company_id = Some(parsed(rule, value)?),
            Parameter::OrderId => self.order_id = Some(parsed(rule, value)?),
            Parameter::DeliveredSince => self.delivered_since = Some(parsed(rule, value)?),
        }
        Ok(())
    }
}

/// Reads the query, or returns every error in it.
pub(crate) fn read(
    config: &Config,
    operation: &Operation,
    query: Option<&str>,
) -> Result<Query, ApiError> {
    let profile = config.profile;
    let mut read = Query::default();
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let known = known(profile, operation).find(|parameter| parameter.as_str() == name);
        let result = match known {
            None if config.lenient.unknown_parameters => Ok(()),
            None => Err(unknown(profile, operation)),
            Some(parameter) if seen.contains(&parameter) && !parameter.facts().rule.repeats() => {
                Err("is given more than once".to_owned())
            }
            Some(parameter) => {
                seen.push(parameter);
                read.set(config, parameter, &value)
            }
        };
        if let Err(error) = result {
            errors.push(field_error(&name, &value, error));
            if errors.len() > MAX_FIELD_ERRORS {
                break;
            }
        }
    }
    if errors.is_empty() {
        Ok(read)
    } else {
        Err(ApiError::Invalid(errors))
    }
}

/// Parses a value, if it is valid under the rule.
fn parsed<T: FromStr>(rule: Rule, value: &str) -> Result<T, String> {
    let value = is_within(rule, value).then(|| value.parse().ok()).flatten();
    value.ok_or_else(|| requirement(rule))
}

/// Parses a whole number, clamped to the range of the rule.
fn clamped<T: FromStr>(rule: Rule, value: &str) -> Result<T, String> {
    match (rule, value.parse::<i128>()) {
        (Rule::Whole { min, max, .. }, Ok(number)) => {
            let number = usize::try_from(number.max(0)).unwrap_or(usize::MAX);
            parsed(rule, &number.clamp(min, max).to_string())
        }
        _ => Err(requirement(rule)),
    }
}

fn is_within(rule: Rule, value: &str) -> bool {
    match rule {
        Rule::Whole { min, max, .. } => {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            digits
                && value
                    .parse()
                    .is_ok_and(|number| (min..=max).contains(&number))
        }
        Rule::Number { min, max } => value
            .parse::<f64>()
            .is_ok_and(|number| (min..=max).contains(&number)),
        Rule::Word(words) | Rule::Words(words) => words.contains(&value),
        Rule::Text(most) => (1..=most).contains(&value.chars().count()),
        Rule::Time => value.parse::<Timestamp>().is_ok(),
    }
}

/// Describes the valid values.
fn requirement(rule: Rule) -> String {
    match rule {
        Rule::Whole { min, max, .. } => format!("must be a whole number from {min} to {max}"),
        Rule::Number { min, max } => format!("must be a number from {min} to {max}"),
        Rule::Word(words) => format!("must be one of {}", words.join(", ")),
        Rule::Words(words) => {
            let words = words.join(", ");
            format!("must be one or more of {words}, separated by commas or as repeated parameters")
        }
        Rule::Text(most) => format!("must have 1 to {most} characters"),
        Rule::Time => {
            "must be a time such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00%2B01:00".to_owned()
        }
    }
}

/// The parameters of an operation on a server with this profile.
fn known(profile: Profile, operation: &Operation) -> impl Iterator<Item = Parameter> {
    let all = operation.query.iter().copied();
    all.filter(move |parameter| profile.knows(*parameter))
}

fn unknown(profile: Profile, operation: &Operation) -> String {
    if operation.query.is_empty() {
        return "is unknown; this operation has no query parameters".to_owned();
    }
    let known: Vec<_> = known(profile, operation).map(Parameter::as_str).collect();
    format!("is unknown; use one of {}", known.join(", "))
}

fn field_error(name: &str, value: &str, error: String) -> FieldError {
    FieldError {
        field: echo(name),
        error,
        provided: Value::String(echo_parameter(name, value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemas::OperationId;

    use super::*;
    use crate::config::Settings;

    fn list(query: &str) -> Result<Page, String> {
        list_with("", query)
    }

    fn list_with(settings: &str, query: &str) -> Result<Page, String> {
        let settings: Settings = toml::from_str(settings).unwrap();
        let operation = OperationId::ListOrders.operation();
        read(&settings.into(), operation, Some(query))
            .map(|query| query.page)
            .map_err(|error| error.reason().into())
    }

    #[test]
    fn enforces_limits_at_their_bounds() {
        assert_eq!(
            list(""),
            Ok(Page {
                limit: 50,
                offset: 0
            })
        );
        assert_eq!(
            list("limit=100&offset=1000000000"),
            Ok(Page {
                limit: 100,
                offset: 1_000_000_000
            })
        );
        assert_eq!(
            list("limit=1"),
            Ok(Page {
                limit: 1,
                offset: 0
            })
        );
        for invalid in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=%2B1",
            "limit=1.0",
            "limit=",
            "offset=1000000001",
            "limit=99999999999999999999",
        ] {
            assert!(
                list(invalid)
                    .unwrap_err()
                    .contains("must be a whole number from"),
                "{invalid}"
            );
        }
    }

    #[test]
    fn lenient_server_clamps_limits_and_ignores_unknown_parameters() {
        let clamped = |query: &str| list_with("clamp_limits = true", query).map(|page| page.limit);
        for (query, limit) in [
            ("limit=0", 1),
            ("limit=-7", 1),
            ("limit=7", 7),
            ("limit=101", 100),
            ("limit=99999999999999999999", 100),
        ] {
            assert_eq!(clamped(query), Ok(limit), "{query}");
        }
        for query in ["limit=ten", "limit=1.5", "limit=", "offset=-1", "page=2"] {
            assert!(clamped(query).is_err(), "{query}");
        }
        let ignoring = |query: &str| list_with("ignore_unknown_parameters = true", query);
        assert_eq!(ignoring("page=2&limit=7").unwrap().limit, 7);
        assert!(ignoring("page=2&limit=0").is_err());
    }

    #[test]
    fn names_every_error_at_once() {
        assert_eq!(
            list("limit=x&page=2&offset=1&offset=2").unwrap_err(),
            "limit: must be a whole number from 1 to 100; page: is unknown; use one of limit, offset; \
             offset: is given more than once"
        );
    }

    #[test]
    fn long_query_is_read_up_to_a_number_of_errors() {
        let operation = OperationId::ListOrders.operation();
        let errors = read(&Config::default(), operation, Some(&"a&".repeat(10_000)));
        let Err(ApiError::Invalid(errors)) = errors else {
            panic!("{errors:?}")
        };
        assert_eq!(errors.len(), MAX_FIELD_ERRORS + 1);
    }

    #[test]
    fn repeated_words_count_once() {
        let operation = OperationId::ListCompanies.operation();
        let words = "review_status_list=accepted,accepted&".repeat(100);
        let query = read(&Config::default(), operation, Some(&words)).unwrap();
        assert_eq!(query.review_status_list.len(), 1);
    }

    proptest! {
        #[test]
        fn no_query_panics(query in ".{0,80}") {
            let _ = list(&query);
        }
    }
}
