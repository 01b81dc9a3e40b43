//! What visitors send who mean harm, or whose software is broken.

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::Portal;

both!(
    markup_is_text_in_every_field,
    broken_bytes_are_refused_with_a_word,
    a_forged_host_or_forwarder_changes_nothing,
    every_answer_carries_the_headers,
    errors_are_pages_in_both_languages,
);

async fn markup_is_text_in_every_field(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'`{{7*7}}";
    let area = format!("</textarea>{evil}");
    let fields = [
        ("name_en", evil),
        ("name_zh", evil),
        ("name_local", evil),
        ("kinds[]", "agent"),
        ("city", evil),
        ("stage", "target"),
        ("about", area.as_str()),
        ("aliases", evil),
        ("areas", "</textarea><script>alert(2)</script>"),
        ("registrations", "OTHER \"><script>alert(3)</script>"),
    ];
    let (url, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    let mut pages = vec![("company", page)];
    pages.push(("form", staff.page(&format!("{url}/edit")).await));
    pages.push(("list", staff.page("/companies").await));
    let q = app::ui::query::encode(evil);
    pages.push(("search", staff.page(&format!("/companies?q={q}")).await));
    pages.push(("products", staff.page(&format!("/products?area={q}&agency={q}")).await));
    pages.push(("sign-in", staff.page(&format!("/sign-in?next={q}")).await));
    let mut admin = portal.signed_in(Role::Administrator).await;
    pages.push(("journal", admin.page("/admin/journal").await));
    for (name, page) in pages {
        let html = page.text();
        assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{name}: {html}");
    }
    let form = staff.page(&format!("{url}/edit")).await;
    let rest = form.text();
    assert_eq!(rest.matches("</textarea>").count(), rest.matches("<textarea").count(), "a text area ends once");
    let missing = staff.get("/%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(!missing.text().contains("<script>alert"));
}

async fn broken_bytes_are_refused_with_a_word(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert(header::REFERER, "http://portal.example/companies/new".parse().unwrap());
    let before = portal.count("companies").await;
    let long = format!("stage=target&kinds%5B%5D=agent&name_en={}", "x".repeat(10_000_000));
    let bodies: [(&[u8], &str); 6] = [
        (b"name_en=%FF%FE&kinds%5B%5D=agent&stage=target", ""),
        (b"name_en=a%00b&kinds%5B%5D=agent&stage=target", "characters that cannot be stored"),
        (b"name_en=a%0Ab%07&kinds%5B%5D=agent&stage=target", "characters that cannot be stored"),
        (b"\xff\xfe\x00", ""),
        (b"kinds=agent&name_en[]=x&stage[a][b]=c", ""),
        (long.as_bytes(), "too large"),
    ];
    for (body, said) in bodies {
        let answer = staff.request(Method::POST, "/api/companies/create", headers.clone(), body.to_vec()).await;
        let shown = &body[..body.len().min(50)];
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{shown:?}: {}", answer.words());
        assert!(answer.location().contains("refused="), "{shown:?}: {}", answer.location());
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains(said), "{shown:?}: {said} in {words}");
    }
    // A name of exactly the longest length fits, one more does not.
    let name = "长".repeat(200);
    let fields = [("name_zh", name.as_str()), ("kinds[]", "agent"), ("stage", "target")];
    assert!(
        staff.post("/companies/new", "/api/companies/create", &fields).await.location().starts_with("/companies/0")
    );
    let name = "长".repeat(201);
    let fields = [("name_zh", name.as_str()), ("kinds[]", "agent"), ("stage", "target")];
    assert!(staff.post("/companies/new", "/api/companies/create", &fields).await.location().contains("refused="));
    assert_eq!(portal.count("companies").await, before + 1);
    for path in [
        "/companies?q=%FF%FE",
        "/companies?q=%00",
        "/companies/%FF",
        "/companies/not-an-id",
        "/products?area=%00&page=99999999999999999999",
    ] {
        let status = staff.get(path).await.status;
        assert!(
            status == StatusCode::OK || status == StatusCode::NOT_FOUND || status == StatusCode::BAD_REQUEST,
            "{path}: {status}"
        );
    }
    assert_eq!(staff.get("/companies/not-an-id").await.status, StatusCode::NOT_FOUND);
}

async fn a_forged_host_or_forwarder_changes_nothing(portal: Portal) {
    let mut browser = portal.browser();
    browser.headers.insert(header::HOST, "evil.example".parse().unwrap());
    browser.headers.insert("x-forwarded-host", "evil.example".parse().unwrap());
    let answer = browser.get("/today").await;
    assert_eq!(answer.location(), "/sign-in?next=%2Ftoday");
    let page = browser.page("/sign-in").await.text();
    assert!(!page.contains("evil.example"));
    portal.account("ada", Role::Staff).await;
    browser.headers.insert(header::REFERER, "https://evil.example//evil.example/x".parse().unwrap());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    let wrong = b"email=ada%40story.example&password=wrong".to_vec();
    let answer = browser.request(Method::POST, "/api/account/sign-in", headers, wrong).await;
    assert!(answer.location().starts_with("/sign-in?refused="), "{}", answer.location());
}

async fn every_answer_carries_the_headers(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for path in [
        "/",
        "/today",
        "/nowhere",
        "/companies.csv",
        "/health/live",
        "/health/ready",
        "/pkg/nothing.js",
        "/admin/people",
    ] {
        let answer = staff.get(path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("'nonce-") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "same-origin", "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
    let (one, two) = (staff.get("/").await, staff.get("/").await);
    assert_ne!(
        one.headers[header::CONTENT_SECURITY_POLICY],
        two.headers[header::CONTENT_SECURITY_POLICY],
        "a nonce is used once"
    );
}

async fn errors_are_pages_in_both_languages(portal: Portal) {
    let mut expert = portal.signed_in(Role::Expert).await;
    for (language, missing, closed) in
        [("en", "There is no such page", "This is not open to you"), ("zh", "页面不存在", "您没有访问权限")]
    {
        expert.set_cookie("language", language);
        let answer = expert.get("/nowhere").await;
        assert!(answer.status == StatusCode::NOT_FOUND && answer.words().contains(missing), "{}", answer.words());
        let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(answer.words().contains(&id), "the reference that the log has");
        let answer = expert.get("/admin/people").await;
        assert!(answer.status == StatusCode::FORBIDDEN && answer.words().contains(closed), "{}", answer.words());
    }
}
