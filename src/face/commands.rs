//! Menu bar, toolbar and shortcut keys: three readings of a program's one table of commands.

use egui::Context;
use egui::Key;
use egui::Modifiers;
use egui::Ui;

use crate::forms::commands::Entry;
use crate::forms::commands::Shortcut;

use super::icons::Icon;
use super::menu::MenuItem;
use super::menu::menu_bar;
use super::toolbar::toolbar;

/// A table of commands, and what its verbs look like and mean right now.
pub struct Commands<'a, Verb, MenuName, Command> {
    /// The table, in the order of menus and toolbar.
    pub table: &'a [Entry<Verb, MenuName>],
    /// The menus with their titles, from left to right.
    pub menus: &'a [(MenuName, &'static str)],
    /// The picture of a verb; without one it is not in the toolbar.
    pub icon: fn(Verb) -> Option<Icon>,
    /// The command a verb means right now, or why there is none.
    pub resolve: &'a dyn Fn(Verb) -> Result<Command, &'static str>,
}

impl<Verb: Copy, MenuName: Copy + PartialEq, Command> Commands<'_, Verb, MenuName, Command> {
    /// The menu bar.
    pub fn menu_bar(&self, ui: &mut Ui, chosen: &mut Vec<Command>) {
        menu_bar(ui, |bar| {
            for (menu, title) in self.menus {
                bar.menu(title, |entries| {
                    for entry in self.table.iter().filter(|entry| entry.menu == *menu) {
                        if entry.starts_group {
                            entries.separator();
                        }
                        let resolved = (self.resolve)(entry.verb);
                        let refused = resolved.as_ref().err().copied();
                        let keys = keys_text(entry);
                        let item = command_item(entry, &keys, (self.icon)(entry.verb), refused);
                        if entries.item(item) {
                            chosen.extend(resolved.ok());
                        }
                    }
                });
            }
        });
    }

    /// The toolbar.
    pub fn toolbar(&self, ui: &mut Ui, chosen: &mut Vec<Command>) {
        toolbar(ui, |bar| {
            let mut last = None;
            for entry in self.table.iter().filter(|entry| entry.is_tool) {
                if last.is_some_and(|menu| menu != entry.menu) {
                    bar.separator();
                }
                last = Some(entry.menu);
                let Some(icon) = (self.icon)(entry.verb) else {
                    continue;
                };
                let (resolved, keys) = ((self.resolve)(entry.verb), keys_text(entry));
                let refused = resolved.as_ref().err().copied();
                if bar.tool(icon, entry.title, &keys, refused) {
                    chosen.extend(resolved.ok());
                }
            }
        });
    }

    /// The shortcut keys, to be asked where no dialog is in front. A field that is typed in keeps
    /// those without Ctrl or Alt.
    pub fn keys(&self, ctx: &Context, chosen: &mut Vec<Command>) {
        if ctx.text_edit_focused() && !ctx.input(|input| input.modifiers.any()) {
            return;
        }
        for entry in self.table {
            let Some((modifiers, key)) = entry.shortcut.and_then(pressed) else {
                continue;
            };
            if ctx.input_mut(|input| input.consume_key(modifiers, key)) {
                chosen.extend((self.resolve)(entry.verb).ok());
            }
        }
    }
}

/// An entry of the table as an entry of a menu; `refused` says why it can not be chosen now.
fn command_item<'a, Verb, MenuName>(
    entry: &'a Entry<Verb, MenuName>,
    keys: &'a str,
    icon: Option<Icon>,
    refused: Option<&'a str>,
) -> MenuItem<'a> {
    let item = MenuItem::new(entry.title)
        .shortcut(keys)
        .hint(entry.hint)
        .refused(refused);
    match icon {
        Some(icon) => item.icon(icon),
        None => item,
    }
}

fn pressed(shortcut: Shortcut) -> Option<(Modifiers, Key)> {
    match shortcut {
        Shortcut::AltEnter => Some((Modifiers::ALT, Key::Enter)),
        Shortcut::Ctrl(letter) => Some((Modifiers::COMMAND, Key::from_name(&letter.to_string())?)),
        Shortcut::Delete => Some((Modifiers::NONE, Key::Delete)),
        Shortcut::F5 => Some((Modifiers::NONE, Key::F5)),
    }
}

fn keys_text<Verb, MenuName>(entry: &Entry<Verb, MenuName>) -> String {
    entry.shortcut.map_or_else(String::new, Shortcut::text)
}
