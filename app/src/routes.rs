//! The route table: one line per page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};

use crate::agreement::obligation;
use crate::backend::context::Visit;
use crate::error::Error;
use crate::web::page::{error_response, page};
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
    "/companies/{id}/archive",
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
        .route("/companies/{id}/archive", page(company::archive_view::form))
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
        .route("/imports/{id}/rejected.csv", get(import::rejected::rejected_csv))
        .route("/imports/{id}/rejected.xlsx", get(import::rejected::rejected_xlsx))
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
