//! The progress bar.

use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

use egui::Context;
use egui::Id;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::theme;

/// A bar filled to `fraction` (0 to 1), as wide as there is room.
/// `None` says that nobody knows how long it takes: a block that runs to and fro.
pub fn progress_bar(ui: &mut Ui, name: &str, fraction: Option<f32>) -> Response {
    let size = Vec2::new(ui.available_width(), theme::PROGRESS_HEIGHT);
    let response = ui.allocate_response(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    let palette = theme::palette(ui.ctx());
    bevel::thin_sunken(ui.painter(), response.rect, &palette);
    let inside = response.rect.shrink(2.0 * theme::LINE);
    let filled = match fraction {
        Some(fraction) => {
            let percent = f64::from((fraction.clamp(0.0, 1.0) * 100.0).round());
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_numeric_value(percent);
                node.set_min_numeric_value(0.0);
                node.set_max_numeric_value(100.0);
            });
            let width = inside.width() * fraction.clamp(0.0, 1.0);
            inside.with_max_x(inside.left() + width)
        }
        None => running(ui, inside),
    };
    blocks(ui, inside, filled);
    response
}

/// Whether what `id` stands for has lasted long enough to be told of. What is over sooner would only
/// flicker.
pub fn lasts(ctx: &Context, id: impl Hash + Debug) -> bool {
    let now = ctx.input(|input| input.time);
    let begun = ctx.data_mut(|data| *data.get_temp_mut_or(Id::unique(("lasts", id)), now));
    let rest = begun + TOLD_AFTER_SECS - now;
    if 0.0 < rest {
        ctx.request_repaint_after(Duration::from_secs_f64(rest));
    }
    rest <= 0.0
}

/// Shorter waits are not felt as waits.
const TOLD_AFTER_SECS: f64 = 0.4;

/// The part that runs to and fro, once each two seconds.
fn running(ui: &Ui, inside: Rect) -> Rect {
    let now = ui.input(|input| input.time);
    let swing = (now * std::f64::consts::PI).sin() / 2.0 + 0.5;
    let width = 4.0 * theme::PROGRESS_BLOCK;
    #[expect(clippy::cast_possible_truncation, reason = "lies between 0 and 1")]
    let left = inside.left() + (inside.width() - width).max(0.0) * swing as f32;
    // Ten pictures a second are smooth enough for blocks.
    ui.ctx().request_repaint_after(Duration::from_millis(100));
    Rect::from_min_max(
        Pos2::new(left, inside.top()),
        Pos2::new((left + width).min(inside.right()), inside.bottom()),
    )
}

fn blocks(ui: &Ui, inside: Rect, filled: Rect) {
    let ink = theme::palette(ui.ctx()).progress;
    let painter = ui
        .painter()
        .with_clip_rect(filled.intersect(ui.clip_rect()));
    let block = Vec2::new(theme::PROGRESS_BLOCK - 2.0 * theme::LINE, inside.height());
    let mut left = inside.left();
    while left < filled.right() {
        let rect = Rect::from_min_size(Pos2::new(left, inside.top()), block);
        painter.rect_filled(rect.intersect(inside), 0.0, ink);
        left += theme::PROGRESS_BLOCK;
    }
}
