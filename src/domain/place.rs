//! Where a recipient stands in the organization: its site and its container.

/// A site's number in the store.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SiteId(pub i64);

/// A container's number in the store.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ContainerId(pub i64);
