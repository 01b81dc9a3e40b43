//! `/tasks`, and tasks as rows wherever they are listed.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CompleteTask, PAGE, TaskList};
use super::due::{Days, Due};
use super::filter::{TaskFilter, Which, Whose};
use super::model::{State, url};
use super::store::TaskLine;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/tasks";

impl Texts {
    pub fn task_state_of(&self, state: State) -> &'static str {
        match state {
            State::Open => self.task_open(),
            State::Done => self.task_done(),
            State::Cancelled => self.task_cancelled(),
        }
    }

    fn task_which(&self, which: Which) -> &'static str {
        match which {
            Which::Open => self.task_open(),
            Which::Overdue => self.task_overdue(),
            Which::Done => self.task_done(),
            Which::Cancelled => self.task_cancelled(),
        }
    }
}

/// Where an open task stands.
pub fn due_badge(due_on: &str, days: &Days, t: &'static Texts) -> Option<AnyView> {
    let (class, text) = match days.due(due_on.parse().ok()?) {
        Due::Overdue(late) => ("badge danger", t.task_late(late)),
        Due::Now => ("badge attention", t.task_due_now().to_owned()),
        Due::Ahead => return None,
    };
    Some(view! { <span class=class>{text}</span> }.into_any())
}

/// What tasks as rows need to know.
pub struct Rows<'a> {
    pub days: &'a Days,
    pub language: Language,
    /// Whether what is not done yet can be said to be done here.
    pub does: bool,
    /// Whether it is told what each is about.
    pub about: bool,
}

impl Rows<'_> {
    pub fn table(&self, lines: &[TaskLine], t: &'static Texts) -> AnyView {
        let rows = lines.iter().map(|line| self.row(line, t)).collect_view();
        let about = self.about.then(|| view! { <th scope="col">{t.task_about()}</th> });
        let does = self.does.then(|| view! { <th scope="col"><span class="visually-hidden">{t.task_do()}</span></th> });
        view! {
            <div class="table-wrap"><table class="list tasks">
                <thead><tr>
                    <th scope="col">{t.task_what()}</th><th scope="col">{t.task_state()}</th>
                    <th scope="col">{t.task_due_on()}</th>{about}<th scope="col">{t.task_owner()}</th>{does}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    }

    fn row(&self, line: &TaskLine, t: &'static Texts) -> AnyView {
        let state = State::from_code(&line.state).unwrap_or(State::Open);
        let badge = match state {
            State::Open => due_badge(&line.due_on, self.days, t),
            State::Done => Some(view! { <span class="badge good">{t.task_done()}</span> }.into_any()),
            State::Cancelled => Some(view! { <span class="badge neutral">{t.task_cancelled()}</span> }.into_any()),
        };
        let ended = line.ended_at.filter(|_| state != State::Open).map(|at| {
            view! { <span class="second"><Moment at=Timestamp(at) language=self.language day_only=true /></span> }
        });
        let about = self.about.then(|| {
            let company = line.company_id.map(|id| {
                let (en, zh) = (line.company_en.as_deref(), line.company_zh.as_deref());
                let name = self.language.prefer(en.unwrap_or_default(), zh.unwrap_or_default()).to_owned();
                view! { <a href=crate::company::model::url(id)>{name}</a> }
            });
            let between = (line.company_id.is_some() && line.enquiry_id.is_some()).then_some(" · ");
            let enquiry = line.enquiry_id.zip(line.enquiry.clone()).map(|(id, number)| {
                view! { <a href=crate::enquiry::model::url(id)>{number}</a> }
            });
            view! { <td>{company}{between}{enquiry}</td> }
        });
        let does = self.does.then(|| {
            let form = (state == State::Open).then(|| done_form(line.id, &line.title, t));
            view! { <td class="removal">{form}</td> }
        });
        view! {
            <tr>
                <th scope="row"><a class="row-link" href=url(line.id)>{line.title.clone()}</a></th>
                <td class="status">{badge}{ended}</td>
                <td class="date" data-label=t.task_due_on()>{date(&line.due_on, self.language)}</td>
                {about}
                <td data-label=t.task_owner()>{shown_name(&line.owner, t)}</td>
                {does}
            </tr>
        }
        .into_any()
    }
}

/// The button that says of a task that it is done.
pub fn done_form(id: uuid::Uuid, title: &str, t: &'static Texts) -> AnyView {
    view! {
        <form method="post" action=CompleteTask::PATH>
            <input type="hidden" name="id" value=id.to_string() />
            <button class="button small"><Icon name="check" />{t.task_do()}
                <span class="visually-hidden">{t.form_colon()}{title.to_owned()}</span></button>
        </form>
    }
    .into_any()
}

/// `/tasks`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let found = api::list_tasks(&visit, &TaskFilter::from_query(&at.query)).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().task_title(), move |t| {
        let filter = &found.filter;
        let query = filter.query();
        let has = found.actor.may_have_tasks();
        let add = has.then(|| {
            view! { <a class="button primary" href="/tasks/new"><Icon name="plus" />{t.task_add()}</a> }
        });
        let chips = chips(&found, t);
        let filtered = !chips.is_empty();
        let body = if found.lines.is_empty() {
            no_rows(
                found.count,
                view! {
                    <div class="empty">
                        <h2>{if filtered { t.task_none_found() } else { t.task_none() }}</h2>
                        <p>{if filtered { t.task_none_found_next() } else { t.task_none_next() }}</p>
                    </div>
                }
                .into_any(),
            )
        } else {
            Rows { days: &found.days, language, does: has, about: true }.table(&found.lines, t)
        };
        let tab = |whose: Whose, text: &'static str| {
            let other = TaskFilter { whose, page: 1, ..filter.clone() };
            let current = (filter.whose == whose).then_some("page");
            view! { <li><a href=other.query().url(PATH) aria-current=current>{text}</a></li> }
        };
        let tabs = has.then(|| {
            view! {
                <nav class="tabs" aria-label=t.task_whose()><ul>
                    {tab(Whose::Mine, t.task_mine())}{tab(Whose::Team, t.task_team())}
                </ul></nav>
            }
        });
        view! {
            <header class="page-head">
                <h1>{t.task_title()}</h1>
                <div class="actions">{add}</div>
            </header>
            {tabs}
            {filters(&found, t)}
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.task_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Today).actor(actor))
}

fn filters(found: &TaskList, t: &'static Texts) -> AnyView {
    let states = Which::ALL.iter().skip(1).map(|w| (w.code().to_owned(), t.task_which(*w).to_owned())).collect();
    let owners = (found.filter.whose != Whose::Mine).then(|| {
        let owners = found.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        let chosen = if let Whose::Of(_) = found.filter.whose { found.filter.whose_text() } else { "team".to_owned() };
        owner_select(owners, &chosen, t)
    });
    let company = found.filter.company.map(|id| view! { <input type="hidden" name="company" value=id.to_string() /> });
    view! {
        <form class="filters" method="get" action=PATH>
            <FilterSelect name="state" label=t.task_state() any=t.task_open() options=states
                chosen=found.filter.which.code().to_owned() />
            {owners}{company}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

/// Choosing nobody here is the team, not oneself.
fn owner_select(owners: Vec<(String, String)>, chosen: &str, t: &'static Texts) -> AnyView {
    let options = std::iter::once(("team".to_owned(), t.task_anybody().to_owned()))
        .chain(owners)
        .map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect_view();
    view! { <select name="whose" aria-label=t.task_owner()>{options}</select> }.into_any()
}

fn chips(found: &TaskList, t: &'static Texts) -> Vec<Chip> {
    let filter = &found.filter;
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |label: &str, value: &str, without: String| {
        chips.push(Chip { label: format!("{label}{}{value}", t.form_colon()), without });
    };
    if filter.which != Which::Open {
        chip(t.task_state(), t.task_which(filter.which), query.with("state", "").url(PATH));
    }
    if let Whose::Of(owner) = filter.whose {
        let name = found.owners.iter().find(|(id, _)| *id == owner).map_or("?", |(_, name)| name);
        chip(t.task_owner(), name, query.with("whose", "team").url(PATH));
    }
    if filter.company.is_some() {
        let name = found.company.as_deref().unwrap_or("?");
        chip(t.product_company(), name, query.with("company", "").url(PATH));
    }
    chips
}
