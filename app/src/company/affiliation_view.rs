//! Who acts for a company, and that nobody does who could decide about it.

use leptos::prelude::*;

use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{access, affiliation, invitation};

/// The way to those who act for it, and to who sees it.
pub fn next(opened: &Opened) -> Option<Panel> {
    let (actor, company) = (opened.actor().clone(), opened.company.id);
    actor.sees_representatives_of(company).ok()?;
    Some(Panel::new("representatives", opened.texts().affiliation_heading(), move |t| {
        view! {
            <p><a href=affiliation::pages::list_url(company)>{t.affiliation_link()}</a></p>
            {actor.may_invite_to(company).is_ok().then(|| view! {
                <p><a href=invitation::model::list_url(Some(company))>{t.invitation_title()}</a></p>
            })}
            {access::link(&actor, access::Kind::Company, company, t)}
        }
        .into_any()
    }))
}

/// Since when nobody administers it in its own name; for those who should know.
pub async fn unattended_since(opened: &mut Opened) -> Result<Option<Timestamp>> {
    if opened.actor().may_leave_unattended() {
        affiliation::watch::unattended_since(&mut opened.ctx.tx, opened.company.id).await
    } else {
        Ok(None)
    }
}
