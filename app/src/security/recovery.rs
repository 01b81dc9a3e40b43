//! Recovery codes: ten, each for one sign-in when the phone or the passkey is lost. They are shown once, when they are made;
//! kept are only hashes.
//!
//! From the making to the page that shows them, the seed that they are made from travels in a cookie, which that page takes
//! away again: nothing that could make them again stays on the server, or in the browser.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody has new recovery codes made; the old ones work no more.
#[server(endpoint = "account/recovery-codes")]
pub async fn make_recovery_codes() -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    if !store::factors(&mut ctx.tx, ctx.actor.id).await?.any() {
        return Err(Error::Refused(Refusal::NoFactor));
    }
    let seed = make(&mut ctx).await?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    letters::tell(&mut ctx.tx, &ctx.visit, &person, Notice::RecoveryCodesMade).await?;
    ctx.record(Entry::new("account.recovery_codes_made", "account", person.id)).await?;
    let visit = ctx.visit.clone();
    ctx.commit().await?;
    hand_over(&visit, &seed);
    redirect(PATH);
    Ok(())
}

#[cfg(feature = "ssr")]
pub use made::*;

#[cfg(feature = "ssr")]
mod made {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;
    use sha2::{Digest as _, Sha256};
    use uuid::Uuid;

    use super::super::{cookies, entry, store};
    use super::MakeRecoveryCodes;
    use crate::backend::clock;
    use crate::backend::context::{Ctx, Visit, own_path};
    use crate::error::Result;
    use crate::language::number;
    use crate::ui::form::{ErrorSummary, FormState};
    use crate::ui::icon::Icon;
    use crate::ui::query::Query;
    use crate::web::page::{At, Page};

    pub const PATH: &str = "/account/security/codes";
    const COUNT: u8 = 10;
    /// How long the browser keeps the seed if it never opens the page.
    const SEED_SECONDS: i64 = 300;

    /// The codes of a seed: 80 bits each, in sixteen letters and digits.
    pub fn codes(seed: &str) -> Vec<String> {
        (0..COUNT)
            .map(|index| {
                let bytes = Sha256::new().chain_update(seed.as_bytes()).chain_update([index]).finalize();
                base32(&bytes[..10])
            })
            .collect()
    }

    fn base32(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
        for byte in bytes {
            buffer = (buffer << 8) | u32::from(*byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                text.push(char::from(LETTERS[(buffer >> bits) as usize & 31]));
            }
        }
        text
    }

    /// What is kept of a code. Digits that a code cannot have are the letters that they look like.
    pub fn hash(account: Uuid, code: &str) -> String {
        let code = code.replace('0', "O").replace('1', "I").replace('8', "B");
        hex::encode(Sha256::new().chain_update(account.as_bytes()).chain_update(code.as_bytes()).finalize())
    }

    /// Makes new codes for the person and gives their seed.
    pub async fn make(ctx: &mut Ctx) -> Result<String> {
        let seed = hex::encode(clock::random::<32>());
        let account = ctx.actor.id;
        let hashes: Vec<String> = codes(&seed).iter().map(|code| hash(account, code)).collect();
        store::set_recovery_codes(&mut ctx.tx, account, &hashes, ctx.now).await?;
        Ok(seed)
    }

    /// Gives the browser the seed, for the page that shows the codes.
    pub fn hand_over(visit: &Visit, seed: &str) {
        let settings = &visit.backend.settings;
        cookies::set(settings, cookies::seed_name(settings.https), Some(seed), SEED_SECONDS);
    }

    /// The address of the page, from which one goes on to another.
    pub fn url(next: &str) -> String {
        Query::default().with("next", next).url(PATH)
    }

    /// `/account/security/codes`: right after they were made the codes, once; otherwise how many are left.
    pub async fn page(visit: Visit, at: At) -> Result<Page> {
        let mut ctx = visit.read().await?;
        entry::oneself(&ctx.actor)?;
        let factors = store::factors(&mut ctx.tx, ctx.actor.id).await?;
        let mut shown = visit.seed.as_deref().map(codes).unwrap_or_default();
        if let Some(first) = shown.first()
            && !store::has_recovery_code(&mut ctx.tx, ctx.actor.id, &hash(ctx.actor.id, first)).await?
        {
            // Of somebody else in this browser, or made anew since.
            shown.clear();
        }
        let next = own_path(at.query.get("next")).unwrap_or("/account/security").to_owned();
        let refused = visit.refused.clone();
        let seed = visit.seed.is_some();
        let mut page = Page::new(visit.texts().security_codes_title(), move |t| {
            let form = FormState::new(t, refused.as_ref(), MakeRecoveryCodes::PATH);
            let body = if shown.is_empty() {
                let make = factors.any().then(|| {
                    view! {
                        <form class="form" method="post" action=MakeRecoveryCodes::PATH>
                            <p>{t.security_codes_again_hint()}</p>
                            <div class="form-actions"><button class="button primary">{t.security_codes_make()}</button></div>
                        </form>
                    }
                });
                let left = if factors.any() {
                    t.security_codes_left(number(factors.recovery_codes))
                } else {
                    t.security_codes_without().to_owned()
                };
                view! { <p>{left}</p>{make} }.into_any()
            } else {
                let codes = shown
                    .iter()
                    .map(|code| view! { <li><code>{super::super::totp::grouped(code)}</code></li> })
                    .collect_view();
                view! {
                    <div class="notice attention"><Icon name="alert-triangle" /><p>{t.security_codes_once()}</p></div>
                    <p>{t.security_codes_explained()}</p>
                    <ol class="codes">{codes}</ol>
                    <div class="actions">
                        <a class="button primary" href=next>{t.security_codes_kept()}</a>
                        <button class="button" type="button" hidden data-prints="">{t.security_codes_print()}</button>
                    </div>
                }
                .into_any()
            };
            view! {
                <header class="page-head">
                    <p class="crumbs"><a href="/account/security">{t.security_title()}</a></p>
                    <h1>{t.security_codes_title()}</h1>
                </header>
                <ErrorSummary form=form labels=Vec::new() />
                <div class="prose">{body}</div>
            }
            .into_any()
        });
        if seed {
            let settings = &visit.backend.settings;
            page.cookies.extend(cookies::header(settings, cookies::seed_name(settings.https), None, 0));
        }
        Ok(page.actor(ctx.actor))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn ten_different_codes_of_eighty_bits() {
            let codes = codes("a seed");
            assert_eq!(codes.len(), 10);
            assert!(codes.iter().all(
                |code| code.len() == 16 && code.chars().all(|c| c.is_ascii_uppercase() || ('2'..='7').contains(&c))
            ));
            assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), 10);
            assert_eq!(base32(b"foobarfoob"), "MZXW6YTBOJTG633C", "RFC 4648");
        }

        #[test]
        fn a_code_is_read_even_if_letters_were_taken_for_digits() {
            let account = Uuid::from_u128(7);
            assert_eq!(hash(account, "OIBA"), hash(account, "018A"));
            assert_ne!(hash(account, "OIBA"), hash(Uuid::from_u128(8), "OIBA"));
        }
    }
}
