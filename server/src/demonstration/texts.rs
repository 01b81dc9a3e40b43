//! The texts of the demonstration's agreements: small PDFs, drawn as certificates are, that say on every sheet that they are
//! made up.

use app::agreement::certificate::lines::Face;
use app::agreement::certificate::paper::{self, Paper, Qr, Row, Section};
use app::agreement::model::{Agreement, Tongue, party_letter};
use app::agreement::store::{self, Party};
use app::backend::Backend;
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::files::LARGEST_DOCUMENT;
use app::document::model::ScanState;
use app::error::{Result, internal};
use app::language::Language;
use app::on;
use app::time::Timestamp;
use axum::body::Bytes;
use sqlx::types::Uuid;

/// What stands on every sheet.
const FOOT: &str = "示例文本，为演示而虚构，不具任何效力 · Illustrative, made up for a demonstration, of no effect";

/// A file that was added.
pub(super) struct Added {
    pub name: String,
    pub sha256: String,
}

fn row(lead: String, zh: &str, en: &str) -> Row {
    Row { lead: vec![lead], zh: zh.to_owned(), en: en.to_owned(), under: Vec::new() }
}

/// The clauses, which are the same in all of them.
const CLAUSES: [(&str, &str); 6] = [
    (
        "各方本着平等自愿、互利共赢的原则，在上述领域开展合作。",
        "The parties cooperate in the areas named above, as equals and to the benefit of each.",
    ),
    (
        "各方指定联系人，定期会商，共同推进合作事项。",
        "Each party names a contact. They meet regularly and take the work forward together.",
    ),
    (
        "各方应履行的义务以门户登记的条款为准，义务方应按期提交履行证明。",
        "What the parties owe each other is recorded in the portal by clause; whoever owes shows in time that it is done.",
    ),
    (
        "未经提供方书面同意，各方不得向第三方披露合作中获悉的未公开信息。",
        "What a party learns in confidence it discloses to nobody without the written consent of whom it came from.",
    ),
    (
        "本协议自生效日期起生效；期限及续期以门户登记的信息为准。",
        "The agreement takes effect on its effective date; its term and renewal are as recorded in the portal.",
    ),
    (
        "本协议以中文和英文书就，两种文本具有同等效力。",
        "The agreement is made in Chinese and English; both texts are equally authentic.",
    ),
];

fn sheets(backend: &Backend, agreement: &Agreement, parties: &[Party], now: Timestamp) -> Paper {
    let facts = &agreement.facts;
    let title = |language: Language| language.prefer(&facts.title_en, &facts.title_zh).to_owned();
    let note = row(
        "示例 Illustrative".to_owned(),
        "本文本为演示而虚构，不是任何真实协议的文本，不具任何效力。",
        "This text was made up for a demonstration. It is not the text of any real agreement, and has no effect.",
    );
    let named = parties.iter().enumerate().map(|(place, party)| {
        let lead = format!("{}方 Party {}", party_letter(place, Language::Zh), party_letter(place, Language::En));
        let name = |language: Language| language.prefer(&party.name_en, &party.name_zh).to_owned();
        row(lead, &name(Language::Zh), &name(Language::En))
    });
    let areas = facts.areas.join("; ");
    let areas = (!areas.is_empty()).then(|| row("合作领域 Areas".to_owned(), &areas, &areas));
    let clauses =
        CLAUSES.iter().zip(1..).map(|((zh, en), number)| row(format!("第{number}条 Clause {number}"), zh, en));
    let section = |zh: &str, en: &str, rows: Vec<Row>| Section { zh: zh.to_owned(), en: en.to_owned(), rows };
    let mut numbers =
        now.iso().split(|c: char| !c.is_ascii_digit()).map(|n| n.parse().unwrap_or(0)).collect::<Vec<u16>>();
    numbers.resize(6, 0);
    Paper {
        zh: format!("示例：{}", title(Language::Zh)),
        en: format!("Illustrative: {}", title(Language::En)),
        title: format!("{} 示例 Illustrative", agreement.number),
        author: "Demonstration 演示".to_owned(),
        made: std::array::from_fn(|place| numbers[place]),
        foot: FOOT.to_owned(),
        qr: Qr {
            text: format!("{}{}", backend.settings.url, agreement.url()),
            label: "本协议在门户的页面 The page of this agreement in the portal".to_owned(),
        },
        sections: vec![
            section("说明", "Note", vec![note]),
            section("签约方与合作领域", "Parties and areas of cooperation", named.chain(areas).collect()),
            section("条款", "Clauses", clauses.collect()),
        ],
    }
}

/// Draws the text of an agreement and keeps it as the file of a version, as sent by somebody. None where the program was built
/// without fonts: then there is a version without a file.
pub(super) async fn add(
    backend: &Backend,
    tx: &mut Tx,
    id: Uuid,
    version: Uuid,
    by: Uuid,
    now: Timestamp,
) -> Result<Option<Added>> {
    let key = app::agreement::model::Key::Id(id);
    let agreement = store::find(tx, &key, &app::agreement::model::Scope::All).await?;
    let parties = store::parties(tx, id).await?;
    let sheets = sheets(backend, &agreement, &parties, now);
    let fonts = backend.settings.fonts;
    let drawn =
        tokio::task::spawn_blocking(move || Face::read(fonts).map(|face| paper::draw(&sheets, &face)).transpose());
    let drawn = drawn.await.map_err(|error| internal("blocking thread", &error))?;
    let Some(pdf) = drawn.map_err(|error| internal("demonstration text", &error))? else { return Ok(None) };
    let files = &backend.settings.files;
    let spooled = files.receive(futures::stream::iter([Ok(Bytes::from(pdf))]), LARGEST_DOCUMENT).await?;
    files.put(&spooled).await?;
    let size = i64::try_from(spooled.size).map_err(|error| internal("demonstration text", &error))?;
    // The portal drew it itself: nothing harmful has come from outside.
    let kind = "application/pdf";
    app::document::store::note_file(tx, &spooled.sha256, size, kind, ScanState::Clean, now).await?;
    let (document, name) = (clock::new_id(), format!("{}-demonstration.pdf", agreement.number));
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at)
         VALUES ($1, 'agreement', $2, $3, $4, '', 'company', $5, $6)"
    )
    .bind(document)
    .bind(id)
    .bind(&spooled.sha256)
    .bind(&name)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    store::add_text(tx, version, Tongue::Both, document).await?;
    Ok(Some(Added { name, sha256: spooled.sha256.clone() }))
}
