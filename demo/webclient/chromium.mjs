// Headless Chromium. Options: --chromium=PATH (or CHROMIUM), --fake-audio=FILE.wav, --mdns, --verbose; others go to Chromium.
// --mdns: no microphone permission, as in a page that never asked for it. Chromium then writes xxx.local names into its
// candidates instead of addresses. Only "speak" can make sound then.
import { chromium } from "playwright-core";

const ours = /^--(browser|chromium|fake-audio|mdns|verbose)(=|$)/;

/** {version, open(as, origin, tell): {evaluate(command, given), screenshot(file)}, gone(callback), close()} */
export async function launch(options, given) {
    const executablePath = options.chromium ?? process.env.CHROMIUM ?? "/usr/bin/chromium";
    const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
        "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required"];
    if (!("mdns" in options)) args.push("--use-fake-ui-for-media-stream");      // grants the microphone
    if (options["fake-audio"]) args.push(`--use-file-for-fake-audio-capture=${options["fake-audio"]}`);
    args.push(...given.filter((a) => !ours.test(a)));
    const browser = await chromium.launch({ executablePath, args, headless: true, chromiumSandbox: false });

    async function open(as, origin, tell) {
        const page = await (await browser.newContext()).newPage();
        await page.exposeFunction("report", tell);
        page.on("pageerror", (e) => tell({ event: "pageError", message: String(e) }));
        if ("verbose" in options) page.on("console", (m) => process.stderr.write(`${as}: ${m.text()}\n`));
        await page.goto(origin);
        await page.waitForFunction(() => window.api);
        return {
            evaluate: (command, given) => page.evaluate(([c, g]) => window.run(c, g), [command, given]),
            screenshot: (file) => page.screenshot({ path: file }),
        };
    }
    return { version: browser.version(), open, gone: (callback) => browser.on("disconnected", callback), close: () => browser.close() };
}
