//! How the dates of a column are written: 03/04/2025 is told by the other cells of the column, or asked once.

use uuid::Uuid;

use super::model::{DateOrder, Subject};
use super::store;
use crate::backend::database::Tx;
use crate::error::Result;

/// Rows that are looked at in one go.
const BATCH: i64 = 2000;

/// What the cells of one column tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub day_first: bool,
    pub month_first: bool,
    /// Some cell could be either.
    pub ambiguous: bool,
}

impl Seen {
    pub fn cell(&mut self, text: &str) {
        // With dots the day is always first; a year in front settles it, too.
        if text.contains('.') {
            return;
        }
        let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let &[first, second, third, ..] = &parts[..] else { return };
        if first.len() > 2 || third.len() != 4 {
            return;
        }
        match (first.parse::<u8>(), second.parse::<u8>()) {
            (Ok(first), Ok(_)) if first > 12 => self.day_first = true,
            (Ok(_), Ok(second)) if second > 12 => self.month_first = true,
            (Ok(first), Ok(second)) if first != second => self.ambiguous = true,
            _ => {}
        }
    }

    /// The order, if the cells tell one.
    pub fn order(self) -> DateOrder {
        match (self.day_first, self.month_first) {
            (true, false) => DateOrder::DayFirst,
            (false, true) => DateOrder::MonthFirst,
            _ => DateOrder::Unknown,
        }
    }

    /// Whether somebody must say which number is the day.
    pub fn asks(self) -> bool {
        self.ambiguous && self.order() == DateOrder::Unknown
    }
}

/// What the date columns of a sheet tell, column by column; of other columns nothing.
pub async fn look(
    tx: &mut Tx,
    import: Uuid,
    subject: Subject,
    sheet: i64,
    header: i64,
    columns: &[String],
) -> Result<Vec<Seen>> {
    let mut seen = vec![Seen::default(); columns.len()];
    if !columns.iter().any(|field| subject.is_day(field)) {
        return Ok(seen);
    }
    let mut after = header;
    loop {
        let rows = store::rows(tx, import, sheet, after, BATCH).await?;
        let Some((last, _)) = rows.last() else { return Ok(seen) };
        after = *last;
        for (_, cells) in &rows {
            for ((field, cell), seen) in columns.iter().zip(cells).zip(&mut seen) {
                if subject.is_day(field) {
                    seen.cell(cell);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_how_its_dates_are_written_or_is_asked_about() {
        let seen = |cells: &[&str]| {
            let mut seen = Seen::default();
            cells.iter().for_each(|cell| seen.cell(cell));
            seen
        };
        assert_eq!(seen(&["03/04/2025", "25/12/2024"]).order(), DateOrder::DayFirst);
        assert_eq!(seen(&["03/04/2025", "12-25-2024"]).order(), DateOrder::MonthFirst);
        assert!(seen(&["03/04/2025", "5/6/2024"]).asks());
        assert!(seen(&["03/04/2025", "25/12/2024", "12/25/2024"]).asks(), "both ways in one column");
        for plain in ["2025-04-03", "3.4.2025", "2025年4月3日", "45777", "03/03/2025", ""] {
            assert!(!seen(&[plain]).asks(), "{plain}");
        }
    }
}
