// What every answer carries, and what requests from elsewhere cannot do.
import { expect, test } from "./portal";
import { addCompany, fact, PASSWORD, PEOPLE, signIn } from "./steps";
import { WORDS } from "./words";
import type { APIRequestContext, APIResponse } from "@playwright/test";

test.use({ journey: "headers" });

const PUBLIC = ["/", "/sign-in", "/sign-in?next=%2Ftoday", "/nowhere", "/companies/not-an-id"];
const SIGNED_IN = [
    ...["/", "/sign-in", "/today", "/companies", "/companies.csv", "/companies/new", "/products", "/products.csv"],
    ...["/products/import", "/admin", "/admin/jobs", "/admin/journal", "/admin/mail", "/admin/people", "/nowhere", "/companies/not-an-id"],
];
const FUNCTIONS = [
    "/api/account/sign-in",
    "/api/account/sign-out",
    "/api/account/language",
    "/api/companies/create",
    "/api/companies/edit",
    "/api/products/import-progress",
    "/products/import",
];

function expectHeaders(answer: APIResponse, path: string): string {
    const headers = answer.headers();
    const policy = headers["content-security-policy"];
    const nonce = /script-src[^;]*'nonce-([0-9a-zA-Z+/=_-]{20,})'/.exec(policy)?.[1];
    expect(nonce, path).toBeTruthy();
    expect(policy, path).not.toContain("unsafe-inline");
    expect(policy, path).not.toMatch(/'unsafe-eval'/);
    for (const directive of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
        expect(policy, path).toContain(directive);
    }
    expect(headers, path).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    });
    expect(headers["cache-control"], path).toBe("no-store");
    expect(headers["server"], path).toBeUndefined();
    return nonce!;
}

test("every page has its headers, and every answer a nonce of its own", async ({ page }) => {
    const nonces = new Set<string>();
    const look = async (path: string) => {
        const answer = await page.request.get(path, { maxRedirects: 0 });
        const nonce = expectHeaders(answer, path);
        if (answer.headers()["content-type"]?.startsWith("text/html")) expect(await answer.text()).toContain(`nonce="${nonce}"`);
        nonces.add(nonce);
    };
    for (const path of [...PUBLIC, "/today", "/companies"]) await look(path);
    await signIn(page, "administrator");
    const company = await addCompany(page, { name_en: "Headed Ltd", kinds: ["agent"], stage: "target" });
    const pages = [...SIGNED_IN, company, `${company}/edit`];
    for (const path of pages) await look(path);
    expect(nonces.size).toBe(PUBLIC.length + 2 + pages.length);
});

test("the files of the site may be kept for ever, by everybody alike", async ({ page }) => {
    await page.goto("/sign-in");
    const files = await page.locator("link[href], script[src]").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? one.getAttribute("src")!));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
        const { headers, status } = await page.request.get(file).then((answer) => ({ headers: answer.headers(), status: answer.status() }));
        expect(status, file).toBe(200);
        expect(headers["cache-control"], file).toContain("immutable");
        // They are the same for everybody: whoever signs in or changes the language keeps them.
        expect(headers["vary"] ?? "", file).not.toMatch(/cookie|accept-language/i);
    }
});

/** How another site could send a form: by its origin, by what the browser says of it, or without an origin at all. */
const FOREIGN: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
];

test("a form from another site is refused and changes nothing", async ({ page, portal, t }) => {
    await signIn(page, "administrator");
    const url = await addCompany(page, { name_en: "Untouched Ltd", kinds: ["agent"], city: "Aarhus", stage: "target" });
    const id = url.split("/").pop()!;
    const journal = async () => {
        await page.goto("/admin/journal");
        return page.getByRole("main").getByRole("status").innerText();
    };
    const before = await journal();
    const fields = {
        ...{ email: PEOPLE.staff.email, password: PASSWORD, language: "zh" },
        ...{ id, version: "1", name_en: "Touched Ltd", "kinds[]": "agent", city: "Elsewhere", stage: "target" },
    };
    for (const path of FUNCTIONS) {
        for (const foreign of FOREIGN) {
            for (const accept of ["text/html", "application/json"]) {
                const answer = await page.request.post(path, {
                    ...(path === "/products/import"
                        ? { multipart: { file: { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") } } }
                        : { form: fields }),
                    headers: { ...foreign, accept },
                    maxRedirects: 0,
                });
                const what = `${path} ${JSON.stringify(foreign)}`;
                expect(answer.status(), what).toBe(403);
                expect(answer.headers()["set-cookie"], what).toBeUndefined();
                expectHeaders(answer, what);
            }
        }
    }
    // Still signed in, still English, still the same company, and the journal has not grown.
    expect(await journal()).toBe(before);
    await page.goto(url);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(fact(page, t.company.city)).toHaveText("Aarhus");
    expect(portal.command("journal", "verify").status).toBe(0);
});

test("nothing is done by GET", async ({ page }) => {
    await signIn(page, "administrator");
    for (const path of FUNCTIONS.filter((path) => path.startsWith("/api/"))) {
        const answer = await page.request.get(`${path}?name_en=By+GET+Ltd&kinds%5B%5D=agent&stage=target&language=zh`, { maxRedirects: 0 });
        expect(answer.status(), path).toBe(405);
        expectHeaders(answer, path);
        expect(answer.headers()["set-cookie"], path).toBeUndefined();
    }
    await page.goto("/companies?q=By+GET+Ltd");
    await expect(page.getByRole("heading", { name: WORDS.en.companies.none_found })).toBeVisible();
});

test("a forged Host or X-Forwarded-For makes no difference", async ({ page, playwright, portal, t }) => {
    const forged = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9;host=evil.example" };
    const stranger: APIRequestContext = await playwright.request.newContext({ baseURL: portal.url });
    const where = async (headers: Record<string, string>) => {
        const asked = await stranger.get("/companies?page=2", { headers, maxRedirects: 0 });
        const signedIn = await stranger.post("/api/account/sign-in", {
            form: { email: PEOPLE.staff.email, password: PASSWORD, next: "/companies" },
            headers: { accept: "text/html", ...headers },
            maxRedirects: 0,
        });
        const refused = await stranger.post("/api/account/sign-in", {
            form: { email: PEOPLE.staff.email, password: "" },
            headers: { accept: "text/html", ...headers },
            maxRedirects: 0,
        });
        const out = await stranger.post("/api/account/sign-out", { headers: { accept: "text/html", ...headers }, maxRedirects: 0 });
        return [asked, signedIn, refused, out].map((answer) => `${answer.status()} ${answer.headers().location.replace(/[0-9a-f]{32}/, "…")}`);
    };
    const plain = await where({});
    expect(plain).toEqual(["303 /sign-in?next=%2Fcompanies%3Fpage%3D2", "303 /companies", "303 /sign-in?refused=…#refused", "303 /"]);
    expect(await where(forged)).toEqual(plain);
    await stranger.dispose();

    // The journal says from where it really was.
    await signIn(page, "administrator");
    await page.goto("/admin/journal");
    const entries = page.getByRole("row").filter({ hasText: PEOPLE.staff.name }).filter({ hasText: t.event.account_signed_in });
    await expect(entries).toHaveCount(2);
    for (const entry of await entries.all()) await expect(entry).toContainText("127.0.0.1");
    await expect(page.getByText("203.0.113.9")).toHaveCount(0);
});
