//! `GET /account/data`: a person's own copy of what is held about them, as an archive with one JSON file for each category.

use std::io::{Cursor, Write as _};

use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::{Map, Value};
use uuid::Uuid;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::holding::{Category, Export, Field, Holding, Person, statement};
use super::holdings::holdings;
use super::model::Rule;
use super::store;
use crate::backend::context::Visit;
use crate::backend::database::{Column, from_json, together};
use crate::backend::journal::{ADDRESS, Change};
use crate::error::{Error, Refusal, Result, internal};
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::web::in_time;
use crate::web::page::{download, error_response};

pub const PATH: &str = "/account/data";
/// How many rows are read at a time: whoever has a long history holds nobody up. No statement of the list asks for fewer.
const BATCH: i64 = 2_000;

pub async fn get(visit: Visit) -> Response {
    match archive(&visit).await {
        Ok((name, bytes)) => {
            let mut answer = download(&name, "application/zip", bytes);
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            answer
        }
        Err(error) => error_response(&visit, &error).await,
    }
}

type Archive = ZipWriter<Cursor<Vec<u8>>>;

async fn archive(visit: &Visit) -> Result<(String, Vec<u8>)> {
    let (person, days) = in_time(async {
        let mut ctx = visit.read().await?;
        // It is this person's copy: an administrator who looks as them has no more of it than the pages show.
        if ctx.actor.viewer.is_some() {
            return Err(Error::Refused(Refusal::LooksOnly));
        }
        ctx.require_recent()?;
        let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::NotFound)?;
        Ok((person, store::days(&mut ctx.tx).await?))
    })
    .await?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Excel and Notepad know UTF-8 by its mark.
    let readme = format!("\u{feff}{}", readme(&person, |rule| days.of(rule), visit.now()));
    write_file(&mut zip, "README.txt")?;
    write(&mut zip, &readme)?;
    for category in Category::ALL.iter().copied() {
        write_file(&mut zip, &format!("{}.json", category.code()))?;
        write(&mut zip, "{")?;
        let mut first = true;
        for holding in holdings().filter(|holding| holding.category == category) {
            let Export::Rows(text, fields) = holding.export else { continue };
            let comma = if first { "" } else { "," };
            first = false;
            write(&mut zip, &format!("{comma}\n  {}: [", Value::from(holding.table)))?;
            write_rows(visit, &mut zip, &person, text, fields).await?;
            write(&mut zip, "]")?;
        }
        write(&mut zip, "\n}\n")?;
    }
    let bytes = zip.finish().map_err(|error| internal("archive", &error))?.into_inner();
    Ok((format!("my-data-{}.zip", visit.now().iso_day()), bytes))
}

async fn write_rows(
    visit: &Visit,
    zip: &mut Archive,
    person: &Person,
    text: &'static str,
    fields: &'static [Field],
) -> Result<()> {
    let columns: Vec<Column> = fields
        .iter()
        .map(|field| if let Field::Id(name) = field { Column::Id(name) } else { Column::Plain(field.name()) })
        .collect();
    let goes_on = text.contains("{after}");
    let mut after = 0;
    for page in 0.. {
        let mut sql = statement(text, person, after, None);
        sql.limit(BATCH, if goes_on { 0 } else { page * BATCH });
        let parts = [(sql, columns.as_slice())];
        let found = in_time(async {
            let mut tx = visit.backend.database.read().await?;
            together(&mut tx, &parts).await
        })
        .await?;
        let rows: Vec<Vec<Value>> = from_json(found.first().map_or("[]", String::as_str))?;
        let count = rows.len();
        after = rows.last().and_then(|row| row.first()?.as_i64()).unwrap_or(after);
        for (index, row) in rows.into_iter().enumerate() {
            let object: Map<String, Value> =
                fields.iter().zip(row).map(|(field, value)| (field.name().to_owned(), read(*field, value))).collect();
            let comma = if page == 0 && index == 0 { "" } else { "," };
            write(zip, &format!("{comma}\n    {}", Value::from(object)))?;
        }
        if i64::try_from(count).is_ok_and(|count| count < BATCH) {
            break;
        }
    }
    Ok(())
}

/// A value as the copy has it: the same from both databases, and for people as well as for machines.
fn read(field: Field, value: Value) -> Value {
    match (field, &value) {
        (_, Value::Null) => Value::Null,
        (Field::Time(_), Value::Number(number)) => {
            number.as_i64().map_or(Value::Null, |at| Value::from(Timestamp(at).iso()))
        }
        (Field::Flag(_), Value::Number(number)) => Value::from(number.as_i64() != Some(0)),
        (Field::Id(_), Value::String(id)) => id.parse::<Uuid>().map_or(Value::Null, |id| Value::from(id.to_string())),
        (Field::Address(_), Value::String(changes)) => {
            let changes: Vec<Change> = serde_json::from_str(changes).unwrap_or_default();
            let address = changes.into_iter().find(|change| change.field == ADDRESS).and_then(|change| change.after);
            address.map_or(Value::Null, Value::from)
        }
        _ => value,
    }
}

/// What the files are, in both languages, the person's own first.
fn readme(person: &Person, days: impl Fn(Rule) -> u32 + Copy, now: Timestamp) -> String {
    let own = person.language.as_deref().and_then(Language::from_code).unwrap_or_default();
    let mut languages = [Language::En, Language::Zh];
    languages.sort_by_key(|language| *language != own);
    let parts = languages.map(|language| {
        let t = language.texts();
        let head = t.privacy_readme(t.shell_name(), now.long(language));
        let mut text = format!("{head}\r\n\r\n");
        for category in Category::ALL.iter().copied() {
            let [name, what, why] = category.texts(t);
            text.push_str(&format!("{}.json\r\n  {name}{}{what}\r\n  {why}\r\n", category.code(), t.form_colon()));
            for sentence in keeps(category, days, t) {
                text.push_str(&format!("  {sentence}\r\n"));
            }
            text.push_str("\r\n");
        }
        text
    });
    parts.join("\r\n")
}

/// How long the things of a category are kept, each sentence once.
pub fn keeps(category: Category, days: impl Fn(Rule) -> u32 + Copy, t: &'static Texts) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    let held = holdings().filter(|holding: &&Holding| holding.category == category);
    for keep in held.flat_map(|holding| holding.keep) {
        let sentence = keep.text(days, t);
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

fn write_file(zip: &mut Archive, name: &str) -> Result<()> {
    let options = SimpleFileOptions::default().compression_level(Some(4));
    zip.start_file(name, options).map_err(|error| internal("archive", &error))
}

fn write(zip: &mut Archive, text: &str) -> Result<()> {
    zip.write_all(text.as_bytes()).map_err(|error| internal("archive", &error))
}
