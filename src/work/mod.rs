//! A worker: one thread that owns a value; closures go over, replies come back.
//!
//! The owner of the window posts work and absorbs the replies between two frames, so nothing that
//! takes time runs while painting. In tests the work runs at once, on the caller's thread.

mod watch;

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

pub use watch::Watch;

/// How often a waiting window looks whether the thread is still there.
const STOPPED_EVERY: Duration = Duration::from_millis(50);

/// Called whenever there is a reply or a step of progress to be seen.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the window's thread does with the result of a piece of work.
pub type Reply<App> = Box<dyn FnOnce(&mut App) + Send>;

type Job<Subject> = Box<dyn FnOnce(&mut Subject) + Send>;

/// The owner of a `Subject`, working for an `App`.
pub struct Worker<Subject, App> {
    mode: Mode<Subject>,
    wake: Wake,
    outbox: Sender<(u64, Reply<App>)>,
    inbox: Receiver<(u64, Reply<App>)>,
    unfinished: BTreeMap<u64, Watch>, // by number, in the order they were posted
    posted: u64,
}

enum Mode<Subject> {
    Ended,
    Inline(Box<Subject>),
    Thread(Sender<Job<Subject>>, JoinHandle<()>),
}

impl<Subject: Send + 'static, App: 'static> Worker<Subject, App> {
    /// Starts a thread named `name` that owns `subject`.
    pub fn start(name: &str, subject: Subject, wake: Wake) -> io::Result<Self> {
        let (jobs, queue) = channel::<Job<Subject>>();
        let thread = Builder::new().name(name.to_owned()).spawn(move || {
            let mut subject = subject;
            for job in queue {
                job(&mut subject);
            }
        })?;
        Ok(Self::new(Mode::Thread(jobs, thread), wake))
    }

    /// Works on the caller's thread, at the moment of posting: for tests.
    pub fn inline(subject: Subject) -> Self {
        Self::new(Mode::Inline(Box::new(subject)), Arc::new(|| ()))
    }

    fn new(mode: Mode<Subject>, wake: Wake) -> Self {
        let (outbox, inbox) = channel();
        Self {
            mode,
            wake,
            outbox,
            inbox,
            unfinished: BTreeMap::new(),
            posted: 0,
        }
    }

    /// Posts `work`; `reply` gets its result when the window's thread takes its [`Self::replies`].
    pub fn post<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Subject, &Watch) -> T + Send + 'static,
        reply: impl FnOnce(&mut App, T) + Send + 'static,
    ) -> Watch {
        self.posted = self.posted.saturating_add(1);
        let number = self.posted;
        let watch = Watch::new(Arc::clone(&self.wake));
        self.unfinished.insert(number, watch.clone());
        let (seen, outbox, wake) = (watch.clone(), self.outbox.clone(), Arc::clone(&self.wake));
        let job = move |subject: &mut Subject| {
            let result = work(subject, &seen);
            let reply: Reply<App> = Box::new(move |app| reply(app, result));
            // Nobody listens only when the window is gone already, and its replies with it.
            if outbox.send((number, reply)).is_ok() {
                wake();
            }
        };
        match &mut self.mode {
            Mode::Ended => drop(self.unfinished.remove(&number)),
            Mode::Inline(subject) => job(subject),
            Mode::Thread(jobs, _thread) => {
                if jobs.send(Box::new(job)).is_err() {
                    self.unfinished.remove(&number);
                }
            }
        }
        watch
    }

    /// The replies that have come in, oldest first.
    pub fn replies(&mut self) -> Vec<Reply<App>> {
        let mut replies = Vec::new();
        while let Ok((number, reply)) = self.inbox.try_recv() {
            self.unfinished.remove(&number);
            replies.push(reply);
        }
        replies
    }

    /// Waits for the next reply; `None` if everything is answered. For the end of the program.
    pub fn wait(&mut self) -> Option<Reply<App>> {
        while !self.is_idle() {
            if let Ok((number, reply)) = self.inbox.recv_timeout(STOPPED_EVERY) {
                self.unfinished.remove(&number);
                return Some(reply);
            }
            if self.has_stopped() {
                return None;
            }
        }
        None
    }

    /// Whether nothing that was posted is still to be answered.
    pub fn is_idle(&self) -> bool {
        self.unfinished.is_empty()
    }

    /// Whether the thread has ended although nobody asked it to: a fault of the program.
    pub fn has_stopped(&self) -> bool {
        match &self.mode {
            Mode::Ended | Mode::Inline(_) => false,
            Mode::Thread(_jobs, thread) => thread.is_finished(),
        }
    }

    /// Asks all work to stop.
    pub fn cancel_all(&self) {
        for watch in self.unfinished.values() {
            watch.cancel();
        }
    }

    /// Waits until everything that was posted is done, and lets the subject go.
    pub fn finish(&mut self) {
        if let Mode::Thread(jobs, thread) = mem::replace(&mut self.mode, Mode::Ended) {
            drop(jobs); // the thread's loop ends with its queue
            if thread.join().is_err() {
                tracing::error!("the worker's thread ended with a panic");
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::domain::progress::{Progress as _, Step};

    const COUNTING: Step = Step {
        label: "Counting",
        done: 1,
        total: 2,
    };

    #[test]
    fn replies_come_back_in_the_order_of_the_work() {
        let mut worker =
            Worker::<Vec<u8>, Vec<usize>>::start("test", vec![], Arc::new(|| ())).unwrap();
        for value in 0..3 {
            let push = move |subject: &mut Vec<u8>, _: &Watch| {
                subject.push(value);
                subject.len()
            };
            worker.post(push, |app: &mut Vec<usize>, length| app.push(length));
        }
        let mut app = Vec::new();
        while !worker.is_idle() {
            for reply in worker.replies() {
                reply(&mut app);
            }
        }
        assert_eq!(app, [1, 2, 3]);
        worker.finish();
    }

    #[test]
    fn cancelled_work_hears_of_it_at_its_next_step() {
        let mut worker = Worker::<(), Vec<bool>>::start("test", (), Arc::new(|| ())).unwrap();
        let (go, gate) = channel::<()>();
        let work = move |(): &mut (), watch: &Watch| {
            gate.recv().unwrap();
            watch.step(COUNTING).is_err()
        };
        let watch = worker.post(work, |app: &mut Vec<bool>, stopped| app.push(stopped));
        watch.cancel();
        go.send(()).unwrap();
        let mut app = Vec::new();
        while !worker.is_idle() {
            for reply in worker.replies() {
                reply(&mut app);
            }
        }
        assert_eq!(app, [true]);
        assert_eq!(watch.latest(), None);
    }

    #[test]
    fn inline_work_is_done_at_once_but_answered_later() {
        let mut worker = Worker::<u8, u8>::inline(7);
        let watch = worker.post(
            |subject, watch| {
                *subject += 1;
                watch.step(COUNTING).unwrap();
                *subject
            },
            |app, value| *app = value,
        );
        assert_eq!(watch.latest(), Some(COUNTING));
        let mut app = 0;
        for reply in worker.replies() {
            reply(&mut app);
        }
        assert_eq!(app, 8);
    }
}
