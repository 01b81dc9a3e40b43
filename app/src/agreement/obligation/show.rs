//! `/agreements/{id}/obligations/{n}`: what is owed, who has the ball until when, what was shown for it, and every step.

mod forms;
mod parts;

use leptos::prelude::*;

use super::filter::On;
use super::life::State;
use super::model::Repeat;
use super::pages::{late_badge, state_badge};
use super::read::{self, ObligationPage};
use super::store::Side;
use crate::agreement::pages::PATH;
use crate::agreement::show::{called, lines};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};
use forms::Act;

pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = read::read_obligation(&visit, at.parameter("id"), at.parameter("n")).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let asked = Act::asked(&read, at.query.get("do"));
    let title = visit.texts().obligation_title(&read.obligation.clause);
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let agreement = &read.agreement;
        let obligation = &read.obligation;
        let form = asked.map(|act| forms::form(&read, act, refused.as_ref(), t, language));
        let lost = forms::lost(refused.as_ref(), asked, t);
        let late = read
            .is_overdue()
            .then(|| late_badge(&obligation.last_on, &agreement.facts.zone, &read.calendar, read.now, t));
        let other = match language {
            Language::En => &obligation.text_zh,
            Language::Zh => &obligation.text_en,
        };
        let other = (!other.is_empty() && other != obligation.text(language)).then(|| {
            let lang = if language == Language::En { "zh" } else { "en" };
            view! { <div lang=lang class="hint">{lines(other)}</div> }
        });
        let edit = (read.actor.may_edit_agreements() && !obligation.state.is_settled()).then(|| {
            let href = format!("{}/edit", super::model::url(&agreement.number, obligation.number));
            view! { <a class="button primary" href=href><Icon name="pencil" />{t.agreement_edit()}</a> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.agreements_title()}</a>
                    <a href=format!("{}#obligations", agreement.url())>{agreement.number.clone()}</a></p>
                <h1>{heading}</h1>
                <div class="actions">{edit}</div>
                <p class="subtitle">{agreement.title(language).to_owned()}</p>
                {state_badge(obligation.state, t)}{late}
            </header>
            {lost}
            <div class="detail">
                <div class="detail-main">
                    {form}
                    <section class="panel"><h2>{t.obligation_what()}</h2>{lines(obligation.text(language))}{other}</section>
                    {parts::evidence(&read, t, language)}
                    {parts::documents(&read, refused.as_ref(), t, language)}
                    {parts::steps(&read, t, language)}
                </div>
                <aside class="detail-aside">
                    {next(&read, asked, t, language)}
                    <section class="panel"><h2>{t.agreement_facts()}</h2>{facts(&read, t, language)}</section>
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Agreements).actor(actor))
}

/// Names of parties as they stand on a side: Party A: …, one a line.
fn side_names(read: &ObligationPage, on: On, t: &'static Texts, language: Language) -> AnyView {
    let of = |side: &Side| if on == On::Owes { side.owes } else { side.benefits };
    let names: Vec<String> =
        read.sides.iter().filter(|side| of(side)).map(|side| name_of(read, side, t, language)).collect();
    if names.is_empty() {
        return view! { <span class="badge attention">{t.obligation_nobody()}</span> }.into_any();
    }
    names.into_iter().map(|name| view! { <span class="line">{name}</span> }).collect_view().into_any()
}

/// A party as the agreement calls it, with its company's name.
fn name_of(read: &ObligationPage, side: &Side, t: &'static Texts, language: Language) -> String {
    let name = language.prefer(&side.name_en, &side.name_zh);
    match read.parties.iter().position(|party| party.id == side.party) {
        Some(place) => format!("{}{}{name}", called(place, t), t.form_colon()),
        None => name.to_owned(),
    }
}

/// Who has the ball, until when, and what this person can do.
fn next(read: &ObligationPage, asked: Option<Act>, t: &'static Texts, language: Language) -> AnyView {
    let obligation = &read.obligation;
    let what = match obligation.state {
        _ if !read.binding && !obligation.state.is_settled() => t.obligation_next_not_binding(),
        State::Pending => t.obligation_next_pending(),
        State::InProgress => t.obligation_next_in_progress(),
        State::Submitted => t.obligation_next_submitted(),
        State::Disputed => t.obligation_next_disputed(),
        State::Fulfilled => t.obligation_next_fulfilled(),
        State::Waived => t.obligation_next_waived(),
        State::Lapsed => t.obligation_next_lapsed(),
    };
    let ball = match obligation.state {
        State::Pending | State::InProgress => Some(side_names(read, On::Owes, t, language)),
        State::Submitted => Some(side_names(read, On::Benefits, t, language)),
        State::Disputed => Some(t.journal_zone_staff().into_any()),
        _ => None,
    };
    let ball = ball.map(|ball| view! { <dt>{t.obligation_ball()}</dt><dd>{ball}</dd> });
    let until = (obligation.state.is_awaited() && !obligation.last_on.is_empty()).then(|| {
        view! { <dt>{t.obligation_last_on()}</dt><dd>{date(&obligation.last_on, language)}</dd> }
    });
    let page = super::model::url(&read.agreement.number, obligation.number);
    let acts = Act::possible(read);
    let any = !acts.is_empty();
    let buttons = acts
        .into_iter()
        .map(|act| {
            let href = format!("{page}?do={}#step", act.code());
            let class = if act.is_main(obligation.state) { "button small primary" } else { "button small" };
            let current = (asked == Some(act)).then_some("step");
            view! { <a class=class href=href aria-current=current>{act.text(t)}</a> }
        })
        .collect_view();
    view! {
        <section class="panel next" id="life">
            <h2>{t.agreement_what_next()}</h2>
            <p>{what}</p>
            <dl class="facts"><dt>{t.obligation_state()}</dt><dd>{t.obligation_state_of(obligation.state)}</dd>{ball}{until}</dl>
            {any.then(|| view! { <div class="actions">{buttons}</div> })}
        </section>
    }
    .into_any()
}

fn facts(read: &ObligationPage, t: &'static Texts, language: Language) -> AnyView {
    let obligation = &read.obligation;
    let repeat = match (obligation.every_months, Repeat::of(obligation.every_months)) {
        (Some(every), Repeat::Months) => t.obligation_every(every),
        (_, repeat) => t.obligation_repeat_of(repeat).to_owned(),
    };
    let due = if obligation.due_on.is_empty() {
        t.obligation_no_day().to_owned()
    } else {
        date(&obligation.due_on, language)
    };
    let end = (obligation.due_at < super::model::NEVER).then(|| {
        view! { <dt>{t.obligation_ends()}</dt><dd><Moment at=Timestamp(obligation.due_at) language=language />" · "{read.agreement.facts.zone.clone()}</dd> }
    });
    let until = (!obligation.repeat_until.is_empty()).then(|| {
        view! { <dt>{t.obligation_repeat_until()}</dt><dd>{date(&obligation.repeat_until, language)}</dd> }
    });
    let survives = obligation.survives.then(|| {
        view! { <dt>{t.obligation_after_end()}</dt><dd>{t.obligation_survives()}</dd> }
    });
    view! {
        <dl class="facts">
            <dt>{t.agreement_one()}</dt><dd><a href=read.agreement.url()>{read.agreement.number.clone()}</a></dd>
            <dt>{t.obligation_clause()}</dt><dd>{obligation.clause.clone()}</dd>
            <dt>{t.obligation_owes()}</dt><dd>{side_names(read, On::Owes, t, language)}</dd>
            <dt>{t.obligation_benefits()}</dt><dd>{side_names(read, On::Benefits, t, language)}</dd>
            <dt>{t.obligation_due_on()}</dt><dd>{due}</dd>
            {end}
            <dt>{t.obligation_repeat()}</dt><dd>{repeat}</dd>
            {until}{survives}
        </dl>
    }
    .into_any()
}
