//! A request for access as staff sees it, beside the companies it may be about.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, JoinPage};
use super::choice::{decline_form, likely, name_of, new_company};
use super::decide::{AcceptIntoNew, AcceptJoining, DeclineJoining};
use super::desk::{PATH, state_badge};
use super::likeness::host;
use super::model::{JoinRequest, State, url};
use crate::account::address::{domain, mixes_scripts};
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::company::likeness::lookalike::is_free_mail;
use crate::country;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::FormState;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// `/joining/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let search: String = at.query.get("q").trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let read = api::read_request(&visit, at.id(), &search).await?;
    let language = visit.language;
    let actor = read.actor.clone();
    let refused = visit.refused.clone();
    let page = Page::new(read.request.company_name.clone(), move |t| {
        let request = &read.request;
        let accept = FormState::new(t, refused.as_ref(), AcceptJoining::PATH);
        let accept_new = FormState::new(t, refused.as_ref(), AcceptIntoNew::PATH);
        let decline = FormState::new(t, refused.as_ref(), DeclineJoining::PATH);
        let lost =
            [&accept, &accept_new, &decline].into_iter().any(|form| matches!(form.error(), Some(Error::Conflict)));
        let lost = lost.then(|| {
            view! {
                <div class="notice attention" role="alert"><Icon name="alert-triangle" /><p>{t.joining_decided_meanwhile()}</p></div>
            }
        });
        let work = match request.state {
            State::Waiting => {
                let other_role = read.account.as_ref().is_some_and(|account| account.role() != Role::Representative);
                view! {
                    {likely(&read, &accept, &search, other_role, t, language)}
                    {new_company(request, &accept_new, other_role, t, language)}
                    {decline_form(request, &decline, t)}
                }
                .into_any()
            }
            State::Unconfirmed => view! { <p class="hint">{t.joining_unconfirmed_explained()}</p> }.into_any(),
            State::Accepted | State::Declined => decided(&read, t, language),
        };
        let paragraphs = request.reason.split('\n').map(|text| view! { <p>{text.to_owned()}</p> }).collect_view();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.joining_title()}</a></p>
                <h1>{request.company_name.clone()}</h1>
                {state_badge(request.state, t)}
            </header>
            {lost}
            <div class="detail">
                <div class="detail-main">
                    <section class="panel"><h2>{t.joining_reason()}</h2><div class="prose">{paragraphs}</div></section>
                    {work}
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.joining_request()}</h2>{flags(&read, t)}{facts(request, t, language)}</section>
                    {others(&read, t, language)}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Joining).actor(actor))
}

/// What staff should look at twice.
fn flags(read: &JoinPage, t: &'static Texts) -> AnyView {
    let request = &read.request;
    let domain = domain(&request.email_folded);
    let host = host(&request.website);
    let mut flags: Vec<String> = Vec::new();
    if is_free_mail(domain) {
        flags.push(t.joining_flag_free_mail(domain));
    } else if !host.is_empty()
        && domain != host
        && !domain.ends_with(&format!(".{host}"))
        && !host.ends_with(&format!(".{domain}"))
    {
        flags.push(t.joining_flag_other_domain(domain, &host));
    }
    if domain.split('.').any(|label| label.starts_with("xn--")) {
        flags.push(t.joining_flag_international(domain, idna::domain_to_unicode(domain).0));
    }
    for (text, label) in [(&request.company_name, t.joining_company_name()), (&request.name, t.joining_name())] {
        if text.split_whitespace().any(mixes_scripts) {
            flags.push(t.joining_flag_mixed(label));
        }
    }
    if let Some(account) = read.account.as_ref().filter(|_| request.state == State::Waiting) {
        flags.push(match account.role() {
            Role::Representative => t.joining_flag_account(&account.name),
            role => t.joining_flag_zone_account(&account.name, t.role(role)),
        });
    }
    let flags = flags
        .into_iter()
        .map(|text| view! { <div class="notice attention"><Icon name="alert-triangle" /><p>{text}</p></div> })
        .collect_view();
    flags.into_any()
}

fn facts(request: &JoinRequest, t: &'static Texts, language: Language) -> AnyView {
    let country = request.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
    let moment = |at| view! { <Moment at=at language=language /> }.into_any();
    let website = (!request.website.is_empty()).then(|| {
        view! { <a href=request.website.clone() rel="noopener noreferrer nofollow external">{request.website.clone()}</a> }
    });
    let in_language = Language::from_code(&request.language).unwrap_or_default();
    let mut rows: Vec<(&'static str, AnyView)> = vec![
        (t.joining_name(), request.name.clone().into_any()),
        (t.joining_email(), request.email.clone().into_any()),
        (t.company_country(), country.into_any()),
        (t.company_website(), website.into_any()),
        (t.shell_language(), if in_language == Language::En { "English" } else { "中文" }.into_any()),
        (t.joining_asked(), moment(request.created_at)),
    ];
    if let Some(at) = request.confirmed_at {
        rows.push((t.joining_confirmed_at(), moment(at)));
    }
    if let Some(at) = request.decided_at {
        rows.push((t.joining_decided_at(), moment(at)));
        rows.push((t.joining_decided_by(), request.decided_by.clone().into_any()));
    }
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
}

fn others(read: &JoinPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    let items = read
        .others
        .iter()
        .map(|other| {
            view! {
                <li><a href=url(other.id)>{other.name.clone()}" · "{other.company_name.clone()}</a>" "{state_badge(other.state, t)}
                    " "<Moment at=other.created_at language=language day_only=true /></li>
            }
        })
        .collect_view();
    (!read.others.is_empty())
        .then(|| view! { <section class="panel"><h2>{t.joining_others()}</h2><ul>{items}</ul></section> }.into_any())
}

fn decided(read: &JoinPage, t: &'static Texts, language: Language) -> AnyView {
    let request = &read.request;
    match (&read.company, request.state) {
        (Some(company), _) => {
            let invitations = format!("{}/invitations", company.url());
            let name = name_of(company, language);
            let state =
                if read.account.is_some() { t.joining_has_account_now() } else { t.joining_has_no_account_yet() };
            view! {
                <section class="panel">
                    <h2>{t.joining_accepted_into()}</h2>
                    <p><a href=company.url()>{name}</a></p>
                    <p>{state}" "<a href=invitations>{t.invitation_title()}</a></p>
                </section>
            }
            .into_any()
        }
        (None, _) => {
            let lines =
                request.decline_reason.split('\n').map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
            view! { <section class="panel"><h2>{t.joining_decline_reason()}</h2><div class="prose">{lines}</div></section> }
                .into_any()
        }
    }
}
