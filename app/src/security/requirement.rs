//! The setting by which a second factor is required, for each role of the zone; off until an administrator turns it on, at
//! `/admin/security`.
//!
//! Whose role requires one that they do not have gets a session in which nothing is open but setting it up.

use leptos::prelude::*;

use crate::actor::Role;
use crate::error::Result;

/// The roles for which it can be required.
pub const ROLES: [Role; 3] = [Role::Administrator, Role::Staff, Role::Expert];

/// The roles that a text names: `administrator staff`.
pub fn roles_from(words: &str) -> Vec<Role> {
    ROLES.into_iter().filter(|role| words.split_whitespace().any(|word| word == role.code())).collect()
}

/// The other way round, each word between spaces, so that a statement finds it.
pub fn words_of(roles: &[Role]) -> String {
    if roles.is_empty() {
        return String::new();
    }
    format!(" {} ", roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" "))
}

/// An administrator says for which roles a second factor is required. It counts at once, also for who is signed in.
#[server(endpoint = "settings/second-factor")]
pub async fn require_factor(#[server(default)] roles: Vec<String>, #[server(default)] before: String) -> Result<()> {
    use super::{entry, store};
    use crate::account::store::set_setting;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let wanted = roles_from(&roles.join(" "));
    let mut check = Check::default();
    if wanted.len() != roles.len() {
        check.note("roles", Problem::NotAnOption);
    }
    check.finish(())?;
    let stands = required(&mut ctx.tx).await?;
    if words_of(&stands) != words_of(&roles_from(&before)) {
        return Err(Error::Conflict);
    }
    if wanted != stands {
        // Who turns it on knows what it takes, and does not lock themself out.
        let more = wanted.iter().any(|role| !stands.contains(role));
        if more && !store::factors(&mut ctx.tx, ctx.actor.id).await?.any() {
            return Err(Error::Refused(Refusal::NoFactorYourself));
        }
        set_setting(&mut ctx.tx, SETTING, &words_of(&wanted)).await?;
        apply(&mut ctx.tx, None).await?;
        let entry = Entry::new("settings.second_factor", "settings", uuid::Uuid::nil());
        let (was, is) = (words_of(&stands), words_of(&wanted));
        ctx.record(entry.changed(vec![("required", was)], vec![("required", is)])).await?;
        ctx.commit().await?;
    }
    redirect(PATH);
    Ok(())
}

#[cfg(feature = "ssr")]
pub use kept::*;

#[cfg(feature = "ssr")]
mod kept {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;
    use uuid::Uuid;

    use super::super::store;
    use super::{ROLES, RequireFactor, roles_from, words_of};
    use crate::account::store::setting;
    use crate::actor::{Role, require};
    use crate::backend::context::Visit;
    use crate::backend::database::{Sql, Tx};
    use crate::error::{Error, Refusal, Result};
    use crate::language::number;
    use crate::on;
    use crate::ui::form::{CheckList, ErrorSummary, FormState};
    use crate::ui::icon::Icon;
    use crate::web::page::{At, Page, Section};

    pub const PATH: &str = "/admin/security";
    pub const SETTING: &str = "second_factor_required";

    /// The roles of which a second factor is required.
    pub async fn required(tx: &mut Tx) -> Result<Vec<Role>> {
        Ok(roles_from(&setting(tx, SETTING).await?.unwrap_or_default()))
    }

    pub async fn is_required(tx: &mut Tx, role: Role) -> Result<bool> {
        Ok(required(tx).await?.contains(&role))
    }

    /// Marks the sessions of who lacks a second factor that is required of them, and unmarks all others: of one account, or
    /// of all. To be called whenever the setting, somebody's role or somebody's factors change.
    pub async fn apply(tx: &mut Tx, account: Option<Uuid>) -> Result<()> {
        on!(tx, |c| {
            sqlx::query(
            "UPDATE sessions SET needs_factor = CASE WHEN account_id IN (
                 SELECT a.id FROM accounts a JOIN settings s ON s.name = 'second_factor_required'
                 WHERE s.value LIKE '% ' || a.role || ' %'
                   AND NOT EXISTS (SELECT 1 FROM authenticators f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL)
                   AND NOT EXISTS (SELECT 1 FROM passkeys f WHERE f.account_id = a.id))
                 THEN TRUE ELSE FALSE END
             WHERE $1 = 0 OR account_id = $2"
        )
        .bind(i64::from(account.is_some()))
        .bind(account.unwrap_or_default())
        .execute(c)
        .await
        })?;
        Ok(())
    }

    /// After one of somebody's factors was removed: the recovery codes go with the last, which stays where their role
    /// requires one.
    ///
    /// # Errors
    /// A refusal for the last one that is required.
    pub async fn let_go(tx: &mut Tx, account: Uuid, role: Role) -> Result<()> {
        if store::factors(tx, account).await?.any() {
            return Ok(());
        }
        if is_required(tx, role).await? {
            return Err(Error::Refused(Refusal::FactorRequired));
        }
        store::remove_recovery_codes(tx, account).await
    }

    /// How many people have a role, and how many of them a second factor.
    async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64, i64)>> {
        let sql = Sql::new(
            "SELECT a.role, count(*),
                    coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM authenticators f
                                                   WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL)
                                        OR EXISTS (SELECT 1 FROM passkeys f WHERE f.account_id = a.id) THEN 1 ELSE 0 END), 0)
             FROM accounts a WHERE a.suspended_at IS NULL AND a.erased_at IS NULL GROUP BY a.role",
        );
        sql.rows(tx).await
    }

    /// `/admin/security`
    pub async fn page(visit: Visit, _: At) -> Result<Page> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let stands = required(&mut ctx.tx).await?;
        let counts = counts(&mut ctx.tx).await?;
        let own = store::factors(&mut ctx.tx, ctx.actor.id).await?.any();
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_admin_title(), move |t| {
            let form = FormState::new(t, refused.as_ref(), RequireFactor::PATH);
            let options = ROLES.into_iter().map(|role| (role.code().to_owned(), t.role(role).to_owned())).collect();
            let rows = Role::ALL
                .into_iter()
                .map(|role| {
                    let (_, people, with) =
                        counts.iter().find(|(code, ..)| code == role.code()).cloned().unwrap_or_default();
                    view! {
                        <tr>
                            <th scope="row">{t.role(role)}</th>
                            <td class="num" data-label=t.security_admin_people()>{number(people)}</td>
                            <td class="num" data-label=t.security_admin_with()>{number(with)}</td>
                            <td class="num" data-label=t.security_admin_without()>{number(people - with)}</td>
                        </tr>
                    }
                })
                .collect_view();
            let warned = (!own).then(|| {
                view! {
                    <div class="notice attention"><Icon name="alert-triangle" />
                        <p>{t.security_admin_own_first()}" "<a href="/account/security">{t.security_title()}</a></p></div>
                }
            });
            let values = stands.iter().map(|role| role.code().to_owned()).collect();
            view! {
                <header class="page-head"><h1>{t.security_admin_title()}</h1></header>
                {warned}
                <form class="form" method="post" action=RequireFactor::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("roles", t.security_admin_roles())] />
                    <input type="hidden" name="before" value=words_of(&stands) />
                    <CheckList form=form name="roles" label=t.security_admin_roles() options=options values=values
                        hint=t.security_admin_hint() />
                    <div class="form-actions"><button class="button primary">{t.security_admin_save()}</button></div>
                </form>
                <section class="panel">
                    <h2>{t.security_admin_who()}</h2>
                    <div class="table-wrap"><table class="list compact">
                        <thead><tr>
                            <th scope="col">{t.users_role()}</th>
                            <th scope="col" class="num">{t.security_admin_people()}</th>
                            <th scope="col" class="num">{t.security_admin_with()}</th>
                            <th scope="col" class="num">{t.security_admin_without()}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                </section>
            }
            .into_any()
        });
        Ok(page.section(Section::Security).actor(ctx.actor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_of_the_zone_can_be_asked_for_it() {
        assert_eq!(roles_from("expert staff representative nonsense"), [Role::Staff, Role::Expert]);
        assert_eq!(words_of(&[Role::Administrator, Role::Staff]), " administrator staff ");
        assert_eq!(words_of(&[]), "");
        assert!(roles_from("administrators").is_empty(), "whole words only");
    }
}
