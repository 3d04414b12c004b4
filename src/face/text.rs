//! Text that is only read: labels, headings, notes, captions of panes, and secrets shown once.

use egui::FontFamily;
use egui::FontId;
use egui::Label;
use egui::Response;
use egui::RichText;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::paint;
use super::theme;

/// One line of text.
pub fn label(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(text).extend())
}

/// Text that runs over as many lines as it needs.
pub fn paragraph(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(text).wrap())
}

/// Text that explains, in a weaker colour.
pub fn note(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::palette(ui.ctx()).weak_text;
    ui.add(Label::new(RichText::new(text).color(ink)).wrap())
}

/// What is wrong. It is read aloud when it appears.
pub fn error(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::palette(ui.ctx()).error_text;
    let response = ui.add(Label::new(RichText::new(text).color(ink)).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Assertive);
    });
    response
}

/// The heading of a page.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let response = ui.add(Label::new(RichText::new(text).heading()).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Heading);
        node.set_label(text); // of labels egui sets the value alone, which headings do not have
    });
    response
}

/// The caption over a pane, as wide as the pane.
pub fn caption(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let size = Vec2::new(ui.available_width(), theme::HEAD_HEIGHT);
    let response = ui.allocate_response(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Heading, true, text));
    let palette = theme::palette(ui.ctx());
    let rect = response.rect;
    bevel::thin_sunken(ui.painter(), rect, &palette);
    let place = icons::place_left(rect, theme::CELL_PADDING);
    icons::paint(ui, place, icon, true);
    let text_rect = rect.with_min_x(place.right() + theme::GAP);
    paint::text_left(ui, text_rect, text, palette.text);
    response
}

/// A picture beside text; it says nothing that the text does not.
pub fn icon(ui: &mut Ui, icon: Icon, size: f32) {
    let (rect, _response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    icons::paint(ui, rect, icon, true);
}

/// A groove across the page.
pub fn separator(ui: &mut Ui) {
    let size = Vec2::new(ui.available_width(), theme::GAP);
    let (rect, _response) = ui.allocate_exact_size(size, Sense::hover());
    let palette = theme::palette(ui.ctx());
    let left = rect.left_center() - Vec2::new(0.0, theme::LINE);
    bevel::groove(ui.painter(), left.round(), rect.right(), &palette);
}

/// Room between parts that belong to different thoughts.
pub fn gap(ui: &mut Ui) {
    ui.add_space(theme::GAP);
}

/// A secret that is shown once, large, so that it can be written down. It is painted only: the
/// accessibility tree gets `name` and a remark, never `secret`, and it can not be selected.
pub fn secret_text(ui: &mut Ui, name: &str, secret: &str) -> Response {
    let palette = theme::palette(ui.ctx());
    let font = FontId::new(theme::SECRET_SIZE, FontFamily::Monospace);
    let room = ui.available_width() - 2.0 * theme::SECRET_PADDING;
    let galley = ui
        .painter()
        .layout(secret.to_owned(), font, palette.text, room.max(0.0));
    let size = Vec2::new(
        ui.available_width(),
        galley.size().y + 2.0 * theme::SECRET_PADDING,
    );
    let response = ui.allocate_response(size, Sense::hover());
    let remark = format!("{name}, shown on the screen only");
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Image, true, &remark));
    bevel::field(ui.painter(), response.rect, &palette);
    let corner = response.rect.center() - galley.size() / 2.0;
    ui.painter().galley(corner.round(), galley, palette.text);
    response
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[test]
    fn a_secret_is_named_but_not_in_the_accessibility_tree() {
        let harness = Harness::new_ui(|ui| {
            secret_text(ui, "Temporary key", "ABCD-EFGH-JKLM");
        });
        harness.get_by_label("Temporary key, shown on the screen only");
        let tree = format!("{:?}", harness.root());
        assert!(!tree.contains("ABCD"), "{tree}");
        assert!(
            !harness
                .output()
                .platform_output
                .events_description()
                .contains("ABCD")
        );
    }
}
