//! Requests for access as staff sees them: the list, and a request beside the companies it may be about.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, JoinPage, Likely, PAGE};
use super::decide::{AcceptIntoNew, AcceptJoining, DeclineJoining};
use super::filter::JoinFilter;
use super::likeness::{Reason, host};
use super::lookalike::is_free_mail;
use super::model::{JoinRequest, State, url};
use crate::account::address::{domain, mixes_scripts};
use crate::actor::{Rights, Role};
use crate::backend::context::Visit;
use crate::company::model::{Company, Kind};
use crate::country;
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::ui::form::{CheckList, ErrorSummary, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/joining";

fn state_text(state: State, t: &'static Texts) -> &'static str {
    match state {
        State::Unconfirmed => t.joining_state_unconfirmed(),
        State::Waiting => t.joining_state_waiting(),
        State::Accepted => t.joining_state_accepted(),
        State::Declined => t.joining_state_declined(),
    }
}

fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Unconfirmed => "badge",
        State::Waiting => "badge attention",
        State::Accepted => "badge good",
        State::Declined => "badge danger",
    };
    view! { <span class=class>{state_text(state, t)}</span> }.into_any()
}

/// `/joining`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = JoinFilter::from_query(&at.query);
    let found = api::list_requests(&visit, &filter).await?;
    let language = visit.language;
    let page = Page::new(visit.texts().joining_title(), move |t| {
        let query = filter.query();
        let chips = chips(&filter, t);
        let filtered = !chips.is_empty();
        let states =
            State::ALL.into_iter().map(|state| (state.code().to_owned(), state_text(state, t).to_owned())).collect();
        let rows = found.requests.iter().map(|request| row(request, t, language)).collect_view();
        let body = if found.requests.is_empty() && found.count > 0 {
            view! { <div class="empty"><h2>{t.list_beyond(number(found.count))}</h2></div> }.into_any()
        } else if found.requests.is_empty() {
            view! {
                <div class="empty">
                    <h2>{if filtered { t.joining_none_found() } else { t.joining_none() }}</h2>
                    <p>{if filtered { t.joining_none_found_next() } else { t.joining_none_next() }}</p>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.joining_company_name()}</th><th scope="col">{t.company_country()}</th>
                        <th scope="col">{t.joining_name()}</th><th scope="col">{t.joining_state()}</th>
                        <th scope="col">{t.joining_since()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head"><h1>{t.joining_title()}</h1><p class="subtitle">{t.shell_zone_of_time()}</p></header>
            <form class="filters" method="get" action=PATH>
                <input type="search" name="q" aria-label=t.joining_search() placeholder=t.joining_search()
                    value=filter.search.clone() />
                <FilterSelect name="state" label=t.joining_state() any=t.joining_any_state() options=states
                    chosen=filter.state.map_or("", State::code).to_owned() />
                <button class="button">{t.list_apply()}</button>
            </form>
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.joining_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Joining).actor(found.actor))
}

fn chips(filter: &JoinFilter, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| {
        let label = format!("{label}{}{value}", t.form_colon());
        chips.push(Chip { label, without: query.with(name, "").url(PATH) });
    };
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(state) = filter.state {
        chip("state", t.joining_state(), state_text(state, t));
    }
    chips
}

fn row(request: &JoinRequest, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let free = is_free_mail(domain(&request.email_folded));
    let since = match request.state {
        State::Unconfirmed => Some(request.created_at),
        State::Waiting => request.confirmed_at,
        State::Accepted | State::Declined => request.decided_at,
    };
    let country = request.country.as_deref().map(|code| country::name(code, language));
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=request.url()>{request.company_name.clone()}</a></th>
            <td>{country}</td>
            <td>{request.name.clone()}<span class="second">{request.email.clone()}</span>
                {free.then(|| view! { <span class="badge attention">{t.joining_free_mail_short()}</span> })}</td>
            <td class="status">{state_badge(request.state, t)}</td>
            <td class="date" data-label=t.joining_since()>
                {since.map(|at| view! { <Moment at=at language=language /> })}
            </td>
        </tr>
    }
}

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

fn reason_text(reason: &Reason, t: &'static Texts) -> String {
    match reason {
        Reason::EmailDomain(domain) => t.joining_because_email(domain),
        Reason::PersonsDomain(domain) => t.joining_because_person(domain),
        Reason::Website(host) => t.joining_because_website(host),
        Reason::SameName(name) => t.joining_because_same(name),
        Reason::LikeName(name) => t.joining_because_like(name),
        Reason::Lookalike(name) => t.joining_because_lookalike(name),
        Reason::BorrowedDomain(domain) => t.joining_because_borrowed(domain),
    }
}

fn name_of(company: &Company, language: Language) -> String {
    language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned()
}

fn choice(likely: &Likely, chosen: &str, t: &'static Texts, language: Language) -> AnyView {
    let company = &likely.company;
    let id = company.id.to_string();
    let checked = id == chosen;
    let reasons = likely.found.iter().flat_map(|found| &found.reasons);
    let reasons = reasons
        .map(|reason| {
            let class = if reason.warns() { "badge danger" } else { "badge info" };
            view! { <li><span class=class>{reason_text(reason, t)}</span></li> }
        })
        .collect_view();
    let people: Vec<String> = likely
        .people
        .iter()
        .map(|person| {
            let rights = Rights::from_code(&person.rights).map_or("", |rights| t.rights(rights));
            format!("{} <{}> ({rights})", person.name, person.email)
        })
        .collect();
    let people = if people.is_empty() {
        t.joining_no_people().to_owned()
    } else {
        t.joining_people(people.join(t.form_comma()))
    };
    let facts: Vec<String> = [
        language.prefer(&company.facts.name_zh, &company.facts.name_en).to_owned(),
        company.facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default(),
        host(&company.facts.website),
        t.stage(company.facts.stage).to_owned(),
    ]
    .into_iter()
    .filter(|fact| !fact.is_empty() && *fact != name_of(company, language))
    .collect();
    view! {
        <div class="likely">
            <label class="choice">
                <input type="radio" name="company" value=id checked=checked />
                " "<strong>{name_of(company, language)}</strong>
            </label>
            <div class="likely-why">
                <p class="hint">{facts.join(" · ")}" · "<a href=company.url()>{t.joining_see_company()}</a></p>
                <ul class="reasons">{reasons}</ul>
                <p class="hint">{people}</p>
            </div>
        </div>
    }
    .into_any()
}

fn rights_options(t: &'static Texts) -> Vec<(String, String)> {
    Rights::ALL.into_iter().map(|rights| (rights.code().to_owned(), t.rights(rights).to_owned())).collect()
}

fn likely(
    read: &JoinPage,
    form: &FormState,
    search: &str,
    other_role: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let chosen = form.value("company", "");
    let choices = read.likely.iter().map(|likely| choice(likely, &chosen, t, language)).collect_view();
    let none = read.likely.is_empty();
    let problem = form.problem("company");
    let fine = problem.is_none();
    // The first person of a company looks after the others.
    let first = read.likely.iter().all(|likely| !likely.people.iter().any(|person| person.rights == "administrator"));
    let rights = if first { Rights::Administrator } else { Rights::Contributor };
    let path = read.request.url();
    let search = search.to_owned();
    let accept = (!none).then(|| {
        view! {
            <form class="form" method="post" action=AcceptJoining::PATH>
                <ErrorSummary form=form.clone() labels=vec![("company", t.joining_company()), ("rights", t.joining_rights())] />
                <input type="hidden" name="id" value=read.request.id.to_string() />
                <fieldset class=if fine { "field" } else { "field invalid" } id="company" tabindex="-1">
                    <legend>{t.joining_which()}</legend>
                    <p class="error" id="company-error" hidden=fine><Icon name="alert-triangle" /><span>{problem}</span></p>
                    {choices}
                </fieldset>
                <SelectField form=form.clone() name="rights" label=t.joining_rights() hint=t.joining_rights_hint()
                    options=rights_options(t) value=rights.code() />
                <div class="form-actions">
                    <button class="button primary" disabled=other_role>{t.joining_accept()}</button>
                </div>
            </form>
        }
    });
    view! {
        <section class="panel">
            <h2>{t.joining_likely()}</h2>
            {none.then(|| view! { <p class="hint">{t.joining_no_likely()}</p> })}
            <form class="filters" method="get" action=path>
                <input type="search" name="q" aria-label=t.joining_find_company() placeholder=t.joining_find_company() value=search />
                <button class="button">{t.list_search()}</button>
            </form>
            {accept}
        </section>
    }
    .into_any()
}

fn new_company(
    request: &JoinRequest,
    form: &FormState,
    other_role: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    // A name with a Chinese character in it is the Chinese one.
    let chinese = request.company_name.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    let (name_en, name_zh) = if chinese {
        (String::new(), request.company_name.clone())
    } else {
        (request.company_name.clone(), String::new())
    };
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect();
    let countries = country::sorted(language)
        .iter()
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    let labels = vec![
        ("name_en", t.company_name_en()),
        ("name_zh", t.company_name_zh()),
        ("country", t.company_country()),
        ("website", t.company_website()),
        ("kinds", t.company_kinds()),
        ("new_rights", t.joining_rights()),
    ];
    let open = form.error().is_some();
    view! {
        <section class="panel">
            <details open=open>
                <summary><h2>{t.joining_new_company()}</h2></summary>
                <p class="hint">{t.joining_new_company_explained()}</p>
                <form class="form" method="post" action=AcceptIntoNew::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <input type="hidden" name="id" value=request.id.to_string() />
                    <TextField form=form.clone() name="name_en" label=t.company_name_en() hint=t.company_name_hint()
                        value=name_en autocomplete="off" lang="en" />
                    <TextField form=form.clone() name="name_zh" label=t.company_name_zh() value=name_zh autocomplete="off"
                        lang="zh-CN" />
                    <SelectField form=form.clone() name="country" label=t.company_country() options=countries
                        value=request.country.clone().unwrap_or_default() nothing=t.company_country_unknown() optional=true />
                    <TextField form=form.clone() name="website" label=t.company_website() value=request.website.clone()
                        optional=true autocomplete="off" />
                    <CheckList form=form.clone() name="kinds" label=t.company_kinds() hint=t.company_kinds_hint() options=kinds
                        values=Vec::new() />
                    <SelectField form=form.clone() name="new_rights" label=t.joining_rights() hint=t.joining_rights_hint()
                        options=rights_options(t) value=Rights::Administrator.code() />
                    <div class="form-actions">
                        <button class="button primary" disabled=other_role>{t.joining_accept_new()}</button>
                    </div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn decline_form(request: &JoinRequest, form: &FormState, t: &'static Texts) -> AnyView {
    let open = form.error().is_some();
    view! {
        <section class="panel">
            <details open=open>
                <summary><h2>{t.joining_decline_title()}</h2></summary>
                <form class="form" method="post" action=DeclineJoining::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("decline_reason", t.joining_decline_reason())] />
                    <input type="hidden" name="id" value=request.id.to_string() />
                    <TextArea form=form.clone() name="decline_reason" label=t.joining_decline_reason()
                        hint=t.joining_decline_hint() value="" />
                    <div class="form-actions"><button class="button danger">{t.joining_decline()}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
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
