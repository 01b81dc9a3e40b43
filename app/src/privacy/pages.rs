//! `/privacy`, the notice that everybody can read, and `/account/privacy`, what a person can do about their own data.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, AskErasure, Own, WithdrawErasure};
use super::export;
use super::holding::Category;
use super::model::Days;
use crate::backend::context::Visit;
use crate::company;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page};

pub const PATH: &str = "/account/privacy";
pub const NOTICE: &str = "/privacy";
/// The place of the erasure on its page.
pub const ANCHOR: &str = "#erasure";

/// What is held, what for, and for how long: made from the list that exports, erasures and deletions work by.
fn table(days: &Days, t: &'static Texts) -> AnyView {
    let rows = Category::ALL
        .iter()
        .copied()
        .map(|category| {
            let [name, what, why] = category.texts(t);
            let keeps = export::keeps(category, |rule| days.of(rule), t);
            let keeps = keeps.into_iter().map(|keep| view! { <li>{keep}</li> }).collect_view();
            view! {
                <tr>
                    <th scope="row">{name}<span class="second whole">{what}</span></th>
                    <td data-label=t.privacy_why()>{why}</td>
                    <td data-label=t.privacy_how_long()><ul class="keeps">{keeps}</ul></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap"><table class="list holdings">
            <thead><tr>
                <th scope="col">{t.privacy_what()}</th><th scope="col">{t.privacy_why()}</th>
                <th scope="col">{t.privacy_how_long()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

/// `/privacy`
pub async fn notice(visit: Visit, _: At) -> Result<Page> {
    let (actor, days) = api::notice(&visit).await?;
    let signed_in = actor.is_some();
    let page = Page::new(visit.texts().privacy_title(), move |t| {
        view! {
            <header class="page-head"><h1>{t.privacy_title()}</h1></header>
            <div class="prose">
                <p>{t.privacy_intro()}</p>
                <p>{t.privacy_not()}</p>
            </div>
            <section class="panel"><h2>{t.privacy_held()}</h2>{table(&days, t)}</section>
            <section class="panel"><h2>{t.privacy_rights()}</h2>
                <div class="prose">
                    <p>{t.privacy_rights_copy()}</p>
                    <p>{t.privacy_rights_erasure()}</p>
                    <p>{t.privacy_rights_correct()}</p>
                    {signed_in.then(|| view! { <p><a class="button" href=PATH>{t.privacy_own_title()}</a></p> })}
                </div>
            </section>
            <section class="panel"><h2>{t.privacy_ask()}</h2><div class="prose"><p>{t.privacy_ask_whom()}</p></div></section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/account/privacy`
pub async fn own(visit: Visit, _: At) -> Result<Page> {
    let read = api::own_page(&visit).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().privacy_own_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AskErasure::PATH);
        let looks = read.actor.viewer.is_some();
        view! {
            <header class="page-head">
                <h1>{t.privacy_own_title()}</h1>
                <p class="subtitle">{t.privacy_own_intro()}</p>
            </header>
            {table(&read.days, t)}
            <p class="hint"><a href=NOTICE>{t.privacy_title()}</a></p>
            {(!looks).then(|| view! {
                <section class="panel" id="copy">
                    <h2>{t.privacy_copy()}</h2>
                    <div class="prose">
                        <p>{t.privacy_copy_what()}</p>
                        <p><a class="button" href=export::PATH><Icon name="download" />{t.privacy_copy_take()}</a></p>
                    </div>
                </section>
                <section class="panel" id="erasure">
                    <h2>{t.erasure_title()}</h2>
                    {erasure(&read, &form, t, language)}
                </section>
            })}
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// What goes and what stays, and the form; or how the request stands.
fn erasure(read: &Own, form: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let asked = read.request.as_ref().filter(|request| request.decided_at.is_none());
    if let Some(request) = asked {
        return view! {
            <div class="notice info"><p>
                {t.erasure_waits()}" "<Moment at=Timestamp(request.asked_at) language=language />
            </p></div>
            <form method="post" action=WithdrawErasure::PATH>
                <button class="button">{t.erasure_withdraw()}</button>
            </form>
        }
        .into_any();
    }
    let declined = read.request.as_ref().filter(|request| !request.decline_reason.is_empty()).map(|request| {
        view! {
            <div class="notice attention"><p>
                {t.erasure_was_declined()}{t.form_colon()}{request.decline_reason.clone()}" "
                <Moment at=Timestamp(request.decided_at.unwrap_or_default()) language=language />
            </p></div>
        }
    });
    let explained = view! {
        <div class="prose">
            <p>{t.erasure_goes()}</p>
            <p>{t.erasure_stays()}</p>
            <p>{t.erasure_how()}</p>
        </div>
    };
    if read.is_last_administrator {
        return view! {
            {explained}
            <div class="notice attention"><p>{t.erasure_last_administrator()}</p></div>
        }
        .into_any();
    }
    let left = left_notice(&read.left, t, language);
    view! {
        {declined}
        {explained}
        {left}
        <form class="form" method="post" action=AskErasure::PATH>
            <ErrorSummary form=form.clone() labels=vec![("reason", t.erasure_reason())] />
            <FormId form=form.clone() />
            <TextArea form=form.clone() name="reason" label=t.erasure_reason() value="" optional=true />
            <div class="form-actions"><button class="button danger">{t.erasure_ask()}</button></div>
        </form>
    }
    .into_any()
}

/// The companies that would have no administrator any more.
pub fn left_notice(left: &[super::store::Left], t: &'static Texts, language: Language) -> Option<AnyView> {
    if left.is_empty() {
        return None;
    }
    let names = left
        .iter()
        .map(|left| {
            let name = language.prefer(&left.name_en, &left.name_zh).to_owned();
            view! { <li><a href=company::model::url(left.id)>{name}</a></li> }
        })
        .collect_view();
    Some(view! { <div class="notice attention"><div><p>{t.erasure_left()}</p><ul>{names}</ul></div></div> }.into_any())
}
