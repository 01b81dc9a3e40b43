//! `/account/companies`: the companies that one acts for, and how one leaves.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, LeaveCompany, OwnCompanies};
use super::model::usual_successor;
use super::store::{Representative, Represented};
use crate::backend::context::Visit;
use crate::company::model::url;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page};

pub const PATH: &str = "/account/companies";

pub async fn page(visit: Visit, _: At) -> Result<Page> {
    let read = api::read_own_companies(&visit).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().affiliation_own(), move |t| {
        let form = FormState::new(t, refused.as_ref(), LeaveCompany::PATH);
        // Which of the companies a refused form was about.
        let about = refused.as_ref().and_then(|post| post.value("company").map(str::to_owned)).unwrap_or_default();
        let body = if read.companies.is_empty() {
            view! { <div class="empty"><Icon name="building" /><p>{t.today_no_own_company()}</p></div> }.into_any()
        } else {
            let asked = |own: &Represented| form.error().is_some() && about == own.company.to_string();
            let panels = read
                .companies
                .iter()
                .map(|(own, others)| panel(&read, own, others, asked(own), t, language))
                .collect_view();
            view! { <div>{panels}</div> }.into_any()
        };
        view! {
            <header class="page-head"><h1>{t.affiliation_own()}</h1></header>
            <ErrorSummary form=form.clone() labels=Vec::new() />
            {body}
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

fn panel(
    read: &OwnCompanies,
    own: &Represented,
    others: &[Representative],
    open: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let name = language.prefer(&own.name_en, &own.name_zh).to_owned();
    let acting = (read.actor.acting == Some(own.company) && read.companies.len() > 1)
        .then(|| view! { <span class="badge info">{t.affiliation_acting()}</span> });
    let mut rows = vec![(t.affiliation_rights(), t.rights(own.terms.rights).to_owned())];
    rows.push((t.affiliation_title(), own.terms.title.clone()));
    rows.push((t.affiliation_since(), date(&own.terms.since, language)));
    rows.push((t.affiliation_until(), date(&own.terms.until, language)));
    rows.retain(|(_, value)| !value.is_empty());
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    let choice = successor_choice(others, own, t);
    view! {
        <section class="panel">
            <header><h2><a href=url(own.company)>{name.clone()}</a></h2>{acting}</header>
            <dl class="facts">{rows}</dl>
            <p><a href=super::pages::list_url(own.company)>{t.affiliation_link()}</a></p>
            <details class="adding" open=open>
                <summary class="button danger">{t.affiliation_leave()}</summary>
                <form class="form" method="post" action=LeaveCompany::PATH>
                    <p>{t.affiliation_leave_explained(&name)}</p>
                    <input type="hidden" name="company" value=own.company.to_string() />
                    {choice}
                    <div class="form-actions"><button class="button danger primary">{t.affiliation_leave_now(&name)}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// Who takes over, of one company among several: each field has an id of its own.
fn successor_choice(others: &[Representative], own: &Represented, t: &'static Texts) -> AnyView {
    let strengths: Vec<_> = others.iter().map(|other| (other.account, other.terms.rights)).collect();
    let Some(usual) = usual_successor(&strengths) else {
        return view! { <p class="hint">{t.affiliation_nobody_remains()}</p> }.into_any();
    };
    let id = format!("successor-{}", own.company);
    let options = others
        .iter()
        .map(|other| {
            let text = format!("{} · {}", other.name, t.rights(other.terms.rights));
            view! { <option value=other.account.to_string() selected=other.account == usual>{text}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{t.affiliation_successor()}</label>
            <p class="hint">{t.affiliation_successor_hint()}</p>
            <select id=id name="successor">{options}</select>
        </div>
    }
    .into_any()
}
