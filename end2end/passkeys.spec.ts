// Passkeys in a real browser, with an authenticator that Chromium itself plays: made, used as second factor and alone, and
// asked for again.
import type { CDPSession, Page } from "@playwright/test";
import { expect, Portal, test as base } from "./portal";
import { openAccount, PASSWORD, PEOPLE } from "./steps";
import { say } from "./words";

// Browsers make passkeys only for names: this portal is reached as localhost.
const test = base.extend<object, { portal: Portal }>({
    portal: [
        async ({}, use) => {
            const portal = await Portal.startAt("localhost");
            await use(portal);
            await portal.stop();
        },
        { scope: "worker" },
    ],
});

test.use({ journey: "passkeys" });

/** A computer that opens its passkeys with a fingerprint. */
async function authenticator(page: Page): Promise<{ cdp: CDPSession; id: string }> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
        options: {
            protocol: "ctap2",
            transport: "internal",
            hasResidentKey: true,
            hasUserVerification: true,
            isUserVerified: true,
            automaticPresenceSimulation: true,
        },
    });
    return { cdp, id: authenticatorId };
}

test("a passkey is added, signs in alone and as second factor, confirms, and is removed", async ({ page, t }) => {
    const { cdp, id } = await authenticator(page);
    const { email, name } = PEOPLE.expert;
    const main = page.getByRole("main");
    const signOut = async () => {
        await openAccount(page, name);
        await page.getByRole("button", { name: t.sign_out.button }).click();
        await expect(page).toHaveURL("/");
    };
    const password = async () => {
        await page.getByRole("textbox", { name: t.sign_in.email }).fill(email);
        await page.getByLabel(t.sign_in.password, { exact: true }).fill(PASSWORD);
        await main.getByRole("button", { name: t.sign_in.button, exact: true }).click();
    };

    await page.goto("/sign-in");
    await password();
    await openAccount(page, name);
    await page.getByRole("link", { name: t.security.title }).click();
    await main.getByRole("link", { name: t.security.passkey_add }).click();
    await expect(main.getByRole("textbox", { name: t.security.passkey_name })).toHaveValue(/Chrome/);
    await main.getByRole("textbox", { name: t.security.passkey_name }).fill("Office computer");
    await main.getByRole("button", { name: t.security.passkey_add }).click();

    // The first factor brings recovery codes, shown once.
    await expect(page).toHaveURL("/account/security/codes");
    await expect(main.locator("ol > li")).toHaveCount(10);
    await expect(main.getByRole("button", { name: t.security.codes_print })).toBeVisible();
    await page.reload();
    await expect(main.locator("ol > li")).toHaveCount(0);

    // The same device has one passkey for an account.
    await page.goto("/account/security/passkeys");
    await main.getByRole("button", { name: t.security.passkey_add }).click();
    await expect(main.getByRole("alert")).toHaveText(t.security.passkey_gone);

    // Without name and password.
    await signOut();
    await page.goto("/products?q=gavreto");
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await main.getByRole("button", { name: t.security.sign_in_passkey }).click();
    await expect(page).toHaveURL("/products?q=gavreto");

    // After the password.
    await signOut();
    await page.goto("/sign-in");
    await password();
    await expect(page).toHaveURL("/sign-in/second");
    await main.getByRole("button", { name: t.security.second_passkey }).click();
    await expect(page).toHaveURL("/today");

    // Where one is asked again.
    await page.goto("/account/confirm?next=%2Faccount%2Fpassword");
    await main.getByRole("button", { name: t.security.second_passkey }).click();
    await expect(page).toHaveURL("/account/password");
    const field = main.getByLabel(t.security.password_new);
    await field.fill("seven green herons");
    await main.getByRole("button", { name: t.security.password_show }).click();
    await expect(field).toHaveAttribute("type", "text");

    // A fingerprint that does not fit is told, and one can try again.
    await page.goto("/account/confirm");
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: false });
    await main.getByRole("button", { name: t.security.second_passkey }).click();
    await expect(main.getByRole("alert")).toHaveText(t.security.passkey_failed);
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: true });
    await main.getByRole("button", { name: t.security.second_passkey }).click();
    await expect(page).toHaveURL("/account/security");

    await page.goto("/account/security/passkeys");
    await expect(main.getByRole("row", { name: "Office computer" })).toBeVisible();
    await main.getByRole("button", { name: `${t.security.remove} Office computer` }).click();
    const asks = page.getByRole("dialog", { name: t.security.passkey_remove_yes });
    await expect(asks).toContainText(say(t.security.passkey_remove_asks, { name: "Office computer" }));
    await asks.getByRole("button", { name: t.security.passkey_remove_yes }).click();
    await expect(main.getByRole("row", { name: "Office computer" })).toHaveCount(0);

    // What the device still has signs nobody in any more.
    await signOut();
    await page.goto("/sign-in");
    await main.getByRole("button", { name: t.security.sign_in_passkey }).click();
    await expect(main.getByRole("alert").filter({ visible: true })).toHaveText(t.security.passkey_refused);
    await expect(page).toHaveURL(/\/sign-in\?refused=/);
});

test.describe("without scripts", () => {
    test.use({ javaScriptEnabled: false });

    test("there is no button that would do nothing", async ({ page, t }) => {
        await page.goto("/sign-in");
        await expect(page.getByRole("button", { name: t.security.sign_in_passkey })).toHaveCount(0);
        await expect(page.getByLabel(t.sign_in.password, { exact: true })).toBeVisible();
    });
});
