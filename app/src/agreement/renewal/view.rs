//! What an agreement's page shows of what it follows, what follows it, and which text was in force on a day.

use std::sync::Arc;

use jiff::civil::Date;
use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::super::files;
use super::super::model::{Agreement, Scope, url};
use super::super::pages::state_badge;
use super::super::store as agreements;
use super::api::{DecideAgreement, FollowAgreement};
use super::model::{Decision, Follow, notice_on};
use super::store::{self, Member};
use crate::actor::Actor;
use crate::agreement::life::State;
use crate::backend::database::Tx;
use crate::backend::refused::RefusedPost;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea};
use crate::ui::icon::Icon;

/// A text that was in force on the day asked for.
pub struct InForce {
    pub member: Member,
    /// The number of its text among those that the parties see, and its files: language, address, name.
    pub text: Option<i64>,
    pub files: Vec<(String, String, String)>,
}

/// The line of agreements that an agreement stands in.
pub struct Line {
    pub members: Vec<Member>,
    /// The day that was asked for, as it was typed, and what was in force then.
    pub asked: String,
    pub on: Option<(String, Vec<InForce>)>,
    /// Whether somebody of the zone has to decide what becomes of it.
    pub undecided: bool,
    /// Whether one that renews it is under way, or took its place.
    pub renewed: bool,
}

pub async fn read(tx: &mut Tx, agreement: &Agreement, scope: &Scope, asked: &str, now: Timestamp) -> Result<Line> {
    let members = store::line(tx, agreement.id, scope).await?;
    let renewed = store::is_renewed(tx, agreement.id).await?;
    let state = agreement.state(now);
    let undecided = agreement.may_be_decided(state)
        && agreement.decided_for != agreement.days.ends_on
        && !renewed
        && super::model::decide_at(&agreement.facts, &agreement.days.ends_on).is_some_and(|at| at <= now);
    let asked = asked.trim().to_owned();
    let on = match asked.parse::<Date>() {
        Ok(day) => {
            let day = day.to_string();
            let mut found = Vec::new();
            for member in members.iter().filter(|member| holds(&members, member, &day, now)) {
                found.push(text_of(tx, member).await?);
            }
            Some((day, found))
        }
        Err(_) => None,
    };
    Ok(Line { members, asked, on, undecided, renewed })
}

/// Whether an agreement holds on a day; what amends another holds only while that does.
fn holds(all: &[Member], member: &Member, day: &str, now: Timestamp) -> bool {
    let mut one = member;
    for _ in 0..=all.len() {
        if !one.span(now).holds_on(day) {
            return false;
        }
        let parent = one.follows_id.filter(|_| one.follow() == Some(Follow::Amends));
        match parent.and_then(|id| all.iter().find(|other| other.id == id)) {
            Some(parent) => one = parent,
            None => return true,
        }
    }
    false
}

async fn text_of(tx: &mut Tx, member: &Member) -> Result<InForce> {
    let text = agreements::versions(tx, member.id, false).await?.into_iter().next();
    let mut given = Vec::new();
    if let Some(text) = &text {
        let names = files::of_agreement(tx, member.id, false).await?;
        for one in agreements::texts(tx, member.id).await?.into_iter().filter(|one| one.version == text.id) {
            if let Some(file) = names.iter().find(|file| file.id == one.document && file.is_given()) {
                given.push((one.language, file.url(), file.name.clone()));
            }
        }
    }
    Ok(InForce { member: member.clone(), text: text.and_then(|text| text.shared_number), files: given })
}

impl Agreement {
    /// Whether it can be decided what becomes of it after its term.
    pub fn may_be_decided(&self, state: State) -> bool {
        !self.days.ends_on.is_empty() && matches!(state, State::Signed | State::InForce | State::Expired)
    }
}

impl Line {
    /// What nobody of the zone should forget; to others it says nothing.
    pub fn flag(&self, agreement: &Agreement, state: State, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
        (self.undecided && actor.role.works_in_zone()).then(|| {
            let expired = state == State::Expired || notice_on(&agreement.facts, &agreement.days.ends_on).is_none();
            let text = if expired { t.renewal_expired_decide() } else { t.renewal_notice_passed() };
            view! {
                <p class="notice attention"><Icon name="alert-triangle" /><a href="#line">{text}</a></p>
            }
            .into_any()
        })
    }
}

impl Texts {
    pub fn renewal_follow_of(&self, follow: Follow) -> &'static str {
        match follow {
            Follow::Amends => self.renewal_amends(),
            Follow::Renews => self.renewal_renews(),
        }
    }

    pub fn renewal_decision_of(&self, decision: Decision) -> &'static str {
        match decision {
            Decision::Ends => self.renewal_decision_ends(),
            Decision::Renew => self.renewal_decision_renew(),
            Decision::Later => self.renewal_decision_later(),
        }
    }
}

/// What the panel is drawn from.
pub struct Drawn<'a> {
    pub line: &'a Line,
    pub agreement: &'a Agreement,
    pub state: State,
    pub actor: &'a Actor,
    pub now: Timestamp,
    pub refused: Option<&'a Arc<RefusedPost>>,
    pub language: Language,
}

/// The panel; none before there is anything to say.
pub fn panel(drawn: &Drawn<'_>, t: &'static Texts) -> Option<AnyView> {
    let Drawn { line, agreement, state, now, language, .. } = *drawn;
    let alone = line.members.len() < 2;
    let signed = matches!(state, State::Signed | State::InForce | State::Expired | State::Renewed | State::Terminated);
    if alone && !signed {
        return None;
    }
    let rows =
        line.members.iter().map(|member| row(member, &line.members, agreement.id, now, t, language)).collect_view();
    let table = (!alone).then(|| {
        view! {
            <div class="documents records"><table>
                <thead><tr>
                    <th scope="col">{t.agreement_one()}</th><th scope="col">{t.agreement_state()}</th>
                    <th scope="col">{t.agreement_effective_on()}</th><th scope="col">{t.agreement_ends_on()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
    });
    Some(
        view! {
            <section class="panel" id="line">
                <h2>{t.renewal_title()}</h2>
                {table}
                {asking(line, agreement, t)}
                {found(line, t, language)}
                {steps(drawn, t)}
            </section>
        }
        .into_any(),
    )
}

fn row(
    member: &Member,
    all: &[Member],
    this: Uuid,
    now: Timestamp,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let title = member.title(language).to_owned();
    let title = if member.id == this {
        view! { <strong>{title}</strong> }.into_any()
    } else {
        view! { <a href=url(&member.number)>{title}</a> }.into_any()
    };
    // What it follows is named only to who may know of it.
    let parent = member.follows_id.and_then(|id| all.iter().find(|other| other.id == id));
    let follows = member
        .follow()
        .zip(parent)
        .map(|(follow, parent)| format!(" · {} {}", t.renewal_follow_of(follow), parent.number));
    let until = if member.ended_on.is_empty() { &member.ends_on } else { &member.ended_on };
    let current = (member.id == this).then_some("true");
    view! {
        <tr aria-current=current>
            <th scope="row">{title}<span class="second whole">{member.number.clone()}{follows}</span></th>
            <td>{state_badge(member.state(now), t)}</td>
            <td data-label=t.agreement_effective_on()>{date(&member.effective_on, language)}</td>
            <td data-label=t.agreement_ends_on()>{date(until, language)}</td>
        </tr>
    }
}

/// The field for a day.
fn asking(line: &Line, agreement: &Agreement, t: &'static Texts) -> AnyView {
    let action = format!("{}#line", agreement.url());
    view! {
        <form class="filters" method="get" action=action>
            <label>{t.renewal_on()}" "<input type="date" name="on" value=line.asked.clone() /></label>
            <button class="button small">{t.renewal_show()}</button>
        </form>
    }
    .into_any()
}

fn found(line: &Line, t: &'static Texts, language: Language) -> Option<AnyView> {
    if line.on.is_none() && !line.asked.is_empty() {
        return Some(view! { <p class="hint" role="status">{t.renewal_no_day()}</p> }.into_any());
    }
    let (day, found) = line.on.as_ref()?;
    let day = date(day, language);
    if found.is_empty() {
        return Some(view! { <p role="status">{t.renewal_none_on(day)}</p> }.into_any());
    }
    let items = found
        .iter()
        .map(|one| {
            let text = one.text.map(|number| format!(" · {}", t.agreement_version(number)));
            let files = one
                .files
                .iter()
                .map(|(language, href, name)| {
                    let tongue = crate::agreement::model::Tongue::from_code(language);
                    let tongue = tongue.map(|tongue| t.agreement_tongue_of(tongue));
                    view! { <li>{tongue}{t.form_colon()}<a href=href.clone() download>{name.clone()}</a></li> }
                })
                .collect_view();
            view! {
                <li>
                    <p><a href=url(&one.member.number)>{one.member.title(language).to_owned()}</a>
                        <span class="second whole">{one.member.number.clone()}{text}</span></p>
                    <ul class="plain">{files}</ul>
                </li>
            }
        })
        .collect_view();
    Some(view! { <p role="status">{t.renewal_held_on(day)}</p><ol class="timeline">{items}</ol> }.into_any())
}

/// What staff can do here.
fn steps(drawn: &Drawn<'_>, t: &'static Texts) -> Option<AnyView> {
    let Drawn { line, agreement, state, actor, refused, .. } = *drawn;
    if !actor.may_edit_agreements() {
        return None;
    }
    let follow = FormState::new(t, refused, FollowAgreement::PATH);
    let begin = |kind: Follow, text: &'static str| {
        view! {
            <form method="post" action=FollowAgreement::PATH>
                <FormId form=follow.clone() />
                <input type="hidden" name="id" value=agreement.number.clone() />
                <input type="hidden" name="version" value=agreement.version.to_string() />
                <input type="hidden" name="follow" value=kind.code() />
                <button class="button small">{text}</button>
            </form>
        }
    };
    let amend =
        matches!(state, State::Signed | State::InForce).then(|| begin(Follow::Amends, t.renewal_begin_amendment()));
    let renew = (matches!(state, State::InForce | State::Expired) && !line.renewed)
        .then(|| begin(Follow::Renews, t.renewal_begin_renewal()));
    let decide = line.undecided.then(|| {
        let form = FormState::new(t, refused, DecideAgreement::PATH);
        let options = Decision::ALL
            .iter()
            .map(|decision| (decision.code().to_owned(), t.renewal_decision_of(*decision).to_owned()))
            .collect();
        let labels = vec![("decision", t.renewal_decision()), ("decision_reason", t.agreement_reason())];
        view! {
            <form class="form" method="post" action=DecideAgreement::PATH novalidate>
                <p class="notice attention"><Icon name="alert-triangle" />{t.renewal_decide_hint()}</p>
                <ErrorSummary form=form.clone() labels=labels />
                <input type="hidden" name="id" value=agreement.number.clone() />
                <input type="hidden" name="version" value=agreement.version.to_string() />
                <SelectField form=form.clone() name="decision" label=t.renewal_decision() options=options value=""
                    nothing=t.agreement_choose() />
                <TextArea form=form name="decision_reason" label=t.agreement_reason() hint=t.agreement_reason_internal_hint()
                    value="" rows=2 />
                <div class="form-actions"><button class="button primary">{t.renewal_decide()}</button></div>
            </form>
        }
    });
    let summary = (amend.is_some() || renew.is_some()).then(|| {
        view! { <ErrorSummary form=follow.clone() labels=Vec::new() /><div class="actions">{amend}{renew}</div> }
    });
    Some(view! { {summary}{decide} }.into_any())
}
