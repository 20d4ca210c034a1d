use mock_server::testing::MockServer;
use serde_json::json;

#[tokio::test]
async fn lists_orders() {
    let server = MockServer::start().await;
    let organization = server.organization();
    organization.expect(json!({"operation": "list_orders", "status": "200", "exactly": 1}));
    // The client to test, with the base URL and a key of the organization.
    let client = reqwest::Client::new();
    let request = client.get(format!("{}/orders", organization.api_url()));
    let response = request.bearer_auth(organization.key()).send().await.unwrap();
    assert_eq!(response.status(), 200);
}
