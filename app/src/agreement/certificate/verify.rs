//! `/verify`: whether a certificate is the portal's, and whether a file is one of those that it names. It is for everybody,
//! and tells nothing of the agreement: no number, no title, no name.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;

use super::content::Content;
use super::key::{self, Key, typed_code};
use super::store::{self, Certificate};
use crate::account::throttle;
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::in_time;
use crate::web::page::{At, Page, error_response};

pub const PATH: &str = "/verify";
pub const KEY: &str = "/verify/key";

/// The address at which a certificate is verified.
pub fn address(portal: &str, code: &str) -> String {
    format!("{portal}{PATH}/{code}")
}

/// `/verify`: a field for the code, for who has only the paper.
pub async fn ask(visit: Visit, at: At) -> Result<Page> {
    let (tx, actor) = visit.look().await?;
    drop(tx);
    let typed = at.query.get("code").to_owned();
    if let Some(code) = typed_code(&typed) {
        return Ok(Page::onward(format!("{PATH}/{code}")));
    }
    // Asked without a code it says that one is wanted; opened without a question it waits.
    let wrong = at.query.pairs().any(|(name, _)| name == "code");
    let page = Page::new(visit.texts().verify_title(), move |t| {
        view! { <section class="verify">{head(t)}{form(&typed, wrong, t)}</section> }.into_any()
    });
    Ok(unlisted(page, actor))
}

/// What only those should find who have it.
fn unlisted(page: Page, actor: Option<Actor>) -> Page {
    Page { unlisted: true, ..page.actor(actor) }
}

fn head(t: &'static Texts) -> AnyView {
    view! {
        <header class="page-head">
            <h1>{t.verify_title()}</h1>
            <p class="subtitle">{t.verify_lead()}</p>
        </header>
    }
    .into_any()
}

fn form(typed: &str, wrong: bool, t: &'static Texts) -> AnyView {
    let error = wrong.then(|| {
        view! { <p class="error" id="code-error"><Icon name="alert-triangle" /><span>{if typed.trim().is_empty() { t.verify_no_code() } else { t.verify_not_a_code() }}</span></p> }
    });
    let described = if wrong { "code-error code-hint" } else { "code-hint" };
    view! {
        <form class="form" method="get" action=PATH>
            <div class="field">
                <label for="code">{t.verify_code()}</label>
                <p class="hint" id="code-hint">{t.verify_code_hint()}</p>
                {error}
                <input type="text" id="code" name="code" value=typed.to_owned() autocomplete="off" maxlength="100"
                    spellcheck="false" aria-describedby=described aria-invalid=wrong.then_some("true") />
            </div>
            <div class="form-actions"><button class="button primary">{t.verify_button()}</button></div>
        </form>
    }
    .into_any()
}

/// A file that can be compared: what it is, and its hash.
struct Known {
    what: &'static str,
    sha256: String,
}

/// What the page tells of a certificate.
struct Verified {
    certificate: Certificate,
    valid: bool,
    files: Vec<Known>,
}

impl Verified {
    fn of(certificate: Certificate, t: &'static Texts) -> Self {
        let content = Content::parse(&certificate.content);
        // What is kept must be what was signed, and must be about this certificate.
        let valid = key::is_signed(&certificate.public_key, &certificate.content, &certificate.signature)
            && content.as_ref().is_ok_and(|content| content.certificate.code == certificate.code);
        let content = content.unwrap_or_default();
        let mut files = vec![Known { what: t.verify_pdf(), sha256: certificate.sha256.clone() }];
        if valid {
            files.extend(content.signed_files().map(|file| Known {
                what: match file.language.as_str() {
                    "en" => t.verify_text_en(),
                    "zh" => t.verify_text_zh(),
                    _ => t.verify_text_both(),
                },
                sha256: file.sha256.clone(),
            }));
            let original = |sha256: &str| Known { what: t.verify_original(), sha256: sha256.to_owned() };
            files.extend(content.originals().into_iter().map(|file| original(&file.sha256)));
        } else {
            files.clear();
        }
        Self { certificate, valid, files }
    }
}

/// `/verify/{code}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let (mut tx, actor) = visit.look().await?;
    let typed = at.parameter("code");
    let code = typed_code(typed);
    if let Some(code) = code.as_deref().filter(|code| *code != typed) {
        return Ok(Page::onward(format!("{PATH}/{code}")));
    }
    let (network, now) = (throttle::certificates_network(&visit.address), visit.now());
    throttle::admit_network(&mut tx, &network, now).await?;
    let found = match &code {
        Some(code) => store::with_code(&mut tx, code).await?,
        None => None,
    };
    drop(tx);
    if code.is_some() && found.is_none() {
        // Whoever tries one code after the other is soon told to wait.
        let mut tx = visit.backend.database.begin().await?;
        throttle::note(&mut tx, throttle::CERTIFICATE, &network, false, now).await?;
        tx.commit().await?;
    }
    let t = visit.texts();
    let language = visit.language;
    let Some(verified) = found.map(|certificate| Verified::of(certificate, t)) else {
        let page = Page::new(t.verify_unknown(), move |t| {
            view! {
                <section class="verify">
                    {head(t)}
                    <div class="notice danger" role="status"><Icon name="x" /><div>
                        <h2>{t.verify_unknown()}</h2><p>{t.verify_unknown_next()}</p>
                    </div></div>
                    {form("", false, t)}
                </section>
            }
            .into_any()
        });
        return Ok(unlisted(Page { status: StatusCode::NOT_FOUND, ..page }, actor));
    };
    let title = if verified.valid { t.verify_valid() } else { t.verify_invalid() };
    let page = Page::new(title, move |t| drawn(&verified, t, language));
    Ok(unlisted(page, actor))
}

fn drawn(verified: &Verified, t: &'static Texts, language: Language) -> AnyView {
    let certificate = &verified.certificate;
    let (class, icon, title, what) = if verified.valid {
        ("notice good", "check", t.verify_valid(), t.verify_valid_what())
    } else {
        ("notice danger", "x", t.verify_invalid(), t.verify_invalid_what())
    };
    let replaced = certificate
        .replaced_at
        .map(|at| view! { <p class="notice attention">{t.verify_replaced(Timestamp(at).day(language))}</p> });
    view! {
        <section class="verify">
            {head(t)}
            <div class=class role="status"><Icon name=icon /><div><h2>{title}</h2><p>{what}</p></div></div>
            {replaced}
            <dl class="facts">
                <dt>{t.verify_made_at()}</dt><dd><Moment at=Timestamp(certificate.made_at) language=language /></dd>
                <dt>{t.verify_key()}</dt>
                <dd><code>{key::fingerprint(&certificate.public_key)}</code>" "<a href=KEY download>{t.verify_key_file()}</a></dd>
            </dl>
            {(!verified.files.is_empty()).then(|| files(&verified.files, t))}
        </section>
    }
    .into_any()
}

fn files(files: &[Known], t: &'static Texts) -> AnyView {
    let rows = files
        .iter()
        .map(|file| {
            view! {
                <tr data-sha256=file.sha256.clone() data-what=file.what>
                    <th scope="row">{file.what}</th><td><code>{file.sha256.clone()}</code></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{t.verify_files()}</h2>
            <p class="hint">{t.verify_files_what()}</p>
            <div class="documents records"><table>
                <thead><tr><th scope="col">{t.verify_what()}</th><th scope="col">"SHA-256"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            // Shown by the script that compares. It is in no form: nothing could send the file.
            <div class="field" data-verify="" hidden data-working=t.verify_working() data-is=t.verify_is()
                data-is-not=t.verify_is_not() data-failed=t.verify_failed()>
                <label for="compare">{t.verify_choose()}</label>
                <p class="hint" id="compare-hint">{t.verify_choose_hint()}</p>
                <input type="file" id="compare" aria-describedby="compare-hint" />
                <p role="status" class="notice" hidden></p>
            </div>
        </section>
        <section class="panel">
            <h2>{t.verify_by_hand()}</h2>
            <p>{t.verify_by_hand_what()}</p>
            <dl class="facts">
                <dt>"Linux"</dt><dd><code>"sha256sum FILE"</code></dd>
                <dt>"macOS"</dt><dd><code>"shasum -a 256 FILE"</code></dd>
                <dt>"Windows"</dt><dd><code>"certutil -hashfile FILE SHA256"</code></dd>
            </dl>
        </section>
    }
    .into_any()
}

/// `/verify/key`: the public key by which the portal's certificates are verified, as a file.
pub async fn key(visit: Visit) -> Response {
    let read = async {
        let mut tx = visit.backend.database.read().await?;
        Key::read(&mut tx).await
    };
    match in_time(read).await {
        Ok(key) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file")),
                (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"certificate-key.pem\"")),
            ];
            (headers, key::pem(&key.public())).into_response()
        }
        Err(error) => error_response(&visit, &error).await,
    }
}
