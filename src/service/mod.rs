//! What the KM server answers to the outside: CMP over HTTP (RFC 9811), certificates and the
//! revocation list (RFC 4387), and the post office.
//!
//! One thread owns the engine (`clerk`); another one runs the connections, all of which are bounded
//! in number, size and time, so that a stranger can neither fill the memory nor stop the others.

mod clerk;
mod connections;
mod limits;
mod route;

use std::io;
use std::net::SocketAddr;

use crate::engine::Engine;
use crate::engine::error::Error;
use crate::engine::settings::PublishUrl;
use clerk::Clerk;
use route::Site;

/// What is to be served.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether the post office is answered as well.
    pub post_office: bool,
}

/// Why nothing is served, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The KM server.
    #[error(transparent)]
    Engine(#[from] Error),
    /// The address can not be listened on.
    #[error("{address} can not be listened on: {source}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else the system said.
    #[error("the service can not run: {0}")]
    System(#[from] io::Error),
}

/// Serves until the program is told to stop (SIGTERM, Ctrl-C). `ready` is told the address.
pub fn serve(
    mut engine: Engine,
    plan: &Plan,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServiceError> {
    let settings = engine.settings()?;
    let (clerk, thread) = Clerk::start(engine, plan.post_office)?;
    let site = Site {
        clerk: clerk.clone(),
        folder: settings.publish_folder,
        prefix: settings
            .publish_url
            .as_ref()
            .map_or_else(String::new, |url| PublishUrl::path(url).to_owned()),
    };
    let served = connections::run(plan.listen, site, ready);
    clerk.stop();
    if thread.join().is_err() {
        tracing::warn!("the engine's thread has ended by a fault");
    }
    served
}
