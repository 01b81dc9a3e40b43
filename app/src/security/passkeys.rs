//! Passkeys: made, named and removed at `/account/security/passkeys`. The browser's half is `passkeys.js`: it asks what to ask
//! of a passkey, and sends the answer with the page's form. Without scripts there are codes.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// What the browser is to ask of a passkey.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The number under which the answer is awaited.
    pub ceremony: String,
    /// The options of `navigator.credentials`, as JSON.
    pub options: String,
}

/// A browser is about to ask something of a passkey.
#[server(endpoint = "account/passkeys/ask")]
pub async fn ask_passkey(#[server(default)] purpose: String) -> Result<Asked> {
    use super::webauthn::{self, Purpose};
    use super::{entry, store};
    use crate::backend::context::Visit;
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    let purpose = Purpose::from_code(&purpose).ok_or(Error::Refused(Refusal::Malformed))?;
    let (mut tx, account) = match purpose {
        Purpose::Add | Purpose::Confirm => {
            let ctx = visit.begin_before_factor().await?;
            entry::oneself(&ctx.actor)?;
            if purpose == Purpose::Add {
                ctx.require_recent()?;
            }
            (ctx.tx, Some(ctx.actor.id))
        }
        Purpose::Second => {
            let mut tx = visit.backend.database.begin().await?;
            let step = entry::step(&mut tx, &visit).await?.ok_or(Error::Refused(Refusal::StepOver))?;
            (tx, Some(step.account_id))
        }
        Purpose::SignIn => (visit.backend.database.begin().await?, None),
    };
    let person = match account {
        Some(account) => Some(store::person(&mut tx, account).await?.ok_or(Error::SignedOut)?),
        None => None,
    };
    let asked = webauthn::ask(&mut tx, &visit, purpose, person.as_ref()).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Somebody adds the passkey that their browser just made.
#[server(endpoint = "account/passkeys/add")]
pub async fn add_passkey(
    #[server(default)] ceremony: String,
    #[server(default)] credential: String,
    #[server(default)] name: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, recovery, requirement, store, webauthn};
    use crate::backend::context::{Visit, own_path, redirect};
    use crate::backend::database::is_unique_violation;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut check = Check::default();
    let name = check.required("name", &name, 60);
    check.finish(())?;
    let mut ctx = Visit::current()?.begin_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let visit = ctx.visit.clone();
    if store::factors(&mut ctx.tx, person.id).await?.passkeys >= MOST {
        return Err(Error::Refused(Refusal::TooManyPasskeys));
    }
    let made = webauthn::made(&mut ctx.tx, &visit, person.id, (&ceremony, &credential)).await?;
    let Some((id, credential)) = made else {
        ctx.commit().await?;
        return Err(Error::Refused(Refusal::PasskeyRefused));
    };
    if let Err(error) = store::insert_passkey(&mut ctx.tx, person.id, &name, &id, &credential, ctx.now).await {
        let taken = is_unique_violation(&error);
        return Err(if taken { Error::Refused(Refusal::PasskeyRefused) } else { error.into() });
    }
    requirement::apply(&mut ctx.tx, Some(person.id)).await?;
    let first = store::factors(&mut ctx.tx, person.id).await?.recovery_codes == 0;
    let seed = if first { Some(recovery::make(&mut ctx).await?) } else { None };
    letters::tell(&mut ctx.tx, &visit, &person, Notice::PasskeyAdded(&name)).await?;
    let entry = Entry::new("account.passkey_added", "account", person.id).created(vec![("passkey", name)]);
    ctx.record(entry).await?;
    ctx.commit().await?;
    match seed {
        Some(seed) => {
            recovery::hand_over(&visit, &seed);
            redirect(&recovery::url(own_path(&next).unwrap_or_default()));
        }
        None => redirect(own_path(&next).unwrap_or(PATH)),
    }
    Ok(())
}

/// Somebody removes a passkey: it signs nobody in any more.
#[server(endpoint = "account/passkeys/remove")]
pub async fn remove_passkey(#[server(default)] id: String) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, requirement, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let account = ctx.actor.id;
    let name = store::remove_passkey(&mut ctx.tx, account, id).await?.ok_or(Error::NotFound)?;
    requirement::let_go(&mut ctx.tx, account, ctx.actor.role).await?;
    let person = store::person(&mut ctx.tx, account).await?.ok_or(Error::SignedOut)?;
    let visit = ctx.visit.clone();
    letters::tell(&mut ctx.tx, &visit, &person, Notice::PasskeyRemoved(&name)).await?;
    let entry = Entry::new("account.passkey_removed", "account", account);
    let (before, after) = (vec![("passkey", name)], vec![("passkey", String::new())]);
    ctx.record(entry.changed(before, after)).await?;
    ctx.commit().await?;
    redirect(PATH);
    Ok(())
}

/// How many passkeys somebody can have.
#[cfg(feature = "ssr")]
const MOST: i64 = 20;

#[cfg(feature = "ssr")]
pub use drawn::*;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::device::Device;
    use super::super::entry;
    use super::super::letters::{self, Notice};
    use super::super::store::{self, KeptPasskey};
    use super::super::webauthn::{self, Answer, Purpose};
    use super::{AddPasskey, RemovePasskey};
    use crate::backend::context::{Visit, own_path};
    use crate::backend::database::Tx;
    use crate::backend::journal::{self, Entry};
    use crate::error::Result;
    use crate::language::{Language, Texts};
    use crate::time::Timestamp;
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::ui::moment::Moment;
    use crate::web::page::{At, Page};

    pub const PATH: &str = "/account/security/passkeys";

    /// Records that a passkey may have been copied, and tells its person.
    pub async fn note_refused(tx: &mut Tx, visit: &Visit, answer: Answer) -> Result<()> {
        let Answer::Copied(account, name) = answer else { return Ok(()) };
        let Some(person) = store::person(tx, account).await? else { return Ok(()) };
        letters::tell(tx, visit, &person, Notice::PasskeyCopied(&name)).await?;
        let entry = Entry::new("account.passkey_copied", "account", account).created(vec![("passkey", name)]);
        journal::record(tx, &visit.author(None), entry).await
    }

    /// A form that is answered by a passkey. It is hidden where no script makes it work.
    #[component]
    pub fn PasskeyForm(
        form: FormState,
        action: &'static str,
        purpose: Purpose,
        label: &'static str,
        #[prop(optional, into)] next: String,
        #[prop(optional)] children: Option<Children>,
    ) -> impl IntoView {
        let t = form.texts;
        let alone = (purpose == Purpose::SignIn).then(|| view! { <input type="hidden" name="alone" value="1" /> });
        let class = if children.is_some() { "button primary" } else { "button" };
        view! {
            <form class="form passkey" method="post" action=action hidden data-passkey=purpose.code()>
                <input type="hidden" name="ceremony" />
                <input type="hidden" name="credential" />
                <input type="hidden" name="next" value=next />
                {alone}
                {children.map(|children| children())}
                <p class="error" hidden role="alert" data-gone=t.security_passkey_gone()>{t.security_passkey_failed()}</p>
                <button class=class>{label}</button>
            </form>
        }
    }

    /// `/account/security/passkeys`
    pub async fn page(visit: Visit, at: At) -> Result<Page> {
        let mut ctx = visit.read_before_factor().await?;
        entry::oneself(&ctx.actor)?;
        ctx.require_recent()?;
        let passkeys = store::passkeys(&mut ctx.tx, ctx.actor.id).await?;
        let possible = webauthn::are_possible(&visit.backend.settings);
        let language = visit.language;
        let device = Device::of(&visit.agent).words(visit.texts());
        let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_passkeys(), move |t| {
            let form = FormState::new(t, refused.as_ref(), AddPasskey::PATH);
            let removal = FormState::new(t, refused.as_ref(), RemovePasskey::PATH);
            let rows = passkeys.iter().map(|passkey| row(passkey, language, t)).collect_view();
            let list = (!passkeys.is_empty()).then(|| {
                view! {
                    <div class="table-wrap"><table class="list compact">
                        <thead><tr>
                            <th scope="col">{t.security_passkey_name()}</th><th scope="col">{t.security_passkey_made()}</th>
                            <th scope="col">{t.security_passkey_used()}</th>
                            <th scope="col"><span class="visually-hidden">{t.security_remove()}</span></th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                }
            });
            let field = form.clone();
            let add = if possible {
                view! {
                    <noscript><div class="notice info"><p>{t.security_passkeys_scripts()}</p></div></noscript>
                    <PasskeyForm form=form.clone() action=AddPasskey::PATH purpose=Purpose::Add label=t.security_passkey_add() next=next>
                        <TextField form=field name="name" label=t.security_passkey_name() value=device
                            hint=t.security_passkey_name_hint() />
                    </PasskeyForm>
                }
                .into_any()
            } else {
                view! { <div class="notice attention"><p>{t.security_passkeys_impossible()}</p></div> }.into_any()
            };
            view! {
                <header class="page-head">
                    <p class="crumbs"><a href="/account/security">{t.security_title()}</a></p>
                    <h1>{t.security_passkeys()}</h1>
                    <p class="subtitle">{t.shell_zone_of_time()}</p>
                </header>
                <ErrorSummary form=removal labels=Vec::new() />
                <ErrorSummary form=form.clone() labels=vec![("name", t.security_passkey_name())] />
                <div class="prose"><p>{t.security_passkeys_explained()}</p></div>
                {list}
                <section class="panel"><h2>{t.security_passkey_add()}</h2>{add}</section>
            }
            .into_any()
        });
        Ok(page.actor(ctx.actor))
    }

    fn row(passkey: &KeptPasskey, language: Language, t: &'static Texts) -> AnyView {
        let used = match passkey.used_at {
            Some(at) => view! { <Moment at=Timestamp(at) language=language /> }.into_any(),
            None => t.users_never().into_any(),
        };
        let asks = format!("remove-{}", passkey.id);
        view! {
            <tr>
                <th scope="row">{passkey.name.clone()}</th>
                <td class="date" data-label=t.security_passkey_made()><Moment at=Timestamp(passkey.created_at) language=language /></td>
                <td class="date" data-label=t.security_passkey_used()>{used}</td>
                <td>
                    <button type="button" class="button quiet small" popovertarget=asks.clone()>
                        {t.security_remove()}<span class="visually-hidden">" "{passkey.name.clone()}</span>
                    </button>
                    <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.security_passkey_remove_yes()>
                        <form method="post" action=RemovePasskey::PATH>
                            <input type="hidden" name="id" value=passkey.id.to_string() />
                            <p>{t.security_passkey_remove_asks(&passkey.name)}</p>
                            <div class="actions">
                                <button class="button danger primary">{t.security_passkey_remove_yes()}</button>
                                <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                            </div>
                        </form>
                    </div>
                </td>
            </tr>
        }
        .into_any()
    }
}
