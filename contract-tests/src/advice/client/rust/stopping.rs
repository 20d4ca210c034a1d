use std::sync::Arc;

use reqwest::{Client, StatusCode};
use tokio::{sync::Semaphore, task::JoinSet};

/// Requests all of these, at most four at a time. The first 401 stops all work that uses the key.
pub async fn run(client: Client, urls: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    let places = Arc::new(Semaphore::new(4));
    let mut requests = JoinSet::new();
    for url in urls {
        let (client, places) = (client.clone(), Arc::clone(&places));
        requests.spawn(async move {
            // No more places are given once the semaphore is closed.
            let Ok(_place) = places.acquire().await else {
                return Ok(StatusCode::UNAUTHORIZED);
            };
            let status = client.get(url).send().await?.status();
            if status == StatusCode::UNAUTHORIZED {
                places.close();
            }
            reqwest::Result::Ok(status)
        });
    }
    while let Some(status) = requests.join_next().await {
        if status?? == StatusCode::UNAUTHORIZED {
            return Err("the API has rejected the key".into());
        }
    }
    Ok(())
}
