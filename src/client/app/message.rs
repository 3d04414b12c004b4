//! Messages for the person at the window, about errors of the client.

use crate::client::error::Error;
use crate::forms::message::Message;

impl Message {
    /// The words for an error of the client.
    pub fn of_client(error: &Error) -> Self {
        let notice = error.notice();
        Self::error(notice.what, notice.remedy)
    }
}
