//! What is known about one piece of work while it runs, and how it is told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::progress::{Cancelled, Progress, Step};

use super::Wake;

/// One piece of work, seen from both threads.
#[derive(Clone)]
pub struct Watch(Arc<State>);

struct State {
    cancelled: AtomicBool,
    step: Mutex<Option<Step>>,
    wake: Wake,
}

impl Watch {
    pub(super) fn new(wake: Wake) -> Self {
        Self(Arc::new(State {
            cancelled: AtomicBool::new(false),
            step: Mutex::new(None),
            wake,
        }))
    }

    /// Asks the work to stop. It does so at its next step, or finishes if there is none.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// How far the work was when it last said so.
    pub fn latest(&self) -> Option<Step> {
        *self.0.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Watch {
    fn step(&self, step: Step) -> Result<(), Cancelled> {
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        *self.0.step.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
        (self.0.wake)();
        Ok(())
    }
}
