//! The second step of signing in: the password fitted, and now a code of the authenticator app, a recovery code or a passkey
//! is shown. There is no session before that.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody shows a code, of their authenticator app or a recovery code.
#[server(endpoint = "account/sign-in-code")]
pub async fn sign_in_code(#[server(default)] code: String) -> Result<()> {
    use super::{entry, store};
    use crate::account::throttle;
    use crate::backend::context::Visit;
    use crate::error::{Check, Error, Problem, Refusal};

    let visit = Visit::current()?;
    let mut check = Check::default();
    let code = check.required("code", &code, 100);
    check.finish(())?;
    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let step = entry::try_step(&mut tx, &visit).await?.ok_or(Error::Refused(Refusal::StepOver))?;
    let person = store::person(&mut tx, step.account_id).await?.ok_or(Error::Refused(Refusal::StepOver))?;
    let network = throttle::network(&visit.address);
    throttle::admit(&mut tx, &person.email_folded, &network, now).await?;
    let Some(shown) = entry::take_code(&mut tx, person.id, &code, now).await? else {
        throttle::note(&mut tx, &person.email_folded, &network, false, now).await?;
        if step.is_last() {
            entry::end_step(&mut tx, &visit).await?;
            stopped(&mut tx, &visit, person.id).await?;
        }
        tx.commit().await?;
        metrics::counter!("portal_sign_in_failures_total").increment(1);
        if step.is_last() {
            return Err(Error::Refused(Refusal::StepOver));
        }
        let mut check = Check::default();
        check.note("code", Problem::WrongCode);
        return check.finish(());
    };
    let token = entry::enter(&mut tx, &visit, &person, shown).await?;
    tx.commit().await?;
    entry::go_on(&visit, &person, &token, &step.next);
    Ok(())
}

/// A passkey answers: as second factor, or alone.
#[server(endpoint = "account/sign-in-passkey")]
pub async fn sign_in_passkey(
    #[server(default)] ceremony: String,
    #[server(default)] credential: String,
    #[server(default)] alone: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::model::Shown;
    use super::webauthn::{self, Answer, Purpose};
    use super::{entry, passkeys, store};
    use crate::backend::context::{Visit, own_path};
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    let mut tx = visit.backend.database.begin().await?;
    let (purpose, account, next) = if alone.is_empty() {
        let step = entry::step(&mut tx, &visit).await?.ok_or(Error::Refused(Refusal::StepOver))?;
        (Purpose::Second, Some(step.account_id), step.next)
    } else {
        (Purpose::SignIn, None, own_path(&next).unwrap_or("/today").to_owned())
    };
    let answer = webauthn::answered(&mut tx, &visit, purpose, account, (&ceremony, &credential)).await?;
    let Answer::Fits(account) = answer else {
        passkeys::note_refused(&mut tx, &visit, answer).await?;
        tx.commit().await?;
        metrics::counter!("portal_sign_in_failures_total").increment(1);
        return Err(Error::Refused(Refusal::PasskeyRefused));
    };
    let person = store::person(&mut tx, account).await?.ok_or(Error::Refused(Refusal::PasskeyRefused))?;
    let token = entry::enter(&mut tx, &visit, &person, Shown::Passkey).await?;
    tx.commit().await?;
    entry::go_on(&visit, &person, &token, &next);
    Ok(())
}

/// Records that somebody tried too many codes.
#[cfg(feature = "ssr")]
async fn stopped(
    tx: &mut crate::backend::database::Tx,
    visit: &crate::backend::context::Visit,
    account: uuid::Uuid,
) -> Result<()> {
    use crate::backend::journal::{self, Entry};
    journal::record(tx, &visit.author(None), Entry::new("account.sign_in_stopped", "account", account)).await
}

#[cfg(feature = "ssr")]
pub use drawn::page;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::passkeys::PasskeyForm;
    use super::super::webauthn::{self, Purpose};
    use super::super::{entry, store};
    use super::{SignInCode, SignInPasskey};
    use crate::backend::context::Visit;
    use crate::error::Result;
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::web::page::{At, Page};

    /// `/sign-in/second`
    pub async fn page(visit: Visit, _: At) -> Result<Page> {
        let (mut tx, actor) = visit.look().await?;
        let factors = match entry::step(&mut tx, &visit).await? {
            Some(step) => Some(store::factors(&mut tx, step.account_id).await?),
            None => None,
        };
        let possible = webauthn::are_possible(&visit.backend.settings);
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_second_title(), move |t| {
            let form = FormState::new(t, refused.as_ref(), SignInCode::PATH);
            let passkey = FormState::new(t, refused.as_ref(), SignInPasskey::PATH);
            let Some(factors) = factors else {
                return view! {
                    <section class="sign-in">
                        <h1>{t.security_second_over()}</h1>
                        <p>{t.security_second_over_next()}</p>
                        <div class="actions"><a class="button primary" href="/sign-in">{t.sign_in_title()}</a></div>
                    </section>
                }
                .into_any();
            };
            let with_app = factors.authenticator.is_some();
            let hint = if with_app { t.security_second_code_hint() } else { t.security_second_recovery_hint() };
            let by_passkey = (possible && factors.passkeys > 0).then(|| {
                view! {
                    <PasskeyForm form=passkey.clone() action=SignInPasskey::PATH purpose=Purpose::Second
                        label=t.security_second_passkey() />
                }
            });
            view! {
                <section class="sign-in">
                    <h1>{t.security_second_title()}</h1>
                    <p>{t.security_second_explained()}</p>
                    <ErrorSummary form=passkey.clone() labels=Vec::new() />
                    {by_passkey}
                    <form class="form" method="post" action=SignInCode::PATH>
                        <ErrorSummary form=form.clone() labels=vec![("code", t.security_code())] />
                        <TextField form=form name="code" label=t.security_code() value="" hint=hint
                            autocomplete="one-time-code" autofocus=true />
                        <button class="button primary">{t.security_second_button()}</button>
                    </form>
                    <p class="hint"><a href="/sign-in">{t.security_second_other()}</a></p>
                </section>
            }
            .into_any()
        });
        Ok(page.actor(actor))
    }
}
