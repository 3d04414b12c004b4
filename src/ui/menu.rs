//! Menu bar, toolbar and shortcut keys: three readings of the one table of commands.

use egui::{Context, Key, Modifiers, Ui};

use crate::app::App;
use crate::app::command::{COMMANDS, Command, Entry, MenuName, Verb, resolve};
use crate::face::{self, Icon, MenuItem};
use crate::forms::commands::Shortcut;

/// The menu bar.
pub(super) fn menu_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    face::menu_bar(ui, |bar| {
        for (menu, title) in MenuName::ALL {
            bar.menu(title, |entries| {
                for entry in COMMANDS.iter().filter(|entry| entry.menu == menu) {
                    if entry.starts_group {
                        entries.separator();
                    }
                    if entries.item(item(app, entry, &keys_text(entry))) {
                        commands.extend(resolve(app, entry.verb).ok());
                    }
                }
            });
        }
    });
}

/// An entry of the table as an entry of a menu.
pub(super) fn item<'a>(app: &App, entry: &'a Entry, keys: &'a str) -> MenuItem<'a> {
    let item = MenuItem::new(entry.title)
        .shortcut(keys)
        .hint(entry.hint)
        .refused(resolve(app, entry.verb).err());
    match icon(entry.verb) {
        Some(icon) => item.icon(icon),
        None => item,
    }
}

/// The toolbar.
pub(super) fn toolbar_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    face::toolbar(ui, |bar| {
        let mut last = None;
        for entry in COMMANDS.iter().filter(|entry| entry.is_tool) {
            if last.is_some_and(|menu| menu != entry.menu) {
                bar.separator();
            }
            last = Some(entry.menu);
            let (resolved, keys) = (resolve(app, entry.verb), keys_text(entry));
            let Some(icon) = icon(entry.verb) else {
                continue;
            };
            if bar.tool(icon, entry.title, &keys, resolved.as_ref().err().copied()) {
                commands.extend(resolved.ok());
            }
        }
    });
}

/// The shortcut keys. A dialog in front keeps them.
pub(super) fn keys(ctx: &Context, app: &App, commands: &mut Vec<Command>) {
    if !app.modals.is_empty()
        || ctx.text_edit_focused() && !ctx.input(|input| input.modifiers.any())
    {
        return;
    }
    for entry in COMMANDS {
        let Some((modifiers, key)) = entry.shortcut.and_then(pressed) else {
            continue;
        };
        if ctx.input_mut(|input| input.consume_key(modifiers, key)) {
            commands.extend(resolve(app, entry.verb).ok());
        }
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

fn keys_text(entry: &Entry) -> String {
    entry.shortcut.map_or_else(String::new, Shortcut::text)
}

fn icon(verb: Verb) -> Option<Icon> {
    match verb {
        Verb::About => Some(Icon::Information),
        Verb::Delete => Some(Icon::Delete),
        Verb::Exit => None,
        Verb::ExportPeople => Some(Icon::Export),
        Verb::Find => Some(Icon::Find),
        Verb::ForgetPassword => Some(Icon::Forget),
        Verb::ImportPeople => Some(Icon::Import),
        Verb::NewMailbox => Some(Icon::NewMailbox),
        Verb::Properties => Some(Icon::Properties),
        Verb::Refresh => Some(Icon::Refresh),
    }
}
