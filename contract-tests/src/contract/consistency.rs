//! What a response says of its request, and whether its times can be right.

mod rejected;

use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use schemas::{Operation, OperationId};
use serde_json::{Map, Value, json};

use crate::finding::{Exchange, NotPassed, Outcome, Violation};

/// Times of something that has happened.
const PAST: [&str; 7] = [
    "created_at",
    "updated_at",
    "delivered_at",
    "analyzed_at",
    "first_seen_at",
    "last_used_at",
    "posted_at",
];
/// Those of them that follow the creation of an object.
const LATER: [&str; 2] = ["updated_at", "delivered_at"];
/// Earlier times are those of a field that was never set: before the API, and most of its users.
const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);
/// How far the clocks of a server and of what stands in front of it, which sets `Date`, may differ.
const CLOCKS: SignedDuration = SignedDuration::from_mins(10);
/// How much later than `created_at` a time may be taken that is stored with it: a library may take both by itself, and columns
/// may have different precision.
pub(crate) const TOGETHER: SignedDuration = SignedDuration::from_secs(2);
/// Items of longer lists are not compared with one another.
const MAX_COMPARED: usize = 100;
/// Lists in the body of a request, and the field of the response that counts their items.
const COUNTED: [(OperationId, &str, &str); 2] = [
    (OperationId::CreateOrder, "companies", "company_count"),
    (OperationId::AddBlacklistEntries, "entries", "added"),
];

/// Returns what a response wrongly says of its request, of itself, or of time. Only what it says is judged: whether a field is
/// missing, or of another type, is a matter of its schema.
pub(super) fn violation(operation: &Operation, response: &Exchange) -> Option<Violation> {
    let object = names_its_object(operation, response).unwrap_or(Ok(()));
    match object.and_then(|()| expect_possible(operation, response)) {
        Err(NotPassed::Violated(violation)) => Some(*violation),
        Ok(()) | Err(NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => None,
    }
}

/// What the response says can be right, apart from the object that it is about.
pub(crate) fn expect_possible(operation: &Operation, response: &Exchange) -> Outcome {
    match response.status {
        status if status.is_success() => {
            counts_what_was_sent(operation, response)?;
            has_possible_times(response)
        }
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
            rejected::quotes_the_request(response)
        }
        _ => Ok(()),
    }
}

/// The object, or what belongs to it, has the id in the path, perhaps in another case; `None` if the response names none.
pub(crate) fn names_its_object(operation: &Operation, response: &Exchange) -> Option<Outcome> {
    let entity = operation.entity().filter(|_| operation.has_id())?;
    if !response.status.is_success() {
        return None;
    }
    let expected = percent_decode_str(response.id()).decode_utf8_lossy();
    // Objects inside the one in the path have ids of their own; those of a list below it refer to it.
    let (name, rows) = if operation.path.ends_with("{id}") {
        ("id".to_owned(), &[][..])
    } else {
        (format!("{}_id", entity.as_str()), response.rows())
    };
    let body = response.json()[&name].as_str();
    let body = body.map(|id| (format!("$.{name}"), id));
    let rows = rows.iter().filter_map(|row| row[&name].as_str());
    let rows = rows.map(|id| (format!("$.items[*].{name}"), id));
    let mut named = body.into_iter().chain(rows).peekable();
    named.peek()?;
    let other = named.find(|(_, id)| !id.eq_ignore_ascii_case(&expected));
    Some(other.map_or(Ok(()), |(at, id)| {
        response.expect(&at, &json!(expected), &json!(id))
    }))
}

/// A count of what was sent is right. A server may leave out what was sent twice, or what it has already.
fn counts_what_was_sent(operation: &Operation, response: &Exchange) -> Outcome {
    let mut counted = COUNTED.iter();
    let Some((_, list, count)) = counted.find(|(id, ..)| *id == operation.id) else {
        return Ok(());
    };
    let body = response.request.body_json();
    let stated = response.json()[count].as_u64();
    let Some((stated, sent)) = stated.zip(body[list].as_array()) else {
        return Ok(());
    };
    let most = sent.len() as u64;
    let is_repeated = |(place, item): (usize, &Value)| sent[..place].contains(item);
    let may_leave_out = operation.id == OperationId::AddBlacklistEntries
        || sent.len() > MAX_COMPARED
        || sent.iter().enumerate().any(is_repeated);
    let (is_right, expected) = if may_leave_out {
        (stated <= most, format!("at most {most}"))
    } else {
        (stated == most, most.to_string())
    };
    response.expect_that(is_right, &format!("$.{count}"), &expected, json!(stated))
}

/// What has happened was not before there was an API, nor after the response; and no change was before the creation.
fn has_possible_times(response: &Exchange) -> Outcome {
    let date = response.header(header::DATE);
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let date = date.and_then(|date| Timestamp::try_from(date).ok());
    let latest = date.and_then(|date| date.checked_add(CLOCKS).ok());
    each_object(response.json(), &mut |object| {
        let created = object.get("created_at").and_then(read);
        for (name, value) in object {
            if !PAST.contains(&name.as_str()) {
                continue;
            }
            let Some(time) = read(value) else {
                continue;
            };
            let is_change = LATER.contains(&name.as_str());
            let expected = if time < EARLIEST || latest.is_some_and(|latest| time > latest) {
                "a time after 1999, and not after that of the response"
            } else if is_change
                && created.is_some_and(|created| created.duration_since(time) > TOGETHER)
            {
                "not before created_at"
            } else {
                continue;
            };
            response.expect_that(false, &format!("$..{name}"), expected, value.clone())?;
        }
        Ok(())
    })
}

fn read(time: &Value) -> Option<Timestamp> {
    time.as_str()?.parse().ok()
}

/// Each object in a value.
fn each_object(value: &Value, judge: &mut impl FnMut(&Map<String, Value>) -> Outcome) -> Outcome {
    match value {
        Value::Object(fields) => {
            judge(fields)?;
            fields
                .values()
                .try_for_each(|field| each_object(field, judge))
        }
        Value::Array(items) => items.iter().try_for_each(|item| each_object(item, judge)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use schemas::OperationId::{
        AddBlacklistEntries, CreateOrder, GetCompany, GetOrderResults, GetWebtechIntel,
        ListCompanies, ListCompanyJobs, ListJobSearchResults,
    };

    use super::*;

    /// The place at which the response to a request is wrong.
    fn wrong_at(id: OperationId, sent: &Value, body: &Value) -> Option<String> {
        let operation = id.operation();
        let date = (
            header::DATE,
            "Thu, 15 Jan 2026 09:00:00 GMT".parse().unwrap(),
        );
        let mut seen = Exchange::recorded(
            operation,
            operation.method.clone(),
            "http://127.0.0.1/",
            StatusCode::OK,
            HeaderMap::from_iter([date]),
            body.to_string().into(),
        );
        seen.request = seen.request.with_id("%37").json(sent);
        violation(operation, &seen).map(|violation| violation.at)
    }

    #[test]
    fn judges_what_belongs_to_the_object_in_the_path() {
        for (operation, body, at) in [
            (GetCompany, json!({"id": "7", "company_id": "8"}), None),
            (GetCompany, json!({"id": "8"}), Some("$.id")),
            (GetCompany, json!({"id": "7", "items": [{"id": "8"}]}), None),
            (GetWebtechIntel, json!({"id": "8", "company_id": "7"}), None),
            (
                GetWebtechIntel,
                json!({"company_id": "8"}),
                Some("$.company_id"),
            ),
            (
                GetOrderResults,
                json!({"order_id": "8", "results": []}),
                Some("$.order_id"),
            ),
            (
                ListCompanyJobs,
                json!({"items": [{"company_id": "7"}, {"company_id": "8"}]}),
                Some("$.items[*].company_id"),
            ),
            (
                ListJobSearchResults,
                json!({"items": [{"company_id": "8"}]}),
                None,
            ),
        ] {
            assert_eq!(
                wrong_at(operation, &json!({}), &body).as_deref(),
                at,
                "{body}"
            );
        }
    }

    #[test]
    fn judges_counts_of_what_was_sent() {
        let two = json!({"companies": [{"city": "Ulm"}, {}], "entries": [{}, {}]});
        let same = json!({"companies": [{}, {}]});
        for (operation, sent, body, at) in [
            (CreateOrder, &two, json!({"company_count": 2}), None),
            (
                CreateOrder,
                &two,
                json!({"company_count": 1}),
                Some("$.company_count"),
            ),
            (CreateOrder, &same, json!({"company_count": 1}), None),
            (
                CreateOrder,
                &same,
                json!({"company_count": 3}),
                Some("$.company_count"),
            ),
            (CreateOrder, &json!({}), json!({"company_count": 9}), None),
            (CreateOrder, &two, json!({}), None),
            (
                AddBlacklistEntries,
                &two,
                json!({"added": 2, "total": 9}),
                None,
            ),
            (
                AddBlacklistEntries,
                &two,
                json!({"added": 0, "total": 9}),
                None,
            ),
            (
                AddBlacklistEntries,
                &two,
                json!({"added": 9, "total": 9}),
                Some("$.added"),
            ),
        ] {
            assert_eq!(wrong_at(operation, sent, &body).as_deref(), at, "{body}");
        }
    }

    #[test]
    fn judges_times_by_the_date_of_the_response() {
        for (name, time, is_wrong) in [
            ("created_at", "1970-01-01T00:00:00Z", true),
            ("created_at", "2000-01-01T00:00:00Z", false),
            ("created_at", "2026-01-15T09:00:01Z", false),
            ("delivered_at", "2026-01-15T10:00:00Z", true),
            ("delivered_at", "2026-01-15T11:00:00+02:00", false),
            ("expires_at", "2099-01-01T00:00:00Z", false),
            ("created_at", "today", false),
        ] {
            let body = json!({"items": [{"prospects": [{name: time}]}]});
            let at = is_wrong.then(|| format!("$..{name}"));
            assert_eq!(
                wrong_at(ListCompanies, &json!({}), &body),
                at,
                "{name} {time}"
            );
        }
        let order =
            |updated: &str| json!({"created_at": "2026-01-02T00:00:00Z", "updated_at": updated});
        let wrong = |updated| wrong_at(ListCompanies, &json!({}), &order(updated));
        assert_eq!(wrong("2026-01-02T00:00:00.000Z"), None);
        assert_eq!(wrong("2026-01-01T23:59:59.999999Z"), None);
        assert_eq!(wrong("2026-01-01T00:00:00Z").unwrap(), "$..updated_at");
    }
}
