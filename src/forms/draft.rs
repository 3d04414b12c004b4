//! What a property sheet edits.

/// `stored` is what the engine has, `edited` what the person sees.
pub struct Draft<T> {
    stored: T,
    /// What the person sees and changes.
    pub edited: T,
}

impl<T: Clone + PartialEq> Draft<T> {
    /// A draft nobody has touched yet.
    pub fn new(stored: T) -> Self {
        Self {
            edited: stored.clone(),
            stored,
        }
    }

    /// Whether there is anything to apply.
    pub fn is_dirty(&self) -> bool {
        self.edited != self.stored
    }

    /// Takes over what the engine has now; what the person has changed stays.
    pub fn refresh(&mut self, stored: T) {
        if !self.is_dirty() {
            self.edited = stored.clone();
        }
        self.stored = stored;
    }

    /// What is edited is stored now. Called in the reply, after the engine agreed.
    pub fn accept(&mut self) {
        self.stored = self.edited.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_does_not_take_away_what_was_typed() {
        let mut draft = Draft::new(1);
        draft.edited = 5;
        draft.refresh(2);
        assert_eq!(draft.edited, 5);
        assert!(draft.is_dirty());
        draft.accept();
        draft.refresh(3);
        assert_eq!(draft.edited, 3);
        assert!(!draft.is_dirty());
    }
}
