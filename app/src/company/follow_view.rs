//! Who follows a company is told what changes; its account manager is told anyway.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::opened::Opened;
use crate::error::Result;
use crate::language::Texts;
use crate::notification;
use crate::notification::api::SetFollow;
use crate::ui::icon::Icon;

/// What stands on a company's page of following it.
pub enum Follow {
    /// Neither this person's to follow nor to be told of.
    None,
    AsManager,
    Choice {
        company: Uuid,
        follows: bool,
    },
}

impl Follow {
    pub async fn read(opened: &mut Opened) -> Result<Self> {
        let (company, person) = (opened.company.id, opened.ctx.actor.id);
        if !opened.ctx.actor.may_follow_company(company) {
            return Ok(Self::None);
        }
        if opened.company.facts.manager == Some(person) {
            return Ok(Self::AsManager);
        }
        let follows = notification::follows(&mut opened.ctx.tx, person, company).await?;
        Ok(Self::Choice { company, follows })
    }

    pub fn button(&self, t: &'static Texts) -> Option<AnyView> {
        let Self::Choice { company, follows } = *self else { return None };
        let text = if follows { t.notice_unfollow() } else { t.notice_follow() };
        let form = view! {
            <form method="post" action=SetFollow::PATH>
                <input type="hidden" name="company" value=company.to_string() />
                <input type="hidden" name="follow" value=if follows { "false" } else { "true" } />
                <button class="button"><Icon name="bell" />{text}</button>
            </form>
        };
        Some(form.into_any())
    }

    /// Says to who is told of changes why.
    pub fn why(&self, t: &'static Texts) -> Option<AnyView> {
        let why = match self {
            Self::AsManager => t.notice_followed_by_manager(),
            Self::Choice { follows: true, .. } => t.notice_following(),
            Self::Choice { .. } | Self::None => return None,
        };
        Some(view! { <p class="hint">{why}</p> }.into_any())
    }
}
