//! How long work says how far it is, and hears that it is to stop.

/// The person asked for the work to stop.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// What is being done, as the progress bar shows it.
    pub label: &'static str,
    /// Items done.
    pub done: u64,
    /// Items in all; 0 where that is not known.
    pub total: u64,
}

impl Step {
    /// What an act reports when it is done but not yet kept.
    pub const LAST: Self = Self {
        label: "Writing",
        done: 1,
        total: 1,
    };
}

/// Where long work reports. Implementations must be cheap: this is called once an item.
pub trait Progress: Send + Sync {
    /// Reports `step`, or says that the person asked to stop, so that `?` unwinds the work.
    fn step(&self, step: Step) -> Result<(), Cancelled>;
}

/// For work that nobody watches.
pub struct Unwatched;

impl Progress for Unwatched {
    fn step(&self, _step: Step) -> Result<(), Cancelled> {
        Ok(())
    }
}
