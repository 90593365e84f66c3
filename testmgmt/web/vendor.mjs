// Copies what the browser loads from node_modules into static/web/vendor/<name>-<version>/, each
// with its licence. Run by `npm run vendor`; the copies are committed, nothing is fetched at run time.
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = dirname(fileURLToPath(import.meta.url));
const MODULES = join(WEB, "../../node_modules");
const VENDOR = join(WEB, "static/web/vendor");

const ALPHABETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese"];
const COPIES = {
  "@fontsource-variable/inter": ALPHABETS.map((name) => `files/inter-${name}-wght-normal.woff2`),
  "htmx-ext-sse": ["dist/sse.min.js"],
  "htmx.org": ["dist/htmx.min.js"],
  idiomorph: ["dist/idiomorph-ext.min.js"],
  sortablejs: ["Sortable.min.js"],
};

await rm(VENDOR, { recursive: true, force: true });
for (const [name, files] of Object.entries(COPIES)) {
  const source = join(MODULES, name);
  const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  const target = join(VENDOR, `${name.split("/").at(-1)}-${version}`);
  await mkdir(target, { recursive: true });
  for (const file of [...files, "LICENSE"]) {
    await cp(join(source, file), join(target, file.split("/").at(-1)));
  }
}
