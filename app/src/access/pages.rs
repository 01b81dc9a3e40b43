//! `/admin/access?kind=…&id=…`: everybody who can see a record, and why; and why the others cannot.

use leptos::prelude::*;
use uuid::Uuid;

use super::model::{Kind, Record, Why, why};
use crate::account::store::{Person, persons};
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::ui::list::Pager;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section, status_of};
use crate::{agreement, company, document, people, product};

pub const PATH: &str = "/admin/access";
/// Rows on a page of the list.
const PAGE: usize = 50;

/// Everybody's answer about one record.
pub struct Access {
    actor: Actor,
    /// What the record is called, and where it is.
    name: String,
    url: String,
    answers: Vec<(Person, Result<()>, Why)>,
}

/// A record with what it is called and where it is.
async fn record(tx: &mut Tx, kind: Kind, id: Uuid, language: Language) -> Result<(Record, String, String)> {
    Ok(match kind {
        Kind::Company => {
            let found = company::store::find(tx, id).await?.ok_or(Error::NotFound)?;
            let name = language.prefer(&found.facts.name_en, &found.facts.name_zh).to_owned();
            (Record::Company(id), name, found.url())
        }
        Kind::Product => {
            let found = product::store::find(tx, id).await?.ok_or(Error::NotFound)?;
            let name = language.prefer(&found.facts.name_en, &found.facts.name_zh).to_owned();
            (Record::Product, name, product::model::url(id))
        }
        Kind::Agreement => {
            let (found, seen) = agreement::read::seen(tx, id).await?;
            (Record::Agreement(seen), found.title(language).to_owned(), found.url())
        }
        Kind::Document => {
            let Some(found) = document::store::find(tx, id).await? else {
                let (owner, file) = agreement::files::find(tx, id).await?.ok_or(Error::NotFound)?;
                let (found, seen) = agreement::read::seen(tx, owner).await?;
                let url = format!("{}{}", found.url(), agreement::files::ANCHOR);
                return Ok((Record::Annex(seen, file.shared, file.scan), file.name, url));
            };
            let (name, url) = (found.name.clone(), document::pages::section_url(found.company, None));
            (Record::Document(Box::new(found)), name, url)
        }
        Kind::Account => {
            let found = people::store::find(tx, id).await?.ok_or(Error::NotFound)?;
            (Record::Account(found.role()), found.name, people::url(id))
        }
    })
}

async fn read(visit: &Visit, query: &Query) -> Result<Access> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let kind = Kind::from_code(query.get("kind")).ok_or(Error::NotFound)?;
    let id = query.get("id").parse().map_err(|_| Error::NotFound)?;
    let (record, name, url) = record(&mut ctx.tx, kind, id, visit.language).await?;
    let everybody = persons(&mut ctx.tx, None, ctx.now).await?;
    let answers = everybody
        .into_iter()
        .map(|known| {
            let (answer, why) = why(&record, &known);
            (known, answer, why)
        })
        .collect();
    Ok(Access { actor: ctx.actor, name, url, answers })
}

impl Texts {
    fn why(&self, why: Why) -> String {
        match why {
            Why::Administrators => self.visibility_administrators(),
            Why::Staff => self.visibility_staff(),
            Why::Executives => self.visibility_executives(),
            Why::Acts(rights) => return self.visibility_acts(self.rights(rights)),
            Why::Everybody => self.visibility_everybody(),
            Why::NamesOnly => self.visibility_names_only(),
            Why::Removed => self.visibility_removed(),
            Why::Withheld => self.visibility_withheld(),
            Why::Infected => self.document_state_infected(),
            Why::ZoneOnly => self.visibility_zone_only(),
            Why::PrivateDraft => self.agreement_sight_private(),
            Why::NotShared => self.agreement_sight_not_shared(),
            Why::ReadsNoAgreements => self.agreement_sight_no_agreements(),
            Why::ReadsNoDocuments => self.visibility_reads_no_documents(),
            Why::ActsForOthers => self.visibility_acts_for_others(),
            Why::ActsForNone => self.visibility_acts_for_none(),
            Why::Accounts => self.visibility_accounts(),
            Why::CannotSignIn => self.visibility_cannot_sign_in(),
        }
        .to_owned()
    }
}

/// The number that a machine gets: what people read as "not found" is not even told to be there.
fn status(answer: &Result<()>, why: Why) -> u16 {
    match answer {
        Ok(()) => 200,
        // Gone for good, rather than for now.
        Err(_) if why == Why::Infected => 410,
        Err(error) => status_of(error).as_u16(),
    }
}

pub async fn page(visit: Visit, at: At) -> Result<Page> {
    let query = at.query;
    let access = read(&visit, &query).await?;
    let actor = access.actor.clone();
    let page = Page::new(visit.texts().visibility_title_of(&access.name), move |t| draw(&access, query, t));
    Ok(page.section(Section::Administration).actor(actor))
}

fn draw(access: &Access, query: Query, t: &'static Texts) -> AnyView {
    let mut groups: Vec<(bool, Why)> = access.answers.iter().map(|(_, answer, why)| (answer.is_err(), *why)).collect();
    groups.sort();
    groups.dedup();
    let summary = groups
        .iter()
        .map(|(refused, why)| {
            let count =
                access.answers.iter().filter(|(_, answer, w)| (answer.is_err(), *w) == (*refused, *why)).count();
            let (class, text) =
                if *refused { ("badge neutral", t.visibility_no()) } else { ("badge good", t.visibility_yes()) };
            view! {
                <tr>
                    <th scope="row">{t.why(*why)}</th>
                    <td class="status"><span class=class>{text}</span></td>
                    <td class="num">{number(i64::try_from(count).unwrap_or_default())}</td>
                </tr>
            }
        })
        .collect_view();
    // Those who see it, unless the others are asked for.
    let others = query.get("see") == "no";
    let mut shown: Vec<_> = access.answers.iter().filter(|(_, answer, _)| answer.is_err() == others).collect();
    shown.sort_by_key(|(_, _, why)| *why);
    let count = shown.len();
    let number_of_page = query.page();
    let skip = usize::try_from(number_of_page - 1).unwrap_or(usize::MAX).saturating_mul(PAGE);
    let rows = shown
        .iter()
        .skip(skip)
        .take(PAGE)
        .map(|(known, answer, why)| {
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=people::url(known.actor.id)>{known.actor.name.clone()}</a>
                        <span class="second">{known.email.clone()}</span></th>
                    <td>{t.role(known.actor.role)}</td>
                    <td>{t.why(*why)}</td>
                    <td class="num" data-label=t.visibility_status()>{status(answer, *why)}</td>
                </tr>
            }
        })
        .collect_view();
    let tab = |value: &'static str, text: &'static str, current: bool| {
        let url = query.with("page", "").with("see", value).url(PATH);
        view! { <li><a href=url aria-current=current.then_some("page")>{text}</a></li> }
    };
    let count = i64::try_from(count).unwrap_or_default();
    view! {
        <header class="page-head">
            <p class="crumbs"><a href=access.url.clone()>{access.name.clone()}</a></p>
            <h1>{t.visibility_title()}</h1>
            <p class="subtitle">{t.visibility_lead()}</p>
        </header>
        <section class="panel">
            <h2>{t.visibility_rules()}</h2>
            <table class="report"><tbody>{summary}</tbody></table>
        </section>
        <nav class="tabs" aria-label=t.visibility_title()><ul>
            {tab("", t.visibility_yes(), !others)}{tab("no", t.visibility_no(), others)}
        </ul></nav>
        <p class="count" role="status">{t.users_count(number(count))}</p>
        {(!shown.is_empty()).then(|| view! {
            <div class="table-wrap"><table class="list">
                <thead><tr>
                    <th scope="col">{t.users_name()}</th><th scope="col">{t.users_role()}</th>
                    <th scope="col">{t.visibility_why()}</th><th scope="col" class="num">{t.visibility_status()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        })}
        <Pager page=number_of_page size=i64::try_from(PAGE).unwrap_or_default() count=count path=PATH query=query texts=t />
    }
    .into_any()
}
