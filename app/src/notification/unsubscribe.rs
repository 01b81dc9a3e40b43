//! `/unsubscribe/{token}`: one press ends mails of a kind, without a sign-in and for as long as there are such mails.
//!
//! Opening the page changes nothing, for mail scanners open links. Mail programs post to it by themselves (RFC 8058), from
//! another site and without cookies: the token alone says whose mails end, and all it can do is that, and its undoing.

use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::choice;
use super::kinds::{Kind, Mails};
use super::letters::DAILY;
use super::mailbox;
use super::pages::CHOICES;
use crate::account::store::setting;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::journal;
use crate::error::{Error, Refusal, Result};
use crate::language::Texts;
use crate::on;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{At, Page, error_response, render};

const PATH: &str = "/unsubscribe/";
/// The setting that holds what tokens are made with.
const SECRET: &str = "unsubscribe.secret";

/// Whether a path may be posted to from other sites.
pub fn is_open(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|token| !token.is_empty() && !token.contains('/'))
}

/// The address that ends mails of a kind to an account.
pub fn url(portal: &str, secret: &str, account: Uuid, kind: &str) -> String {
    format!("{portal}{PATH}{}~{kind}~{}", account.simple(), mac(secret, account, kind))
}

/// What stands before the kind in a link that is a company's mailbox's: the id is then the company's, and between the two
/// stands when the mailbox was set.
const MAILBOX: &str = "mailbox.";

/// The address that ends mails of a kind to a company's mailbox, until the company has another: who reads that one did not
/// ask for it.
pub fn url_of_mailbox(portal: &str, secret: &str, company: Uuid, set_at: i64, kind: Kind) -> String {
    url(portal, secret, company, &format!("{MAILBOX}{set_at}.{}", kind.code()))
}

/// HMAC-SHA-256 over account and kind, in hexadecimal.
fn mac(secret: &str, account: Uuid, kind: &str) -> String {
    // The secret has 64 bytes, which is SHA-256's block: the key is the secret itself.
    let key = |mask: u8| -> Vec<u8> { secret.bytes().chain(std::iter::repeat(0)).take(64).map(|b| b ^ mask).collect() };
    let message = format!("{account}|{kind}");
    let inner = Sha256::new().chain_update(key(0x36)).chain_update(message.as_bytes()).finalize();
    hex::encode(Sha256::new().chain_update(key(0x5c)).chain_update(inner).finalize())
}

/// Whether two texts are the same, found in a time that does not tell where they differ.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |found, (a, b)| found | (a ^ b)) == 0
}

/// What tokens are made with; made itself when the first is needed.
pub async fn secret_or_new(tx: &mut Tx) -> Result<String> {
    if let Some(secret) = setting(tx, SECRET).await? {
        return Ok(secret);
    }
    let new = hex::encode(clock::random::<32>());
    on!(&mut *tx, |c| sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(SECRET)
        .bind(&new)
        .execute(c)
        .await)?;
    // Somebody else may have been faster.
    Ok(setting(tx, SECRET).await?.unwrap_or(new))
}

/// What a token stands for.
struct Token {
    of: Whose,
    /// None for the daily mail, which mailboxes do not get.
    kind: Option<Kind>,
}

/// Whose mails end.
#[derive(Clone, Copy)]
enum Whose {
    Account(Uuid),
    /// Of a company's mailbox.
    Mailbox(Uuid),
}

/// Reads a token.
///
/// # Errors
/// [`Refusal::DeadLink`] for what the portal did not make, and for who is no longer there, or has another mailbox.
async fn token(tx: &mut Tx, text: &str) -> Result<Token> {
    let dead = || Error::Refused(Refusal::DeadLink);
    let mut parts = text.splitn(3, '~');
    let (Some(account), Some(kind), Some(given)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(dead());
    };
    let id: Uuid = account.parse().map_err(|_| dead())?;
    let secret = setting(tx, SECRET).await?.ok_or_else(dead)?;
    if !is_same(&mac(&secret, id, kind), given) {
        return Err(dead());
    }
    let read = |code: &str| Kind::from_code(code).filter(|kind| !kind.must()).ok_or_else(dead);
    if let Some(rest) = kind.strip_prefix(MAILBOX) {
        let (set_at, kind) = rest.split_once('.').ok_or_else(dead)?;
        let kind = Some(read(kind)?);
        let company = mailbox::now_of(tx, id).await?.ok_or_else(dead)?;
        let there = crate::affiliation::mailbox::find(tx, company).await?.ok_or_else(dead)?;
        let same = there.set_at.to_string() == set_at;
        return if same { Ok(Token { of: Whose::Mailbox(company), kind }) } else { Err(dead()) };
    }
    let kind = if kind == DAILY { None } else { Some(read(kind)?) };
    let there = "SELECT created_at FROM accounts WHERE id = $1 AND erased_at IS NULL";
    let there: Option<i64> = crate::ask!(tx, |c| sqlx::query_scalar(there).bind(id).fetch_optional(c).await)?;
    if there.is_some() { Ok(Token { of: Whose::Account(id), kind }) } else { Err(dead()) }
}

fn title(kind: Option<Kind>, t: &'static Texts) -> &'static str {
    kind.map_or_else(|| t.unsubscribe_daily(), |kind| kind.title(t))
}

/// What has become of the mails.
enum State {
    Asked,
    /// What is to be posted to undo it.
    Stopped(String),
    Again,
}

/// `GET /unsubscribe/{token}`
pub async fn ask(visit: Visit, at: At) -> Result<Page> {
    let text = at.parameter("token").to_owned();
    let (mut tx, actor) = visit.look().await?;
    let Token { of, kind } = token(&mut tx, &text).await?;
    let chosen = chosen(&mut tx, of).await?;
    // A mail program may have been faster.
    let state = match kind {
        Some(kind) if choice::of(kind, &chosen) == Mails::None => State::Stopped(word(kind, kind.usual())),
        _ => State::Asked,
    };
    Ok(draw(&visit, kind, state).actor(actor))
}

/// What was chosen for an account, or for a mailbox, where a kind is either mailed or not.
async fn chosen(tx: &mut Tx, of: Whose) -> Result<Vec<(Kind, Mails)>> {
    match of {
        Whose::Account(account) => choice::chosen(tx, account).await,
        Whose::Mailbox(company) => {
            Ok(mailbox::stopped(tx, company).await?.into_iter().map(|kind| (kind, Mails::None)).collect())
        }
    }
}

async fn choose(tx: &mut Tx, of: Whose, kind: Kind, mails: Mails, now: Timestamp) -> Result<()> {
    match (of, mails) {
        (Whose::Account(account), mails) => choice::choose(tx, account, kind, mails, now).await,
        (Whose::Mailbox(company), Mails::None) => mailbox::stop(tx, company, kind, now).await.map(drop),
        (Whose::Mailbox(company), _) => mailbox::resume(tx, company, kind).await.map(drop),
    }
}

/// `POST /unsubscribe/{token}`: what is posted matters only for undoing it.
pub async fn post(visit: Visit, Path(text): Path<String>, body: String) -> Response {
    match in_time(stop(&visit, &text, &Query::parse(&body))).await {
        Ok(page) => render(&visit, page),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn stop(visit: &Visit, text: &str, posted: &Query) -> Result<Page> {
    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let Token { of, kind } = token(&mut tx, text).await?;
    let chosen = chosen(&mut tx, of).await?;
    let undo = undone(kind, posted.get("undo"));
    let mut changes = Vec::new();
    for one in Kind::ALL.iter().copied().filter(|one| !one.must()) {
        let before = choice::of(one, &chosen);
        let ends = kind.map_or(before == Mails::Daily, |kind| kind == one);
        let after = match &undo {
            Some(undo) => undo.iter().find(|(kind, _)| *kind == one).map_or(before, |(_, mails)| *mails),
            None if ends => Mails::None,
            None => before,
        };
        if before != after {
            choose(&mut tx, of, one, after, now).await?;
            changes.push((one, before, after));
        }
    }
    if !changes.is_empty() {
        let (author, entry) = match of {
            Whose::Account(account) => {
                (Some(account), super::events::chosen("notification.stopped", account, &changes))
            }
            Whose::Mailbox(company) => (None, super::events::chosen_for_mailbox(company, &changes)),
        };
        journal::record(&mut tx, &visit.author(author), entry).await?;
        tx.commit().await?;
    }
    let state = match undo {
        Some(_) => State::Again,
        None if changes.is_empty() => State::Stopped(kind.map(|kind| word(kind, kind.usual())).unwrap_or_default()),
        None => State::Stopped(changes.iter().map(|(kind, before, _)| word(*kind, *before)).collect()),
    };
    Ok(draw(visit, kind, state))
}

/// A choice as it is posted to undo an end.
fn word(kind: Kind, mails: Mails) -> String {
    format!("{}={} ", kind.code(), mails.code())
}

/// What is to be as it was before: of this kind alone, and for the daily mail only daily ones.
fn undone(kind: Option<Kind>, text: &str) -> Option<Vec<(Kind, Mails)>> {
    if text.is_empty() {
        return None;
    }
    let read = |word: &str| {
        let (code, mails) = word.split_once('=')?;
        Some((Kind::from_code(code)?, Mails::from_code(mails)?))
    };
    let fits = |(one, mails): &(Kind, Mails)| kind.map_or(*mails == Mails::Daily, |kind| kind == *one);
    Some(text.split_whitespace().filter_map(read).filter(fits).collect())
}

fn draw(visit: &Visit, kind: Option<Kind>, state: State) -> Page {
    let t = visit.texts();
    let title_of_page = match state {
        State::Asked => t.unsubscribe_title(),
        State::Stopped(_) => t.unsubscribe_done_title(),
        State::Again => t.unsubscribe_undone_title(),
    };
    // The form posts to where it stands.
    let action = visit.path.split('?').next().unwrap_or_default().to_owned();
    Page::new(title_of_page, move |t| {
        let kind = title(kind, t);
        let button = |name: &'static str, value: String, class: &'static str, text: &'static str| {
            view! {
                <form method="post" action=action>
                    <input type="hidden" name=name value=value />
                    <button class=class>{text}</button>
                </form>
            }
            .into_any()
        };
        let (said, form) = match state {
            State::Asked => {
                let press = "One-Click".to_owned();
                (
                    t.unsubscribe_asks(kind),
                    Some(button("List-Unsubscribe", press, "button primary", t.unsubscribe_button())),
                )
            }
            // Nothing came daily: there is nothing to undo.
            State::Stopped(undo) if undo.is_empty() => (t.unsubscribe_done(kind), None),
            State::Stopped(undo) => {
                (t.unsubscribe_done(kind), Some(button("undo", undo, "button", t.unsubscribe_undo())))
            }
            State::Again => (t.unsubscribe_undone(kind), None),
        };
        view! {
            <section class="problem">
                <h1>{title_of_page}</h1>
                <p role="status">{said}</p>
                <div class="actions">{form}<a class="button quiet" href=CHOICES>{t.unsubscribe_choose()}</a></div>
            </section>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_with_hmac() {
        // RFC 4231's construction, computed by another program: HMAC-SHA-256 with a key of 64 times "k".
        let account = Uuid::nil();
        let made = mac(&"k".repeat(64), account, "mention");
        assert_eq!(made, "125c3460d68351005b3af6aa66ffb49690898373d2beac6dbca749d5d27cdf10");
        assert!(is_same(&made, &made.clone()) && !is_same(&made, &made[1..]));
        assert_ne!(made, mac(&"k".repeat(64), account, "message"));
        assert_ne!(made, mac(&"l".repeat(64), account, "mention"));
    }

    #[test]
    fn only_this_path_is_open_to_other_sites() {
        assert!(is_open("/unsubscribe/abc"));
        for closed in ["/unsubscribe/", "/unsubscribe", "/unsubscribe/a/b", "/api/mail/test", "/"] {
            assert!(!is_open(closed), "{closed}");
        }
    }

    #[test]
    fn undoing_gives_back_no_more_than_was_taken() {
        assert_eq!(undone(None, ""), None);
        let all = "mention=at_once message=daily castle=daily message";
        assert_eq!(undone(Some(Kind::Mention), all), Some(vec![(Kind::Mention, Mails::AtOnce)]));
        assert_eq!(undone(None, all), Some(vec![(Kind::Message, Mails::Daily)]));
    }
}
