//! Every widget on one page, so that a person can look at them and a test can walk over them.

use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;

struct Gallery {
    fraction: f32,
    list: ListState,
    node: u32,
    tab: usize,
    text: String,
    password: String,
    seats: u8,
    key_kind: u32,
    ticked: bool,
    with_sheet: bool,
    with_dialog: bool,
}

impl Default for Gallery {
    fn default() -> Self {
        let mut list = ListState::default();
        list.select(2);
        Self {
            fraction: 0.27,
            list,
            node: 3,
            tab: 0,
            text: "Ada Lovelace".to_owned(),
            password: "secret".to_owned(),
            seats: 2,
            key_kind: 3072,
            ticked: true,
            with_sheet: true,
            with_dialog: false,
        }
    }
}

fn show(ui: &mut Ui, gallery: &mut Gallery) {
    ground(ui, |ui| {
        menus(ui);
        status_bar(ui, &["12 Recipient(s)", "No session", "KMSERVER"], |ui| {
            let [mut left, mut right] = split(ui, "Splitter", &mut gallery.fraction);
            directory(&mut left, gallery);
            recipients(&mut right, gallery);
        });
    });
    if gallery.with_sheet {
        sheet(ui, gallery);
    }
    if gallery.with_dialog {
        prompt(ui, gallery);
    }
}

fn menus(ui: &mut Ui) {
    menu_bar(ui, |bar| {
        bar.menu("File", |menu| {
            let new = MenuItem::new("New Mailbox…").icon(Icon::NewMailbox);
            let _chosen = menu.item(new.shortcut("Ctrl+N"));
            menu.separator();
            let properties = MenuItem::new("Properties").icon(Icon::Properties);
            let _chosen = menu.item(properties.shortcut("Alt+Enter"));
            let delete = MenuItem::new("Delete").icon(Icon::Delete).shortcut("Del");
            let _chosen = menu.item(delete.refused(Some("Nothing is selected")));
        });
        for title in ["Edit", "View", "Tools", "Help"] {
            bar.menu(title, |menu| {
                let _chosen = menu.item(MenuItem::new("Status Bar").ticked(true));
            });
        }
    });
    toolbar(ui, |bar| {
        let _up = bar.tool(Icon::Up, "Up One Level", "Backspace", None);
        bar.separator();
        for icon in Icon::ALL {
            let refused = (*icon == Icon::RecoverKey).then_some("No mailbox is selected");
            let _pressed = bar.tool(*icon, &format!("{icon:?}"), "", refused);
        }
    });
}

fn directory(ui: &mut Ui, gallery: &mut Gallery) {
    let node = |key, depth, icon, text, open| Node {
        key,
        depth,
        icon,
        text,
        open,
    };
    let nodes = [
        node(0, 0, Icon::Organization, "Ferguson and Bardell", Some(true)),
        node(1, 1, Icon::Site, "London", Some(true)),
        node(2, 2, Icon::Configuration, "Configuration", Some(false)),
        node(3, 2, Icon::Recipients, "Recipients", Some(true)),
        node(4, 3, Icon::Recipients, "Sales", None),
        node(5, 2, Icon::DeletedMailbox, "Deleted mailboxes", None),
        node(6, 1, Icon::Site, "東京 (Tokyo)", Some(false)),
    ];
    let events = tree(ui, "Directory", &nodes, Some(&gallery.node));
    gallery.node = events.selected.unwrap_or(gallery.node);
}

fn recipients(ui: &mut Ui, gallery: &mut Gallery) {
    ui.spacing_mut().item_spacing.y = 2.0;
    caption(ui, Icon::Recipients, "Recipients");
    let columns = [
        Column::new("Display Name", 190.0),
        Column::new("Alias", 90.0),
        Column::new("Address", 220.0),
        Column::new("Keys", 60.0).right(),
    ];
    let sort = Sort {
        column: 0,
        ascending: true,
    };
    let events = List::new("Recipients", 1_000_000, &columns)
        .sort(Some(sort))
        .show(ui, &mut gallery.list, |row| {
            let cells = vec![
                format!("Person {row}"),
                format!("person{row}"),
                format!("person{row}@ferguson.example"),
                format!("{}", row % 4),
            ];
            (row != 5).then_some(Row {
                icon: Some(Icon::Mailbox),
                cells,
                weak: row % 7 == 6,
                strong: row % 7 == 5,
            })
        });
    context_menu(&events.response, |menu| {
        let _chosen = menu.item(MenuItem::new("Properties").shortcut("Alt+Enter"));
    });
}

fn sheet(ui: &mut Ui, gallery: &mut Gallery) {
    let titles = ["General", "Passwords", "Certificate Trust List"];
    let mut tab = gallery.tab;
    let (_page, _footer) = Sheet::new("ca", "CA Properties", Icon::Authority)
        .dirty(true)
        .size(Vec2::new(520.0, 560.0))
        .show(ui.ctx(), &titles, &mut tab, |ui, page| match page {
            0 => general(ui, gallery),
            _ => others(ui, gallery),
        });
    gallery.tab = tab;
}

fn general(ui: &mut Ui, gallery: &mut Gallery) {
    form(ui, &["Display name:", "Administrators:"], |form| {
        form.text("Display name:", &mut gallery.text);
        form.password("Password:", &mut gallery.password);
        form.error("The password is too short: 12 characters at least");
        form.spin("Administrators:", &mut gallery.seats, 1..=4, "There are 4");
        let choices = [
            Choice::new(3072, "RSA, 3072 bits"),
            Choice::new(4096, "RSA, 4096 bits"),
        ];
        form.combo("Key kind:", &mut gallery.key_kind, &choices);
        form.value("State:", "Enabled since 1999-06-01");
    });
    gap(ui);
    group(ui, "Advanced security", |ui| {
        check_box(ui, "Remember for 5 minutes", &mut gallery.ticked, None);
        check_box(
            ui,
            "Print a sealed envelope",
            &mut gallery.ticked,
            Some("No printer is installed"),
        );
        radio(ui, "Key for kmclient", &mut gallery.seats, 2, None);
        radio(ui, "Key as PKCS #12 file", &mut gallery.seats, 3, None);
        ui.horizontal(|ui| {
            let _pressed = button(ui, "Enable…");
            let _pressed = button_unless(ui, "Recover…", Some("No keys are archived"));
            let _pressed = Button::new("Import…").icon(Icon::Import).show(ui);
        });
    });
    gap(ui);
    progress_bar(ui, "Importing", Some(0.6));
    note(ui, "312 of 520 people, about 2 minutes left");
}

fn others(ui: &mut Ui, gallery: &mut Gallery) {
    heading(ui, "Temporary key");
    paragraph(ui, "Give this key to the person. It is shown once.");
    secret_text(ui, "Temporary key", "KXQF-7M2P-9RTW-4HJC");
    text_box(
        ui,
        "Details",
        "Serial 01\nValid until 2030-01-01\n\nmore\nmore",
        4,
    );
    error(ui, "The key server can not be reached.");
    text_field(ui, "Server", &mut gallery.text);
    label(ui, "A line of text");
}

fn prompt(ui: &mut Ui, gallery: &mut Gallery) {
    let (_fields, _answer) = Dialog::new("prompt", "Password 1 of 2")
        .icon(Icon::Lock)
        .default_button(true, "OK", None)
        .cancel_button(false, "Cancel")
        .show(ui.ctx(), |ui| {
            paragraph(
                ui,
                "Import 3 certificates into the Certificate Trust List.\nTwo administrators must agree.",
            );
            gap(ui);
            form(ui, &["Administrator:"], |form| {
                let choices = [
                    Choice::new(2, "Ada"),
                    Choice::new(3, "Bela (has answered)").refused(Some("Bela has answered")),
                ];
                form.combo("Administrator:", &mut gallery.seats, &choices);
                form.password("Password:", &mut gallery.password);
            });
        });
}

fn harness<'a>(gallery: Gallery) -> Harness<'a, Gallery> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(1024.0, 700.0))
        .allow_missing_glyphs() // names of Tokyo, in a font that this machine may not have
        .build_ui_state(show, gallery);
    theme::install(&harness.ctx, theme::CLASSIC);
    harness.run();
    harness
}

#[test]
fn every_widget_has_a_name_and_a_role() {
    // The harness itself fails when an input has no accessible name.
    for (tab, with_dialog) in [(0, false), (1, false), (0, true)] {
        let harness = harness(Gallery {
            tab,
            with_dialog,
            ..Gallery::default()
        });
        harness.get_by_label("Display Name");
    }
}

#[test]
fn a_menu_opens_and_its_entries_say_what_refuses_them() {
    let mut harness = harness(Gallery {
        with_sheet: false,
        ..Gallery::default()
    });
    harness.get_by_label("File").click();
    harness.run();
    harness.get_by_label("New Mailbox…").click();
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::MenuItem, "New Mailbox…")
            .is_none()
    );
}
