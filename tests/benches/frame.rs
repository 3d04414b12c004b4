//! A frame of the main window over 100,000 mailboxes: laying out, painting and cutting into
//! triangles, without a display. A screen that shows 60 of them a second gives each 16 ms.

use std::cell::RefCell;
use std::sync::Arc;

use divan::Bencher;
use eframe::App as _;
use egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase,
    Vec2,
};
use kmadmin::app::km_server::KmServer;
use kmadmin::app::{App, FirstScreen};
use kmadmin::desk::fake::FakeDesk;
use kmadmin::domain::secret::Password;
use kmadmin::ui::Window;
use kmadmin::work::Worker;

use crate::stage::{MANY, with_crowd};
use crate::support::surroundings;

/// A screen that is larger than most, so that many rows are on it.
const SCREEN: Vec2 = Vec2::new(1920.0, 1080.0);

/// In the middle of the list.
const POINTER: Pos2 = Pos2::new(1200.0, 600.0);

struct Screen {
    ctx: Context,
    window: Window,
    frame: eframe::Frame,
    frames: u32,
}

impl Screen {
    /// The main window, with its first rows read.
    fn new() -> Self {
        let app = with_crowd(|world| {
            let startup = Password::parse(&world.startup).ok();
            let first = FirstScreen::of(&world.folder.data(), startup);
            let clock = world.clock.clone();
            let around = Box::new(move || surroundings(&clock, 2));
            let worker = Worker::inline(KmServer::closed(world.folder.data(), around));
            let clock = Arc::new(world.clock.clone());
            App::new(worker, Box::new(FakeDesk::default()), clock, first)
        });
        let ctx = Context::default();
        let mut screen = Self {
            window: Window::new(&ctx, app, None),
            ctx,
            frame: eframe::Frame::_new_kittest(),
            frames: 0,
        };
        for _ in 0..10 {
            screen.take_in();
            screen.paint(vec![Event::PointerMoved(POINTER)]);
        }
        let mailboxes = &screen.window.app.console().unwrap().mailboxes;
        assert_eq!(mailboxes.total(), u64::try_from(MANY).unwrap());
        screen
    }

    /// What happens between frames: rows that were read are taken over. The engine reads them on a
    /// thread of its own, so that this is no part of a frame.
    fn take_in(&mut self) {
        self.window.logic(&self.ctx, &mut self.frame);
    }

    fn paint(&mut self, events: Vec<Event>) -> usize {
        self.frames += 1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SCREEN)),
            time: Some(f64::from(self.frames) / 60.0),
            events,
            ..RawInput::default()
        };
        let Self {
            ctx, window, frame, ..
        } = self;
        let mut output = ctx.run_ui(input, |ui| window.ui(ui, frame));
        output.textures_delta.clear(); // new letters, for a graphics card that is not there
        ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }

    /// Where the rows in memory begin.
    fn first_row(&self) -> u64 {
        let console = self.window.app.console().unwrap();
        console.mailboxes.rows().next().unwrap().0
    }
}

/// One notch of a wheel, downwards.
fn notch() -> Vec<Event> {
    vec![Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: Vec2::new(0.0, -1.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    }]
}

fn frames(bencher: Bencher<'_, '_>, screen: Screen, events: impl Fn() -> Vec<Event>) {
    let screen = RefCell::new(screen);
    bencher
        .with_inputs(|| {
            screen.borrow_mut().take_in();
            events()
        })
        .bench_local_values(|events| screen.borrow_mut().paint(events));
}

/// Nothing moves.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn at_rest(bencher: Bencher<'_, '_>) {
    frames(bencher, Screen::new(), Vec::new);
}

/// A notch of the wheel each frame. The bar: 16 ms.
#[divan::bench(sample_count = 600, sample_size = 1)]
fn scrolling(bencher: Bencher<'_, '_>) {
    let mut screen = Screen::new();
    for _ in 0..300 {
        screen.take_in();
        screen.paint(notch()); // past the rows that were read first
    }
    assert_ne!(screen.first_row(), 0, "it does not scroll");
    frames(bencher, screen, notch);
}
