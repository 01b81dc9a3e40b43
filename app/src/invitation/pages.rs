//! Invitations as those who send them see them.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, Invitations, InviteAgain, InviteColleague, InviteToZone, PAGE, WithdrawInvitation};
use super::model::{Sent, State, list_url};
use crate::actor::{Rights, Role};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextField};
use crate::ui::list::beyond;
use crate::ui::moment::Moment;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section};

/// `/admin/invitations`
pub async fn list_all(visit: Visit, at: At) -> Result<Page> {
    let number_of_page = at.query.page();
    let read = api::list_all(&visit, number_of_page).await?;
    Ok(list(&visit, read, number_of_page).section(Section::Invitations))
}

/// `/companies/{id}/invitations`
pub async fn list_of_company(visit: Visit, at: At) -> Result<Page> {
    let number_of_page = at.query.page();
    let read = api::list_of_company(&visit, at.id()?, number_of_page).await?;
    Ok(list(&visit, read, number_of_page).section(Section::Companies))
}

fn list(visit: &Visit, read: Invitations, number_of_page: i64) -> Page {
    let language = visit.language;
    let actor = read.actor.clone();
    let refused = visit.refused.clone();
    let title = visit.texts().invitation_title();
    let page = Page::new(title, move |t| {
        let crumbs = read.company.as_ref().map(|company| {
            let name = language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
            view! {
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=company.url()>{name}</a></p>
            }
        });
        let again = FormState::new(t, refused.as_ref(), InviteAgain::PATH);
        let withdraw = FormState::new(t, refused.as_ref(), WithdrawInvitation::PATH);
        let rows = read.sent.iter().map(|sent| row(sent, &read, t, language)).collect_view();
        let table = if read.sent.is_empty() {
            view! { <div class="empty"><h2>{t.invitation_none()}</h2><p>{t.invitation_none_next()}</p></div> }
                .into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.joining_name()}</th><th scope="col">{t.invitation_as()}</th>
                        <th scope="col">{t.invitation_state()}</th><th scope="col">{t.invitation_inviter()}</th>
                        <th scope="col">{t.invitation_sent()}</th>
                        <th scope="col"><span class="visually-hidden">{t.invitation_actions()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        let people = read.company.as_ref().map(|_| people(&read, t));
        let form = match &read.company {
            Some(company) => {
                let form = FormState::new(t, refused.as_ref(), InviteColleague::PATH);
                let rights =
                    read.rights.iter().map(|rights| (rights.code().to_owned(), t.rights(*rights).to_owned())).collect();
                let id = company.id.to_string();
                view! {
                    <form class="form" method="post" action=InviteColleague::PATH>
                        <ErrorSummary form=form.clone() labels=labels(t) />
                        <FormId form=form.clone() />
                        <input type="hidden" name="company" value=id />
                        {person_fields(&form, t, language)}
                        <SelectField form=form.clone() name="rights" label=t.joining_rights() hint=t.invitation_rights_hint()
                            options=rights value=Rights::Contributor.code() />
                        {more_fields(form, t, language)}
                        <button class="button primary">{t.invitation_send()}</button>
                    </form>
                }
                .into_any()
            }
            None => {
                let form = FormState::new(t, refused.as_ref(), InviteToZone::PATH);
                let roles = Role::ALL
                    .into_iter()
                    .filter(|role| *role != Role::Representative)
                    .map(|role| (role.code().to_owned(), t.role(role).to_owned()))
                    .collect();
                view! {
                    <form class="form" method="post" action=InviteToZone::PATH>
                        <ErrorSummary form=form.clone() labels=labels(t) />
                        <FormId form=form.clone() />
                        {person_fields(&form, t, language)}
                        <SelectField form=form.clone() name="role" label=t.invitation_role() hint=t.invitation_role_hint()
                            options=roles value="" nothing=t.invitation_role_choose() />
                        {more_fields(form, t, language)}
                        <button class="button primary">{t.invitation_send()}</button>
                    </form>
                }
                .into_any()
            }
        };
        let path = list_url(read.company.as_ref().map(|company| company.id));
        view! {
            <header class="page-head">
                {crumbs}
                <h1>{t.invitation_title()}</h1>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            <ErrorSummary form=again labels=Vec::new() />
            <ErrorSummary form=withdraw labels=Vec::new() />
            <div class="detail">
                <div class="detail-main">
                    <p class="count" role="status">{t.invitation_count(number(read.count))}</p>
                    {table}
                    {pager(number_of_page, read.count, path, t)}
                    {people}
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.invitation_new()}</h2>{form}</section>
                </aside>
            </div>
        }
        .into_any()
    });
    page.actor(actor)
}

fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("name", t.joining_name()),
        ("email", t.sign_in_email()),
        ("rights", t.joining_rights()),
        ("role", t.invitation_role()),
        ("title", t.invitation_title_field()),
        ("language", t.shell_language()),
    ]
}

fn person_fields(form: &FormState, t: &'static Texts, _: Language) -> AnyView {
    view! {
        <TextField form=form.clone() name="name" label=t.joining_name() value="" autocomplete="off" />
        <TextField form=form.clone() name="email" label=t.sign_in_email() value="" kind="email" autocomplete="off" />
    }
    .into_any()
}

fn more_fields(form: FormState, t: &'static Texts, language: Language) -> AnyView {
    let languages = vec![("en".to_owned(), "English".to_owned()), ("zh".to_owned(), "中文".to_owned())];
    view! {
        <TextField form=form.clone() name="title" label=t.invitation_title_field() value="" optional=true autocomplete="off" />
        <SelectField form=form name="language" label=t.invitation_language() options=languages value=language.code() />
    }
    .into_any()
}

fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let (class, text) = match state {
        State::Open => ("badge info", t.invitation_state_open()),
        State::Accepted => ("badge good", t.invitation_state_accepted()),
        State::Expired => ("badge attention", t.invitation_state_expired()),
        State::Withdrawn => ("badge", t.invitation_state_withdrawn()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn row(sent: &Sent, read: &Invitations, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let invitation = &sent.invitation;
    let state = sent.state(read.now);
    let rights = invitation.rights.map_or(t.role(invitation.role), |rights| t.rights(rights));
    let of = read.company.is_none().then(|| language.prefer(&sent.company_en, &sent.company_zh).to_owned());
    let second =
        of.filter(|name| !name.is_empty()).or((!invitation.title.is_empty()).then(|| invitation.title.clone()));
    let button = |path: &'static str, text: &'static str, label: String| {
        view! {
            <form method="post" action=path>
                <input type="hidden" name="id" value=invitation.id.to_string() />
                <button class="button small" aria-label=label>{text}</button>
            </form>
        }
    };
    let undecided = sent.accepted_at.is_none() && sent.withdrawn_at.is_none();
    let actions = undecided.then(|| {
        let who = &invitation.email;
        view! {
            <div class="actions">
                {button(InviteAgain::PATH, t.invitation_again(), t.invitation_again_to(who))}
                {button(WithdrawInvitation::PATH, t.invitation_withdraw(), t.invitation_withdraw_of(who))}
            </div>
        }
    });
    let accepted = sent.accepted_at.map(|at| {
        view! { <span class="second"><Moment at=at language=language day_only=true /></span> }
    });
    view! {
        <tr>
            <th scope="row">{invitation.name.clone()}<span class="second">{invitation.email.clone()}</span></th>
            <td>{rights}{second.map(|text| view! { <span class="second">{text}</span> })}</td>
            <td class="status">{state_badge(state, t)}{accepted}</td>
            <td data-label=t.invitation_inviter()>{sent.inviter.clone()}</td>
            <td class="date" data-label=t.invitation_sent()>
                <Moment at=Timestamp(invitation.sent_at.0) language=language />
            </td>
            <td>{actions}</td>
        </tr>
    }
}

fn people(read: &Invitations, t: &'static Texts) -> AnyView {
    let rows = read
        .people
        .iter()
        .map(|person| {
            let rights = Rights::from_code(&person.rights).map_or("", |rights| t.rights(rights));
            let title =
                (!person.title.is_empty()).then(|| view! { <span class="second">{person.title.clone()}</span> });
            view! {
                <tr>
                    <th scope="row">{person.name.clone()}<span class="second">{person.email.clone()}</span></th>
                    <td>{rights}{title}</td>
                </tr>
            }
        })
        .collect_view();
    let body = if read.people.is_empty() {
        view! { <p class="hint">{t.invitation_nobody()}</p> }.into_any()
    } else {
        view! { <div class="table-wrap"><table class="list compact"><tbody>{rows}</tbody></table></div> }.into_any()
    };
    view! { <section class="panel"><h2>{t.invitation_people()}</h2>{body}</section> }.into_any()
}

/// Links to the pages before and after; the path is a company's, so it is no fixed text.
fn pager(page: i64, count: i64, path: String, t: &'static Texts) -> Option<AnyView> {
    let url = |page: i64| {
        let mut query = Query::default();
        query.set("page", &if page > 1 { page.to_string() } else { String::new() });
        query.url(&path)
    };
    let after_last = beyond(page, PAGE, count, &url, t);
    if after_last.is_some() {
        return after_last;
    }
    let before = (page > 1).then(|| view! { <a rel="prev" href=url(page - 1)>{t.list_previous()}</a> });
    let after = (page * PAGE < count).then(|| view! { <a rel="next" href=url(page + 1)>{t.list_next()}</a> });
    (before.is_some() || after.is_some())
        .then(|| view! { <nav class="pager" aria-label=t.list_pages()>{before}{after}</nav> }.into_any())
}
