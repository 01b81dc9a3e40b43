//! `/account`: who one is to the portal, and the ways to all that is one's own.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody changes their name or language. The edit names the version it started from.
#[server(endpoint = "account/profile")]
pub async fn edit_profile(
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] language: String,
) -> Result<()> {
    use super::{entry, store};
    use crate::account::api;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};
    use crate::language::Language;

    let mut check = Check::default();
    let name = check.required("name", &name, 200);
    let language = Language::from_code(&language);
    if language.is_none() {
        check.note("language", Problem::NotAnOption);
    }
    check.finish(())?;
    let language = language.unwrap_or_default();
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let before = vec![("name", person.name.clone()), ("language", person.language.clone().unwrap_or_default())];
    let after = vec![("name", name.clone()), ("language", language.code().to_owned())];
    let entry = Entry::new("account.edited", "account", person.id).changed(before, after);
    let visit = ctx.visit.clone();
    if !entry.changes.is_empty() {
        if !update(&mut ctx.tx, person.id, version, &name, language.code()).await? {
            return Err(Error::Conflict);
        }
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    api::set_language_cookie(&visit, language);
    redirect("/account?done=saved");
    Ok(())
}

/// False when somebody changed the account meanwhile.
#[cfg(feature = "ssr")]
async fn update(
    tx: &mut crate::backend::database::Tx,
    account: uuid::Uuid,
    version: i64,
    name: &str,
    language: &str,
) -> Result<bool> {
    crate::search::note(tx, crate::search::Kind::Account, account);
    let done: u64 = crate::ask!(tx, |c| {
        let query = sqlx::query(
            "UPDATE accounts SET name = $1, language = $2, version = version + 1 WHERE id = $3 AND version = $4",
        );
        query.bind(name).bind(language).bind(account).bind(version).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

#[cfg(feature = "ssr")]
pub use drawn::*;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::{entry, store};
    use super::EditProfile;
    use crate::actor::Actor;
    use crate::backend::context::Visit;
    use crate::error::{Error, Result};
    use crate::language::{Language, Texts};
    use crate::notification::address;
    use crate::notification::pages::address_notice;
    use crate::ui::form::{ErrorSummary, FormState, SelectField, TextField};
    use crate::ui::icon::Icon;
    use crate::web::page::{At, Page, Section};

    pub const PATH: &str = "/account";

    /// The ways to what is one's own: address, name, what is there.
    pub fn ways(actor: &Actor, t: &'static Texts) -> Vec<(&'static str, &'static str, &'static str)> {
        let mut ways = vec![
            ("/account/security", t.security_title(), t.security_way()),
            (crate::notification::pages::CHOICES, t.notice_choice_title(), t.security_way_notices()),
            (crate::privacy::pages::PATH, t.privacy_own_title(), t.security_way_privacy()),
        ];
        if actor.may_see_agreements() {
            ways.push((crate::agreement::days::feed::PATH, t.feed_title(), t.feed_way()));
        }
        if actor.may_handle_enquiries() {
            ways.push((crate::absence::pages::PATH, t.absence_title(), t.security_way_absence()));
        }
        ways
    }

    /// `/account`
    pub async fn page(visit: Visit, at: At) -> Result<Page> {
        let mut ctx = visit.read().await?;
        entry::oneself(&ctx.actor)?;
        let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
        let unreached = address::refused(&mut ctx.tx, ctx.actor.id).await?;
        let ways = ways(&ctx.actor, visit.texts());
        let refused = visit.refused.clone();
        let saved = at.query.get("done") == "saved";
        let chosen = person.language.clone().unwrap_or_else(|| visit.language.code().to_owned());
        let page = Page::new(visit.texts().security_account(), move |t| {
            let form = FormState::new(t, refused.as_ref(), EditProfile::PATH);
            let languages = [(Language::En, "English"), (Language::Zh, "中文")];
            let languages = languages.map(|(language, name)| (language.code().to_owned(), name.to_owned())).to_vec();
            let ways = ways
                .into_iter()
                .map(|(url, name, what)| view! { <li><a href=url>{name}</a><span class="second whole">{what}</span></li> })
                .collect_view();
            // After a refusal the form starts from what stands there now: who sends it again has seen that it changed.
            let version = person.version.to_string();
            view! {
                <header class="page-head">
                    <h1>{t.security_account()}</h1>
                    <p class="subtitle">{person.email.clone()}</p>
                </header>
                {address_notice(unreached.as_deref(), t)}
                {saved.then(|| view! { <div class="notice good"><Icon name="check-circle" /><p>{t.security_saved()}</p></div> })}
                <form class="form" method="post" action=EditProfile::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("name", t.security_name()), ("language", t.shell_language())] />
                    <input type="hidden" name="version" value=version />
                    <TextField form=form.clone() name="name" label=t.security_name() value=person.name.clone() autocomplete="name" />
                    <SelectField form=form name="language" label=t.shell_language() options=languages value=chosen
                        hint=t.security_language_hint() />
                    <div class="form-actions"><button class="button primary">{t.security_save()}</button></div>
                </form>
                <section class="panel"><h2>{t.security_more()}</h2><ul class="ways">{ways}</ul></section>
            }
            .into_any()
        });
        Ok(page.section(Section::None).actor(ctx.actor))
    }
}
