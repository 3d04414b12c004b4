//! The list with a million rows: what it asks for, paints and answers.

use std::cell::RefCell;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use egui_kittest::kittest::Queryable as _;

use super::*;

const MILLION: u64 = 1_000_000;

#[derive(Default)]
struct Seen {
    state: ListState,
    opened: Option<u64>,
    sorted: Option<usize>,
    asked: RefCell<Vec<u64>>,
}

fn harness<'a>() -> Harness<'a, Seen> {
    Harness::builder()
        .with_size(Vec2::new(400.0, 300.0))
        .with_step_dt(0.02) // two clicks one after the other are a double click
        .build_ui_state(
            |ui, seen: &mut Seen| {
                let columns = [Column::new("Name", 150.0), Column::new("Alias", 100.0)];
                seen.asked.borrow_mut().clear();
                let events = List::new("Recipients", MILLION, &columns)
                    .sort(Some(Sort {
                        column: 0,
                        ascending: true,
                    }))
                    .show(ui, &mut seen.state, |row| {
                        seen.asked.borrow_mut().push(row);
                        let cells = vec![format!("Person {row}"), format!("p{row}")];
                        (row != 3).then_some(Row {
                            cells,
                            ..Row::default()
                        })
                    });
                seen.opened = events.opened.or(seen.opened);
                seen.sorted = events.sorted.or(seen.sorted);
            },
            Seen::default(),
        )
}

fn focused<'a>() -> Harness<'a, Seen> {
    let mut harness = harness();
    harness
        .get_by_role_and_label(Role::ListBox, "Recipients")
        .focus();
    harness.run();
    harness
}

fn press(harness: &mut Harness<'_, Seen>, key: Key) -> Option<u64> {
    harness.key_press(key);
    harness.run();
    harness.state().state.selected
}

#[test]
fn of_a_million_rows_only_those_in_view_are_asked_for_and_named() {
    let harness = harness();
    let asked = harness.state().asked.borrow();
    assert!((8..20).contains(&asked.len()), "{}", asked.len());
    let named = harness.query_all_by_role(Role::ListBoxOption).count();
    assert_eq!(named, asked.len());
    harness.get_by_label("Person 0, p0");
    harness.get_by_label("Row 4, not read yet");
}

#[test]
fn the_last_of_a_million_rows_is_reached_and_painted_exactly() {
    let mut harness = focused();
    assert_eq!(press(&mut harness, Key::End), Some(MILLION - 1));
    let bottom = harness.get_by_label("Person 999999, p999999").rect();
    let before = harness.get_by_label("Person 999998, p999998").rect();
    assert!((bottom.top() - before.top() - theme::ROW_HEIGHT).abs() < f32::EPSILON);
    let list = harness
        .get_by_role_and_label(Role::ListBox, "Recipients")
        .rect();
    assert!(bottom.bottom() <= list.bottom());
}

#[test]
fn keys_move_the_selection_and_keep_it_in_view() {
    let mut harness = focused();
    assert_eq!(press(&mut harness, Key::ArrowDown), Some(0));
    assert_eq!(press(&mut harness, Key::ArrowDown), Some(1));
    assert_eq!(press(&mut harness, Key::ArrowUp), Some(0));
    assert_eq!(press(&mut harness, Key::ArrowUp), Some(0));
    let paged = press(&mut harness, Key::PageDown).unwrap_or_default();
    assert!(5 < paged, "{paged}");
    assert_eq!(press(&mut harness, Key::PageUp), Some(0));
    press(&mut harness, Key::End);
    assert_eq!(press(&mut harness, Key::ArrowUp), Some(MILLION - 2));
    assert_eq!(press(&mut harness, Key::Home), Some(0));
    // A screen reader hears of the row, not of the list, when the list has the keyboard.
    assert!(harness.get_by_label("Person 0, p0").is_focused());
}

#[test]
fn enter_and_double_click_open_a_row() {
    let mut harness = focused();
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().opened, Some(0));
    let row = || "Person 2, p2";
    harness.get_by_label(row()).click();
    harness.get_by_label(row()).click();
    harness.run();
    assert_eq!(harness.state().opened, Some(2));
    assert_eq!(harness.state().state.selected, Some(2));
}

#[test]
fn a_head_asks_for_sorting_and_says_how_the_rows_are_sorted() {
    let mut harness = harness();
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Alias")
        .click();
    harness.run();
    assert_eq!(harness.state().sorted, Some(1));
    let name = harness.get_by_role_and_label(Role::ColumnHeader, "Name");
    assert!(name.accesskit_node().data().sort_direction().is_some());
    let sort = Sort {
        column: 0,
        ascending: true,
    };
    assert!(!sort.toggled(0).ascending);
    assert!(sort.toggled(1).ascending);
}

#[test]
fn a_screen_reader_selects_a_row() {
    let mut harness = harness();
    harness.get_by_label("Person 5, p5").click_accesskit();
    harness.run();
    assert_eq!(harness.state().state.selected, Some(5));
}
