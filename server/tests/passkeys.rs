//! Passkeys, shown by an authenticator of the story's own (ECDSA on P-256, no attestation). Browsers and their own
//! authenticators are told of in end2end/passkeys.spec.ts.

use std::time::Duration;

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal};
use crate::second_factor::mails_to;

both!(
    a_passkey_is_the_second_factor_or_signs_in_alone,
    what_was_asked_is_answered_once_in_time_and_by_whom,
    a_copied_passkey_is_refused_and_told,
    whose_account_is_suspended_does_not_get_in,
    a_removed_passkey_signs_nobody_in,
    a_passkey_confirms_and_fulfils_the_requirement,
    without_a_name_there_are_no_passkeys,
);

const URL: &str = "https://portal.example";
const PAGE: &str = "/account/security/passkeys";

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |n, byte| (n << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for index in 0..=three.len() {
            text.push(char::from(LETTERS[(number >> (18 - 6 * index)) as usize & 63]));
        }
    }
    text
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().to_vec()
}

/// A passkey, as an authenticator holds it.
struct Passkey {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    owner: Option<String>,
    counter: u32,
}

impl Passkey {
    fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        Self::from(pkcs8.as_ref())
    }

    fn from(pkcs8: &[u8]) -> Self {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &SystemRandom::new()).unwrap();
        let id = sha256(pair.public_key().as_ref());
        Self { pair, id, owner: None, counter: 0 }
    }

    fn client_data(kind: &str, options: &serde_json::Value, origin: &str) -> Vec<u8> {
        let challenge = options["challenge"].as_str().unwrap();
        serde_json::json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// Party, flags – present, verified, and whether a new key follows – and counter.
    fn data(&self, with_key: bool) -> Vec<u8> {
        let mut data = sha256(b"portal.example");
        data.push(if with_key { 0x45 } else { 0x05 });
        data.extend(self.counter.to_be_bytes());
        if with_key {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            // COSE: an EC2 key, ES256, on P-256, with x and y.
            let point = self.pair.public_key().as_ref();
            data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
            data.extend(&point[1..33]);
            data.extend([0x22, 0x58, 0x20]);
            data.extend(&point[33..65]);
        }
        data
    }

    fn made(&mut self, options: &serde_json::Value) -> String {
        self.owner = options["user"]["id"].as_str().map(str::to_owned);
        self.counter += 1;
        let data = self.data(true);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        serde_json::json!({
            "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": base64(&Self::client_data("webauthn.create", options, URL)),
                "attestationObject": base64(&object),
            },
        })
        .to_string()
    }

    fn shown(&mut self, options: &serde_json::Value) -> String {
        self.shown_from(options, URL)
    }

    fn shown_from(&mut self, options: &serde_json::Value, origin: &str) -> String {
        self.counter += 1;
        let (data, client) = (self.data(false), Self::client_data("webauthn.get", options, origin));
        let signed: Vec<u8> = data.iter().copied().chain(sha256(&client)).collect();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        serde_json::json!({
            "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": base64(&client), "authenticatorData": base64(&data),
                "signature": base64(signature.as_ref()), "userHandle": self.owner,
            },
        })
        .to_string()
    }
}

async fn ask_raw(browser: &mut Browser, purpose: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    let body = format!("purpose={purpose}").into_bytes();
    browser.request(Method::POST, "/api/account/passkeys/ask", headers, body).await
}

/// What the portal asks: the ceremony, and the options.
async fn ask(browser: &mut Browser, purpose: &str) -> (String, serde_json::Value) {
    let answer = ask_raw(browser, purpose).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let asked: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    let options = serde_json::from_str(asked["options"].as_str().unwrap()).unwrap();
    (asked["ceremony"].as_str().unwrap().to_owned(), options)
}

async fn add(browser: &mut Browser, passkey: &mut Passkey, name: &str) -> Answer {
    let (ceremony, options) = ask(browser, "add").await;
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let credential = passkey.made(&options);
    let fields = [("ceremony", ceremony.as_str()), ("credential", &credential), ("name", name)];
    browser.post(PAGE, "/api/account/passkeys/add", &fields).await
}

async fn sign_in_with(browser: &mut Browser, passkey: &mut Passkey) -> String {
    let (ceremony, options) = ask(browser, "sign-in").await;
    let credential = passkey.shown(&options);
    answer(browser, &ceremony, &credential, "1").await.location()
}

async fn answer(browser: &mut Browser, ceremony: &str, credential: &str, alone: &str) -> Answer {
    let fields = [("ceremony", ceremony), ("credential", credential), ("alone", alone), ("next", "/products")];
    let page = if alone.is_empty() { "/sign-in/second" } else { "/sign-in" };
    browser.post(page, "/api/account/sign-in-passkey", &fields).await
}

async fn knock(browser: &mut Browser, name: &str) -> String {
    let email = format!("{name}@story.example");
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", "/companies?q=x")];
    browser.post("/sign-in", "/api/account/sign-in", &fields).await.location()
}

/// A portal with a name, and somebody with a passkey.
async fn with_passkey(portal: &mut Portal) -> (Browser, Passkey) {
    portal.set(|settings| settings.url = URL.to_owned());
    portal.account("ada", Role::Staff).await;
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    let mut passkey = Passkey::new();
    assert_eq!(add(&mut ada, &mut passkey, "My laptop").await.location(), "/account/security/codes");
    (ada, passkey)
}

async fn a_passkey_is_the_second_factor_or_signs_in_alone(mut portal: Portal) {
    let (mut ada, mut passkey) = with_passkey(&mut portal).await;
    let words = ada.page(PAGE).await.words();
    assert!(words.contains("My laptop") && words.contains("Never"), "{words}");
    assert_eq!(mails_to(&portal, "ada@story.example").await, ["security.passkey_added"]);
    assert_eq!(portal.count("recovery_codes").await, 10, "the first factor brings recovery codes");

    let mut alone = portal.browser();
    let page = alone.page("/sign-in").await;
    assert!(
        page.text().contains("data-passkey=\"sign-in\"") && page.text().contains(" hidden"),
        "for browsers with scripts"
    );
    assert_eq!(sign_in_with(&mut alone, &mut passkey).await, "/products");
    alone.page("/today").await;

    let mut second = portal.browser();
    assert_eq!(knock(&mut second, "ada").await, "/sign-in/second");
    let page = second.page("/sign-in/second").await;
    assert!(page.text().contains("data-passkey=\"second\""));
    let (ceremony, options) = ask(&mut second, "second").await;
    assert_eq!(options["allowCredentials"][0]["id"], base64(&passkey.id));
    let credential = passkey.shown(&options);
    assert_eq!(answer(&mut second, &ceremony, &credential, "").await.location(), "/companies?q=x");
    second.page("/today").await;
    assert!(!ada.page(PAGE).await.words().contains("Never"), "its use is noted");
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("added a passkey") && words.contains("Passkey"), "{words}");
    // A second one has no new recovery codes, and nobody has the same twice.
    let mut phone = Passkey::new();
    assert_eq!(add(&mut ada, &mut phone, "My phone").await.location(), PAGE);
    assert!(add(&mut ada, &mut phone, "Again").await.location().contains("refused="));
    assert_eq!(sign_in_with(&mut portal.browser(), &mut phone).await, "/products");
    portal.journal_holds().await;
}

async fn what_was_asked_is_answered_once_in_time_and_by_whom(mut portal: Portal) {
    let (mut ada, mut passkey) = with_passkey(&mut portal).await;
    let refused = async |browser: &mut Browser, ceremony: &str, credential: &str, alone: &str| {
        let answer = answer(browser, ceremony, credential, alone).await;
        assert!(browser.cookie("session").is_none() && answer.location().contains("refused="), "{}", answer.location());
    };
    let mut browser = portal.browser();
    let (ceremony, options) = ask(&mut browser, "sign-in").await;
    let credential = passkey.shown(&options);
    let mut copy = browser.clone();
    assert_eq!(answer(&mut browser, &ceremony, &credential, "1").await.location(), "/products");
    refused(&mut copy, &ceremony, &credential, "1").await;
    // At once, too.
    let (ceremony, options) = ask(&mut copy, "sign-in").await;
    let credential = passkey.shown(&options);
    let (mut one, mut two) = (copy.clone(), copy.clone());
    let (first, second) =
        futures::join!(answer(&mut one, &ceremony, &credential, "1"), answer(&mut two, &ceremony, &credential, "1"));
    assert_eq!([first, second].iter().filter(|answer| answer.location() == "/products").count(), 1);
    // Too late.
    let (ceremony, options) = ask(&mut copy, "sign-in").await;
    let credential = passkey.shown(&options);
    portal.later(Duration::from_secs(301));
    refused(&mut copy, &ceremony, &credential, "1").await;
    // For another purpose, another challenge, another site, or nothing at all.
    let (confirming, options) = ask(&mut ada, "confirm").await;
    let credential = passkey.shown(&options);
    refused(&mut copy, &confirming, &credential, "1").await;
    let (ceremony, _) = ask(&mut copy, "sign-in").await;
    refused(&mut copy, &ceremony, &credential, "1").await;
    let (ceremony, options) = ask(&mut copy, "sign-in").await;
    let elsewhere = passkey.shown_from(&options, "https://portal.example.evil.example");
    refused(&mut copy, &ceremony, &elsewhere, "1").await;
    for nonsense in ["", "{}", "null", "[1]"] {
        let (ceremony, _) = ask(&mut copy, "sign-in").await;
        refused(&mut copy, &ceremony, nonsense, "1").await;
    }
    // One that nobody added, and one that says it is somebody else's.
    let (ceremony, options) = ask(&mut copy, "sign-in").await;
    let mut stranger = Passkey::new();
    stranger.owner = passkey.owner.clone();
    let credential = stranger.shown(&options);
    refused(&mut copy, &ceremony, &credential, "1").await;
    portal.account("bo", Role::Administrator).await;
    let mut bo = portal.browser();
    bo.sign_in("bo").await;
    let mut of_bo = Passkey::new();
    add(&mut bo, &mut of_bo, "Bo's").await;
    let (ceremony, options) = ask(&mut copy, "sign-in").await;
    of_bo.owner = passkey.owner.clone();
    let credential = of_bo.shown(&options);
    refused(&mut copy, &ceremony, &credential, "1").await;
    // Another's passkey is no second factor.
    knock(&mut copy, "ada").await;
    let (ceremony, options) = ask(&mut copy, "second").await;
    let credential = of_bo.shown(&options);
    refused(&mut copy, &ceremony, &credential, "").await;
    // Who is at no step, or not signed in, is asked for nothing.
    for (purpose, status) in [("second", 422), ("add", 401), ("confirm", 401), ("nonsense", 422)] {
        assert_eq!(ask_raw(&mut portal.browser(), purpose).await.status.as_u16(), status, "{purpose}");
    }
    assert_eq!(portal.count("passkeys").await, 2);
}

async fn a_copied_passkey_is_refused_and_told(mut portal: Portal) {
    let (_ada, mut passkey) = with_passkey(&mut portal).await;
    assert_eq!(sign_in_with(&mut portal.browser(), &mut passkey).await, "/products");
    let counted = passkey.counter;
    assert_eq!(sign_in_with(&mut portal.browser(), &mut passkey).await, "/products");
    passkey.counter = counted;
    let mut thief = portal.browser();
    assert!(sign_in_with(&mut thief, &mut passkey).await.contains("refused="), "its counter went back");
    assert!(thief.cookie("session").is_none());
    assert!(mails_to(&portal, "ada@story.example").await.contains(&"security.passkey_copied".to_owned()));
    // Also when it was asked before the other answered.
    let mut early = portal.browser();
    knock(&mut early, "ada").await;
    let (ceremony, options) = ask(&mut early, "second").await;
    passkey.counter = counted + 4;
    assert_eq!(sign_in_with(&mut portal.browser(), &mut passkey).await, "/products");
    passkey.counter = counted + 2;
    let credential = passkey.shown(&options);
    assert!(answer(&mut early, &ceremony, &credential, "").await.location().contains("refused="));
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page("/admin/journal").await.words().contains("may have been copied"));
    portal.journal_holds().await;
}

async fn whose_account_is_suspended_does_not_get_in(mut portal: Portal) {
    let (_ada, mut passkey) = with_passkey(&mut portal).await;
    for column in ["suspended_at", "erased_at"] {
        let other = if column == "erased_at" { "suspended_at" } else { "erased_at" };
        let sql = format!("UPDATE accounts SET {other} = NULL, {column} = 1");
        let mut tx = portal.write().await;
        app::on!(&mut tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(c).await).unwrap();
        tx.commit().await.unwrap();
        let mut browser = portal.browser();
        assert!(sign_in_with(&mut browser, &mut passkey).await.contains("refused="), "{column}");
        assert!(browser.cookie("session").is_none());
    }
}

async fn a_removed_passkey_signs_nobody_in(mut portal: Portal) {
    let (mut ada, mut passkey) = with_passkey(&mut portal).await;
    let id = ada.page(PAGE).await.field("id");
    let mut eve = portal.signed_in(Role::Administrator).await;
    let answer = eve.post(PAGE, "/api/account/passkeys/remove", &[("id", &id)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "somebody else's");
    portal.later(Duration::from_secs(601));
    let answer = ada.post(PAGE, "/api/account/passkeys/remove", &[("id", &id)]).await;
    assert!(answer.location().starts_with("/account/confirm?next="), "{}", answer.location());
    assert_eq!(ask_raw(&mut ada, "add").await.status, StatusCode::UNAUTHORIZED, "nor is one added");
    ada.post("/account/confirm", "/api/account/confirm", &[("password", PASSWORD)]).await;
    let (_, page) = ada.submit(PAGE, "/api/account/passkeys/remove", &[("id", &id)]).await;
    assert!(!page.words().contains("My laptop"));
    assert_eq!(portal.count("recovery_codes").await, 0, "the last factor takes the recovery codes along");
    assert!(sign_in_with(&mut portal.browser(), &mut passkey).await.contains("refused="));
    assert_eq!(knock(&mut portal.browser(), "ada").await, "/companies?q=x", "the password is enough again");
    assert!(mails_to(&portal, "ada@story.example").await.contains(&"security.passkey_removed".to_owned()));
}

async fn a_passkey_confirms_and_fulfils_the_requirement(mut portal: Portal) {
    let (mut ada, mut passkey) = with_passkey(&mut portal).await;
    let mut tx = portal.write().await;
    let (setting, roles) = (app::security::requirement::SETTING, " staff ");
    app::account::store::set_setting(&mut tx, setting, roles).await.unwrap();
    app::security::requirement::apply(&mut tx, None).await.unwrap();
    tx.commit().await.unwrap();
    ada.page("/today").await;
    let id = ada.page(PAGE).await.field("id");
    let (_, page) = ada.submit(PAGE, "/api/account/passkeys/remove", &[("id", &id)]).await;
    assert!(page.words().contains("Your role requires a second factor"), "{}", page.words());

    portal.later(Duration::from_secs(601));
    let confirm = ada.get("/account/password").await.location();
    assert!(ada.page(&confirm).await.text().contains("data-passkey=\"confirm\""));
    let (ceremony, options) = ask(&mut ada, "confirm").await;
    let credential = passkey.shown(&options);
    let fields = [("ceremony", ceremony.as_str()), ("credential", &credential), ("next", "/account/password")];
    let answer = ada.post(&confirm, "/api/account/confirm-passkey", &fields).await;
    assert_eq!(answer.location(), "/account/password");
    ada.page("/account/password").await;

    // Somebody who has none adds one before anything else.
    portal.account("bo", Role::Staff).await;
    let mut bo = portal.browser();
    assert_eq!(knock(&mut bo, "bo").await, "/companies?q=x");
    assert!(bo.get("/today").await.location().starts_with("/account/second-factor"));
    assert!(bo.page("/account/second-factor").await.text().contains(PAGE));
    add(&mut bo, &mut Passkey::new(), "Bo's").await;
    bo.page("/today").await;
}

async fn without_a_name_there_are_no_passkeys(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = portal.browser();
    assert!(!ada.page("/sign-in").await.text().contains("data-passkey=\""));
    ada.sign_in("ada").await;
    assert!(ada.page(PAGE).await.words().contains("only for an address that is a name"));
    assert_eq!(ask_raw(&mut ada, "add").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask_raw(&mut portal.browser(), "sign-in").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
