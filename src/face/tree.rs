//! The tree: nodes with icons that open and close.

use egui::EventFilter;
use egui::Id;
use egui::Key;
use egui::Modifiers;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::Vec2b;
use egui::accesskit::Action;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::paint;
use super::scroll;
use super::theme;

/// A node that is in view, because its parents are open. The caller keeps which nodes are open.
#[derive(Clone, Debug)]
pub struct Node<'a, K> {
    /// What the node stands for.
    pub key: K,
    /// How many parents it has.
    pub depth: usize,
    /// The icon before its text.
    pub icon: Icon,
    /// What the person reads.
    pub text: &'a str,
    /// Whether its children are in view; `None` for a node that has none.
    pub open: Option<bool>,
}

/// What the person did with a tree in this frame.
#[must_use = "says what the person did"]
pub struct TreeEvents<K> {
    /// The node that has just been selected.
    pub selected: Option<K>,
    /// The node that is to be opened if it was closed, and closed if it was open.
    pub toggled: Option<K>,
    /// The node on which Enter was pressed.
    pub opened: Option<K>,
    /// The tree itself, for `context_menu`; the secondary button selects its node first.
    pub response: Response,
}

/// Paints `nodes`, top to bottom, in all the room there is. Keys: Up, Down, Home and End select;
/// Right opens or goes to the first child; Left closes or goes to the parent.
pub fn tree<K: Clone + PartialEq>(
    ui: &mut Ui,
    name: &str,
    nodes: &[Node<'_, K>],
    selected: Option<&K>,
) -> TreeEvents<K> {
    let whole = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(whole);
    let ui = &mut ui.new_child(UiBuilder::new().id_salt(name).max_rect(whole));
    let palette = theme::palette(ui.ctx());
    ui.painter().rect_filled(whole, 0.0, palette.field);
    let inside = whole.shrink(2.0 * theme::LINE);
    let body = ui.interact(inside, ui.scope_id().with("body"), Sense::click());
    paint::describe(ui, &body, Role::Tree, name, None);
    let at = selected.and_then(|key| nodes.iter().position(|node| node.key == *key));
    let mut act = keys(ui, &body, nodes, at);
    let about = UiBuilder::new()
        .id_salt("nodes")
        .max_rect(inside)
        .accessibility_parent(body.id);
    let mut area = ui.new_child(about);
    scroll::scrolled(&mut area, "nodes", Vec2b::TRUE, |ui| {
        paint_nodes(ui, &body, nodes, at, &mut act);
    });
    bevel::sunken(ui.painter(), whole, &palette);
    let key = |index: Option<usize>| nodes.get(index?).map(|node| node.key.clone());
    let at = act.select.or(at);
    if let Some(node) = at.filter(|at| *at < nodes.len()) {
        ui.ctx().accesskit_node_builder(body.id, |tree| {
            tree.set_active_descendant(node_id(&body, node).accesskit_id());
        });
    }
    TreeEvents {
        selected: key(act.select),
        toggled: key(act.toggle),
        opened: key(act.open),
        response: body,
    }
}

/// What is to happen, by place in the slice of nodes.
#[derive(Default)]
struct Act {
    select: Option<usize>,
    toggle: Option<usize>,
    open: Option<usize>,
}

fn keys<K>(ui: &Ui, body: &Response, nodes: &[Node<'_, K>], at: Option<usize>) -> Act {
    let mut act = Act::default();
    if !body.has_focus() || nodes.is_empty() || egui::Popup::is_any_open(ui.ctx()) {
        return act;
    }
    let keys_of_its_own = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(body.id, keys_of_its_own));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = nodes.len() - 1;
    if pressed(Key::ArrowDown) {
        act.select = Some(at.map_or(0, |at| (at + 1).min(last)));
    }
    if pressed(Key::ArrowUp) {
        act.select = Some(at.map_or(0, |at| at.saturating_sub(1)));
    }
    if pressed(Key::Home) {
        act.select = Some(0);
    }
    if pressed(Key::End) {
        act.select = Some(last);
    }
    let node = at.and_then(|at| nodes.get(at));
    if let (Some(at), Some(node)) = (at, node) {
        if pressed(Key::ArrowRight) {
            match node.open {
                Some(true) => act.select = Some((at + 1).min(last)),
                Some(false) => act.toggle = Some(at),
                None => (),
            }
        }
        if pressed(Key::ArrowLeft) {
            if node.open == Some(true) {
                act.toggle = Some(at);
            } else {
                let is_parent = |other: &Node<'_, K>| other.depth < node.depth;
                act.select = nodes.iter().take(at).rposition(is_parent).or(act.select);
            }
        }
        if pressed(Key::Enter) {
            act.open = Some(at);
        }
    }
    act.select = act.select.filter(|select| Some(*select) != at);
    act
}

fn paint_nodes<K>(
    ui: &mut Ui,
    body: &Response,
    nodes: &[Node<'_, K>],
    at: Option<usize>,
    act: &mut Act,
) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let top = ui.cursor().top();
    let (mut hit, mut hit_text) = (None, false);
    let pointer = body.interact_pointer_pos();
    let mut widest: f32 = 0.0;
    for (index, node) in nodes.iter().enumerate() {
        let left = ui.cursor().left() + indent(node.depth);
        let text = paint::text_size(ui, node.text).x;
        let row = Rect::from_min_size(
            Pos2::new(ui.cursor().left(), ui.cursor().top()),
            Vec2::new(body.rect.width(), theme::ROW_HEIGHT),
        );
        let width = left - row.left() + theme::INDENT + theme::ICON + text + 4.0 * theme::GAP;
        widest = widest.max(width);
        let _space = ui.allocate_space(Vec2::new(width, theme::ROW_HEIGHT));
        let expander = Rect::from_center_size(
            Pos2::new(left + theme::INDENT / 2.0, row.center().y).round(),
            Vec2::splat(theme::EXPANDER),
        );
        if let Some(at) = pointer.filter(|at| row.y_range().contains(at.y)) {
            hit = Some(index);
            hit_text = expander.right() + theme::LINE < at.x;
        }
        let label = Rect::from_min_size(
            Pos2::new(left + theme::INDENT, row.top()),
            Vec2::new(theme::ICON + 1.5 * theme::GAP + text, theme::ROW_HEIGHT),
        );
        let is_selected = at == Some(index);
        paint_node(ui, body, node, label, expander, is_selected);
        let chosen = describe_node(ui, node_id(body, index), node, label, is_selected);
        if chosen {
            act.select = Some(index);
        }
        if is_selected && act.select.is_none() && body.gained_focus() {
            ui.scroll_to_rect(label, None);
        }
    }
    if let Some(select) = act.select {
        let offset = theme::ROW_HEIGHT * scroll::points(u64::try_from(select).unwrap_or(0));
        let row = Rect::from_min_size(
            Pos2::new(body.rect.left(), top + offset),
            Vec2::new(theme::LINE, theme::ROW_HEIGHT),
        );
        ui.scroll_to_rect(row, None);
    }
    clicks(body, nodes, hit, hit_text, act);
}

fn clicks<K>(
    body: &Response,
    nodes: &[Node<'_, K>],
    hit: Option<usize>,
    hit_text: bool,
    act: &mut Act,
) {
    if !(body.clicked() || body.secondary_clicked()) {
        return;
    }
    body.request_focus();
    let Some(index) = hit else {
        return;
    };
    let has_children = nodes.get(index).is_some_and(|node| node.open.is_some());
    let is_toggle = has_children && body.clicked() && (!hit_text || body.double_clicked());
    if is_toggle {
        act.toggle = Some(index);
    } else {
        act.select = Some(index);
    }
}

fn paint_node<K>(
    ui: &Ui,
    body: &Response,
    node: &Node<'_, K>,
    label: Rect,
    expander: Rect,
    is_selected: bool,
) {
    let palette = theme::palette(ui.ctx());
    if let Some(is_open) = node.open {
        let painter = ui.painter();
        painter.rect_filled(expander, 0.0, palette.field);
        bevel::edge(painter, expander, palette.shadow, palette.shadow);
        let bar = |size: Vec2| {
            painter.rect_filled(
                Rect::from_center_size(expander.center(), size),
                0.0,
                palette.text,
            );
        };
        let long = theme::EXPANDER - 4.0 * theme::LINE;
        bar(Vec2::new(long, theme::LINE));
        if !is_open {
            bar(Vec2::new(theme::LINE, long));
        }
    }
    let place = icons::place_left(label, 0.0);
    icons::paint(ui, place, node.icon, true);
    let text = label.with_min_x(place.right() + theme::GAP / 2.0);
    let mut ink = palette.text;
    if is_selected && body.has_focus() {
        ui.painter().rect_filled(text, 0.0, palette.selection);
        bevel::focus(ui.painter(), text, palette.highlight);
        ink = palette.selection_text;
    } else if is_selected {
        ui.painter().rect_filled(text, 0.0, palette.idle_selection);
    }
    let inner = text.with_min_x(text.left() + theme::GAP / 2.0);
    paint::text_left(ui, inner, node.text, ink);
}

/// Names the node for screen readers; whether one of them chose it.
fn describe_node<K>(ui: &Ui, id: Id, node: &Node<'_, K>, label: Rect, is_selected: bool) -> bool {
    let response = ui.interact(label, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(Role::TreeItem, true, node.text));
    ui.ctx().accesskit_node_builder(id, |item| {
        item.set_selected(is_selected);
        item.set_level(node.depth + 1);
        item.add_action(Action::Click);
        if let Some(is_open) = node.open {
            item.set_expanded(is_open);
        }
    });
    ui.input(|input| input.has_accesskit_action_request(id, Action::Click))
}

fn indent(depth: usize) -> f32 {
    theme::INDENT * scroll::points(u64::try_from(depth).unwrap_or(0))
}

fn node_id(body: &Response, index: usize) -> Id {
    body.id.with(("node", index))
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    struct Model {
        selected: u32,
        open: bool,
        entered: Option<u32>,
    }

    fn harness<'a>() -> Harness<'a, Model> {
        let model = Model {
            selected: 0,
            open: true,
            entered: None,
        };
        Harness::new_ui_state(
            |ui, model: &mut Model| {
                let node = |key, depth, text, open| Node {
                    key,
                    depth,
                    icon: Icon::Site,
                    text,
                    open,
                };
                let mut nodes = vec![node(0, 0, "Ferguson", Some(model.open))];
                if model.open {
                    nodes.push(node(1, 1, "London", None));
                    nodes.push(node(2, 1, "Paris", None));
                }
                let events = tree(ui, "Directory", &nodes, Some(&model.selected));
                model.selected = events.selected.unwrap_or(model.selected);
                model.open ^= events.toggled.is_some();
                model.entered = events.opened.or(model.entered);
            },
            model,
        )
    }

    #[test]
    fn arrow_keys_walk_open_and_close() {
        let mut harness = harness();
        harness
            .get_by_role_and_label(Role::Tree, "Directory")
            .focus();
        harness.run();
        let mut press = |key, selected, open| {
            harness.key_press(key);
            harness.run();
            let model = harness.state();
            assert_eq!((model.selected, model.open), (selected, open), "{key:?}");
        };
        press(Key::ArrowRight, 1, true);
        press(Key::ArrowDown, 2, true);
        press(Key::ArrowLeft, 0, true);
        press(Key::ArrowLeft, 0, false);
        press(Key::ArrowRight, 0, true);
        press(Key::End, 2, true);
        press(Key::Enter, 2, true);
        assert_eq!(harness.state().entered, Some(2));
    }

    #[test]
    fn a_click_selects_and_the_box_before_a_node_closes_it() {
        let mut harness = harness();
        harness.get_by_label("Paris").click();
        harness.run();
        assert_eq!(harness.state().selected, 2);
        let label = harness.get_by_label("Ferguson").rect();
        let expander = Pos2::new(label.left() - theme::INDENT / 2.0, label.center().y);
        harness.drag_at(expander);
        harness.drop_at(expander);
        harness.run();
        assert!(!harness.state().open);
        assert_eq!(harness.state().selected, 2);
    }
}
