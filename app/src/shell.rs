//! What stands around the main part of every page: bar, navigation, the pages about oneself, what the keys do.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use crate::account::api::{ChooseLanguage, SignOut};
use crate::actor::{Actor, Role};
use crate::backend::context::Visit;
use crate::language::{Language, Texts};
use crate::people::looking::StopLooking;
use crate::ui::icon::Icon;
use crate::web::page::Section;
use crate::{
    absence, affiliation, agreement, calendar, enquiry, home, job, joining, notification, people, person, privacy,
    search, security,
};

/// An entry of the navigation.
struct Entry {
    section: Section,
    url: &'static str,
    icon: &'static str,
    text: &'static str,
    /// The key that goes there after `g`.
    key: &'static str,
}

/// What a person may open, in groups.
fn entries(actor: &Actor, t: &'static Texts) -> Vec<(Option<&'static str>, Vec<Entry>)> {
    let entry = |section, url, icon, text, key| Entry { section, url, icon, text, key };
    let today = entry(Section::Today, "/today", "today", t.today_title(), "t");
    let companies = entry(Section::Companies, "/companies", "building", t.companies_title(), "c");
    let people = entry(Section::People, person::list_view::PATH, "contact", t.person_people(), "e");
    let products = entry(Section::Products, "/products", "package", t.products_title(), "p");
    let agreements = entry(Section::Agreements, agreement::pages::PATH, "handshake", t.agreements_title(), "r");
    if actor.acts_for_any().is_err() {
        return vec![(None, vec![today])];
    }
    if actor.role == Role::Representative {
        return vec![(None, vec![today, companies, people, agreements, products])];
    }
    let mut partners = vec![companies];
    if actor.may_see_enquiries() {
        partners.push(entry(Section::Enquiries, enquiry::pages::PATH, "inbox", t.enquiries_title(), "q"));
    }
    partners.extend(actor.people().is_ok().then_some(people));
    partners.extend(actor.may_see_agreements().then_some(agreements));
    let users = entry(Section::Accounts, people::pages::PATH, "users", t.users_title(), "u");
    if actor.may_admit() {
        partners.push(entry(Section::Joining, joining::desk::PATH, "inbox", t.joining_title(), "a"));
    }
    let mut groups =
        vec![(None, vec![today]), (Some(t.nav_partners()), partners), (Some(t.nav_products()), vec![products])];
    if actor.may_administer() {
        let journal = entry(Section::Journal, "/admin/journal", "journal", t.journal_title(), "j");
        let overview = entry(Section::Administration, home::administration::PATH, "shield", t.admin_title(), "o");
        let invitations = entry(Section::Invitations, "/admin/invitations", "message", t.invitation_title(), "i");
        let mail = entry(Section::Mail, "/admin/mail", "mail", t.mails_title(), "m");
        let security = entry(Section::Security, security::requirement::PATH, "lock", t.security_admin_title(), "s");
        let privacy = entry(Section::Privacy, privacy::admin_pages::ERASURES, "lock", t.privacy_nav(), "v");
        let jobs = entry(Section::Jobs, job::pages::PATH, "clock", t.jobs_title(), "b");
        let calendar = entry(Section::Calendar, calendar::pages::PATH, "calendar", t.calendar_title(), "d");
        groups.push((
            Some(t.nav_administration()),
            vec![overview, users, invitations, security, journal, mail, jobs, calendar, privacy],
        ));
    } else if actor.accounts().is_ok() {
        groups.push((Some(t.nav_administration()), vec![users]));
    }
    groups
}

pub fn navigation(actor: &Actor, section: Section, t: &'static Texts) -> AnyView {
    let groups = entries(actor, t)
        .into_iter()
        .map(|(label, entries)| {
            let items = entries
                .into_iter()
                .map(|entry| {
                    let current = (entry.section == section).then_some("page");
                    view! {
                        <li><a href=entry.url aria-current=current data-key=entry.key><Icon name=entry.icon />{entry.text}</a></li>
                    }
                })
                .collect_view();
            view! { {label.map(|label| view! { <h2>{label}</h2> })}<ul>{items}</ul> }
        })
        .collect_view();
    if actor.role == Role::Representative {
        view! { <nav class="nav nav-row" aria-label=t.nav_label()>{groups}</nav> }.into_any()
    } else {
        view! { <nav class="nav" id="nav" popover="auto" aria-label=t.nav_label()>{groups}</nav> }.into_any()
    }
}

fn language_switch(language: Language, t: &'static Texts) -> AnyView {
    let button = |code: &'static str, tag: &'static str, name: &'static str, chosen: bool| {
        view! {
            <button name="language" value=code lang=tag aria-pressed=if chosen { "true" } else { "false" }>{name}</button>
        }
    };
    view! {
        <form class="language" method="post" action=ChooseLanguage::PATH aria-label=t.shell_language()>
            {button("en", "en", "English", language == Language::En)}
            {button("zh", "zh-CN", "中文", language == Language::Zh)}
        </form>
    }
    .into_any()
}

pub fn bar(actor: Option<&Actor>, language: Language, t: &'static Texts) -> AnyView {
    let with_menu = actor.is_some_and(|actor| actor.role != Role::Representative);
    let menu = with_menu.then(|| {
        view! {
            <button class="bar-menu" type="button" popovertarget="nav">
                <Icon name="menu" /><span class="visually-hidden">{t.shell_menu()}</span>
            </button>
        }
    });
    let field = actor.is_some().then(|| {
        view! {
            <form class="bar-search" role="search" method="get" action=search::pages::PATH>
                <label class="visually-hidden" for="bar-q">{t.search_field()}</label>
                <Icon name="search" />
                <input type="search" id="bar-q" name="q" placeholder=t.search_field() maxlength="200" />
                <kbd aria-hidden="true">"/"</kbd>
            </form>
        }
    });
    let own = actor.map(|actor| own_pages(actor, t));
    let company = actor.and_then(|actor| affiliation::switch::switch(actor, language, t));
    let account = match actor {
        Some(actor) => view! {
            <details class="menu">
                <summary><Icon name="user" /><span>{actor.name.clone()}</span><Icon name="chevron-down" /></summary>
                <div class="menu-panel">
                    <p><strong>{actor.name.clone()}</strong>{t.role(actor.role)}</p>
                    {own}
                    <button type="button" hidden data-opens="dialog.shortcuts"><Icon name="keyboard" />{t.shortcuts_title()}</button>
                    <form method="post" action=SignOut::PATH>
                        <button><Icon name="log-out" />{t.sign_out_button()}</button>
                    </form>
                </div>
            </details>
        }
        .into_any(),
        None => view! { <a class="button quiet" href="/sign-in">{t.sign_in_button()}</a> }.into_any(),
    };
    view! {
        <header class="bar">
            {menu}
            <a class="brand" href=if actor.is_some() { "/today" } else { "/" }>
                <Brand /><span>{t.shell_name()}</span>
            </a>
            {field}
            <div class="bar-end">{company}{actor.map(|actor| bell(actor, t))}{language_switch(language, t)}{account}</div>
        </header>
    }
    .into_any()
}

/// The pages about oneself.
fn own_pages(actor: &Actor, t: &'static Texts) -> AnyView {
    let companies =
        (actor.role == Role::Representative).then_some((affiliation::own::PATH, "building", t.affiliation_own()));
    let absence = actor.may_handle_enquiries().then_some((absence::pages::PATH, "calendar", t.absence_title()));
    let notices = Some((notification::pages::CHOICES, "bell", t.notice_choice_title()));
    let privacy = Some((privacy::pages::PATH, "lock", t.privacy_own_title()));
    let account = Some((security::profile::PATH, "user", t.security_account()));
    let own = Some(("/account/security", "lock", t.security_title()));
    let items = [account, own, companies, absence, notices, privacy]
        .into_iter()
        .flatten()
        .map(|(url, icon, text)| view! { <li><a href=url><Icon name=icon />{text}</a></li> })
        .collect_view();
    view! { <ul>{items}</ul> }.into_any()
}

/// The way to one's notifications, with how many are unread.
fn bell(actor: &Actor, t: &'static Texts) -> AnyView {
    let unread = (actor.unread > 0).then(|| {
        let shown = if actor.unread > 99 { "99+".to_owned() } else { actor.unread.to_string() };
        view! {
            <span aria-hidden="true">{shown}</span>
            <span class="visually-hidden">{t.form_comma()}{t.notice_unread(actor.unread)}</span>
        }
    });
    view! {
        <a class="bar-icon" href=notification::pages::PATH title=t.notice_title()>
            <Icon name="bell" /><span class="visually-hidden">{t.notice_title()}</span>{unread}
        </a>
    }
    .into_any()
}

/// Says on every page that it is shown as to somebody else.
pub fn looking(actor: &Actor, t: &'static Texts) -> AnyView {
    view! {
        <div class="looking" role="status">
            <Icon name="user" />
            <p>{t.looking_banner(&actor.name, t.role(actor.role))}</p>
            <form method="post" action=StopLooking::PATH><button class="button small">{t.looking_stop()}</button></form>
        </div>
    }
    .into_any()
}

#[component]
fn Brand() -> impl IntoView {
    let sprite = use_context::<Visit>().map_or("", |visit| visit.backend.settings.assets.icons);
    view! { <svg aria-hidden="true"><use_ href=format!("{sprite}#mark") /></svg> }
}

/// What the keys do.
pub fn shortcuts(actor: &Actor, t: &'static Texts) -> AnyView {
    let row =
        |keys: String, text: &'static str| view! { <tr><th scope="row"><kbd>{keys}</kbd></th><td>{text}</td></tr> };
    let sections = entries(actor, t)
        .into_iter()
        .flat_map(|(_, entries)| entries)
        .map(|entry| row(format!("g {}", entry.key), entry.text))
        .collect_view();
    view! {
        <dialog class="shortcuts" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">{t.shortcuts_title()}</h2>
            <table><tbody>
                {row("/".to_owned(), t.shortcuts_search())}
                {sections}
                {row("j".to_owned(), t.shortcuts_next())}
                {row("k".to_owned(), t.shortcuts_previous())}
                {row("Enter".to_owned(), t.shortcuts_open())}
                {row("?".to_owned(), t.shortcuts_help())}
            </tbody></table>
            <form method="dialog">
                <label class="choice"><input type="checkbox" />" "{t.shortcuts_off()}</label>
                <button class="button">{t.shortcuts_close()}</button>
            </form>
        </dialog>
    }
    .into_any()
}
