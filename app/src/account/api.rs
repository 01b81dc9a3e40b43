//! Signing in and out, and the language.

use leptos::prelude::*;

use crate::error::Result;

/// A person signs in. A new session starts every time; the old one of this browser ends.
#[server(endpoint = "account/sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::{model, password as passwords, session, store, throttle};
    use crate::backend::context::{Visit, own_path, redirect};
    use crate::backend::journal::{self, Entry};
    use crate::error::{Check, Error, Refusal};

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
    throttle::note(&mut tx, &folded, &network, fits, now).await?;
    let Some(credentials) = credentials.filter(|_| fits) else {
        tx.commit().await?;
        drop(turn);
        metrics::counter!("portal_sign_in_failures_total").increment(1);
        return Err(Error::Refused(Refusal::WrongCredentials));
    };
    drop(turn);
    if let Some(old) = &visit.session {
        crate::people::looking::stop(&mut tx, &visit, old).await?;
        session::end(&mut tx, old).await?;
    }
    let token = session::start(&mut tx, credentials.id, &visit.address, &visit.agent, now).await?;
    let author = visit.author(Some(credentials.id));
    journal::record(&mut tx, &author, Entry::new("account.signed_in", "account", credentials.id)).await?;
    tx.commit().await?;

    set_session_cookie(&visit, Some(&token));
    if let Some(language) = credentials.language.as_deref().and_then(crate::language::Language::from_code) {
        set_language_cookie(&visit, language);
    }
    redirect(own_path(&next).unwrap_or("/today"));
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
pub(super) fn set_session_cookie(visit: &crate::backend::context::Visit, token: Option<&str>) {
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
fn set_language_cookie(visit: &crate::backend::context::Visit, language: crate::language::Language) {
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
