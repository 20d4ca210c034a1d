use std::{
    error::Error,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Polls with growing waits, until the order has a final status or the time is up.
pub async fn wait_for(
    mut get_order: impl AsyncFnMut() -> Result<Value, Box<dyn Error>>,
    timeout: Duration,
) -> Result<Value, Box<dyn Error>> {
    let (start, mut wait) = (Instant::now(), Duration::from_secs(1));
    loop {
        let order = get_order().await?;
        match order["status"].as_str().ok_or("the order has no status")? {
            "COMPLETED" => return Ok(order),
            "CANCELLED" => return Err(format!("order {} was cancelled", order["id"]).into()),
            status if start.elapsed() + wait > timeout => {
                return Err(format!("order {} is still {status}", order["id"]).into());
            }
            _ => {}
        }
        tokio::time::sleep(wait).await;
        wait = wait.mul_f64(1.5).min(Duration::from_secs(15));
    }
}
