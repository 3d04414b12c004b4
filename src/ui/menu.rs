//! Menu bar, toolbar and shortcut keys of the Administrator.

use egui::{Context, Ui};

use crate::app::App;
use crate::app::command::{COMMANDS, Command, MenuName, Verb, resolve};
use crate::face::{Commands, Icon};

type Resolve<'a> = &'a dyn Fn(Verb) -> Result<Command, &'static str>;

/// The menu bar.
pub(super) fn menu_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    table(&|verb| resolve(app, verb)).menu_bar(ui, commands);
}

/// The toolbar.
pub(super) fn toolbar_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    table(&|verb| resolve(app, verb)).toolbar(ui, commands);
}

/// The shortcut keys. A dialog in front keeps them.
pub(super) fn keys(ctx: &Context, app: &App, commands: &mut Vec<Command>) {
    if app.modals.is_empty() {
        table(&|verb| resolve(app, verb)).keys(ctx, commands);
    }
}

fn table(resolve: Resolve<'_>) -> Commands<'_, Verb, MenuName, Command> {
    Commands {
        table: COMMANDS,
        menus: &MenuName::ALL,
        icon,
        resolve,
    }
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
