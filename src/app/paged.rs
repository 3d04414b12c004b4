//! A list of which only the rows around the visible ones are in memory.

use std::ops::Range;

/// Rows fetched at once: several screens, and one query of a few milliseconds.
pub const PAGE_ROWS: u32 = 300;

/// Rows fetched before the first visible one, so that scrolling up finds some.
const ROWS_BEFORE: u64 = 100;

/// A window of a long list.
pub struct Paged<Row> {
    total: u64,
    offset: u64,
    rows: Vec<Row>,
    visible: Range<u64>,
    request: Request,
    number: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Request {
    Needed,
    None,
    Sent,
}

/// A question for rows; its answer counts only while nothing newer was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageRequest {
    /// The first row.
    pub offset: u64,
    number: u64,
}

impl<Row> Default for Paged<Row> {
    fn default() -> Self {
        Self {
            total: 0,
            offset: 0,
            rows: Vec::new(),
            visible: 0..0,
            request: Request::Needed,
            number: 0,
        }
    }
}

impl<Row> Paged<Row> {
    /// How many rows the whole list has, as far as is known.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The row at `index`; `None` while it is being fetched.
    pub fn row(&self, index: u64) -> Option<&Row> {
        let place = usize::try_from(index.checked_sub(self.offset)?).ok()?;
        self.rows.get(place)
    }

    /// The rows in memory with their places.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &Row)> {
        (self.offset..).zip(&self.rows)
    }

    /// Says which rows are on the screen.
    pub fn show(&mut self, visible: Range<u64>) {
        self.visible = visible;
        let end = self.visible.end.min(self.total);
        let held = self.offset..self.offset.saturating_add(self.held());
        let is_held = held.start <= self.visible.start && end <= held.end;
        if !is_held && self.request == Request::None {
            self.request = Request::Needed;
        }
    }

    /// What is in memory may be out of date: it stays until the new rows are there.
    pub fn refresh(&mut self) {
        self.request = Request::Needed;
    }

    /// The question to send now, if there is one. It is given once.
    pub fn next_request(&mut self) -> Option<PageRequest> {
        if self.request != Request::Needed {
            return None;
        }
        self.request = Request::Sent;
        self.number = self.number.wrapping_add(1);
        Some(PageRequest {
            offset: self.visible.start.saturating_sub(ROWS_BEFORE),
            number: self.number,
        })
    }

    /// Takes over the answer to `request`, unless something newer was asked meanwhile.
    pub fn answer(&mut self, request: PageRequest, total: u64, rows: Vec<Row>) {
        if request.number != self.number {
            return;
        }
        self.total = total;
        self.offset = request.offset;
        self.rows = rows;
        if self.request == Request::Sent {
            self.request = Request::None;
            self.show(self.visible.clone()); // the person may have scrolled on meanwhile
        }
    }

    /// There is no answer to the last question.
    pub fn fail(&mut self) {
        self.request = Request::None;
    }

    fn held(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn fetch(list: &mut Paged<u64>, total: u64) -> Option<u64> {
        let request = list.next_request()?;
        let end = total.min(request.offset + u64::from(PAGE_ROWS));
        list.answer(request, total, (request.offset..end).collect());
        Some(request.offset)
    }

    #[test]
    fn a_million_rows_are_held_a_page_at_a_time() {
        let mut list = Paged::default();
        assert_eq!(fetch(&mut list, 1_000_000), Some(0));
        list.show(0..40);
        assert_eq!(fetch(&mut list, 1_000_000), None);
        list.show(700_000..700_040);
        assert_eq!(list.row(700_000), None);
        assert_eq!(fetch(&mut list, 1_000_000), Some(699_900));
        assert_eq!(list.row(700_039), Some(&700_039));
        assert_eq!(list.row(0), None);
    }

    #[test]
    fn the_end_of_the_list_does_not_ask_for_ever() {
        let mut list = Paged::default();
        fetch(&mut list, 10);
        list.show(0..40);
        assert_eq!(fetch(&mut list, 10), None);
    }

    #[test]
    fn an_answer_to_an_older_question_is_dropped() {
        let mut list = Paged::default();
        let old = list.next_request().unwrap();
        list.refresh();
        let new = list.next_request().unwrap();
        list.answer(new, 1, vec![7]);
        list.answer(old, 2, vec![1, 2]);
        assert_eq!((list.total(), list.row(0)), (1, Some(&7)));
    }
}
