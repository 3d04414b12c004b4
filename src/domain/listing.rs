//! Which recipients a list shows, in what order, and from where on.

use super::mailbox::MailboxId;
use super::place::ContainerId;

/// What a list of recipients shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listing {
    /// Which recipients.
    pub scope: Scope,
    /// The column they are sorted by; equal ones come in the order they were made.
    pub column: Column,
    /// Whether the column ascends.
    pub direction: Direction,
    /// What the person typed to find; nothing shows all. Each word must occur in name, alias or
    /// address, whatever its case and accents: words of one or two characters at the beginning
    /// of a word, longer ones anywhere.
    pub find: String,
}

impl Listing {
    /// All of `scope` in the order of their names.
    pub fn by_name(scope: Scope) -> Self {
        Self {
            scope,
            column: Column::DisplayName,
            direction: Direction::Ascending,
            find: String::new(),
        }
    }
}

/// Which recipients a list shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Every recipient of the organization: the Global Address List.
    All,
    /// Those in one container, without the containers below it.
    Container(ContainerId),
    /// The deleted mailboxes, whose keys can still be recovered.
    Deleted,
}

/// A column that lists can be sorted by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Column {
    /// SMTP address.
    Address,
    /// Short name.
    Alias,
    /// Department.
    Department,
    /// Name.
    DisplayName,
    /// Office.
    Office,
    /// Advanced-security state.
    State,
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// A to Z.
    Ascending,
    /// Z to A.
    Descending,
}

/// Where a page begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Position {
    /// After a row that was shown: stays right while others are added or removed.
    After(Cursor),
    /// After this many rows: where a dragged scroll thumb jumps to.
    Offset(u64),
    /// At the first row.
    Start,
}

/// A row's place in one order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cursor {
    /// The row's sort key in the listing's column.
    pub key: Vec<u8>,
    /// The row, which decides between equal keys.
    pub id: MailboxId,
}
