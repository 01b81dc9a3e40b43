// What a visit weighs, as it goes over the wire.
import { expect, test } from "./portal";
import { companyUrl, signIn } from "./steps";
import type { Page } from "@playwright/test";

test.use({ journey: "weight" });

/** Bytes on the wire, and the addresses asked for, while a page is opened. */
async function visit(page: Page, path: string): Promise<{ bytes: number; urls: string[] }> {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    const urls: string[] = [];
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    session.on("Network.requestWillBeSent", (event) => urls.push(event.request.url));
    await page.goto(path, { waitUntil: "networkidle" });
    await session.detach();
    return { bytes, urls };
}

const ISLANDS = /\/(companies|people)\/new|\/edit$/;

test("a first visit to any page stays under 140 kB, later pages under 15 kB", async ({ page, another }) => {
    test.setTimeout(300_000);
    await signIn(page, "administrator");
    const company = await companyUrl(page, "Novo Nordisk A/S");
    const paths = ["/today", "/companies", company, `${company}/edit`, "/companies/new", "/products", "/products/import", "/search?q=novo", "/admin", "/admin/jobs", "/admin/journal", "/admin/mail", "/admin/people", "/people", "/people/new", "/enquiries", "/enquiries/new", "/admin/calendar", "/admin/security", "/account/security", "/account/privacy"];
    for (const path of paths) {
        const fresh = await another();
        await signInAt(fresh, page);
        const first = await visit(fresh, path);
        const later = await visit(fresh, path === "/today" ? "/companies" : "/today");
        console.log(`${path.replace(/[0-9a-f-]{36}/, "{id}").padEnd(24)} first visit ${(first.bytes / 1000).toFixed(1)} kB, next page ${(later.bytes / 1000).toFixed(1)} kB`);
        expect(first.bytes, path).toBeLessThanOrEqual(140_000);
        expect(later.bytes, `after ${path}`).toBeLessThanOrEqual(15_000);
        const bundle = first.urls.some((url) => url.endsWith(".wasm"));
        expect(bundle, `${path} fetches WebAssembly only for its islands`).toBe(ISLANDS.test(path));
    }
});

async function signInAt(fresh: Page, page: Page) {
    await fresh.context().addCookies(await page.context().cookies());
    // Addresses without a host are the portal's.
    const origin = new URL(page.url()).origin;
    const go = fresh.goto.bind(fresh);
    fresh.goto = (path, options) => go(path.startsWith("/") ? origin + path : path, options);
}
