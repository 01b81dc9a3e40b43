//! `portal user …`: accounts that are made, and helped, by an operator.

use std::io::Read as _;

use app::account::model::{Account, LONGEST_PASSWORD};
use app::account::{address, password, store as accounts};
use app::actor::{Rights, Role};
use app::affiliation;
use app::affiliation::model::Terms;
use app::backend::database::is_unique_violation;
use app::backend::journal::{self, Author, Entry};
use app::backend::{Backend, clock};
use app::error::Error;
use app::security::lost;
use sqlx::types::Uuid;

use super::{line, say};

/// Each company with the rights that were given for it.
pub(super) fn with_rights(companies: &[Uuid], rights: &[String]) -> Result<Vec<(Uuid, Rights)>, String> {
    let read = |code: &String| {
        Rights::from_code(code)
            .ok_or_else(|| format!("\"{code}\" are no rights; there are {}", Rights::ALL.map(Rights::code).join(", ")))
    };
    let rights: Vec<Rights> = rights.iter().map(read).collect::<Result<_, _>>()?;
    match rights.as_slice() {
        [] => Ok(companies.iter().map(|company| (*company, Rights::Manager)).collect()),
        [one] if !companies.is_empty() => Ok(companies.iter().map(|company| (*company, *one)).collect()),
        several if several.len() == companies.len() => Ok(companies.iter().copied().zip(rights).collect()),
        _ => Err("--rights is given once, or once for each --company".to_owned()),
    }
}

pub(super) async fn add_user(
    backend: &Backend,
    typed: &str,
    name: String,
    role: &str,
    companies: Vec<(Uuid, Rights)>,
    password_stdin: bool,
) -> Result<(), String> {
    let email = address::parse(typed).map_err(|_| format!("\"{typed}\" is not an e-mail address"))?.email;
    let role = Role::from_code(role)
        .ok_or_else(|| format!("\"{role}\" is no role; there are {}", Role::ALL.map(Role::code).join(", ")))?;
    if (role == Role::Representative) == companies.is_empty() {
        return Err("a representative acts for at least one --company, and nobody else for any".to_owned());
    }
    let (secret, made_up) = if password_stdin {
        let mut text = String::new();
        let limit = u64::try_from(LONGEST_PASSWORD).unwrap_or(u64::MAX);
        std::io::stdin().take(limit + 2).read_to_string(&mut text).map_err(|error| format!("no password: {error}"))?;
        (text.lines().next().unwrap_or_default().to_owned(), false)
    } else {
        (clock::random::<12>().iter().map(|byte| format!("{byte:02x}")).collect(), true)
    };
    if !(12..=LONGEST_PASSWORD).contains(&secret.len()) {
        return Err(format!("the password must have 12 to {LONGEST_PASSWORD} bytes"));
    }
    let hash = password::hash(&secret).map_err(|error| line(&error))?;
    let account = Account { id: clock::new_id(), email, name, role };
    let now = backend.clock.now();
    let added = async {
        let mut tx = backend.database.begin().await?;
        match accounts::insert(&mut tx, &account, &hash, now).await {
            Err(error) if is_unique_violation(&error) => return Ok(false),
            other => other?,
        }
        let author = Author { actor: None, origin: "command", address: String::new(), now };
        for (company, rights) in &companies {
            let terms = Terms { rights: *rights, title: String::new(), since: String::new(), until: String::new() };
            affiliation::store::hold(&mut tx, *company).await?;
            affiliation::store::add(&mut tx, account.id, *company, &terms).await?;
            let entry = affiliation::events::added(*company, account.id, &terms);
            journal::record(&mut tx, &author, entry).await?;
            affiliation::watch::look_at(&mut tx, *company, &author).await?;
        }
        let fields = vec![("email", account.email.clone()), ("role", role.code().to_owned())];
        journal::record(&mut tx, &author, Entry::new("account.created", "account", account.id).created(fields)).await?;
        tx.commit().await?;
        Ok(true)
    };
    match added.await {
        Ok(true) => {
            say(&format!("added {} as {}", account.email, role.code()));
            if made_up {
                say(&format!("password: {secret}"));
            }
            Ok(())
        }
        Ok(false) => Err(format!("{} has an account already", account.email)),
        Err(Error::Internal) if !companies.is_empty() => Err("there is no such company".to_owned()),
        Err(error) => Err(line(&error)),
    }
}

pub(super) async fn forget_factors(backend: &Backend, typed: &str) -> Result<(), String> {
    let author = Author { actor: None, origin: "command", address: String::new(), now: backend.clock.now() };
    let done = async {
        let mut tx = backend.database.begin().await?;
        let credentials = accounts::credentials(&mut tx, &address::key(typed)).await?.ok_or(Error::NotFound)?;
        let had = lost::forget_factors(&mut tx, &backend.settings, &author, credentials.id).await?;
        tx.commit().await?;
        Ok(had)
    };
    match done.await {
        Ok(true) => {
            say(&format!("{typed} has no second factor any more"));
            Ok(())
        }
        Ok(false) => Err(format!("{typed} had no second factor")),
        Err(Error::NotFound) => Err(format!("nobody can sign in as {typed}")),
        Err(error) => Err(line(&error)),
    }
}
