//! The same window with the engine on its own thread: nothing blocks, and work can be stopped.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use kmadmin::app::km_server::KmServer;
use kmadmin::app::modal::Modal;
use kmadmin::app::{App, FirstScreen};
use kmadmin::desk::fake::FakeDesk;
use kmadmin::domain::secret::Password;
use kmadmin::ui::Window;
use kmadmin::work::Worker;

use crate::support::{Folder, World, surroundings};

/// A window whose engine does not open before something is sent.
fn window(world: World) -> (Harness<'static, Window>, Sender<()>, Folder) {
    let World {
        engine,
        clock,
        startup,
        folder,
    } = world;
    drop(engine);
    let time = clock.clone();
    let (go, gate) = channel::<()>();
    let maker = Box::new(move || {
        gate.recv().unwrap_or_default(); // a sender that is gone opens it too
        surroundings(&time, 9)
    });
    let server = KmServer::closed(folder.data(), maker);
    let worker = Worker::start("engine", server, Arc::new(|| ())).unwrap();
    let first = FirstScreen::of(&folder.data(), Password::parse(&startup).ok());
    let app = App::new(
        worker,
        Box::new(FakeDesk::default()),
        Arc::new(clock),
        first,
    );
    let build = Harness::builder();
    let harness = build.build_eframe(|creation| Window::new(&creation.egui_ctx, app, None));
    (harness, go, folder)
}

fn until(harness: &mut Harness<'static, Window>, is_there: impl Fn(&App) -> bool) {
    while !is_there(&harness.state().app) {
        harness.step();
    }
}

#[test]
fn the_window_shows_that_work_is_under_way_until_it_is_done() {
    let (mut harness, go, _folder) = window(World::new(1));
    harness.run_steps(3);
    let shown = harness.query_all_by_label("Opening the KM server…");
    assert_ne!(shown.count(), 0);
    assert!(matches!(
        harness.state().app.modals[0].modal,
        Modal::Busy(_)
    ));
    go.send(()).unwrap();
    until(&mut harness, |app| app.console().is_some() && app.is_idle());
    harness.run_steps(3);
    harness.get_by_label("0 Recipient(s)");
    assert!(harness.state().app.modals.is_empty());
}

#[test]
fn quitting_waits_for_what_is_under_way_and_leaves_nothing() {
    let (mut harness, go, folder) = window(World::new(1));
    harness.run_steps(3);
    drop(go);
    harness.state_mut().app.on_exit();
    let app = &harness.state().app;
    assert!(app.is_idle() && app.modals.is_empty());
    assert!(folder.data().exists());
}
