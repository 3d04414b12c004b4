//! The containers of the tree, and the objects in them.

use crate::domain::mailbox::MailboxId;

/// A container: a line of the tree.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// The organization, the root.
    Organization,
    /// The site.
    Site,
    /// The mailboxes.
    Recipients,
    /// Mailboxes that were deleted; their archived keys are kept.
    DeletedMailboxes,
    /// The KM server's own objects.
    Configuration,
}

impl Place {
    /// Every container, from the root down.
    pub const ALL: [Self; 5] = [
        Self::Organization,
        Self::Site,
        Self::Recipients,
        Self::DeletedMailboxes,
        Self::Configuration,
    ];

    /// How deep it lies below the root.
    pub const fn depth(self) -> usize {
        match self {
            Self::Organization => 0,
            Self::Site => 1,
            Self::Recipients | Self::Configuration => 2,
            Self::DeletedMailboxes => 3,
        }
    }

    /// The container around it.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Organization => None,
            Self::Site => Some(Self::Organization),
            Self::Recipients | Self::Configuration => Some(Self::Site),
            Self::DeletedMailboxes => Some(Self::Recipients),
        }
    }

    /// The containers in it.
    pub fn children(self) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |place| place.parent() == Some(self))
    }

    /// Whether it holds mailboxes, as a long list.
    pub const fn holds_mailboxes(self) -> bool {
        match self {
            Self::Recipients | Self::DeletedMailboxes => true,
            Self::Organization | Self::Site | Self::Configuration => false,
        }
    }
}

/// A line of the contents pane.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Item {
    /// The audit log.
    AuditLog,
    /// The certification authority.
    Ca,
    /// A mailbox.
    Mailbox(MailboxId),
    /// A container.
    Place(Place),
}
