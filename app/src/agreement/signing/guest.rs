//! How a signatory without an account shows who they are: a code is sent to the address that staff wrote down.

use leptos::prelude::*;

use crate::error::Result;

/// A guest has a code sent to their address.
#[server(endpoint = "signing/code")]
pub async fn send_code(#[server(default)] token: String) -> Result<()> {
    use super::acting::{guest_place, guest_url};
    use super::{door, letters};
    use crate::agreement::events;
    use crate::agreement::model::{Key, Scope};
    use crate::agreement::store as agreements;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal;

    let visit = Visit::current()?;
    let now = visit.now();
    let mut tx = visit.backend.database.begin().await?;
    let (agreement, place) = guest_place(&mut tx, &token, now).await?;
    let agreement = agreements::find(&mut tx, &Key::Id(agreement), &Scope::All).await?;
    let code = door::make_code(&mut tx, place.id, now).await?;
    letters::code(&mut tx, &place, &code, now).await?;
    let entry = events::signing("agreement.code_sent", &agreement, &place);
    journal::record(&mut tx, &visit.author(None), entry).await?;
    tx.commit().await?;
    redirect(&guest_url(&token));
    Ok(())
}

/// A guest types the code, and is let in. If it is their turn, the text is shown to them from now on.
#[server(endpoint = "signing/enter")]
pub async fn enter(#[server(default)] token: String, #[server(default)] code: String) -> Result<()> {
    use super::acting::{guest_place, guest_url};
    use super::door;
    use super::groups::Stand;
    use super::model::{FactKind, Method};
    use super::store::{self, By, Said};
    use crate::agreement::events;
    use crate::agreement::model::{Key, Scope};
    use crate::agreement::store as agreements;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal;
    use crate::error::{Check, Problem};
    use crate::security::cookies;
    use crate::time::Timestamp;

    let visit = Visit::current()?;
    let now = visit.now();
    let mut check = Check::default();
    let code = check.required("code", &code, 40);
    check.finish(())?;
    let mut tx = visit.backend.database.begin().await?;
    let (agreement, place) = guest_place(&mut tx, &token, now).await?;
    agreements::hold(&mut tx, &Key::Id(agreement)).await?;
    let agreement = agreements::find(&mut tx, &Key::Id(agreement), &Scope::All).await?;
    let Some(session) = door::enter(&mut tx, place.id, &code, now).await? else {
        tx.commit().await?;
        metrics::counter!("portal_sign_in_failures_total").increment(1);
        let mut check = Check::default();
        check.note("code", Problem::WrongCode);
        return check.finish(());
    };
    let (_, plan) = store::plan(&mut tx, agreement.id).await?;
    let turn = plan.stand(place.id, now.0) == Some(Stand::Turn) && agreement.state(now).takes_signatures();
    if turn && store::set_opened(&mut tx, place.id, now).await? {
        let by = By { visit: Some(&visit), account: None, method: Method::Code };
        store::note(&mut tx, &agreement, &place, FactKind::Opened, Said::default(), by, now).await?;
    }
    let entry = events::signing("agreement.text_opened", &agreement, &place);
    journal::record(&mut tx, &visit.author(None), entry).await?;
    tx.commit().await?;
    let settings = &visit.backend.settings;
    cookies::set(settings, door::cookie_name(settings.https), Some(&session), door::INSIDE / Timestamp::SECOND);
    redirect(&guest_url(&token));
    Ok(())
}
