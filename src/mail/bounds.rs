//! How much a message may make us do: whoever wrote it chose its shape.

/// What may still be read of one message.
pub(super) struct Bounds {
    depth: usize,
    parts: usize,
    octets: usize,
}

/// Entities within entities; programs that forward a forwarded message reach five.
const MAX_DEPTH: usize = 32;
/// Entities in all; a digest of a busy mailing list has a hundred.
const MAX_PARTS: usize = 1_000;
/// How often each octet may be copied out: a signature needs a copy of what it is over, so this
/// is the number of signatures around signatures.
const MAX_COPIES: usize = 4;

/// What a reader is told in place of the entity that went too far.
pub(super) const TOO_MUCH: &str = "the message has too many parts within parts";

impl Bounds {
    /// The bounds of a message of this many octets.
    pub(super) const fn for_octets(octets: usize) -> Self {
        Self {
            depth: MAX_DEPTH,
            parts: MAX_PARTS,
            octets: octets.saturating_mul(MAX_COPIES),
        }
    }

    /// Counts one more entity.
    pub(super) fn enter_part(&mut self) -> Option<()> {
        self.parts = self.parts.checked_sub(1)?;
        Some(())
    }

    /// Whether [`enter_part`](Self::enter_part) will refuse.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.parts == 0
    }

    /// Counts octets that are copied.
    pub(super) fn copy(&mut self, octets: usize) -> Option<()> {
        self.octets = self.octets.checked_sub(octets)?;
        Some(())
    }

    /// Reads one level further inside.
    pub(super) fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.depth = self.depth.checked_sub(1)?;
        let inner = read(self);
        self.depth += 1;
        Some(inner)
    }
}
