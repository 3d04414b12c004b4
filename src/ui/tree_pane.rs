//! The tree of containers.

use egui::Ui;

use crate::app::command::Command;
use crate::app::console::Console;
use crate::app::place::Place;
use crate::face::{self, Icon, Node};

/// Paints the tree.
pub(super) fn tree_pane(ui: &mut Ui, console: &Console, commands: &mut Vec<Command>) {
    let mut nodes = Vec::new();
    add_nodes(console, Place::Organization, &mut nodes);
    let events = face::tree(ui, "Containers", &nodes, Some(&console.place));
    let go = events.selected.or(events.opened).map(Command::Go);
    commands.extend(go);
    commands.extend(events.toggled.map(Command::Toggle));
}

fn add_nodes<'a>(console: &'a Console, place: Place, nodes: &mut Vec<Node<'a, Place>>) {
    let has_children = place.children().next().is_some();
    let open = has_children.then(|| console.expanded.contains(&place));
    nodes.push(Node {
        key: place,
        depth: place.depth(),
        icon: icon(place),
        text: console.title(place),
        open,
    });
    if open == Some(true) {
        for child in place.children() {
            add_nodes(console, child, nodes);
        }
    }
}

/// The icon of a container.
pub(super) fn icon(place: Place) -> Icon {
    match place {
        Place::Organization => Icon::Organization,
        Place::Site => Icon::Site,
        Place::Recipients => Icon::Recipients,
        Place::DeletedMailboxes => Icon::DeletedMailbox,
        Place::Configuration => Icon::Configuration,
    }
}
