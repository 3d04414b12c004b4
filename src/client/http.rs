//! CMP over HTTP (RFC 9811), as the client of the KM server: one POST a message.

use std::io::{self, Read as _};
use std::time::Duration;

use ureq::{Agent, Body};

use crate::client::Exchange;
use crate::protocol::http;
use crate::protocol::message::MAX_MESSAGE;

/// HTTP without TLS, redirects or proxy: the messages protect themselves.
pub struct Http {
    agent: Agent,
}

impl Default for Http {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .max_redirects(0)
            .max_redirects_will_error(true)
            .proxy(None)
            .http_status_as_error(false)
            .build();
        Self {
            agent: Agent::new_with_config(config),
        }
    }
}

impl Exchange for Http {
    fn post(&mut self, url: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        let unreachable = |error: &dyn std::fmt::Display| {
            format!("The Key Management server at {url} can not be reached: {error}.")
        };
        let sent = self
            .agent
            .post(url)
            .header("content-type", http::MEDIA_TYPE)
            .send(request);
        let mut response = sent.map_err(|error| unreachable(&error))?;
        let kind = response.headers().get("content-type");
        if !kind.is_some_and(|kind| kind.to_str().is_ok_and(http::is_cmp)) {
            // RFC 9811 section 3.3: an error below the protocol has another type.
            let status = response.status();
            return Err(unreachable(&format!("it answered {status}")));
        }
        read_body(response.body_mut(), MAX_MESSAGE).map_err(|error| unreachable(&error))
    }

    fn get(&mut self, url: &str, limit: usize) -> Result<Option<Vec<u8>>, String> {
        let unreachable =
            |error: &dyn std::fmt::Display| format!("{url} can not be fetched: {error}.");
        let mut response = self
            .agent
            .get(url)
            .call()
            .map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            200 => read_body(response.body_mut(), limit)
                .map(Some)
                .map_err(|error| unreachable(&error)),
            404 => Ok(None),
            other => Err(unreachable(&format!("the server answered {other}"))),
        }
    }
}

/// The octets of an answer.
fn read_body(body: &mut Body, limit: usize) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut reader = body.as_reader().take(most.saturating_add(1));
    reader.read_to_end(&mut answer)?;
    if limit < answer.len() {
        return Err(io::Error::other("its answer is too long"));
    }
    Ok(answer)
}

/// A server in reach answers the first packet in far less.
const CONNECT: Duration = Duration::from_secs(10);

/// The server may have to make an RSA key meanwhile.
const WHOLE: Duration = Duration::from_mins(1);
