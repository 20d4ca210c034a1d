//! Accepts connections, also after the process had no descriptors for more: a program may keep all of its connections open.

use std::{io, time::Duration};

use tokio::net::{TcpListener, TcpStream};

use super::trial::pause;

/// How long to wait before another attempt. Without a pause, it would fail again at once.
const PAUSE: Duration = Duration::from_millis(20);

/// The next connection.
pub(super) async fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = repeated(|| listener.accept()).await;
    stream
}

/// The first success.
async fn repeated<T, F: Future<Output = io::Result<T>>>(mut attempt: impl FnMut() -> F) -> T {
    loop {
        match attempt().await {
            Ok(success) => return success,
            Err(_) => pause(PAUSE).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_after_a_failure() {
        let mut failures = 0;
        let failing = repeated(|| {
            failures += 1;
            ready(Err::<(), _>(io::Error::other("too many open files")))
        });
        timeout(Duration::from_secs(1), failing).await.unwrap_err();
        assert!((10..100).contains(&failures), "{failures}");
        let mut results = [Err(io::ErrorKind::Other.into()), Ok("open")].into_iter();
        assert_eq!(repeated(|| ready(results.next().unwrap())).await, "open");
    }
}
