//! The thread that owns the engine: it answers messages one after the other, and between them looks
//! after the post office and what is due.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::answer::Answer;

/// How often the post office is looked at, in seconds: a person waits for the reply.
const MAIL_SECS: i64 = 3;

/// How often what is due is done, in seconds.
const TICK_SECS: i64 = 60;

/// How long the thread sleeps at most when nobody asks.
const REST: Duration = Duration::from_secs(1);

/// Messages that may wait; an answer takes milliseconds, so these are a second's work.
const QUEUE: usize = 64;

/// The way to the thread.
#[derive(Clone)]
pub(super) struct Clerk {
    jobs: SyncSender<Job>,
}

enum Job {
    Answer {
        request: Vec<u8>,
        reply: oneshot::Sender<Answer>,
    },
    Stop,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Busy;

impl Clerk {
    /// Starts the thread.
    pub(super) fn start(engine: Engine, post_office: bool) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, queue) = sync_channel(QUEUE);
        let rounds = Rounds {
            mail: post_office.then_some(UnixTime::from_secs(0)),
            tick: engine.now(),
        };
        let thread = Builder::new()
            .name("engine".to_owned())
            .spawn(move || work(engine, &queue, rounds))?;
        Ok((Self { jobs }, thread))
    }

    /// The answer to a message.
    pub(super) async fn answer(&self, request: Vec<u8>) -> Result<Answer, Busy> {
        let (reply, answer) = oneshot::channel();
        match self.jobs.try_send(Job::Answer { request, reply }) {
            Ok(()) => answer.await.map_err(|_stopped| Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }

    /// Ends the thread after what it is doing.
    pub(super) fn stop(&self) {
        // Where nobody receives any more, it has ended.
        self.jobs.send(Job::Stop).ok();
    }
}

/// When things were last done.
struct Rounds {
    /// Nothing where the post office is not ours to answer.
    mail: Option<UnixTime>,
    tick: UnixTime,
}

fn work(mut engine: Engine, queue: &Receiver<Job>, mut rounds: Rounds) {
    loop {
        match queue.recv_timeout(REST) {
            // Whoever went away before his turn asks again; else strangers who do not wait would
            // cost the others more than their own time.
            Ok(Job::Answer { reply, .. }) if reply.is_closed() => (),
            Ok(Job::Answer { request, reply }) => {
                reply.send(engine.answer(&request)).ok(); // he may have gone meanwhile
            }
            Err(RecvTimeoutError::Timeout) => (),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => break,
        }
        rounds.make(&mut engine);
    }
    if let Err(error) = engine.end_turn() {
        tracing::warn!("{error}");
    }
}

impl Rounds {
    fn make(&mut self, engine: &mut Engine) {
        let now = engine.now();
        let is_due = |last: UnixTime, every| {
            let since = now.secs_since(last);
            every <= since || since < 0 // the clock was put back
        };
        if is_due(self.tick, TICK_SECS) {
            self.tick = now;
            if let Err(error) = engine.tick() {
                tracing::warn!("{error}");
            }
        }
        if let Some(last) = self.mail.as_mut().filter(|last| is_due(**last, MAIL_SECS)) {
            *last = now;
            if let Err(error) = engine.answer_post_office() {
                tracing::warn!("{error}");
            }
        }
    }
}
