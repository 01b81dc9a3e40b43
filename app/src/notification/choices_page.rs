//! `/account/notifications`: which notifications also come as mails.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, ChooseMails};
use super::kinds::{Group, Kind, Mails};
use super::pages::{PATH, address_notice};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page};

/// `/account/notifications`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_choices(&visit).await?;
    let saved = !at.query.get("saved").is_empty();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().notice_choice_title(), move |t| {
        let groups = Group::ALL
            .into_iter()
            .filter_map(|group| {
                let kinds: Vec<_> = read.kinds.iter().copied().filter(|(kind, _)| kind.group() == group).collect();
                let rows = kinds.iter().map(|(kind, mails)| row(*kind, *mails, t)).collect_view();
                (!kinds.is_empty()).then(|| {
                    view! {
                        <tbody>
                            <tr><th class="group" scope="rowgroup" colspan="2">{group.title(t)}</th></tr>
                            {rows}
                        </tbody>
                    }
                })
            })
            .collect_view();
        let saved = saved.then(|| {
            view! { <div class="notice good" role="status"><Icon name="check-circle" /><p>{t.notice_choice_saved()}</p></div> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.notice_title()}</a></p>
                <h1>{t.notice_choice_title()}</h1>
            </header>
            <ErrorSummary form=FormState::new(t, refused.as_ref(), ChooseMails::PATH) labels=Vec::new() />
            {address_notice(read.refused.as_deref(), t)}
            {saved}
            <p class="prose">{t.notice_choice_explained()}" "{t.notice_choice_daily_explained()}</p>
            <form method="post" action=ChooseMails::PATH>
                <table class="choosing">
                    <thead><tr>
                        <th scope="col">{t.notice_choice_kind()}</th><th scope="col">{t.notice_choice_mails()}</th>
                    </tr></thead>
                    {groups}
                </table>
                <div class="form-actions">
                    <button class="button primary">{t.notice_choice_save()}</button>
                    <button class="button" name="all" value="daily">{t.notice_choice_all_daily()}</button>
                    <button class="button quiet" name="all" value="usual">{t.notice_choice_usual()}</button>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.actor(read.actor))
}

fn row(kind: Kind, chosen: Mails, t: &'static Texts) -> AnyView {
    let id = format!("mails-{}", kind.code().replace('.', "-"));
    if kind.must() {
        return view! { <tr><th scope="row">{kind.title(t)}</th><td>{t.notice_always()}</td></tr> }.into_any();
    }
    let options = Mails::ALL
        .into_iter()
        .map(|mails| {
            let value = format!("{}={}", kind.code(), mails.code());
            view! { <option value=value selected=mails == chosen>{mails.title(t)}</option> }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row"><label for=id.clone()>{kind.title(t)}</label></th>
            <td><select id=id name="mails[]">{options}</select></td>
        </tr>
    }
    .into_any()
}
