//! Asking for a link, and setting a new password with it.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody has forgotten their password and asks for a link. The answer is the same for every address, and so is its time.
#[server(endpoint = "account/ask-reset")]
pub async fn ask_reset(#[server(default)] email: String) -> Result<()> {
    use crate::account::{address, asked};
    use crate::backend::context::{Visit, redirect};

    let visit = Visit::current()?;
    let address = address::parse(&email)?;
    asked::steadily(write(&visit, &address.folded, &address.email)).await?;
    redirect("/password/sent");
    Ok(())
}

#[cfg(feature = "ssr")]
async fn write(visit: &crate::backend::context::Visit, folded: &str, email: &str) -> Result<()> {
    use super::letters;
    use crate::account::store::Known;
    use crate::account::{asked, store, throttle};
    use crate::backend::journal::{self, Entry};
    use crate::backend::link;

    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    if !asked::admit(&mut tx, asked::Kind::Password, folded, &throttle::network(&visit.address), now).await? {
        return Ok(());
    }
    match store::by_address(&mut tx, folded).await?.filter(Known::is_active) {
        Some(account) => {
            let token = link::make(&mut tx, link::Kind::Password, account.id, "", now).await?;
            letters::reset(&mut tx, visit, &account.receiver(visit.language), &token).await?;
            let entry = Entry::new("account.reset_asked", "account", account.id);
            journal::record(&mut tx, &visit.author(None), entry).await?;
        }
        None => letters::nobody(&mut tx, visit, email).await?,
    }
    tx.commit().await
}

/// Somebody sets a new password by the link from a mail. Whoever else is signed in to the account no longer is.
#[server(endpoint = "account/reset")]
pub async fn reset_password(#[server(default)] token: String, #[server(default)] password: String) -> Result<()> {
    use super::letters;
    use crate::account::{address, entrance, password as passwords, store, strength, throttle};
    use crate::backend::context::Visit;
    use crate::backend::journal::{self, Entry};
    use crate::backend::link;
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    let mut tx = visit.backend.database.read().await?;
    let found = link::find(&mut tx, link::Kind::Password, &token, visit.now()).await?;
    let account = store::known(&mut tx, found.subject_id).await?.filter(store::Known::is_active);
    let account = account.ok_or(Error::Refused(Refusal::DeadLink))?;
    drop(tx);
    let turn = passwords::turn(&visit.backend).await?;
    let about = [account.name.clone(), account.email.clone()];
    let hash = passwords::on_blocking_thread(move || {
        strength::check_strength(&password, &about.each_ref().map(String::as_str))?;
        passwords::hash(&password)
    })
    .await?;
    drop(turn);

    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let link = link::use_up(&mut tx, link::Kind::Password, &token, now).await?;
    let account = store::known(&mut tx, link.subject_id).await?.filter(store::Known::is_active);
    let account = account.ok_or(Error::Refused(Refusal::DeadLink))?;
    store::set_password(&mut tx, account.id, &hash).await?;
    entrance::end_all(&mut tx, &visit, account.id).await?;
    // Who reads the account's mails is at home here: others' failures hold them up no longer.
    let (folded, network) = (address::key(&account.email), throttle::network(&visit.address));
    throttle::note(&mut tx, &folded, &network, true, now).await?;
    let session = entrance::enter(&mut tx, &visit, account.id, account.role()).await?;
    letters::changed(&mut tx, &visit, &account.receiver(visit.language)).await?;
    let entry = Entry::new("account.password_reset", "account", account.id);
    journal::record(&mut tx, &visit.author(Some(account.id)), entry).await?;
    tx.commit().await?;
    entrance::go_on(&visit, session.as_deref(), "/today");
    Ok(())
}

/// Whose password the link sets.
#[cfg(feature = "ssr")]
pub async fn read_link(
    visit: &crate::backend::context::Visit,
    token: &str,
) -> Result<(crate::account::store::Known, Option<crate::actor::Actor>)> {
    use crate::account::store;
    use crate::backend::link;
    use crate::error::{Error, Refusal};

    let (mut tx, actor) = visit.look().await?;
    let found = link::find(&mut tx, link::Kind::Password, token, visit.now()).await?;
    let account = store::known(&mut tx, found.subject_id).await?.filter(store::Known::is_active);
    Ok((account.ok_or(Error::Refused(Refusal::DeadLink))?, actor))
}
