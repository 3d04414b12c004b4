//! The ground of the main window, and the caption bar that dialogs and sheets share.

use egui::Context;
use egui::LayerId;
use egui::Mesh;
use egui::Order;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Shape;
use egui::Stroke;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::keyboard;
use super::paint;
use super::theme;

/// Paints the ground of the main window and its contents on it, up to its edges.
pub fn ground<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let whole = ui.max_rect();
    let face = theme::palette(ui.ctx()).face;
    ui.painter().rect_filled(whole, 0.0, face);
    let inside = whole.shrink(2.0 * theme::LINE);
    let about = egui::UiBuilder::new().id_salt("ground").max_rect(inside);
    let mut child = ui.new_child(about);
    child.spacing_mut().item_spacing.y = theme::LINE;
    keyboard::arrive(&child, None);
    contents(&mut child)
}

/// Contents with room round them, as on a page that is not in a sheet or dialog.
pub fn padded<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    egui::Frame::new()
        .inner_margin(theme::CONTENT_MARGIN)
        .show(ui, contents)
        .inner
}

/// The window inside the window that is in front of the others. (egui keeps the place of one that was
/// closed, so the last one is not always seen.)
pub(super) fn front(ctx: &Context) -> Option<LayerId> {
    ctx.memory(|memory| {
        let is_seen =
            |layer: &LayerId| layer.order == Order::Middle && memory.areas().is_visible(layer);
        memory.layer_ids().filter(is_seen).last()
    })
}

/// What a caption bar shows.
pub(super) struct Caption<'a> {
    pub(super) icon: Option<Icon>,
    pub(super) title: &'a str,
    /// Whether the window is the one in front.
    pub(super) is_front: bool,
    /// Whether it has a button that closes the window.
    pub(super) closes: bool,
}

/// What the person did with a caption bar.
pub(super) struct CaptionEvents {
    pub(super) bar: Response,
    pub(super) closed: bool,
}

/// Paints the caption bar as wide as the window.
pub(super) fn caption_bar(ui: &mut Ui, caption: &Caption<'_>) -> CaptionEvents {
    let palette = theme::palette(ui.ctx());
    let size = Vec2::new(ui.available_width(), theme::CAPTION_HEIGHT);
    let bar = ui.allocate_response(size, Sense::CLICK | Sense::DRAG);
    bar.widget_info(|| egui::WidgetInfo::labeled(Role::TitleBar, true, caption.title));
    let (left, right, ink) = if caption.is_front {
        (palette.caption, palette.caption_end, palette.caption_text)
    } else {
        (
            palette.idle_caption,
            palette.idle_caption_end,
            palette.idle_caption_text,
        )
    };
    gradient(ui, bar.rect, left, right);
    let mut text = bar.rect.shrink2(Vec2::new(theme::CELL_PADDING, 0.0));
    if let Some(icon) = caption.icon {
        let place = icons::place_left(bar.rect, theme::FRAME);
        icons::paint(ui, place, icon, true);
        text.min.x = place.right() + theme::CELL_PADDING;
    }
    let closed = caption.closes && close_button(ui, bar.rect);
    text.max.x -= theme::CLOSE;
    paint::text_left(ui, text, caption.title, ink);
    CaptionEvents { bar, closed }
}

/// The button with the cross. Not a stop of the Tab key: Esc does the same.
fn close_button(ui: &Ui, bar: Rect) -> bool {
    let palette = theme::palette(ui.ctx());
    let side = Vec2::splat(theme::CLOSE);
    let centre = Pos2::new(bar.right() - theme::FRAME - side.x / 2.0, bar.center().y);
    let rect = Rect::from_center_size(centre, side);
    let response = ui.interact(rect, ui.scope_id().with("close"), Sense::CLICK);
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, "Close"));
    if response.is_pointer_button_down_on() {
        bevel::pressed(ui.painter(), rect, &palette);
    } else {
        bevel::raised(ui.painter(), rect, &palette);
    }
    let cross = rect.shrink(5.0 * theme::LINE);
    let stroke = Stroke::new(1.6 * theme::LINE, palette.text);
    ui.painter()
        .line_segment([cross.left_top(), cross.right_bottom()], stroke);
    ui.painter()
        .line_segment([cross.right_top(), cross.left_bottom()], stroke);
    response.clicked()
}

fn gradient(ui: &Ui, rect: Rect, left: egui::Color32, right: egui::Color32) {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(rect.left_top(), left);
    mesh.colored_vertex(rect.right_top(), right);
    mesh.colored_vertex(rect.right_bottom(), right);
    mesh.colored_vertex(rect.left_bottom(), left);
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    ui.painter().add(Shape::mesh(mesh));
}
