//! How verbs stand in menus, toolbar and keys: the lines of a program's one table of commands.

/// The keys that do the same as a verb.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shortcut {
    /// Alt and Enter.
    AltEnter,
    /// Ctrl and a letter.
    Ctrl(char),
    /// Delete.
    Delete,
    /// F5.
    F5,
}

impl Shortcut {
    /// As menus write it.
    pub fn text(self) -> String {
        match self {
            Self::AltEnter => "Alt+Enter".to_owned(),
            Self::Ctrl(letter) => format!("Ctrl+{letter}"),
            Self::Delete => "Del".to_owned(),
            Self::F5 => "F5".to_owned(),
        }
    }
}

/// How a verb looks and where it stands.
pub struct Entry<Verb, MenuName> {
    /// The verb.
    pub verb: Verb,
    /// Its menu.
    pub menu: MenuName,
    /// Whether a line separates it from the one before.
    pub starts_group: bool,
    /// Its title.
    pub title: &'static str,
    /// What it does, for tooltips.
    pub hint: &'static str,
    /// Its keys.
    pub shortcut: Option<Shortcut>,
    /// Whether the toolbar has it.
    pub is_tool: bool,
}

/// An entry without keys, and not in the toolbar.
pub const fn entry<Verb: Copy, MenuName: Copy>(
    verb: Verb,
    menu: MenuName,
    title: &'static str,
    hint: &'static str,
) -> Entry<Verb, MenuName> {
    Entry {
        verb,
        menu,
        starts_group: false,
        title,
        hint,
        shortcut: None,
        is_tool: false,
    }
}

impl<Verb: Copy, MenuName: Copy> Entry<Verb, MenuName> {
    /// With keys.
    #[must_use]
    pub const fn keys(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// In the toolbar too.
    #[must_use]
    pub const fn tool(mut self) -> Self {
        self.is_tool = true;
        self
    }

    /// Separated from the entry before.
    #[must_use]
    pub const fn after_line(mut self) -> Self {
        self.starts_group = true;
        self
    }
}
