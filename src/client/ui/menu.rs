//! Menu bar, toolbar and shortcut keys of the mail user's program.

use egui::{Context, Ui};

use crate::client::app::App;
use crate::client::app::command::{COMMANDS, Command, MenuName, Verb, resolve};
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

/// The shortcut keys. A dialog or a window in front keeps them.
pub(super) fn keys(ctx: &Context, app: &App, commands: &mut Vec<Command>) {
    if app.modals.is_empty() && app.windows.is_empty() {
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
        Verb::Compose => Some(Icon::Compose),
        Verb::Contacts => Some(Icon::AddressBook),
        Verb::Delete => Some(Icon::Delete),
        Verb::ForgetPassword => Some(Icon::Forget),
        Verb::Exit | Verb::LogOff => None,
        Verb::LogOn => Some(Icon::Key),
        Verb::Open => Some(Icon::ReadMail),
        Verb::Options => Some(Icon::Options),
        Verb::Reply => Some(Icon::Reply),
        Verb::SendReceive => Some(Icon::SendReceive),
    }
}
