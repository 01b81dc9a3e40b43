//! That a company was made by mistake: said on its page, and said by staff.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::model::Company;
use super::opened::{Opened, Panel};
use super::standing::{ArchiveCompany, RestoreCompany};
use crate::actor::Actor;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

/// What stands above an archived company.
pub fn banner(company: &Company, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
    let archived = company.archived.clone()?;
    let reason = actor.may_see_internals().then(|| {
        let by = archived.by.clone().map(|by| format!("{by}{}", t.form_colon()));
        view! { <p class="lines">{by}{archived.reason.clone()}</p> }
    });
    let restore = actor.may_edit_companies().then(|| {
        view! {
            <form method="post" action=RestoreCompany::PATH>
                <input type="hidden" name="id" value=company.id.to_string() />
                <button class="button">{t.register_restore()}</button>
            </form>
        }
    });
    let banner = view! {
        <div class="notice attention">
            <Icon name="alert-triangle" />
            <p><strong>{t.register_archived_company()}</strong>" "<Moment at=archived.at language=t.language /></p>
            {reason}
            {restore}
        </div>
    };
    Some(banner.into_any())
}

/// The form that takes it out of the register.
pub fn next(opened: &Opened) -> Option<Panel> {
    let (id, refused) = (opened.company.id, opened.ctx.visit.refused.clone());
    opened.may_change().then(|| {
        Panel::whole("archive", opened.texts().register_archive(), move |t| {
            let state = FormState::new(t, refused.as_ref(), ArchiveCompany::PATH);
            let open = state.error().is_some();
            let labels = vec![("archived_reason", t.register_reason())];
            view! {
                <section class="panel" id="archive">
                    <details class="adding" open=open>
                        <summary class="button quiet small">{t.register_archive()}</summary>
                        <form class="form" method="post" action=ArchiveCompany::PATH>
                            <ErrorSummary form=state.clone() labels=labels />
                            <input type="hidden" name="id" value=id.to_string() />
                            <p class="hint">{t.register_archive_explained()}</p>
                            <TextArea form=state name="archived_reason" label=t.register_reason() value="" />
                            <div class="form-actions">
                                <button class="button danger primary">{t.register_archive_button()}</button>
                            </div>
                        </form>
                    </details>
                </section>
            }
            .into_any()
        })
    })
}
