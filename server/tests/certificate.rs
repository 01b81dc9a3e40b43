//! Certificates of signed agreements: what stands on them, read by other programs than those that wrote them, and what
//! the public learns.

use app::actor::{Rights, Role};
use app::agreement::certificate::content::{Agreement, Content, Event, File, Party, Version};
use app::agreement::certificate::{content, key, lines::Face, make, paper, sheet};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use lopdf::content::Content as Drawing;
use lopdf::{Document, Object};
use sha2::{Digest as _, Sha256};
use sqlx::types::Uuid;

use crate::agreement::{all_accept, begin, go, original, parties, pdf, sign, signed, text};
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    it_is_made_when_all_have_signed,
    what_was_signed_in_the_portal_stands_there,
    its_signature_is_verified_by_others,
    the_public_page_tells_nothing_of_the_agreement,
    what_was_altered_is_not_valid,
    who_may_not_know_of_the_agreement_does_not_get_it,
    it_is_made_again_only_when_something_changed,
    of_two_who_want_it_again_at_once_one_makes_it,
    one_that_fails_is_tried_again,
    nothing_is_certified_without_a_file,
    codes_are_not_tried_one_after_the_other,
);

/// Signs an agreement in two languages on paper, and makes its certificate; gives its number.
async fn certified(portal: &Portal, staff: &mut Browser) -> String {
    let titles = [("title_zh", "战略合作协议（医疗器械）"), ("sign_place", "Boao")];
    let number = begin(staff, "Strategic cooperation on devices", &["Medi One", "Bee Two"], &titles).await;
    text(staff, &number, "First text", &pdf("the signed text")).await;
    go(staff, &number, "internal_review", "").await;
    go(staff, &number, "negotiation", "").await;
    all_accept(staff, &number).await;
    go(staff, &number, "text_agreed", "").await;
    go(staff, &number, "for_signature", "").await;
    let document = original(staff, &number).await;
    let all = parties(staff, &number).await;
    sign(staff, &number, &all, "2026-09-21", "2026-09-21", &document).await;
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("The certificate is being made"), "{page}");
    assert_eq!(make::work(&portal.backend).await.unwrap(), 1);
    number
}

async fn companies(staff: &mut Browser) -> (Uuid, Uuid) {
    (staff.add_company("Medi One").await, staff.add_company("Bee Two").await)
}

/// What stands on an agreement's page after a mark, up to the next quote.
async fn link(browser: &mut Browser, number: &str, mark: &str) -> String {
    let html = browser.page(&format!("/agreements/{number}")).await.text();
    let at = html.find(mark).unwrap_or_else(|| panic!("no {mark} in {html}"));
    html[at..at + html[at..].find('"').unwrap()].replace("&amp;", "&")
}

/// The PDF of the certificate that an agreement's page offers first.
async fn document(browser: &mut Browser, number: &str) -> Vec<u8> {
    let html = browser.page(&format!("/agreements/{number}")).await.text();
    let panel = &html[html.find("id=\"certificate\"").unwrap()..];
    let at = panel.find("/documents/").unwrap();
    let answer = browser.page(&panel[at..at + 47]).await;
    assert_eq!(answer.headers["content-type"], "application/pdf");
    answer.bytes
}

/// All that can be read out of a PDF, without the ends of its lines.
fn read(pdf: &[u8]) -> (Document, String) {
    let document = Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).unwrap().replace(['\n', '\r'], "");
    (document, text)
}

/// What the QR code of the first page says: its black rectangles are put back into modules.
fn scanned(document: &Document) -> String {
    let page = document.get_pages()[&1];
    let drawing = Drawing::decode(&document.get_page_content(page)).unwrap();
    let number = |object: &Object| object.as_float().unwrap_or_default();
    let (mut black, mut runs, mut start) = (false, Vec::new(), (0.0, 0.0));
    for operation in &drawing.operations {
        let numbers: Vec<f32> = operation.operands.iter().map(number).collect();
        match operation.operator.as_str() {
            "rg" => black = numbers == [0.0, 0.0, 0.0],
            "m" if black => start = (numbers[0], numbers[1]),
            // The first line of a rectangle goes to the right.
            "l" if black && numbers[1] == start.1 && numbers[0] > start.0 => runs.push((start, numbers[0])),
            _ => {}
        }
    }
    let left = runs.iter().map(|((x, _), _)| *x).fold(f32::MAX, f32::min);
    let top = runs.iter().map(|((_, y), _)| *y).fold(f32::MAX, f32::min);
    // The corner is seven modules wide.
    let corner = runs.iter().find(|((x, y), _)| *x == left && *y == top).unwrap();
    let module = (corner.1 - left) / 7.0;
    let place = |at: f32, from: f32| ((at - from) / module).round() as usize;
    let size = runs.iter().map(|(_, end)| place(*end, left)).max().unwrap();
    let mut dark = vec![vec![false; size]; size];
    for ((x, y), end) in &runs {
        dark[place(*y, top)][place(*x, left)..place(*end, left)].fill(true);
    }
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale((size + 8) * 4, (size + 8) * 4, |x, y| {
        let at = |place: usize| (place / 4).checked_sub(4).filter(|place| *place < size);
        match (at(x), at(y)) {
            (Some(column), Some(row)) if dark[row][column] => 0,
            _ => 255,
        }
    });
    let grids = picture.detect_grids();
    grids[0].decode().unwrap().1
}

async fn it_is_made_when_all_have_signed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (one, _) = companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    assert_eq!(make::work(&portal.backend).await.unwrap(), 0, "once");
    let (_, mut party) = portal.person("party", &[(one, Rights::Viewer)]).await;
    let bytes = document(&mut party, &number).await;
    let (document, text) = read(&bytes);
    let signed = hex::encode(Sha256::digest(pdf("the signed text")));
    let scan = hex::encode(Sha256::digest(pdf("original")));
    for said in [
        number.as_str(),
        "签署证书",
        "Certificate of signature",
        "战略合作协议（医疗器械）",
        "Strategic cooperation on devices",
        "甲方 Party A",
        "乙方 Party B",
        "Medi One",
        "Bee Two",
        &signed,
        &scan,
        // A column is as narrow as it is: the rest is on the next line.
        "Signer 0 (Director) signed on paper",
        "Signer 1（Director）已于2026年9月",
        "签署纸质文本",
        "Asia/Shanghai",
    ] {
        assert!(text.replace(' ', "").contains(&said.replace(' ', "")), "{said} in {text}");
    }
    let verify = link(&mut party, &number, "/verify/").await;
    assert_eq!(scanned(&document), format!("http://127.0.0.1:3000{verify}"));
    let code = verify.strip_prefix("/verify/").unwrap();
    assert!(text.contains(&key::shown_code(code)), "on paper, for who has no camera: {text}");
    let catalog = document.catalog().unwrap();
    assert!(catalog.has(b"StructTreeRoot") && catalog.get(b"Lang").is_ok(), "it can be read out");
    // The chain's head is the one of before it was recorded itself.
    let mut tx = portal.read().await;
    let (head,): (String,) =
        app::ask!(&mut tx, |c| sqlx::query_as("SELECT previous FROM journal WHERE action = 'agreement.certified'")
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    assert!(text.contains(&head), "{head}");
    let page = party.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("made the certificate of signature"), "{page}");
    portal.journal_holds().await;
}

async fn what_was_signed_in_the_portal_stands_there(portal: Portal) {
    use crate::joining::last_mail;
    use crate::signing::{ask, come_in, for_signature, named, open, sign, sign_page, two};
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "On behalf", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada One", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo Two", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    // One has somebody else sign, who has no account; the other signs.
    let page = open(&mut first, &number).await;
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields = [
        ("id", number.as_str()),
        ("signatory", signatory.as_str()),
        ("text", text.as_str()),
        ("name", "Deputy Dee"),
        ("email", "dee@guest.example"),
        ("language", "zh"),
    ];
    first.submit(&format!("/agreements/{number}/sign"), "/api/signing/delegate", &fields).await;
    let link = last_mail(&portal, "dee@guest.example").await.link("/sign/");
    let mut dee = portal.browser();
    dee.headers.insert("user-agent", "Story/1.0 (Deputy's phone)".parse().unwrap());
    let shown = come_in(&portal, &mut dee, &link, "dee@guest.example").await;
    sign_page(&mut dee, &shown, &link).await;
    assert_eq!(make::work(&portal.backend).await.unwrap(), 0, "not before all have signed");
    sign(&mut second, &number).await;
    assert_eq!(make::work(&portal.backend).await.unwrap(), 1);
    let (_, text) = read(&document(&mut second, &number).await);
    for said in [
        "The text was shown to Ada One",
        "Ada One delegated the signature",
        "Dee signed on behalf of Ada One",
        "Dee已代Ada One签署",
        "Bo Two (Director) signed",
        "Identified by a code sent by mail",
        "Identified by account and password or second factor",
        "127.0.0.1",
        "Story/1.0 (Deputy's phone)",
        "Drawn signature: SHA-256",
        "Asia/Shanghai",
    ] {
        assert!(text.replace(' ', "").contains(&said.replace(' ', "")), "{said} in {text}");
    }
    assert!(!text.contains("dee@guest.example"), "addresses of mail are nobody else's");
}

async fn its_signature_is_verified_by_others(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    let answer = staff.page(&format!("/agreements/{number}/certificate.json")).await;
    assert!(answer.headers["content-disposition"].to_str().unwrap().contains("certificate.json"));
    let json: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    let pem = portal.browser().page("/verify/key").await.text();
    assert_eq!(json["public_key"], pem);
    let der = STANDARD.decode(pem.lines().nth(1).unwrap()).unwrap();
    let public = ed25519_compact::PublicKey::from_slice(&der[12..]).unwrap();
    let signature = STANDARD.decode(json["signature"].as_str().unwrap()).unwrap();
    let signature = ed25519_compact::Signature::from_slice(&signature).unwrap();
    let text = json["text"].as_str().unwrap();
    public.verify(text, &signature).unwrap();
    for altered in [text.replace("Signer 0", "Signer 9"), text.trim_end().to_owned(), format!("{text}\n")] {
        assert!(public.verify(&altered, &signature).is_err());
    }
    // It says what the paper says, and the paper is named by its hash.
    let content = Content::parse(text).unwrap();
    assert_eq!((content.parties.len(), content.events.len()), (2, 2), "{text}");
    assert!(content.versions[0].signed && content.events[0].original.is_some());
    assert_eq!(json["pdf_sha256"], hex::encode(Sha256::digest(document(&mut staff, &number).await)));
    assert_eq!(content.certificate.key, key::fingerprint(&hex::encode(&der[12..])));
}

async fn the_public_page_tells_nothing_of_the_agreement(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    let verify = link(&mut staff, &number, "/verify/").await;
    let mut anybody = portal.browser();
    let answer = anybody.page(&verify).await;
    assert_eq!(answer.headers["x-robots-tag"], "noindex");
    let page = answer.words();
    assert!(
        page.contains("This certificate is valid") && page.contains("Signed file: text in both languages"),
        "{page}"
    );
    for sha256 in [
        hex::encode(Sha256::digest(pdf("the signed text"))),
        hex::encode(Sha256::digest(pdf("original"))),
        hex::encode(Sha256::digest(document(&mut staff, &number).await)),
    ] {
        assert!(page.contains(&sha256), "{sha256}: {page}");
    }
    let html = answer.text();
    for secret in
        [number.as_str(), "AG-2", "Strategic", "战略", "Medi One", "Bee Two", "Signer", "text.pdf", "original.pdf"]
    {
        assert!(!html.contains(secret), "{secret}");
    }
    assert!(!html.contains("multipart"), "no form could send the file");
    anybody.post("/verify", "/api/account/language", &[("language", "zh")]).await;
    let page = anybody.page(&verify).await.words();
    assert!(page.contains("证书有效") && page.contains("所签署的文件：中英文文本"), "{page}");

    // From paper: with other letters, in groups.
    let mut anybody = portal.browser();
    let code = verify.strip_prefix("/verify/").unwrap();
    let typed = key::shown_code(code).to_lowercase().replace('0', "o").replace('1', "l");
    let led = anybody.get(&format!("/verify?code={typed}")).await;
    assert_eq!(led.location(), verify);
    assert_eq!(anybody.get(&format!("/verify/{typed}")).await.location(), verify);
    assert!(anybody.page("/verify?code=").await.text().contains("code-error"), "without a code, that is said");
    assert!(!anybody.page("/verify").await.text().contains("code-error"));
    let wrong = anybody.page("/verify?code=%3Cscript%3E").await;
    assert!(wrong.words().contains("This is no code") && !wrong.text().contains("<script>"), "{}", wrong.words());
    for unknown in ["/verify/00000000000000000000000000", "/verify/x", "/verify/%27%3B--"] {
        let answer = anybody.get(unknown).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.words().contains("There is no such certificate"), "{}", answer.words());
        assert_eq!(answer.headers["x-robots-tag"], "noindex");
    }
}

async fn what_was_altered_is_not_valid(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    let verify = link(&mut staff, &number, "/verify/").await;
    // Whoever can write into the database cannot write what the key signed.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE certificates SET content = replace(content, 'Signer 0', 'Signer 9')")
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let page = portal.browser().page(&verify).await.words();
    assert!(page.contains("This certificate is not valid"), "{page}");
    assert!(!page.contains(&hex::encode(Sha256::digest(pdf("the signed text")))), "nothing to be trusted: {page}");
}

async fn who_may_not_know_of_the_agreement_does_not_get_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (one, two) = companies(&mut staff).await;
    let three = staff.add_company("Three").await;
    let number = certified(&portal, &mut staff).await;
    let html = staff.page(&format!("/agreements/{number}")).await.text();
    let panel = &html[html.find("id=\"certificate\"").unwrap()..];
    let file = panel[panel.find("/documents/").unwrap()..][..47].to_owned();
    let json = format!("/agreements/{number}/certificate.json");
    for company in [one, two] {
        let mut party = portal.representative_with(company, Rights::Viewer).await;
        assert!(party.page(&file).await.bytes.starts_with(b"%PDF-"));
        assert!(party.page(&json).await.text().contains("Signer 1"));
        let page = party.page(&format!("/agreements/{number}")).await;
        assert!(!page.text().contains("/api/agreements/certify"), "it is staff's");
        let again = party.post("/agreements", "/api/agreements/certify", &[("id", &number)]).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
    }
    let mut other = portal.representative(three).await;
    assert_eq!(other.get(&file).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&json).await.status, StatusCode::NOT_FOUND);
    let mut nobody = portal.browser();
    for path in [&file, &json] {
        assert!(nobody.get(path).await.location().starts_with("/sign-in"), "{path}");
    }
    let mut executive = portal.signed_in(Role::Executive).await;
    executive.page(&file).await;
    // It is no document that anybody takes away.
    let id = file.strip_prefix("/documents/").unwrap();
    let removal = [("id", number.as_str()), ("document", id)];
    let answer = staff.post("/agreements", "/api/agreements/remove-document", &removal).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    staff.page(&file).await;
    assert_eq!(staff.get(&format!("{json}?code=00000000000000000000000000")).await.status, StatusCode::NOT_FOUND);
}

async fn it_is_made_again_only_when_something_changed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    let page = format!("/agreements/{number}");
    let first = link(&mut staff, &number, "/verify/").await;
    let again = async |staff: &mut Browser| {
        staff.submit(&page, "/api/agreements/certify", &[("id", number.as_str())]).await.1.words()
    };
    let refused = again(&mut staff).await;
    assert!(refused.contains("there is nothing new to certify"), "{refused}");
    assert_eq!(link(&mut staff, &number, "/verify/").await, first);

    entitle(&mut staff, &number, "Another title").await;
    let made = again(&mut staff).await;
    assert!(made.contains("Earlier certificates"), "{made}");
    let second = link(&mut staff, &number, "/verify/").await;
    assert_ne!(second, first);
    let mut anybody = portal.browser();
    let old = anybody.page(&first).await.words();
    assert!(old.contains("This certificate is valid") && old.contains("It was replaced by a later one"), "{old}");
    let new = anybody.page(&second).await.words();
    assert!(new.contains("This certificate is valid") && !new.contains("replaced"), "{new}");
    let (_, text) = read(&document(&mut staff, &number).await);
    assert!(text.contains("Another title"));
    let code = first.strip_prefix("/verify/").unwrap();
    let json = staff.page(&format!("{page}/certificate.json?code={code}")).await.text();
    assert!(json.contains("Strategic cooperation on devices"), "the one before says what it said");
    portal.journal_holds().await;
}

/// Gives an agreement another title by its form.
async fn entitle(staff: &mut Browser, number: &str, title: &str) {
    let page = format!("/agreements/{number}/edit");
    let version = staff.page(&page).await.field("version");
    let fields = [
        ("id", number),
        ("version", version.as_str()),
        ("kind", "strategic"),
        ("title_en", title),
        ("prevailing", "both"),
        ("renewal", "none"),
    ];
    let (location, answer) = staff.submit(&page, "/api/agreements/edit", &fields).await;
    assert!(!location.contains("refused"), "{}", answer.words());
}

async fn of_two_who_want_it_again_at_once_one_makes_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    entitle(&mut staff, &number, "Another title").await;
    let page = format!("/agreements/{number}");
    let fields = [("id", number.as_str())];
    let (first, second) = tokio::join!(
        staff.submit(&page, "/api/agreements/certify", &fields),
        other.submit(&page, "/api/agreements/certify", &fields)
    );
    assert_eq!(portal.count("certificates").await, 2, "the one before, and one");
    let made = format!("{page}#certificate");
    let (there, refused) = if first.0 == made { (first, second) } else { (second, first) };
    assert_eq!(there.0, made);
    assert!(refused.1.words().contains("there is nothing new to certify"), "{}", refused.1.words());
    portal.journal_holds().await;
}

async fn one_that_fails_is_tried_again(mut portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    portal.set(|settings| settings.fonts = &[]);
    let number = signed(&mut staff, "Later", &["Medi One", "Bee Two"], "2026-09-21", "2026-09-21").await;
    assert!(make::work(&portal.backend).await.is_err());
    assert_eq!(make::work(&portal.backend).await.unwrap(), 0, "not at once");
    assert_eq!(portal.count("certificates").await + portal.count("certificates_due").await, 1);
    portal.set(|settings| settings.fonts = server::assets::FONTS);
    portal.later(std::time::Duration::from_secs(61));
    assert_eq!(make::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(portal.count("certificates_due").await, 0);
    let mut staff = portal.signed_in(Role::Staff).await;
    let verify = link(&mut staff, &number, "/verify/").await;
    portal.browser().page(&verify).await;
}

async fn nothing_is_certified_without_a_file(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = signed(&mut staff, "Without", &["Medi One", "Bee Two"], "2026-09-21", "2026-09-21").await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("DELETE FROM agreement_texts").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    assert_eq!(make::work(&portal.backend).await.unwrap(), 0);
    assert_eq!(portal.count("certificates").await + portal.count("certificates_due").await, 0);
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(!page.contains("Certificate of signature"), "{page}");
}

/// A certificate of so many parties, each of whose people was sent the text, opened it and signed.
fn large(parties: usize) -> Content {
    let hash = hex::encode(Sha256::digest(b"text"));
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    let event = |what: &str, party: usize| Event {
        what: what.to_owned(),
        at: "2026-11-22T08:00:00.000001Z".to_owned(),
        local: "2026-11-22 16:00:00 +08:00".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        party: Some(party),
        company_en: format!("Company {party}"),
        company_zh: format!("第{party}家公司"),
        version: Some(1),
        name: format!("Person {party}"),
        title: "Director".to_owned(),
        address: "203.0.113.7".to_owned(),
        agent: agent.to_owned(),
        method: "code".to_owned(),
        ..Event::default()
    };
    let file = |language: &str| File {
        language: language.to_owned(),
        name: "text.pdf".to_owned(),
        size: 9,
        sha256: hash.clone(),
    };
    Content {
        certificate: content::Certificate {
            code: key::new_code(),
            portal: "https://portal.example".to_owned(),
            made_at: "2026-11-22T08:00:00.000001Z".to_owned(),
            key: hash.clone(),
        },
        agreement: Agreement { number: "AG-2026-0001".to_owned(), kind: "mou".to_owned(), ..Agreement::default() },
        parties: (1..=parties)
            .map(|place| Party { place, name_zh: format!("第{place}家公司"), ..Party::default() })
            .collect(),
        versions: vec![Version { number: 1, signed: true, files: vec![file("en"), file("zh")], ..Version::default() }],
        events: (1..=parties).flat_map(|party| ["sent", "opened", "signed"].map(|what| event(what, party))).collect(),
        journal: content::Journal { number: 1, hash },
    }
}

fn drawn(content: &Content) -> Vec<u8> {
    let face = Face::read(server::assets::FONTS).expect("the fonts lie in setup/node_modules once npm ci ran there");
    paper::draw(&sheet::sheet(content, &"s".repeat(88)), &face).unwrap()
}

#[test]
fn hostile_text_stays_on_the_sheet() {
    let mut content = large(2);
    let words = "\u{202e}gnorw\u{2066} \0\u{7} עברית 한국어 \u{1f600} Łódź Kırşehir <script> ‘“（";
    content.agreement.title_en = words.to_owned();
    content.agreement.title_zh = "长".repeat(10_000);
    content.parties[0].role = "x".repeat(10_000);
    content.events[0].agent = "agent ".repeat(2_000);
    content.events[1].name = format!("\u{202e}{}", "名字，".repeat(300));
    let (document, text) = read(&drawn(&content));
    assert!(text.contains("[U+202E]gnorw[U+2066]") && text.contains("[U+0000][U+0007]"), "controls are shown");
    assert!(text.contains("[U+05E2]") && text.contains("[U+1F600]"), "and so is what the fonts lack");
    let text = text.replace(' ', "");
    assert!(text.contains("Łódź") && text.contains("Kırşehir"), "the second font has them: {}", &text[..900]);
    assert!(text.contains(&"长".repeat(10)), "a long title goes on overleaf");
    let pages = document.get_pages();
    assert!((5..40).contains(&pages.len()), "{}", pages.len());
    // No line begins outside of the sheet.
    for page in pages.into_values() {
        let drawing = Drawing::decode(&document.get_page_content(page)).unwrap();
        for operation in drawing.operations.iter().filter(|operation| operation.operator == "Tm") {
            let numbers: Vec<f32> = operation.operands.iter().map(|o| o.as_float().unwrap_or_default()).collect();
            assert!((0.0..596.0).contains(&numbers[4]) && (0.0..842.0).contains(&numbers[5]), "{numbers:?}");
        }
    }
}

#[test]
fn thirty_parties_are_drawn() {
    let (document, text) = read(&drawn(&large(30)));
    assert!(text.contains("第30方 Party AD") && document.get_pages().len() > 5);
}

async fn codes_are_not_tried_one_after_the_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff).await;
    let number = certified(&portal, &mut staff).await;
    let verify = link(&mut staff, &number, "/verify/").await;
    let mut guesses = portal.browser();
    guesses.address = [203, 0, 113, 9].into();
    for tried in 0..30 {
        let answer = guesses.get(&format!("/verify/{tried:026}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{tried}");
    }
    // Not even the right one is told from then on, to this address, for a minute.
    let answer = guesses.get(&verify).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.words());
    let mut other = portal.browser();
    other.address = [203, 0, 113, 10].into();
    assert!(other.page(&verify).await.words().contains("This certificate is valid"));
    portal.later(std::time::Duration::from_secs(61));
    assert!(guesses.page(&verify).await.words().contains("This certificate is valid"));
    // What is no code at all is not looked for, and right ones are read at will.
    for _ in 0..40 {
        assert_eq!(guesses.get("/verify/nonsense").await.status, StatusCode::NOT_FOUND);
        guesses.page(&verify).await;
    }
}
