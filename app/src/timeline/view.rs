//! The timeline on a company's page: choices of what it tells, its lines, and the way to older ones.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use super::model::{Cursor, Part};
use super::source::Reader;
use super::store::{self, Row};
use crate::backend::journal::{self, Event};
use crate::company::events::for_reader;
use crate::company::opened::{Opened, Panel};
use crate::error::Result;
use crate::interaction::list_view::beginning;
use crate::interaction::model::Kind as InteractionKind;
use crate::journal::entry::{item, timeline_texts};
use crate::language::{Language, Texts};
use crate::notification::Kind as NotificationKind;
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, folded};
use crate::ui::query::Query;
use crate::{document, enquiry, interaction, product, task};

/// Lines on a page.
const PAGE: usize = 30;
/// How an address says which part is shown, and from where on.
const SHOW: &str = "show";
const BEFORE: &str = "before";

impl Texts {
    fn timeline_part(&self, part: Part) -> &'static str {
        match part {
            Part::Changes => self.timeline_changes(),
            Part::Interactions => self.timeline_interactions(),
            Part::Tasks => self.timeline_tasks(),
            Part::Documents => self.document_title(),
            Part::Enquiries => self.enquiries_title(),
            Part::Mails => self.timeline_mails(),
            Part::Products => self.company_products(),
            Part::Messages => self.message_title(),
            Part::Notes => self.note_title(),
        }
    }
}

struct Read {
    company: String,
    reader: Reader,
    part: Option<Part>,
    rows: Vec<Row>,
    /// Entries of the journal, by their number.
    events: HashMap<i64, Event>,
    older: Option<Cursor>,
    /// Whether there may be newer ones than are shown.
    newer: bool,
    named: bool,
    names: Vec<(Uuid, String)>,
    language: Language,
}

/// `?show=` chooses a part, `?before=` reads on. What is asked wrongly is as if it were not asked.
pub async fn panel(opened: &mut Opened, query: &Query) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let reader = if opened.actor().may_see_internals() { Reader::Zone } else { Reader::Company };
    let part = Part::from_code(query.get(SHOW)).filter(|part| store::parts(reader).contains(part));
    let before = Cursor::from_text(query.get(BEFORE));
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let id = opened.company.id;
    let mut rows = store::read(&mut opened.ctx.tx, id, reader, part, before, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(Row::cursor);
    let numbers: Vec<i64> = rows.iter().filter(|row| row.part() == Part::Changes).map(|row| row.seq).collect();
    let events = journal::numbered(&mut opened.ctx.tx, &numbers).await?;
    let events = for_reader(events, &opened.ctx.actor);
    let mut names = crate::account::store::manager_names(&mut opened.ctx.tx).await?;
    names.extend(crate::journal::store::people_named(&mut opened.ctx.tx, &events).await?);
    let read = Read {
        company: opened.company.url(),
        reader,
        part,
        rows,
        events: events.into_iter().map(|event| (event.seq, event)).collect(),
        older,
        newer: before.is_some(),
        named: opened.actor().may_see_staff_names(),
        names,
        language: opened.language,
    };
    Ok(Some(Panel::new("timeline", opened.texts().company_timeline(), move |t| read.view(t))))
}

impl Read {
    fn view(&self, t: &'static Texts) -> AnyView {
        let lines = self.rows.iter().filter_map(|row| self.line(row, t)).collect::<Vec<_>>();
        let body = if lines.is_empty() {
            view! { <p class="hint">{t.timeline_nothing()}</p> }.into_any()
        } else {
            view! { <ol class="timeline with-icons">{lines}</ol> }.into_any()
        };
        let newest = self.newer.then(|| {
            view! { <a href=self.url(self.part, None)><Icon name="chevron-left" />{t.timeline_newest()}</a> }
        });
        let older = self.older.map(|cursor| {
            let url = self.url(self.part, Some(cursor));
            view! { <a rel="next" href=url>{t.timeline_older()}<Icon name="chevron-right" /></a> }
        });
        let pager = (newest.is_some() || older.is_some())
            .then(|| view! { <nav class="pager" aria-label=t.list_pages()>{newest}{older}</nav> });
        view! { {self.chips(t)}{body}{pager} }.into_any()
    }

    fn url(&self, part: Option<Part>, before: Option<Cursor>) -> String {
        let mut query = Query::default();
        query.set(SHOW, part.map_or("", Part::code));
        query.set(BEFORE, &before.map(Cursor::text).unwrap_or_default());
        format!("{}#timeline", query.url(&self.company))
    }

    fn chips(&self, t: &'static Texts) -> AnyView {
        let chip = |part: Option<Part>, text: &'static str| {
            let current = (self.part == part).then_some("true");
            let icon = part.map(|part| view! { <Icon name=part.icon() /> });
            view! { <li><a class="chip" href=self.url(part, None) aria-current=current>{icon}{text}</a></li> }
        };
        let parts = store::parts(self.reader);
        let chips = parts.into_iter().map(|part| chip(Some(part), t.timeline_part(part))).collect_view();
        view! {
            <nav aria-label=t.timeline_choose()><ul class="chips parts">{chip(None, t.timeline_all())}{chips}</ul></nav>
        }
        .into_any()
    }

    /// A line; none of an entry that this reader may not read.
    fn line(&self, row: &Row, t: &'static Texts) -> Option<AnyView> {
        let part = row.part();
        if part == Part::Changes {
            return self.change(self.events.get(&row.seq)?, t);
        }
        let who = self.who(row, t);
        let (what, link, detail) = self.what(row, part, t);
        let who = (!who.is_empty()).then(|| view! { <strong>{who}</strong>" " });
        // Chinese has no space after its punctuation.
        let gap = if what.ends_with('：') { "" } else { " " };
        let link = link.map(|(url, name)| match url {
            Some(url) => view! { {gap}<a href=url>{name}</a> }.into_any(),
            None => view! { {gap}{name} }.into_any(),
        });
        let detail = (!detail.is_empty()).then(|| view! { <blockquote>{detail}</blockquote> });
        let line = view! {
            <li>
                <Icon name=part.icon() />
                <p>{who}{what}{link}</p>
                <Moment at=Timestamp(row.at) language=self.language />
                {detail}
            </li>
        };
        Some(line.into_any())
    }

    /// A change of the record, with its fields folded away.
    fn change(&self, event: &Event, t: &'static Texts) -> Option<AnyView> {
        let item = item(event, self.named, &self.names, t, self.language);
        let summary = t.journal_changes(item.changes.len());
        let details = folded(item.changes, item.has_before, &timeline_texts(t), summary);
        let line = view! {
            <li>
                <Icon name=Part::Changes.icon() />
                <p><strong>{item.who}</strong>" "{item.what}</p>
                <Moment at=event.at language=self.language />
                {details}
            </li>
        };
        Some(line.into_any())
    }

    fn who(&self, row: &Row, t: &'static Texts) -> String {
        match row.who.as_str() {
            "" if row.part() == Part::Enquiries => t.enquiry_forgotten_person().to_owned(),
            "" if matches!(row.what.as_str(), "infected") || row.part() == Part::Mails => {
                t.journal_origin_system().to_owned()
            }
            "" => String::new(),
            _ if !self.named && !row.role.is_empty() && row.role != "representative" => {
                t.journal_zone_staff().to_owned()
            }
            name => shown_name(name, t),
        }
    }

    /// What happened, the record that it leads to, and more of it.
    fn what(&self, row: &Row, part: Part, t: &'static Texts) -> (String, Option<(Option<String>, String)>, String) {
        let title = self.language.prefer(&row.title_en, &row.title_zh).to_owned();
        match part {
            Part::Interactions => {
                let kind = InteractionKind::from_code(&row.what).map_or("", |kind| t.interaction_kind_of(kind));
                let link = (Some(interaction::model::url(row.id)), kind.to_owned());
                (t.timeline_interaction().to_owned(), Some(link), beginning(&row.detail))
            }
            Part::Tasks => (t.timeline_task().to_owned(), Some((Some(task::model::url(row.id)), title)), String::new()),
            Part::Documents => {
                let action = match row.what.as_str() {
                    "removed" => "document.removed",
                    "infected" => "document.infected",
                    _ => "document.uploaded",
                };
                let action = document::events::event_text(action, t).unwrap_or_default();
                let url = (row.what == "uploaded").then(|| format!("/documents/{}", row.id));
                (format!("{action}{}", t.form_colon().trim_end()), Some((url, title)), row.detail.clone())
            }
            Part::Enquiries => {
                (t.timeline_enquiry().to_owned(), Some((Some(enquiry::model::url(row.id)), title)), String::new())
            }
            Part::Mails => {
                let about = match NotificationKind::from_code(&row.what) {
                    Some(kind) => kind.title(t).to_owned(),
                    None => row.detail.clone(),
                };
                (t.timeline_mail(shown_name(&title, t)), None, about)
            }
            Part::Products => {
                (t.timeline_product().to_owned(), Some((Some(product::model::url(row.id)), title)), String::new())
            }
            Part::Messages => {
                let url = format!("{}/messages/{}", self.company, row.id);
                (t.message_timeline().to_owned(), Some((Some(url), title)), beginning(&row.detail))
            }
            Part::Notes => {
                let url = format!("{}/notes#{}", self.company, crate::writing::views::anchor(row.id));
                (t.note_timeline().to_owned(), Some((Some(url), t.note_text().to_owned())), beginning(&row.detail))
            }
            Part::Changes => (String::new(), None, String::new()),
        }
    }
}
