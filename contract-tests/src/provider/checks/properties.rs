//! Requests that chance makes up of the contract's schemas: whatever they allow, and whatever breaks one rule
//! of theirs. A case that fails is made smaller, as far as it still does.

mod case;
mod draw;
mod values;

use schemas::Operation;
use serde_json::json;

pub(super) use self::case::schema;
use self::{
    case::{Case, Kind, Rules},
    draw::Draw,
};
use crate::{
    contract::coverage,
    finding::{ApiRequest, Exchange, NotPassed, Outcome, count},
    provider::session::Session,
};

/// Requests that a case is made smaller by, at the most.
const MAX_SHRINK_STEPS: usize = 30;
/// Requests that are sent besides the cases at the most: what makes one that fails smaller, and the last one again.
pub(super) const SHRINK_REQUESTS: usize = MAX_SHRINK_STEPS + 1;
/// What is sent at the most of what is allowed.
pub(super) const VALID_REQUESTS: usize = Kind::VALID.len();
/// What is sent at the most of what is not.
pub(super) const INVALID_REQUESTS: usize = Kind::INVALID.len();

/// Whether it has a body or a query.
pub(super) fn takes_input(operation: &Operation) -> bool {
    super::open_to_keys(operation) && (operation.request.is_some() || !operation.query.is_empty())
}

pub(super) async fn valid(session: &Session, operation: &'static Operation) -> Outcome {
    test_kinds(session, operation, Kind::VALID).await
}

pub(super) async fn invalid(session: &Session, operation: &'static Operation) -> Outcome {
    test_kinds(session, operation, Kind::INVALID).await
}

/// Judges one case of each kind that there is on the operation.
async fn test_kinds(session: &Session, operation: &'static Operation, kinds: &[Kind]) -> Outcome {
    let tenant = session.tenant().await?;
    let mut test = PropertyTest {
        session,
        operation,
        rules: Rules::of(operation),
        valid_request: tenant
            .valid_request(operation, &tenant.full_key().await?)
            .await?,
    };
    let mut judged = false;
    for kind in kinds {
        if !kind.is_about(&test.rules) {
            continue;
        }
        let Some(case) = test.draw(*kind).case() else {
            continue;
        };
        judged = true;
        match test.judge(&case).await {
            Err(NotPassed::Violated(_)) => return test.shrink(*kind, case).await,
            other => other?,
        }
    }
    if judged {
        Ok(())
    } else {
        let reason =
            "no request could be generated for this operation; this is a bug in contract-tests";
        Err(NotPassed::Inconclusive(reason.to_owned()))
    }
}

/// Cases on one operation.
struct PropertyTest<'a> {
    session: &'a Session,
    operation: &'static Operation,
    rules: Rules,
    /// A call that succeeds.
    valid_request: ApiRequest,
}

impl PropertyTest<'_> {
    fn draw(&self, kind: Kind) -> Draw {
        Draw {
            kind,
            rules: self.rules.clone(),
            given: self.valid_request.body_json(),
            seed: self.seed(kind),
        }
    }

    /// The seed of a kind on this operation: none depends on which others are judged.
    fn seed(&self, kind: Kind) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.session.seed().to_le_bytes());
        let name = format!("{} {}", self.operation.id, kind.name());
        for (place, byte) in name.bytes().enumerate() {
            let place = &mut seed[8 + place % 24];
            *place = place.rotate_left(3) ^ byte;
        }
        seed
    }

    /// Sends a case, and says whether its answer is right.
    async fn judge(&mut self, case: &Case) -> Outcome {
        let exchange = self.session.send(case.request(&self.valid_request)).await?;
        if exchange.status.is_success() {
            self.adopt_version(&exchange);
        }
        match case {
            Case::Valid(_) => self.is_accepted(&exchange),
            Case::Invalid(broken) => {
                let field = broken.field();
                let parameter = field.split('[').next().unwrap_or_default();
                let is_body = self.operation.request.is_some();
                if is_body {
                    super::validation::names_field(&exchange, &field)
                } else if self.session.expected().accepts(parameter, broken.keyword) {
                    self.is_accepted(&exchange)
                } else {
                    super::validation::names_field(&exchange, parameter)
                }
            }
            Case::Truncated(_) => exchange.expect_error(schemas::ErrorCode::InvalidJson),
        }
    }

    /// A change names the version it is based on, which each change makes another: cases are sent with that of the
    /// valid_request.
    fn adopt_version(&mut self, exchange: &Exchange) {
        let (mut body, version) = (self.valid_request.body_json(), exchange.at("/version"));
        if body["version"].is_u64() && version.is_u64() {
            body["version"] = version;
            self.valid_request = self.valid_request.clone().body(body.to_string());
        }
    }

    fn is_accepted(&self, exchange: &Exchange) -> Outcome {
        let (status, code) = (exchange.status.as_u16(), exchange.at("/code"));
        let mut errors = self.operation.all_errors();
        // What a request is about may not be there, or not be as it would have to be.
        let refused = [404, 409].contains(&status)
            && errors.any(|error| error.facts().status == status && json!(error) == code);
        exchange.expect_that(
            exchange.status.is_success() || refused,
            "status",
            "success, or a 404 or 409 of the contract",
            json!(status),
        )?;
        let contract = self.session.contract();
        match coverage::body_violation(contract, self.operation, exchange) {
            Some(violation) => Err(violation.into()),
            None => Ok(()),
        }
    }

    /// Makes a case smaller as far as it fails, and judges what is left once more.
    async fn shrink(&mut self, kind: Kind, case: Case) -> Outcome {
        let mut shrinker = self.draw(kind).shrink();
        let (mut smallest, mut fails, mut times) = (case, true, 0);
        for _ in 0..MAX_SHRINK_STEPS {
            let Some(case) = shrinker.next(fails).await else {
                break;
            };
            fails = match self.judge(&case).await {
                Ok(()) => false,
                Err(NotPassed::Violated(_)) => true,
                Err(other) => return Err(other),
            };
            if fails {
                smallest = case;
                times += 1;
            }
        }
        let seed = self.session.seed();
        match self.judge(&smallest).await {
            Ok(()) => Err(NotPassed::Inconclusive(format!(
                "a request that failed passed when it was sent again (--seed {seed})"
            ))),
            Err(NotPassed::Violated(mut violation)) => {
                violation.message = format!(
                    "{}, where {kind} (generated from --seed {seed}, shrunk {})",
                    violation.message,
                    count(times, "time")
                );
                Err(NotPassed::Violated(violation))
            }
            Err(other) => Err(other),
        }
    }
}
