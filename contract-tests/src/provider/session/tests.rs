use http::StatusCode;
use mock_server::Settings;
use schemas::{OperationId::ListOrders, operations};

use super::*;
use crate::selftest::target::Target;

/// The fewest organizations with which a sandbox can be checked.
const FEW: usize = 3;

#[tokio::test]
async fn a_check_keeps_its_organization_however_many_others_end_meanwhile() {
    let settings = Settings {
        max_organizations: Some(FEW),
        ..Settings::default()
    };
    let target = Target::new(settings).unwrap();
    let server = target.start_faithful().await.unwrap();
    let base = format!("http://{}/api/v1", server.address).parse();
    let session = Session::begin(Options::new(base.unwrap())).await.unwrap();
    session.limited_key().await.unwrap();
    let slow = async {
        let key = session.tenant().await?.full_key().await?;
        for operation in operations::all() {
            let other = async { session.tenant().await.map(drop) };
            check_context::run("PRV-OTHER", Some(operation), other)
                .await
                .0?;
        }
        let list = ApiRequest::on(ListOrders.operation(), "").key(&key);
        session.send(list).await
    };
    let (response, _) = check_context::run("PRV-SLOW", None, Box::pin(slow)).await;
    assert_eq!(response.unwrap().status, StatusCode::OK);
    session.end().await;
}
