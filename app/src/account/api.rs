//! Signing in and out, and the language.

use leptos::prelude::*;

use crate::error::Result;

/// A person signs in. A new session starts every time; the old one of this browser ends. Who has a second factor shows it
/// first.
#[server(endpoint = "account/sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::{model, password as passwords, store, throttle};
    use crate::backend::context::{Visit, own_path, redirect};
    use crate::error::{Check, Error, Refusal};
    use crate::security::model::Shown;
    use crate::security::{cookies, entry, store as factors};

    let visit = Visit::current()?;
    let mut check = Check::default();
    let typed = check.required("email", &email, 254);
    if password.is_empty() {
        check.note("password", crate::error::Problem::Missing);
    }
    check.finish(())?;
    let folded = super::address::key(&typed);
    let network = throttle::network(&visit.address);

    // The turn comes first: of many tries at once, each is admitted only after those before it were counted.
    let turn = passwords::turn(&visit.backend).await?;
    let mut tx = visit.backend.database.read().await?;
    throttle::admit(&mut tx, &folded, &network, visit.now()).await?;
    let credentials = store::credentials(&mut tx, &folded).await?;
    drop(tx);
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let fits = password.len() <= model::LONGEST_PASSWORD
        && passwords::on_blocking_thread(move || passwords::fits(&password, hash.as_deref())).await?;

    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let person = match credentials.filter(|_| fits) {
        Some(credentials) => factors::person(&mut tx, credentials.id).await?,
        None => None,
    };
    let Some(person) = person else {
        throttle::note(&mut tx, &folded, &network, false, now).await?;
        tx.commit().await?;
        drop(turn);
        metrics::counter!("portal_sign_in_failures_total").increment(1);
        return Err(Error::Refused(Refusal::WrongCredentials));
    };
    drop(turn);
    let next = own_path(&next).unwrap_or("/today");
    if factors::factors(&mut tx, person.id).await?.any() {
        // Neither a failure nor a success yet: there is no session before the second factor was shown.
        let step = entry::begin_step(&mut tx, person.id, next, now).await?;
        tx.commit().await?;
        let settings = &visit.backend.settings;
        let seconds = entry::STEP / crate::time::Timestamp::SECOND;
        cookies::set(settings, cookies::step_name(settings.https), Some(&step), seconds);
        redirect("/sign-in/second");
        return Ok(());
    }
    let token = entry::enter(&mut tx, &visit, &person, Shown::Password).await?;
    tx.commit().await?;
    entry::go_on(&visit, &person, &token, next);
    Ok(())
}

/// A person signs out: the session ends on the server, not only in the browser.
#[server(endpoint = "account/sign-out")]
pub async fn sign_out() -> Result<()> {
    use super::session;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal::{self, Entry};

    let visit = Visit::current()?;
    if let Some(token) = &visit.session {
        let mut tx = visit.backend.database.begin().await?;
        if let Some(owner) = session::owner(&mut tx, token).await? {
            crate::people::looking::stop(&mut tx, &visit, token).await?;
            session::end(&mut tx, token).await?;
            let entry = Entry::new("account.signed_out", "account", owner);
            journal::record(&mut tx, &visit.author(Some(owner)), entry).await?;
            tx.commit().await?;
        }
    }
    set_session_cookie(&visit, None);
    redirect("/");
    Ok(())
}

/// A visitor chooses a language. It is remembered in the browser and, for a signed-in person, in the account.
#[server(endpoint = "account/language")]
pub async fn choose_language(#[server(default)] language: String) -> Result<()> {
    use super::store;
    use crate::backend::context::Visit;
    use crate::error::{Error, Refusal};
    use crate::language::Language;

    let visit = Visit::current()?;
    let language = Language::from_code(&language).ok_or(Error::Refused(Refusal::Malformed))?;
    match visit.begin().await {
        Ok(mut ctx) => {
            store::set_language(&mut ctx.tx, ctx.actor.id, language.code()).await?;
            ctx.commit().await?;
        }
        Err(Error::SignedOut | Error::NeedsFactor | Error::Refused(Refusal::LooksOnly)) => {}
        Err(error) => return Err(error),
    }
    set_language_cookie(&visit, language);
    Ok(())
}

#[cfg(feature = "ssr")]
fn set_cookie(cookie: cookie::Cookie<'_>) {
    if let (Some(response), Ok(value)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&cookie.to_string()))
    {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

#[cfg(feature = "ssr")]
pub(crate) fn set_session_cookie(visit: &crate::backend::context::Visit, token: Option<&str>) {
    use cookie::{Cookie, SameSite};
    let https = visit.backend.settings.https;
    let mut cookie = Cookie::build((super::session::cookie_name(https), token.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .build();
    let seconds = if token.is_some() { super::session::ABSOLUTE / crate::time::Timestamp::SECOND } else { 0 };
    cookie.set_max_age(cookie::time::Duration::seconds(seconds));
    set_cookie(cookie);
}

#[cfg(feature = "ssr")]
pub(crate) fn set_language_cookie(visit: &crate::backend::context::Visit, language: crate::language::Language) {
    use cookie::{Cookie, SameSite};
    set_cookie(
        Cookie::build(("language", language.code()))
            .path("/")
            .http_only(true)
            .secure(visit.backend.settings.https)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::days(365))
            .build(),
    );
}

/// What the sign-in page shows: whether demonstration data is loaded, and who is signed in already.
#[cfg(feature = "ssr")]
pub async fn sign_in_page(visit: &crate::backend::context::Visit) -> Result<(bool, Option<crate::actor::Actor>)> {
    let (mut tx, actor) = visit.look().await?;
    let demonstration = super::store::setting(&mut tx, "demonstration").await?.is_some();
    Ok((demonstration, actor))
}
