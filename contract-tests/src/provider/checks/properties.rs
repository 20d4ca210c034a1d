//! Property tests: requests generated from the schemas of the contract, valid ones and ones that break a single rule. A
//! failing case is shrunk.

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
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// Maximum number of requests to shrink a case.
const MAX_SHRINK_STEPS: usize = 30;
/// Maximum number of further requests for a failing case: those that shrink it, and the smallest one again.
pub(super) const SHRINK_REQUESTS: usize = MAX_SHRINK_STEPS + 1;
/// Maximum number of valid requests.
pub(super) const VALID_REQUESTS: usize = Kind::VALID.len();
/// Maximum number of invalid requests.
pub(super) const INVALID_REQUESTS: usize = Kind::INVALID.len();

/// Whether the operation has a body or a query.
pub(super) fn takes_input(operation: &Operation) -> bool {
    operation.request.is_some() || !operation.query.is_empty()
}

pub(super) async fn valid(session: &Session, operation: &'static Operation) -> Outcome {
    test_kinds(session, operation, Kind::VALID).await
}

pub(super) async fn invalid(session: &Session, operation: &'static Operation) -> Outcome {
    test_kinds(session, operation, Kind::INVALID).await
}

/// Tests one case of each kind that applies to the operation.
async fn test_kinds(session: &Session, operation: &'static Operation, kinds: &[Kind]) -> Outcome {
    let tenant = session.tenant().await?;
    let mut test = PropertyTest {
        session,
        operation,
        rules: Rules::new(operation),
        valid_request: tenant
            .valid_request(operation, &tenant.credential(operation).await?)
            .await?,
    };
    let mut judged = false;
    for kind in kinds {
        if !kind.is_about(&test.rules, &test.valid_request.body_json()) {
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

/// The property test of one operation.
struct PropertyTest<'a> {
    session: &'a Session,
    operation: &'static Operation,
    rules: Rules,
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

    /// The seed of a kind on this operation: independent of other kinds and operations.
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

    /// Sends a case and checks the response.
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

    /// Adopts a new version: an update must name the version that it is based on.
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
        // An object that the request refers to may be missing, or not be in the required state.
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

    /// Shrinks a failing case, and sends the smallest one again.
    async fn shrink(&mut self, kind: Kind, case: Case) -> Outcome {
        let mut shrinker = self.draw(kind).shrink();
        let (mut smallest, mut fails) = (case, true);
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
            }
        }
        let seed = self.session.seed();
        match self.judge(&smallest).await {
            Ok(()) => Err(NotPassed::Inconclusive(format!(
                "a request that failed passed when it was sent again (--seed {seed})"
            ))),
            Err(NotPassed::Violated(mut violation)) => {
                violation.message = format!("{}, for {kind} (--seed {seed})", violation.message);
                Err(NotPassed::Violated(violation))
            }
            Err(other) => Err(other),
        }
    }
}
