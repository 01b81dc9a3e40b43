//! `/enquiries/new`: staff writes down an enquiry that came another way.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::RecordEnquiry;
use super::model::Channel;
use super::pages::PATH;
use super::public::{fields, labels};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextField};
use crate::web::page::{At, Page, Section};

pub async fn form(visit: Visit, _: At) -> Result<Page> {
    let ctx = visit.read().await?;
    require(ctx.actor.may_handle_enquiries())?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let now = ctx.now.local();
    let page = Page::new(visit.texts().enquiries_new_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), RecordEnquiry::PATH);
        let channels = Channel::ALL
            .iter()
            .filter(|channel| **channel != Channel::Form)
            .map(|channel| (channel.code().to_owned(), t.enquiry_channel_of(*channel).to_owned()))
            .collect::<Vec<_>>();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.enquiries_title()}</a></p>
                <h1>{t.enquiries_new_title()}</h1>
            </header>
            <form class="form" method="post" action=RecordEnquiry::PATH novalidate>
                <ErrorSummary form=form.clone() labels=labels(t) />
                <FormId form=form.clone() />
                <SelectField form=form.clone() name="channel" label=t.enquiry_channel() options=channels value=""
                    nothing=t.enquiry_choose() />
                <TextField form=form.clone() name="received_at" label=t.enquiry_received() hint=t.enquiry_received_hint()
                    value=now kind="datetime-local" />
                {fields(&form, true, t, language)}
                <div class="form-actions">
                    <button class="button primary">{t.enquiries_save()}</button>
                    <a class="button quiet" href=PATH>{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::Enquiries).actor(ctx.actor))
}
