//! The connections: taken, limited in time, and let go.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::ServiceError;
use super::limits::{Limits, Place};
use super::route::{Site, route};

/// A request's head comes in one packet; ten seconds are for the worst of lines.
const HEAD: Duration = Duration::from_secs(10);

/// One request and its answer, the longest pause after wrong messages (30 s) included.
const WHOLE: Duration = Duration::from_mins(1);

/// What is under way when the program is told to stop has this long to end.
const GRACE: Duration = Duration::from_secs(2);

/// After the system could not give a connection (no more files), others end in this time.
const BREATH: Duration = Duration::from_millis(100);

/// The most octets of a request's head.
const HEAD_SIZE: usize = 16 << 10;

/// Serves on `address` until the program is told to stop.
pub(super) fn run(
    address: SocketAddr,
    site: Site,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServiceError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listen = |source| ServiceError::Listen { address, source };
        let stop = told_to_stop()?;
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        ready(listener.local_addr().map_err(listen)?);
        take(listener, Arc::new(site), stop).await;
        Ok(())
    })
}

/// Ends when the program is told to stop.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
    })
}

async fn take(listener: TcpListener, site: Arc<Site>, stop: impl Future<Output = ()>) {
    let limits = Limits::default();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    // No place: closed at once.
                    if let Some(place) = limits.enter(peer.ip()) {
                        connections.spawn(one(stream, Arc::clone(&site), place));
                    }
                }
                Err(error) => {
                    tracing::warn!("a connection could not be taken: {error}");
                    sleep(BREATH).await;
                }
            },
            Some(_ended) = connections.join_next() => (),
        }
    }
    drop(listener);
    let ended = timeout(GRACE, async {
        while connections.join_next().await.is_some() {}
    });
    if ended.await.is_err() {
        tracing::warn!("connections were cut off");
    }
}

/// One request of one connection. What goes wrong on the line concerns its peer alone.
async fn one(stream: TcpStream, site: Arc<Site>, _place: Place) {
    let answer = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(route(request, &site).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE)
        .keep_alive(false) // a connection that is kept takes a place that others need
        .serve_connection(TokioIo::new(stream), answer);
    if let Ok(Err(error)) = timeout(WHOLE, connection).await {
        tracing::debug!("{error}");
    }
}
