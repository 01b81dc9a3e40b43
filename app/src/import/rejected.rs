//! The rows that were not taken, as they stood in the file, with the reasons: on the page, and as files to be mended.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use futures::StreamExt as _;
use http::{HeaderValue, header};

use super::cell;
use super::guess;
use super::model::{Import, Mapping, Outcome, Plan, Wrong, url};
use super::store;
use crate::account::password::on_blocking_thread;
use crate::actor::require;
use crate::backend::Backend;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::export::harmless;
use crate::backend::sheet::{self, Column};
use crate::error::{Error, Result, internal};
use crate::language::Texts;
use crate::web::in_time;
use crate::web::page::{XLSX, download, error_response, see_other};

/// Rows that are looked up in one go.
const BATCH: i64 = 500;
/// The most rows that are given as a spreadsheet, which is made as a whole; as CSV there may be any number.
pub const MOST_IN_SHEET: i64 = 10_000;
/// How much of a wrong cell is shown, in characters.
const SHOWN_OF_CELL: usize = 60;
/// How much is said of one row in a file, in characters.
const SAID_OF_ROW: usize = 2000;

/// What is wrong with a row: where in the file, what stands there, and why that does not do.
pub fn wrongs(import: &Import, mapping: &Mapping, plan: &Plan, cells: &[String], t: &'static Texts) -> Vec<String> {
    let say = |(field, wrong): &(String, Wrong)| {
        let why = match (wrong, &cell::options(import.subject(), field, t)[..]) {
            (Wrong::NotAnOption, []) if field == "country" => t.imports_wrong_no_country().to_owned(),
            (Wrong::NotAnOption, options @ [_, ..]) => t.imports_wrong_not_one_of(options.join(t.imports_comma())),
            _ => wrong.text(import.subject(), t),
        };
        let label = import.subject().label(field, t);
        let at = mapping.columns.iter().position(|column| column == field).filter(|_| !field.is_empty());
        let place = at.map(|at| format!("{}{} · ", guess::letters(at), plan.line)).unwrap_or_default();
        let cell = at.and_then(|at| cells.get(at)).map(|cell| guess::readable(cell)).unwrap_or_default();
        let more = if cell.chars().count() > SHOWN_OF_CELL { "…" } else { "" };
        let cell: String = cell.chars().take(SHOWN_OF_CELL).collect();
        match (label, cell.as_str()) {
            ("", _) => why,
            (label, "") => format!("{place}{label}{}{why}", t.form_colon()),
            (label, cell) => format!("{place}{label} “{cell}{more}”{}{why}", t.form_colon()),
        }
    };
    plan.problems.iter().map(say).collect()
}

/// Goes through the rejected rows of an import, some at a time. Between them nothing is held: whoever takes the file slowly
/// keeps no connection to the database.
struct Rejects {
    backend: Backend,
    import: Import,
    mapping: Mapping,
    width: usize,
    /// The line that was given last.
    after: i64,
    t: &'static Texts,
}

impl Rejects {
    /// Begins, and gives the head.
    async fn begin(visit: &Visit, id: &str) -> Result<(Self, Vec<String>)> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_edit_companies())?;
        ctx.actor.takes_files()?;
        let id = id.parse().map_err(|_| Error::NotFound)?;
        let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let t = visit.texts();
        let mapping: Mapping = import.mapping().unwrap_or_default();
        let head = store::rows_at(&mut ctx.tx, id, mapping.sheet, &[mapping.header]).await?.pop();
        let mut head = head.map(|(_, cells)| cells).unwrap_or_default();
        head.resize(mapping.columns.len().max(head.len()), String::new());
        let mut head = guess::shown(&head);
        let width = head.len();
        head.extend([t.import_line().to_owned(), t.import_reason().to_owned()]);
        Ok((Self { backend: visit.backend.clone(), import, mapping, width, after: 0, t }, head))
    }

    /// The next rows; none when there are no more.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the file is read in another way meanwhile, or what was in it is gone.
    async fn next(&mut self) -> Result<Vec<Vec<String>>> {
        let Self { import, mapping, width, t, .. } = self;
        let mut tx = self.backend.database.read().await?;
        let now = store::find(&mut tx, import.id).await?.ok_or(Error::NotFound)?;
        if now.mapping != import.mapping || now.emptied_at != import.emptied_at {
            return Err(Error::Conflict);
        }
        let plans = store::plans(&mut tx, import.id, Some(Outcome::Reject), self.after, BATCH, 0).await?;
        let lines: Vec<i64> = plans.iter().map(|plan| plan.line).collect();
        let mut cells = store::rows_at(&mut tx, import.id, mapping.sheet, &lines).await?.into_iter().peekable();
        let mut rows = Vec::with_capacity(plans.len());
        for plan in &plans {
            // Both are in the order of the file.
            let row = cells.next_if(|(line, _)| *line == plan.line).map(|(_, cells)| cells).unwrap_or_default();
            let wrong = wrongs(import, mapping, plan, &row, t).join("; ");
            let mut row: Vec<String> = row.iter().map(|cell| guess::readable(cell)).collect();
            row.resize(*width, String::new());
            row.extend([plan.line.to_string(), wrong.chars().take(SAID_OF_ROW).collect()]);
            rows.push(row);
        }
        self.after = lines.last().copied().unwrap_or(self.after);
        Ok(rows)
    }
}

/// Lines of a CSV.
fn lines<'a>(rows: impl IntoIterator<Item = &'a Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(|error| internal("csv", &error))?;
    }
    writer.into_inner().map_err(|error| internal("csv", &error))
}

/// `/imports/{id}/rejected.csv`: given as it is made.
pub async fn rejected_csv(visit: Visit, Path(id): Path<String>) -> Response {
    let begun = async {
        let (rejects, head) = Rejects::begin(&visit, &id).await?;
        let first = [b"\xEF\xBB\xBF".to_vec(), lines([&head])?].concat();
        Ok((rejects, first))
    };
    let (rejects, first) = match in_time(begun).await {
        Ok(begun) => begun,
        Err(error) => return error_response(&visit, &error).await,
    };
    let more = futures::stream::unfold(Some(rejects), |rejects| async move {
        let mut rejects = rejects?;
        match rejects.next().await.and_then(|rows| Ok((rows.is_empty(), lines(&rows)?))) {
            Ok((true, _)) => None,
            Ok((false, text)) => Some((Ok(text), Some(rejects))),
            // A file that ends too early is broken off, so that nobody takes it for the whole.
            Err(error) => Some((Err(std::io::Error::other(error.to_string())), None)),
        }
    });
    // Who compresses it asks once more after the end.
    let all = futures::stream::once(async { Ok(first) }).chain(more.fuse());
    let mut answer = Response::new(Body::from_stream(all));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rejected.csv\""));
    answer
}

/// `/imports/{id}/rejected.xlsx`
pub async fn rejected_xlsx(visit: Visit, Path(id): Path<String>) -> Response {
    let file = async {
        let (mut rejects, head) = Rejects::begin(&visit, &id).await?;
        if rejects.import.rejects > MOST_IN_SHEET {
            return Ok(Err(see_other(&url(rejects.import.id, "/rejected.csv"))));
        }
        let mut rows = Vec::new();
        loop {
            match rejects.next().await? {
                some if some.is_empty() => break,
                some => rows.extend(some),
            }
        }
        let file = on_blocking_thread(move || {
            let head: Vec<&str> = head.iter().map(String::as_str).collect();
            let columns = vec![Column::Text; head.len()];
            sheet::write("1", &head, &columns, rows.into_iter()).map_err(|error| internal("xlsx", &error))
        });
        file.await.map(Ok)
    };
    match in_time(file).await {
        Ok(Ok(bytes)) => download("rejected.xlsx", XLSX, bytes),
        Ok(Err(elsewhere)) => elsewhere,
        Err(error) => error_response(&visit, &error).await,
    }
}

/// The cells of rows that something is wrong with, beside their plans.
pub async fn beside(tx: &mut Tx, import: &Import, mapping: &Mapping, plans: &[Plan]) -> Result<Vec<Vec<String>>> {
    let lines: Vec<i64> = plans.iter().filter(|plan| !plan.problems.is_empty()).map(|plan| plan.line).collect();
    let mut rows = store::rows_at(tx, import.id, mapping.sheet, &lines).await?.into_iter().peekable();
    let of = |plan: &Plan| rows.next_if(|(line, _)| *line == plan.line).map(|(_, cells)| cells).unwrap_or_default();
    Ok(plans.iter().map(of).collect())
}
