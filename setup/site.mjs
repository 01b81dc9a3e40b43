// Fills target/site with what the server embeds (server/build.rs): every file under a name that carries a digest of its content,
// so that browsers may keep it for ever, with brotli and gzip versions beside it, and manifest.txt, one line a file:
//
//     portal.css portal.1a2b3c4d.css text/css; charset=utf-8
//
//   node setup/site.mjs [release|dev]      dev: from the quick build of the browser's bundle, and without compressed versions
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "lightningcss";

const mode = process.argv[2] ?? "release";
const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "target/site");

const types = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
};
const alreadyCompressed = new Set([".jpg", ".png", ".webp", ".woff2"]);

// The oldest browsers whose features the style sheets may use as they are: the first with light-dark(), early 2024.
// Older targets would expand nesting and light-dark() into several times the text.
const browsers = { chrome: 123 << 16, firefox: 120 << 16, safari: (17 << 16) | (5 << 8) };

const published = new Map(); // path in the repository → name in the site
const manifest = [];
const kept = new Set(["manifest.txt"]);

function publish(path, content) {
    const name = basename(path);
    const extension = extname(name);
    const type = types[extension];
    if (!type) throw new Error(`${path}: setup/site.mjs knows no content type for ${extension || "no extension"}`);
    if (manifest.some((line) => line.startsWith(`${name} `))) throw new Error(`${path}: there are two files of this name`);
    const digest = createHash("sha256").update(content).digest("hex").slice(0, 8);
    const hashed = `${basename(name, extension)}.${digest}${extension}`;
    published.set(path, hashed);
    manifest.push(`${name} ${hashed} ${type}`);
    keep(hashed, () => content);
    if (mode === "release" && !alreadyCompressed.has(extension)) {
        keep(`${hashed}.br`, () => brotli(content));
        keep(`${hashed}.gz`, () => gzipSync(content, { level: 9 }));
    }
}

// A name says what is in the file, so one that is there already is right.
function keep(name, content) {
    kept.add(name);
    if (!existsSync(join(site, name))) write(name, content());
}

function write(name, content) {
    writeFileSync(join(site, `.${name}`), content);
    renameSync(join(site, `.${name}`), join(site, name));
}

function brotli(content) {
    const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
    const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: content.length };
    return brotliCompressSync(content, { params });
}

// The style sheet with all it imports. `url(static/x.woff2)` in it becomes the published name.
function styles(path) {
    const { code, dependencies, warnings } = bundle({
        filename: join(root, path),
        minify: true,
        targets: browsers,
        analyzeDependencies: true,
    });
    for (const { loc, message } of warnings) console.error(`${loc.filename}:${loc.line}: ${message}`);
    let text = code.toString();
    for (const { type, url, placeholder, loc } of dependencies) {
        if (type !== "url") throw new Error(`${path}: cannot bundle ${url}`);
        const local = !/^([a-z]+:|[/#])/.test(url);
        const [file, fragment] = url.split(/(?=#)/);
        const name = published.get(relative(root, join(dirname(loc.filePath), file)));
        if (local && !name) throw new Error(`${loc.filePath}: ${url} is not one of the site's files`);
        text = text.replaceAll(placeholder, local ? `/pkg/${name}${fragment ?? ""}` : url);
    }
    return text;
}

mkdirSync(site, { recursive: true });
const files = [`target/client/${mode}/client.js`, `target/client/${mode}/client_bg.wasm`, "app/client/shell.js", "app/client/passkeys.js", "app/client/board.js", "app/client/verify.js", "app/client/draw.js", "app/client/draft.js", "style/icons.svg"];
if (existsSync(join(root, "style/static"))) {
    for (const name of readdirSync(join(root, "style/static"))) {
        if (!name.startsWith(".")) files.push(`style/static/${name}`);
    }
}
for (const path of files) {
    if (existsSync(join(root, path))) publish(path, readFileSync(join(root, path)));
}
if (existsSync(join(root, "style/portal.css"))) publish("style/portal.css", Buffer.from(styles("style/portal.css")));

// The manifest comes last and changes only with what it says: the server is rebuilt when it does.
const text = manifest.sort().join("\n") + "\n";
const before = join(site, "manifest.txt");
if (!existsSync(before) || readFileSync(before, "utf8") !== text) write("manifest.txt", text);
for (const name of readdirSync(site)) {
    if (!kept.has(name)) rmSync(join(site, name));
}
