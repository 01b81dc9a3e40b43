//! What is asked before a company is made, and the list of companies that may be one.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::super::likeness::{Reason, Verdict};
use super::super::model::url;
use super::api::{DecidePair, SweepCompanies};
use super::store::{self, Alike, Pair};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{CheckField, ErrorSummary, FormState, TextField};
use crate::ui::icon::Icon;
use crate::ui::list::{FilterSelect, Pager};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/companies/duplicates";
const PAGE: i64 = 50;
const STATES: [&str; 4] = ["open", "apart", "related", "merged"];

impl Texts {
    pub fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Duplicate => self.duplicate_duplicate(),
            Verdict::Related => self.duplicate_related(),
        }
    }

    pub fn pair_state(&self, state: &str) -> &'static str {
        match state {
            "apart" => self.duplicate_state_apart(),
            "related" => self.duplicate_state_related(),
            "merged" => self.duplicate_state_merged(),
            _ => self.duplicate_state_open(),
        }
    }

    fn reason(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Registration => self.duplicate_reason_registration(),
            Reason::Name => self.duplicate_reason_name(),
            Reason::Typo => self.duplicate_reason_typo(),
            Reason::FormMissing => self.duplicate_reason_form_missing(),
            Reason::Form => self.duplicate_reason_form(),
            Reason::Territory => self.duplicate_reason_territory(),
            Reason::Country => self.duplicate_reason_country(),
            Reason::Beginning => self.duplicate_reason_beginning(),
            Reason::Domain => self.duplicate_reason_domain(),
        }
    }
}

fn reasons(reasons: &[Reason], t: &'static Texts) -> String {
    reasons.iter().map(|reason| t.reason(*reason)).collect::<Vec<_>>().join(" · ")
}

fn badge(verdict: Verdict, t: &'static Texts) -> AnyView {
    let class = if verdict == Verdict::Duplicate { "badge danger" } else { "badge neutral" };
    view! { <span class=class>{t.verdict(verdict)}</span> }.into_any()
}

/// In the form of a company, after it was refused: the companies that are like it, and the words by which it is made anyway.
pub fn asked(alike: &[Alike], form: &FormState, t: &'static Texts, language: Language) -> Option<AnyView> {
    if alike.is_empty() {
        return None;
    }
    let rows = alike
        .iter()
        .map(|alike| {
            let name = language.prefer(&alike.name_en, &alike.name_zh).to_owned();
            let country = alike.country.as_deref().map(|code| country::name(code, language));
            view! {
                <tr>
                    <th scope="row">
                        <a href=url(alike.id) target="_blank" rel="noopener">{name}<span class="visually-hidden">" "{t.duplicate_new_tab()}</span></a>
                        <span class="second">{country}</span>
                    </th>
                    <td>{badge(alike.likeness.verdict, t)}" "{reasons(&alike.likeness.reasons, t)}</td>
                </tr>
            }
        })
        .collect_view();
    let asked = view! {
        <section class="notice attention" aria-labelledby="alike">
            <Icon name="alert-triangle" />
            <h2 id="alike">{t.duplicate_asked()}</h2>
            <p>{t.duplicate_asked_explained()}</p>
            <div class="documents records"><table><tbody>{rows}</tbody></table></div>
            <CheckField form=form.clone() name="not_duplicate" label=t.duplicate_is_another() />
            <TextField form=form.clone() name="not_duplicate_reason" label=t.duplicate_reason() hint=t.duplicate_reason_hint()
                value="" optional=true autocomplete="off" />
        </section>
    };
    Some(asked.into_any())
}

/// `/companies/duplicates`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let query = at.query;
    let state = STATES.into_iter().find(|state| *state == query.get("state")).unwrap_or("open");
    let verdict = Verdict::from_code(query.get("verdict"));
    let page_number = query.page();
    let (pairs, count) = store::pairs(&mut ctx.tx, state, verdict, PAGE, (page_number - 1) * PAGE).await?;
    let waiting = store::waiting(&mut ctx.tx).await?;
    let (language, refused) = (visit.language, visit.refused.clone());
    let page = Page::new(visit.texts().duplicate_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), DecidePair::PATH);
        let rows = pairs.into_iter().map(|pair| row(pair, t, language)).collect_view();
        let verdicts = [Verdict::Duplicate, Verdict::Related].map(|v| (v.code().to_owned(), t.verdict(v).to_owned()));
        let states = STATES[1..].iter().map(|state| ((*state).to_owned(), t.pair_state(state).to_owned())).collect();
        let body = if count == 0 {
            view! { <div class="empty"><h2>{t.duplicate_none()}</h2></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.duplicate_companies()}</th><th scope="col">{t.duplicate_verdict()}</th>
                        <th scope="col" class="num">{t.duplicate_score()}</th><th scope="col">{t.duplicate_decision()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a></p>
                <h1>{t.duplicate_title()}</h1>
                <div class="actions">
                    <a class="button" href=super::super::merge::pages::PATH>{t.duplicate_merges()}</a>
                    <form method="post" action=SweepCompanies::PATH><button class="button">{t.duplicate_sweep()}</button></form>
                </div>
                <p class="subtitle">{t.duplicate_waiting(number(waiting))}</p>
            </header>
            <ErrorSummary form=form labels=vec![("note", t.document_note())] />
            <form class="filters" method="get" action=PATH>
                <FilterSelect name="state" label=t.duplicate_state() any=t.duplicate_state_open() options=states
                    chosen=query.get("state").to_owned() />
                <FilterSelect name="verdict" label=t.duplicate_verdict() any=t.duplicate_any_verdict()
                    options=verdicts.to_vec() chosen=query.get("verdict").to_owned() />
                <button class="button">{t.list_apply()}</button>
            </form>
            <p class="count" role="status">{t.duplicate_count(number(count))}</p>
            {body}
            <Pager page=page_number size=PAGE count=count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

fn row(pair: Pair, t: &'static Texts, language: Language) -> AnyView {
    let company = |id: Uuid, en: &str, zh: &str, code: Option<&str>| {
        let name = language.prefer(en, zh).to_owned();
        view! { <p><a href=url(id)>{name}</a>" "<span class="second">{code.map(|code| country::name(code, language))}</span></p> }
    };
    let names = view! {
        {company(pair.first_id, &pair.first_en, &pair.first_zh, pair.first_country.as_deref())}
        {company(pair.second_id, &pair.second_en, &pair.second_zh, pair.second_country.as_deref())}
    };
    let verdict = Verdict::from_code(&pair.verdict).map(|verdict| badge(verdict, t));
    let why = reasons(&pair.reasons(), t);
    let button = |decision: &'static str, text: &'static str| {
        view! { <button class="button small" name="decision" value=decision>{text}</button> }
    };
    let field = format!("note-{}-{}", pair.first_id, pair.second_id);
    let decided = pair.decided_at.map(|at| {
        let by = pair.decided_name.as_ref().map(|name| crate::privacy::model::shown_name(name, t));
        let note = pair.note.clone();
        view! { <p>{t.pair_state(&pair.state)}" · "{by}" · "<Moment at=Timestamp(at) language=language /></p><p class="second">{note}</p> }
    });
    let forms = (pair.state != "merged").then(|| {
        let open = pair.state == "open";
        let merge = format!("/companies/{}/merge/{}", pair.first_id, pair.second_id);
        view! {
            <form method="post" action=DecidePair::PATH>
                <input type="hidden" name="first" value=pair.first_id.to_string() />
                <input type="hidden" name="second" value=pair.second_id.to_string() />
                {open.then(|| view! {
                    <div class="actions">
                        <a class="button small" href=merge>{t.duplicate_merge()}</a>
                        <label class="visually-hidden" for=field.clone()>{t.document_note()}</label>
                        <input id=field name="note" placeholder=t.document_note() maxlength="500" />
                        {button("apart", t.duplicate_say_apart())}
                        {button("related", t.duplicate_say_related())}
                    </div>
                })}
                {(!open).then(|| button("open", t.duplicate_say_open()))}
            </form>
        }
    });
    view! {
        <tr>
            <td>{names}</td>
            <td data-label=t.duplicate_verdict()>{verdict}<span class="second whole">{why}</span></td>
            <td class="num" data-label=t.duplicate_score()>{pair.score}</td>
            <td>{decided}{forms}</td>
        </tr>
    }
    .into_any()
}
