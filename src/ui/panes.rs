//! What the window itself remembers from frame to frame: scrolling, column widths, the splitter.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::sheet::SheetId;
use crate::face::ListState;

/// What the window remembers.
pub(super) struct Panes {
    /// The tree's part of the width.
    pub(super) splitter: f32,
    /// The contents pane.
    pub(super) contents: Contents,
    /// The lists of open sheets, by sheet and page title.
    sheets: BTreeMap<(SheetId, &'static str), ListState>,
    /// The list of the dialog with this number.
    dialog: (u64, ListState),
    /// The dialog with this number shows work under way.
    pub(super) busy: Option<u64>,
    /// The prompt with this number, and how often it was painted.
    prompt: (u64, u8),
}

/// What the contents pane remembers.
#[derive(Default)]
pub(super) struct Contents {
    /// The list of mailboxes.
    pub(super) mailboxes: ListState,
    /// The list of objects.
    pub(super) objects: ListState,
}

/// The tree's part of the width in a new window.
const SPLITTER: f32 = 0.235;

impl Panes {
    pub(super) fn new(splitter: Option<f32>) -> Self {
        Self {
            splitter: splitter.unwrap_or(SPLITTER),
            contents: Contents::default(),
            sheets: BTreeMap::new(),
            dialog: (0, ListState::default()),
            busy: None,
            prompt: (0, 0),
        }
    }

    /// The list on a page of a sheet.
    pub(super) fn of_sheet(&mut self, id: SheetId, page: &'static str) -> &mut ListState {
        self.sheets.entry((id, page)).or_default()
    }

    /// Forgets the lists of sheets that are closed; those sheets.
    pub(super) fn keep_sheets(&mut self, open: &[SheetId]) -> BTreeSet<SheetId> {
        let ids = self.sheets.keys().map(|(id, _page)| *id);
        let closed = ids.filter(|id| !open.contains(id)).collect();
        self.sheets.retain(|(id, _page), _state| open.contains(id));
        closed
    }

    /// Whether the prompt with this number has just appeared: its password field gets the keyboard
    /// then, after the face has settled who has it, which takes two passes.
    pub(super) fn is_new_prompt(&mut self, number: u64) -> bool {
        if self.prompt.0 != number {
            self.prompt = (number, 0);
        }
        self.prompt.1 = self.prompt.1.saturating_add(1);
        self.prompt.1 <= 3
    }

    /// The list in a dialog: a new one for each dialog.
    pub(super) fn of_dialog(&mut self, number: u64) -> &mut ListState {
        if self.dialog.0 != number {
            self.dialog = (number, ListState::default());
        }
        &mut self.dialog.1
    }
}
