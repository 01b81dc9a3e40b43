//! The document around every page, the navigation, and the route table: one line per page.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use leptos::prelude::*;
use server_fn::ServerFn as _;

use crate::account::api::{ChooseLanguage, SignOut};
use crate::actor::{Actor, Role};
use crate::agreement::obligation;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::error::Error;
use crate::language::{Language, Texts};
use crate::people::looking::StopLooking;
use crate::ui::icon::Icon;
use crate::web::drawings::Frame;
use crate::web::page::{Main, Page, Section, error_response, page, status_of};
use crate::web::post::server_function;
use crate::{
    absence, access, account, affiliation, agreement, briefing, calendar, company, document, enquiry, home, import,
    interaction, invitation, job, joining, journal, mail, message, note, notification, people, person, privacy,
    product, search, security, task,
};

/// Every page, by its address. The access test asks each of them as every role.
pub const PAGES: &[&str] = &[
    "/",
    "/account",
    "/account/address",
    "/account/address/{token}",
    "/account/confirm",
    "/account/password",
    "/account/second-factor",
    "/account/security",
    "/account/security/authenticator",
    "/account/security/codes",
    "/account/security/passkeys",
    "/sign-in",
    "/join",
    "/join/sent",
    "/join/confirm/{token}",
    "/join/confirmed",
    "/invitation/{token}",
    "/password",
    "/password/sent",
    "/password/{token}",
    "/joining",
    "/joining/{id}",
    "/sign-in/second",
    "/today",
    "/notifications",
    "/account/notifications",
    "/unsubscribe/{token}",
    "/companies",
    "/companies.csv",
    "/companies/new",
    "/companies/suggestions",
    "/companies/board",
    "/companies/views",
    "/companies/views/new",
    "/companies/views/{id}",
    "/companies/bulk/{id}",
    "/companies/{id}",
    "/companies/duplicates",
    "/companies/merges",
    "/companies/{id}/merge/{other}",
    "/companies/{id}/edit",
    "/companies/{id}/propose",
    "/companies/{id}/proposals/{proposal}",
    "/companies/{id}/relations/new",
    "/companies/{id}/invitations",
    "/companies/{id}/messages",
    "/companies/{id}/messages/{thread}",
    "/companies/{id}/notes",
    "/companies/{id}/briefing",
    "/documents/{id}",
    "/enquire",
    "/enquire/sent",
    "/agreements",
    "/agreements.csv",
    "/agreements/board",
    "/agreements/calendar",
    "/agreements/new",
    "/agreements/{id}",
    "/agreements/{id}/edit",
    "/agreements/{id}/certificate.json",
    "/verify",
    "/verify/key",
    "/verify/{code}",
    "/agreements/{id}/sign",
    "/sign/{token}",
    "/agreements/{id}/matrix",
    "/agreements/{id}/suggestions",
    "/agreements/{id}/obligations/new",
    "/agreements/{id}/obligations/{n}",
    "/agreements/{id}/obligations/{n}/edit",
    "/obligations",
    "/obligations.csv",
    "/obligations/board",
    "/enquiries",
    "/enquiries.csv",
    "/enquiries/new",
    "/enquiries/{id}",
    "/interactions",
    "/interactions.csv",
    "/interactions/new",
    "/interactions/{id}",
    "/interactions/{id}/edit",
    "/tasks",
    "/tasks/new",
    "/tasks/{id}",
    "/tasks/{id}/edit",
    "/account/absence",
    "/account/calendar",
    "/calendar/{token}",
    "/imports",
    "/imports/new",
    "/imports/{id}/mapping",
    "/imports/{id}/preview",
    "/imports/{id}/rejected.csv",
    "/imports/{id}/rejected.xlsx",
    "/companies.xlsx",
    "/people.xlsx",
    "/people",
    "/people.csv",
    "/people/new",
    "/people/merges",
    "/people/{id}/merge/{other}",
    "/people/{id}",
    "/people/{id}/edit",
    "/people/{id}/positions/new",
    "/products",
    "/products.csv",
    "/products/import",
    "/products/imports/{id}",
    "/products/{id}",
    "/privacy",
    "/account/privacy",
    "/account/data",
    "/search",
    "/admin",
    "/admin/calendar",
    "/admin/invitations",
    "/admin/erasures",
    "/admin/erasures/{id}",
    "/admin/retention",
    "/admin/jobs",
    "/admin/journal",
    "/admin/mail",
    "/admin/mail/{id}",
    "/account/companies",
    "/admin/access",
    "/admin/people",
    "/admin/people/{id}",
    "/companies/{id}/representatives",
    "/companies/{id}/representatives/{account}",
    "/mailbox/{token}",
    "/admin/security",
    "/admin/stalled",
];

/// The route table.
pub fn routes() -> Router {
    Router::new()
        .route("/", page(home::pages::front))
        .route("/today", page(home::pages::today))
        .route("/sign-in", page(account::pages::sign_in))
        .route("/companies", page(company::list_view::list))
        .route(notification::pages::PATH, page(notification::pages::list))
        .route(notification::pages::CHOICES, page(notification::choices))
        .route(
            "/unsubscribe/{token}",
            page(notification::unsubscribe::ask).merge(post(notification::unsubscribe::post)),
        )
        .route("/join", page(joining::pages::join))
        .route("/join/sent", page(joining::pages::sent))
        .route("/join/confirm/{token}", page(joining::pages::confirm))
        .route("/join/confirmed", page(joining::pages::confirmed))
        .route("/invitation/{token}", page(invitation::welcome::show))
        .route("/password", page(account::reset::pages::ask))
        .route("/password/sent", page(account::reset::pages::sent))
        .route("/password/{token}", page(account::reset::pages::set))
        .route(joining::desk::PATH, page(joining::desk::list))
        .route("/joining/{id}", page(joining::request::show))
        .route("/sign-in/second", page(security::second::page))
        .route("/account", page(security::profile::page))
        .route("/account/address", page(security::address::page))
        .route("/account/address/{token}", page(security::address::confirm_page))
        .route("/account/confirm", page(security::confirm::page))
        .route("/account/password", page(security::password::page))
        .route("/account/second-factor", page(security::overview::first))
        .route("/account/security", page(security::overview::page))
        .route("/account/security/authenticator", page(security::authenticator::page))
        .route("/account/security/codes", page(security::recovery::page))
        .route("/account/security/passkeys", page(security::passkeys::page))
        .route("/companies.csv", get(company::export::download_csv))
        .route("/companies/new", page(company::edit::create))
        .route(company::choice::SUGGESTIONS, get(company::choice::suggest))
        .route(company::board::PATH, page(company::board::show))
        .route(company::saved::pages::PATH, page(company::saved::pages::list))
        .route(company::saved::pages::NEW, page(company::saved::pages::create))
        .route("/companies/views/{id}", page(company::saved::pages::show))
        .route("/companies/bulk/{id}", page(company::bulk::pages::show))
        .route("/companies/{id}", page(company::pages::show))
        .route(company::duplicate::pages::PATH, page(company::duplicate::pages::list))
        .route(company::merge::pages::PATH, page(company::merge::pages::list))
        .route("/companies/{id}/merge/{other}", page(company::merge::pages::form))
        .route("/companies/{id}/edit", page(company::edit::edit))
        .route("/companies/{id}/propose", page(company::proposal::pages::propose))
        .route("/companies/{id}/proposals/{proposal}", page(company::proposal::pages::show))
        .route("/companies/{id}/relations/new", page(company::relation::pages::create))
        .route("/companies/{id}/invitations", page(invitation::pages::list_of_company))
        .route("/companies/{id}/messages", page(message::pages::list))
        .route("/companies/{id}/messages/{thread}", page(message::thread::show))
        .route("/companies/{id}/notes", page(note::pages::list))
        .route("/companies/{id}/briefing", page(briefing::pages::show))
        // What arrives here is counted while it is read.
        .route(document::upload::PATH, post(document::upload::post).layer(DefaultBodyLimit::disable()))
        .route("/documents/{id}", get(document::download::get))
        .route(enquiry::public::PATH, page(enquiry::public::form))
        .route("/enquire/sent", page(enquiry::public::sent))
        .route(enquiry::pages::PATH, page(enquiry::pages::list))
        .route("/enquiries.csv", get(enquiry::export::download_csv))
        .route("/enquiries/new", page(enquiry::new_pages::form))
        .route("/enquiries/{id}", page(enquiry::show::show))
        .route(agreement::pages::PATH, page(agreement::pages::list))
        .route("/agreements.csv", get(agreement::export::download_csv))
        .route(agreement::board::PATH, page(agreement::board::board))
        .route(agreement::days::month::PATH, page(agreement::days::month::show))
        .route(agreement::days::feed::PATH, page(agreement::days::feed::page))
        .route("/calendar/{token}", get(agreement::days::feed::get))
        .route("/agreements/new", page(agreement::edit::create))
        .route("/agreements/{id}", page(agreement::show::show))
        .route("/agreements/{id}/edit", page(agreement::edit::edit))
        .route("/agreements/{id}/certificate.json", get(agreement::certificate::pages::download_json))
        .route(agreement::certificate::verify::PATH, page(agreement::certificate::verify::ask))
        .route(agreement::certificate::verify::KEY, get(agreement::certificate::verify::key))
        .route("/verify/{code}", page(agreement::certificate::verify::show))
        .route("/agreements/{id}/sign", page(agreement::signing::pages::account))
        .route("/sign/{token}", page(agreement::signing::pages::guest))
        .route("/sign/{token}/files/{document}", get(agreement::signing::pages::file))
        .route("/agreements/{id}/suggestions", get(agreement::links::suggest::get))
        .route("/agreements/{id}/matrix", page(obligation::matrix::show))
        .route("/agreements/{id}/obligations/new", page(obligation::edit::create))
        .route("/agreements/{id}/obligations/{n}", page(obligation::show::show))
        .route("/agreements/{id}/obligations/{n}/edit", page(obligation::edit::edit))
        .route(obligation::files::DOCUMENTS, post(obligation::files::post).layer(DefaultBodyLimit::disable()))
        .route(obligation::pages::PATH, page(obligation::pages::list))
        .route("/obligations.csv", get(obligation::export::download_csv))
        .route(obligation::board::PATH, page(obligation::board::board))
        .route(agreement::files::DOCUMENTS, post(agreement::files::post_document).layer(DefaultBodyLimit::disable()))
        .route(agreement::files::TEXTS, post(agreement::files::post_text).layer(DefaultBodyLimit::disable()))
        .route(interaction::list_view::PATH, page(interaction::list_view::list))
        .route("/interactions.csv", get(interaction::export::download_csv))
        .route("/interactions/new", page(interaction::edit::create))
        .route("/interactions/{id}", page(interaction::show::show))
        .route("/interactions/{id}/edit", page(interaction::edit::edit))
        .route(task::list_view::PATH, page(task::list_view::list))
        .route("/tasks/new", page(task::edit::create))
        .route("/tasks/{id}", page(task::show::show))
        .route("/tasks/{id}/edit", page(task::edit::edit))
        .route(absence::pages::PATH, page(absence::pages::list))
        .route("/companies.xlsx", get(company::export::download_xlsx))
        .route("/people.xlsx", get(person::export::download_xlsx))
        .route("/imports", page(import::pages::list))
        .route(
            import::upload::PATH,
            page(import::pages::form)
                .merge(post(import::upload::post).layer(DefaultBodyLimit::max(import::read::LARGEST))),
        )
        .route("/imports/{id}/mapping", page(import::pages::mapping))
        .route("/imports/{id}/preview", page(import::preview::show))
        .route("/imports/{id}/rejected.csv", get(import::preview::rejected_csv))
        .route("/imports/{id}/rejected.xlsx", get(import::preview::rejected_xlsx))
        .route("/people", page(person::list_view::list))
        .route("/people.csv", get(person::export::download_csv))
        .route("/people/new", page(person::edit::create))
        .route(person::merge::pages::PATH, page(person::merge::pages::list))
        .route("/people/{id}/merge/{other}", page(person::merge::pages::form))
        .route("/people/{id}", page(person::pages::show))
        .route("/people/{id}/edit", page(person::edit::edit))
        .route("/people/{id}/positions/new", page(person::edit::position))
        .route("/products", page(product::pages::list))
        .route("/products.csv", get(product::export::download_csv))
        .route(
            product::upload::PATH,
            page(product::import_pages::form)
                .merge(post(product::upload::post).layer(DefaultBodyLimit::max(product::upload::LARGEST_FILE))),
        )
        .route("/products/imports/{id}", page(product::import_pages::result))
        .route("/products/{id}", page(product::pages::show))
        .route(privacy::pages::NOTICE, page(privacy::pages::notice))
        .route(privacy::pages::PATH, page(privacy::pages::own))
        .route(privacy::export::PATH, get(privacy::export::get))
        .route(search::pages::PATH, page(search::pages::search))
        .route("/admin", page(home::administration::overview))
        .route(calendar::pages::PATH, page(calendar::pages::show))
        .route("/admin/invitations", page(invitation::pages::list_all))
        .route(privacy::admin_pages::ERASURES, page(privacy::admin_pages::list))
        .route("/admin/erasures/{id}", page(privacy::admin_pages::show))
        .route(privacy::admin_pages::RETENTION, page(privacy::admin_pages::retention))
        .route("/admin/jobs", page(job::pages::list))
        .route("/admin/journal", page(journal::pages::list))
        .route("/admin/mail", page(mail::pages::list))
        .route("/admin/mail/{id}", page(mail::pages::show))
        .route(people::pages::PATH, page(people::pages::list))
        .route("/admin/people/{id}", page(people::show::show))
        .route(access::pages::PATH, page(access::pages::page))
        .route(affiliation::own::PATH, page(affiliation::own::page))
        .route("/companies/{id}/representatives", page(affiliation::pages::list))
        .route("/companies/{id}/representatives/{account}", page(affiliation::edit::page))
        .route("/mailbox/{token}", page(affiliation::mailbox::page))
        .route("/admin/security", page(security::requirement::page))
        .route(company::stalled::pages::PATH, page(company::stalled::pages::settings))
        .route("/api/{*function}", post(server_function))
        .fallback(nowhere)
}

/// An address that leads nowhere.
async fn nowhere(visit: Visit) -> Response {
    error_response(&visit, &Error::NotFound).await
}

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

fn navigation(actor: &Actor, section: Section, t: &'static Texts) -> AnyView {
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

fn bar(actor: Option<&Actor>, language: Language, t: &'static Texts) -> AnyView {
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
fn looking(actor: &Actor, t: &'static Texts) -> AnyView {
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
fn shortcuts(actor: &Actor, t: &'static Texts) -> AnyView {
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

/// The whole document, as text. It runs within the owner that [`crate::web::page::render`] made.
pub fn document(visit: &Visit, page: Page) -> String {
    let t = visit.texts();
    let drawings = &visit.backend.drawings;
    let main = match page.main {
        Main::Drawn(main) => main,
        Main::Draw(draw) => Arc::from(without_markers(&draw(t).to_html())),
    };
    if let Some(sources) = page.sources {
        drawings.keep_main(sources, main.clone());
    }
    let key = (page.actor, visit.language, page.section, page.refresh);
    let [first, second, third, last] =
        &*drawings.frame(key.clone(), || frame(visit, key.0.as_ref(), page.section, page.refresh));
    let name = t.shell_name();
    let title = if page.title == name { page.title } else { format!("{} · {name}", page.title) };
    let title = html_escape::encode_text(&title);
    [first, &*title, second, &visit.nonce, third, &*main, last].concat()
}

/// Everything around the main part of a page, cut where its title, the nonce of the answer and the main part go.
fn frame(visit: &Visit, actor: Option<&Actor>, section: Section, refresh: Option<u32>) -> Frame {
    let language = visit.language;
    let t = visit.texts();
    let assets = visit.backend.settings.assets;
    // What nobody can have typed anywhere.
    let mark = hex::encode(clock::random::<16>());
    let refresh = refresh.map(|seconds| {
        view! { <noscript><meta http-equiv="refresh" content=seconds.to_string() /></noscript> }
    });
    let main = view! { <main id="main" tabindex="-1">{mark.clone()}</main> };
    let frame = match actor {
        Some(actor) => view! { <div class="frame">{navigation(actor, section, t)}{main}</div> }.into_any(),
        None => view! { <div class="frame">{main}</div> }.into_any(),
    };
    let html = view! {
        <html lang=language.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{mark.clone()}</title>
                <link rel="icon" href=assets.favicon />
                <link rel="stylesheet" href=assets.style />
                <script src=assets.shell nonce=mark.clone() defer data-client=assets.client data-wasm=assets.wasm
                    data-passkeys=assets.passkeys data-board=assets.board
                    data-draw=assets.draw data-verify=assets.verify></script>
                {refresh}
            </head>
            <body class=if actor.is_some() { "" } else { "public" }>
                <a class="skip" href="#main">{t.shell_skip()}</a>
                {bar(actor, language, t)}
                {actor.filter(|actor| actor.viewer.is_some()).map(|actor| looking(actor, t))}
                {frame}
                <footer class="foot">
                    <p>{t.shell_footer()}</p><a href="/">{t.front_about()}</a><a href=privacy::pages::NOTICE>{t.privacy_title()}</a>
                </footer>
                {actor.map(|actor| shortcuts(actor, t))}
            </body>
        </html>
    };
    let html = format!("<!DOCTYPE html>{}", without_markers(&html.to_html()));
    let mut pieces = html.splitn(4, &mark).map(str::to_owned);
    std::array::from_fn(|_| pieces.next().unwrap_or_default())
}

/// The document without the marks by which a browser would find its way when it hydrates. Only islands hydrate; within
/// them the marks stay. Text and attributes cannot hold one: there `<` is escaped.
fn without_markers(html: &str) -> String {
    const MARK: &str = "<!>";
    const ISLAND: &str = "leptos-island";
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<leptos-island") {
        plain.push_str(&rest[..start].replace(MARK, ""));
        let mut depth = 0_usize;
        let mut end = start;
        while let Some(next) = rest[end..].find(ISLAND) {
            let at = end + next;
            depth = if rest[..at].ends_with('/') { depth.saturating_sub(1) } else { depth + 1 };
            end = at + ISLAND.len();
            if depth == 0 {
                break;
            }
        }
        plain.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    plain.push_str(&rest.replace(MARK, ""));
    plain
}

/// The page of an error: what is so, why, and what to do next.
pub fn error_page(visit: &Visit, error: &Error) -> Page {
    let t = visit.texts();
    let (title, next) = match error {
        Error::NotFound => (t.problem_page_not_found(), t.problem_page_not_found_next()),
        Error::Forbidden => (t.problem_page_forbidden(), t.problem_page_forbidden_next()),
        Error::Unavailable => (t.problem_page_unavailable(), t.problem_page_unavailable_next()),
        Error::TooMany(_) => (t.problem_page_too_many(), t.problem_page_too_many_next()),
        Error::Internal => (t.problem_page_internal(), t.problem_page_internal_next()),
        Error::Refused(_)
        | Error::Invalid(_)
        | Error::Conflict
        | Error::SignedOut
        | Error::Unconfirmed
        | Error::NeedsFactor => (t.problem_page_refused(), t.problem_page_refused_next()),
    };
    let said = matches!(error, Error::Refused(_) | Error::TooMany(_)).then(|| t.error(error));
    let id = visit.request_id.clone();
    let mut page = Page::new(title, move |t| {
        view! {
            <section class="problem">
                <h1>{title}</h1>
                {said.map(|text| view! { <p>{text}</p> })}
                <p>{next}</p>
                <p class="request-id">{t.problem_page_request(&id)}</p>
                <div class="actions"><a class="button primary" href="/today">{t.problem_page_home()}</a></div>
            </section>
        }
        .into_any()
    });
    page.status = status_of(error);
    page
}

#[cfg(test)]
mod tests {
    use super::without_markers;

    #[test]
    fn only_islands_keep_their_marks() {
        let html = "<p>a<!>b</p><leptos-island data-component=\"x\">c<!><leptos-island>d<!></leptos-island><!></leptos-island><!>e";
        let plain =
            "<p>ab</p><leptos-island data-component=\"x\">c<!><leptos-island>d<!></leptos-island><!></leptos-island>e";
        assert_eq!(without_markers(html), plain);
    }
}
